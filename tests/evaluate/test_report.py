"""What a training changed, and the page that shows it."""

from __future__ import annotations

import json
from dataclasses import asdict
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.evaluate.page import chart, page, ticks
from subtrans.evaluate.report import Report, Translated, examples, judge, judge_form

RIGHT = [f"the sea is {n} miles wide and blue" for n in range(24)]
WORSE = [text.replace("blue", "<red>") for text in RIGHT]
BETTER = [*RIGHT[:20], *(text.replace("miles", "men") for text in WORSE[20:])]
FOUND = Translated("test", [f"s{n}" for n in range(24)], RIGHT, WORSE, BETTER)


def report(**changes) -> Report:
    improved, worsened = examples(FOUND, "en")
    content = {
        "name": "mine <b>",
        "source": "zh",
        "target": "en",
        "sets": (judge(FOUND, "en"),),
        "robustness": (judge_form(FOUND, "en", "as it is"),),
        "improved": improved,
        "worsened": worsened,
        "training": {"minutes": 3},
        "curves": {"training loss": [(50, 2.5), (100, 2.0)], "dev loss": [(100, 2.2)], "dev BLEU": []},
    }
    return Report(**(content | changes))


def test_before_and_after() -> None:
    changes = {change.name: change for change in judge(FOUND, "en").changes}
    assert list(changes) == ["BLEU", "chrF2", "TER", "ROUGE-L"]
    # One word of eight is wrong before; after, two of eight in four sentences of 24.
    assert changes["TER"].before == pytest.approx(100 / 8)
    assert changes["TER"].after == pytest.approx(100 * 8 / (24 * 8))
    assert changes["BLEU"].p is not None
    assert changes["BLEU"].p < 0.05
    assert judge_form(FOUND, "en", "x").changes[0].after == pytest.approx(changes["BLEU"].after)


def test_a_model_from_nothing_has_no_before() -> None:
    new = Translated("test", FOUND.sources, RIGHT, None, RIGHT)
    assert [(change.before, change.p) for change in judge(new, "en").changes] == [(None, None)] * 4
    assert examples(new, "en") == ((), ())
    assert "–" in page(report(sets=(judge(new, "en"),), robustness=(judge_form(new, "en", "x"),)))


def test_examples_are_the_ten_that_changed_most() -> None:
    improved, worsened = examples(FOUND, "en")
    assert (len(improved), len(worsened)) == (10, 4)
    assert [one.change for one in improved] == sorted((one.change for one in improved), reverse=True)
    assert all(one.after == one.reference for one in improved)
    assert [one.change for one in worsened] == sorted(one.change for one in worsened)
    assert {one.source for one in worsened} == {"s20", "s21", "s22", "s23"}


class Tags(HTMLParser):
    """Refuses tags that are not closed in their order, and counts them."""

    VOID = frozenset({"meta", "br", "wbr", "line", "circle", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: dict[str, int] = {}

    def handle_starttag(self, tag, attrs) -> None:
        assert not {"src", "href"} & {name for name, _ in attrs}, "the page needs another file"
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in {"meta", "br", "wbr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_quotes_nothing_as_markup() -> None:
    text = page(report())
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    assert (tags.counts["table"], tags.counts["svg"]) == (4, 1)
    assert tags.counts["circle"] == 3
    assert "&lt;red&gt;" in text
    assert "<red>" not in text
    assert "mine &lt;b&gt;" in text
    assert "bs:1000" in text
    assert "|<wbr>bs:1000" in text
    assert text.count('<td dir=auto lang="zh">') * 3 == text.count('<td dir=auto lang="en">') > 0


def test_json() -> None:
    found = json.loads(json.dumps(asdict(report())))
    assert found["sets"][0]["changes"][0]["name"] == "BLEU"
    assert len(found["improved"]) == 10


@settings(max_examples=50)
@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_hold_all_values(low, extent) -> None:
    high = low + extent
    found = ticks(low, high)
    slack = 1e-6 * max(1, abs(low), abs(high))
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    assert 2 <= len(found) <= 8


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.floats(-1000, 1000)), min_size=1, max_size=20))
def test_every_point_lies_inside_the_chart(points) -> None:
    tags = Tags()
    tags.feed(chart({"loss": points}))
    assert tags.counts["circle"] == len(points)
