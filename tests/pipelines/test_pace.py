from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from subtrans.pipelines.pace import STEPS, Pace, PaceOptions


def test_steps_are_given_up_in_order_and_taken_back_in_the_other() -> None:
    pace = Pace(PaceOptions(patience=2))
    assert [pace.feel(2000) for _ in range(4)] == [*((step, True) for step in STEPS), None]
    assert (pace.step, pace.greedy, pace.drafts) == (2500, True, False)
    changes = [pace.feel(100) for _ in range(7)]
    assert changes == [None, (STEPS[2], False), None, (STEPS[1], False), None, (STEPS[0], False), None]
    assert (pace.step, pace.greedy, pace.drafts) == (PaceOptions().step, False, True)


def test_who_keeps_up_with_longer_steps_needs_no_more_than_these() -> None:
    pace = Pace()
    for _ in STEPS:
        pace.feel(2000)
    changes = [change for _ in range(100) if (change := pace.feel(900))]
    assert changes == [(STEPS[2], False), (STEPS[1], False)]
    assert (pace.greedy, pace.drafts) == (False, True)


def test_what_was_taken_back_too_soon_is_taken_back_later() -> None:
    pace = Pace(PaceOptions(patience=2))
    waits = []
    for _ in range(3):
        pace.feel(2000)
        count = 1
        while pace.feel(0) is None:
            count += 1
        waits.append(count)
    assert waits == [2, 4, 8]


def test_a_fixed_pace_gives_nothing_up() -> None:
    assert Pace(fixed=True).feel(60_000) is None


@given(st.lists(st.integers(0, 5000)))
def test_each_change_is_said_once(waiting) -> None:
    pace, active = Pace(), []
    for one in waiting:
        if change := pace.feel(one):
            step, given_up = change
            if given_up:
                assert step == STEPS[len(active)]
                active.append(step)
            else:
                assert active.pop() == step
        assert pace.given_up == len(active)
