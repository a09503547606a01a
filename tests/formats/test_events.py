from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.events import CaptionEvent, DegradeEvent, LagEvent, LanguageEvent
from subtrans.formats.events import event_from_line, event_to_line
from subtrans.text.guards import FAULTS
from subtrans.types import Caption, Span, Word

times = st.integers(0, 10**8)
spans = st.tuples(times, times).map(lambda pair: Span(min(pair), max(pair)))
words = st.lists(st.builds(Word, st.text(), spans), max_size=4).map(tuple)
faults = st.lists(st.sampled_from(list(FAULTS)), unique=True).map(tuple)
captions = st.builds(
    Caption, st.integers(1, 10**6), spans, st.text(), st.text(), st.booleans(), faults, language=st.text()
)
levels = st.integers(0, 1000).map(lambda level: level / 1000)
events = st.one_of(
    st.builds(CaptionEvent, captions, words, times, times),
    st.builds(LagEvent, times, levels, times, times),
    st.builds(DegradeEvent, st.text(), st.booleans(), times, times),
    st.builds(LanguageEvent, st.text(), times, times),
)


@given(events)
def test_an_event_is_one_line_and_comes_back(event) -> None:
    line = event_to_line(event)
    assert len(line.splitlines()) == 1 or "\n" not in line
    assert event_from_line(line) == event


def test_a_caption_as_programs_read_it() -> None:
    caption = Caption(3, Span(100, 900), "Good day.", "你好。", True, language="zh")
    line = event_to_line(
        CaptionEvent(caption, (Word(" Good", Span(100, 400)), Word(" day.", Span(500, 900))), 1500, 1730)
    )
    assert json.loads(line) == {
        "event": "caption",
        "number": 3,
        "start": 100,
        "end": 900,
        "source": "Good day.",
        "language": "zh",
        "text": "你好。",
        "final": True,
        "words": [{"text": " Good", "start": 100, "end": 400}, {"text": " day.", "start": 500, "end": 900}],
        "audio": 1500,
        "emitted": 1730,
    }


@pytest.mark.parametrize("line", ["", "3", "{}", "[" * 100_000, '{"event": "song", "audio": 1, "emitted": 2}'])
def test_other_lines_are_refused(line) -> None:
    with pytest.raises(ValueError, match="not an event"):
        event_from_line(line)
