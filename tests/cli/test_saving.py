"""Subtitles that are written while somebody speaks: the file at every moment, and what is kept for the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from captions import caption
from hypothesis import given
from hypothesis import strategies as st

from subtrans import formats
from subtrans.cli.saving import Subtitles, TextFile
from subtrans.events import CaptionEvent, LagEvent
from subtrans.text.languages import language
from subtrans.text.layout import cues
from subtrans.text.profiles import profile
from subtrans.types import Sentence, Span, Translation, Word

TEXTS = st.sampled_from(
    ["", "你好。", "他问我们去哪里。", "我在火车上遇见了一位老朋友，他问我们要去哪里，我说我也不知道。"]
)
SAID = st.lists(st.tuples(st.integers(0, 900), st.integers(50, 2500), TEXTS), max_size=12)


def talk(said) -> list[CaptionEvent]:
    """A caption after each silence, of so many milliseconds and with that text."""
    found, time = [], 0
    for number, (silence, duration, text) in enumerate(said, 1):
        half = time + silence + duration // 2
        words = Word(" one", Span(time + silence, half)), Word(" two.", Span(half, half + duration // 2))
        event = caption(number, "one two.", text)
        # The whole second half of the text says the first word, the first half the second.
        drawn = tuple((place, 4 * (place < len(text) // 2)) for place in range(len(text)))
        changed = replace(event.caption, span=Sentence(words).span, alignment=drawn if number % 2 else ())
        found.append(replace(event, words=words, caption=changed))
        time = words[-1].span.end
    return found


@given(SAID, st.sampled_from(["srt", "vtt", "tsv", "txt", "lrc"]))
def test_at_every_moment_the_file_is_that_of_all_that_was_said(said, suffix) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"talk.{suffix}"
        saved = Subtitles(path, language("en"), language("zh"), profile(language("zh")))
        known: list[Translation] = []
        for event in talk(said):
            saved.show(event)
            said_so = event.caption
            known.append(Translation(Sentence(event.words), said_so.text, alignment=said_so.alignment))
            whole = list(cues(known, profile(language("zh")), language("zh")))
            assert path.read_text(encoding="utf-8") == formats.write(whole, suffix)
        saved.finish()


@pytest.mark.parametrize("both", [False, True])
def test_no_more_is_kept_of_a_long_talk_than_of_a_short_one(tmp_path, both) -> None:
    saved = Subtitles(tmp_path / "talk.srt", language("en"), language("zh"), profile(language("zh")), both=both)
    most = 0
    for event in talk([(400, 2000, "他问我们去哪里。")] * 300):
        saved.show(event)
        most = max(most, len(saved._open) + len(saved._kept))
    saved.finish()
    assert most <= 3
    assert len(formats.read((tmp_path / "talk.srt").read_text(encoding="utf-8"), "srt")) == 300


def test_the_caption_of_the_moment(tmp_path) -> None:
    path = tmp_path / "now.txt"
    path.write_text("what was said yesterday")
    now = TextFile(path)
    shown = [path.read_text()]
    for event in (
        caption(1, "one", "一", agreed=""),
        caption(1, "one two.", "一二。"),
        caption(2, "three", agreed=""),  # not yet translated
        caption(2, "", agreed=""),  # nothing was said after all
        caption(2, "three.", "三。"),
    ):
        now.show(event)
        shown.append(path.read_text())
    assert shown == ["\n", "一\n", "一二。\n", "一二。\n", "一二。\n", "一二。\n三。\n"]


def test_the_caption_of_the_moment_goes_when_nobody_says_more(tmp_path) -> None:
    path = tmp_path / "now.txt"
    now = TextFile(path)
    shown = []
    for event in (
        caption(1, "one.", "一。"),  # at 2,000 ms
        LagEvent(0, 0.0, 16_000, 16_000),
        LagEvent(0, 0.0, 17_000, 17_000),
        caption(17, "two", "二", agreed=""),
    ):
        now.show(event)
        shown.append(path.read_text())
    assert shown == ["一。\n", "一。\n", "\n", "二\n"]
