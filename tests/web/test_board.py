from __future__ import annotations

import asyncio
import json

from captions import caption
from hypothesis import given
from hypothesis import strategies as st

from subtrans.events import DegradeEvent, LagEvent, LanguageEvent
from subtrans.web.board import Board, Mailbox


def board(**options) -> Board:
    return Board({"run": "1", "source": "en", "targets": ["zh"]}, **options)


def waiting(mailbox: Mailbox) -> list[dict]:
    """What the reader would get now."""
    mailbox.close()

    async def take() -> list[dict]:
        found = []
        while (message := await mailbox.take()) is not None:
            found.append(json.loads(message))
        return found

    return asyncio.run(take())


def test_a_late_joiner_gets_the_newest_of_each_caption_in_order() -> None:
    shown = board()
    for event in [
        caption(2, "Two"),
        caption(1, "On", agreed="On"),
        caption(1, "One", "一"),
        caption(3, "Th", agreed=""),
    ]:
        shown.publish(event)
    (hello,) = waiting(shown.join())
    assert (hello["event"], hello["run"], hello["targets"]) == ("hello", "1", ["zh"])
    assert [(one["number"], one["source"], one["final"]) for one in hello["captions"]] == [
        (1, "One", True),
        (2, "Two", True),
        (3, "Th", False),
    ]
    shown.publish(caption(4, "And so on", agreed="And"))
    assert [len(one["words"]) for one in waiting(shown.join())[0]["captions"]] == [0, 0, 0, 1]


def test_the_history_is_of_the_last_minutes() -> None:
    shown = board(minutes=1)
    for number in range(1, 200):  # a caption a second
        shown.publish(caption(number, "One more"))
    (hello,) = waiting(shown.join())
    assert [one["number"] for one in hello["captions"]] == list(range(139, 200))


def test_a_caption_has_its_place_in_each_language() -> None:
    shown = board()
    reader = shown.join()
    for language, text in ("zh", "一"), ("ja", "一つ"), ("zh", "二"):
        shown.publish(caption(1, "One", text, agreed=None if text != "一" else "", language=language))
    heard = [message for message in waiting(reader) if message["event"] == "caption"]
    assert [(one["language"], one["text"]) for one in heard] == [("zh", "二"), ("ja", "一つ")]
    (hello,) = waiting(shown.join())
    assert {one["language"]: one["text"] for one in hello["captions"]} == {"zh": "二", "ja": "一つ"}


def test_a_final_caption_never_changes() -> None:
    shown = board()
    reader = shown.join()
    for event in [caption(1, "Settled", "一"), caption(1, "Sett", agreed=""), caption(1, "Another", "二")]:
        shown.publish(event)
    assert [one["source"] for one in waiting(reader)[1:]] == ["Settled"]
    assert waiting(shown.join())[0]["captions"][0]["text"] == "一"


def test_what_is_given_up_is_told_until_it_is_taken_back() -> None:
    shown = board()
    shown.publish(DegradeEvent("longer steps", True, 1, 2))
    shown.publish(LagEvent(1400, 0.5, 1, 2))
    assert [event["event"] for event in waiting(shown.join())] == ["hello", "degrade"]
    reader = shown.join()
    shown.publish(DegradeEvent("longer steps", False, 3, 4))
    assert waiting(reader)[1]["active"] is False
    assert [event["event"] for event in waiting(shown.join())] == ["hello"]


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=60))
def test_a_slow_reader_gets_the_newest_of_each_and_no_more(made) -> None:
    shown = board()
    reader = shown.join()
    newest: dict[int, str] = {}
    settled = set()
    for step, (number, final) in enumerate(made):
        shown.publish(caption(number, f"step {step}", agreed=None if final else ""))
        if number not in settled:
            newest[number] = f"step {step}"
        if final:
            settled.add(number)
    assert {one["number"]: one["source"] for one in waiting(reader)[1:]} == newest


def test_who_never_reads_is_sent_away_and_holds_nothing() -> None:
    shown = board(backlog=10)
    reader = shown.join()
    for number in range(1, 100):
        shown.publish(caption(number, "One more"))
    assert reader.overflowed
    assert waiting(reader) == []


def test_a_reader_who_left_is_forgotten() -> None:
    shown = board()
    reader = shown.join()
    shown.leave(reader)
    assert shown.readers == 0
    shown.publish(caption(1, "Nobody hears"))
    assert len(waiting(reader)) == 1


def test_what_is_spoken_is_told_to_those_who_come_later_too() -> None:
    shown = board()
    reader = shown.join()
    shown.publish(LanguageEvent("de", 1, 2))
    assert waiting(reader)[1]["language"] == "de"
    assert [event["source"] for event in waiting(shown.join())] == ["de"]
