from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from captions import caption
from rich.console import Console

from subtrans.cli.captions import SETTLED, Doubtful, Lines, Screen, Unsure, screen
from subtrans.cli.screen import note, progress, put, waiting
from subtrans.events import DegradeEvent, LagEvent


def seen(board: Screen, height: int = 25) -> list[str]:
    console = Console(file=io.StringIO(), width=60, height=height)
    console.print(board)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_screen_shows_what_is_settled_the_draft_and_the_lag() -> None:
    board = Screen()
    assert seen(board) == ["listening ..."]
    board.show(caption(1, "Good day.", "你好。"))
    board.show(caption(2, "Where is", "在哪里", agreed="Where"))
    board.show(LagEvent(1400, 0.1, 2000, 3400))
    assert seen(board)[:4] == ["Good day.", "你好。", "Where is", "在哪里"]
    assert seen(board)[4].endswith(" 1.4 s behind")


def test_the_draft_gives_way_to_what_is_final() -> None:
    board = Screen()
    for number in range(1, 2 * SETTLED):
        board.show(caption(number, f"draft {number}", agreed=""))
        board.show(caption(number, f"final {number}"))
    shown = "\n".join(seen(board))
    assert "draft" not in shown
    assert shown.count("final") == SETTLED


def test_what_was_said_stands_once_above_all_its_translations(capsys) -> None:
    board, lines = Screen(), Lines(with_source=True, tagged=True)
    for number, final in (1, True), (2, False):
        for language in "zh", "ja":
            event = caption(number, f"Said {number}.", f"{language} {number}", agreed=None if final else "Said")
            event = replace(event, caption=replace(event.caption, language=language))
            board.show(event)
            lines.show(event)
    assert seen(board)[:6] == ["Said 1.", "zh 1", "ja 1", "Said 2.", "zh 2", "ja 2"]
    assert capsys.readouterr().out == "zh\tSaid 1.\tzh 1\nja\tSaid 1.\tja 1\n"


def test_a_terminal_of_few_lines_shows_what_is_said_now() -> None:
    board = Screen()
    for number in range(1, 6):
        board.show(caption(number, f"Said {number}.", f"说{number}。"))
    board.show(caption(6, "so long " * 10, "长" * 40, agreed=""))
    *_, said, more, draft, status = seen(board, height=6)
    assert (said.endswith("so long"), more, draft) == (True, "长" * 30, "长" * 10)
    assert status == "listening ..."
    assert len(seen(board, height=6)) == 6


def test_what_is_written_in_the_language_that_is_spoken_is_not_shown_twice() -> None:
    board = Screen()
    for language, text in ("zh", "你好。"), ("en", "Good day."):
        event = caption(1, "Good day.", text)
        board.show(replace(event, caption=replace(event.caption, language=language)))
    board.show(caption(2, "Thanks.", "Thanks."))
    assert seen(board)[:3] == ["Good day.", "你好。", "Thanks."]


def test_what_is_given_up_is_shown_until_it_is_taken_back() -> None:
    board = Screen()
    board.show(LagEvent(5000, 1.0, 2000, 3400))
    board.show(DegradeEvent("longer steps", True, 0, 0))
    board.show(DegradeEvent("greedy search", True, 0, 0))
    assert seen(board)[-1] == "█ 5.0 s behind · longer steps · greedy search"
    board.show(DegradeEvent("greedy search", False, 0, 0))
    assert seen(board)[-1] == "█ 5.0 s behind · longer steps"


def test_markup_in_speech_is_text() -> None:
    board = Screen()
    board.show(caption(1, "[red]Stop[/red]", "[link=x]停"))
    assert seen(board)[:2] == ["[red]Stop[/red]", "[link=x]停"]


def test_lines_say_once_what_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(with_source=False)
    for event in (
        DegradeEvent("longer steps", True, 0, 0),
        caption(1, "draft", agreed=""),
        caption(1, "Good\tday.", "a\tb"),
        DegradeEvent("longer steps", False, 0, 0),
    ):
        lines.show(event)
    assert capsys.readouterr() == ("a b\n", "keeping up: longer steps\ncaught up: no more longer steps\n")


def test_translations_that_may_be_wrong_are_told_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    doubtful = Doubtful()
    for number in range(1, 31):
        doubtful.show(caption(number, f"It is {number}.", "是。", faults=("numbers",) if number % 2 else ()))
    assert capsys.readouterr().err == ""
    doubtful.finish()
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "0:01: this may be wrong: a number of the source is not in it: It is 1."
    assert len(told) == 11
    assert told[-1] == "5 more translations may be wrong"


@pytest.mark.parametrize(("probability", "captions", "lines"), [(0.4, 3 * SETTLED, 1), (0.4, 3, 1), (0.9, 30, 0)])
def test_a_recogniser_that_does_not_understand_is_told_of_once(probability, captions, lines, capsys) -> None:
    unsure = Unsure("nano")
    for number in range(1, captions + 1):
        event = caption(number, "one two three")
        unsure.show(replace(event, words=tuple(replace(word, probability=probability) for word in event.words)))
    unsure.finish()
    told = capsys.readouterr().err.splitlines()
    assert len(told) == lines
    assert all("nano is unsure of what it heard (40% a word)" in line for line in told)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_shown_while_something_is_prepared_can_be_taken_away_again(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    with waiting("loading 会议记录第三次会议二零二四年 ..."):
        assert terminal.getvalue() == "loading 会议记录第…"


def test_a_terminal_that_draws_nothing_anew_has_a_line_for_each_caption(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "dumb")
    with waiting("loading ..."), screen(as_json=False, with_source=False, tagged=False) as shown:
        shown.show(caption(1, "one", "一", agreed=""))
        shown.show(caption(1, "one.", "一。"))
        assert terminal.getvalue() == "一。\n"
    assert terminal.getvalue() == "一。\n"


def test_a_sentence_beside_the_bar_gives_the_terminal_no_commands(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with progress(Path("talk.srt"), 1000) as show:
        show(500, "Hi\x1b]0;title\x07 there")
    assert "\x1b]0;title\x07" not in terminal.getvalue()
    assert "\ufffd]0;title\ufffd there" in terminal.getvalue()


def test_what_is_told_while_a_bar_is_drawn_stands_above_it(monkeypatch) -> None:
    class Encoded(io.TextIOWrapper):  # as those of a process are: Click looks for what is below
        def isatty(self) -> bool:
            return True

    screen = io.BytesIO()
    terminal = Encoded(screen, "utf-8")
    for name in "stdout", "stderr":
        monkeypatch.setattr(f"sys.{name}", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress(Path("talk.srt"), 1000):
        for tell in put, note:
            terminal.flush()
            before = len(screen.getvalue())
            tell("你好。")
            terminal.flush()
            told = screen.getvalue()[before:].decode()
            assert "\x1b[2K" in told, "the bar is not taken away first"
            assert told.index("\x1b[2K") < told.index("你好。\n") < told.index("talk.srt")
