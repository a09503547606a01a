"""Answers outlive the process that got them, and no damage to the file makes a wrong one."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from contracts import check_detector, check_transcriber, check_translator
from fakes import FakeDetector, FakeTranscriber, FakeTranslator, spoken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subtrans.engines.models.cache import cache_folder
from subtrans.engines.resume.journal import Journal
from subtrans.engines.resume.journals import claim, forget, forget_oldest, journal_of, journals_folder, kept, key_of
from subtrans.engines.resume.remember import RememberingDetector, RememberingTranscriber, RememberingTranslator
from subtrans.types import Audio, Hypothesis, Span

ANSWERS = {f"question{n}": [n, "字幕 \n\ud800", {"a": [0.1, None]}] for n in range(20)}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTRANS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "answers")


def test_what_is_kept_is_recalled_by_another_process(tmp_path: Path, journal: Journal) -> None:
    for question, answer in ANSWERS.items():
        journal.keep(question, answer)
    for reader in (journal, Journal(tmp_path / "answers")):
        assert {question: reader.recall(question) for question in ANSWERS} == ANSWERS
        assert reader.recall("another question") is None


def test_two_runs_share_one_journal(tmp_path: Path, journal: Journal) -> None:
    other = Journal(tmp_path / "answers")
    journal.keep("one", 1)
    assert other.recall("one") == 1
    threads = [
        Thread(target=lambda writer=writer, n=n: [writer.keep(f"{n} {i}".replace(" ", "-"), [n, i]) for i in range(40)])
        for n, writer in enumerate((journal, other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(journal.recall(f"{n}-{i}") == [n, i] for n in range(2) for i in range(40))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_loses_answers_but_never_changes_one(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "damaged"
    path.unlink(missing_ok=True)
    journal = Journal(path)
    for question, answer in ANSWERS.items():
        journal.keep(question, answer)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    damaged = Journal(path)
    for question, answer in ANSWERS.items():
        assert damaged.recall(question) in (answer, None)
    damaged.keep("after", "all")
    assert Journal(path).recall("after") == "all"


def test_a_torn_line_does_not_spoil_the_next(tmp_path: Path, journal: Journal) -> None:
    journal.keep("one", 1)
    with (tmp_path / "answers").open("ab") as file:
        file.write(b"0123456789abcdef two [1, 2")
    journal.keep("three", 3)
    assert [Journal(tmp_path / "answers").recall(question) for question in ("one", "two", "three")] == [1, None, 3]


def test_a_full_disk_is_said_once_and_ends_nothing(
    journal: Journal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with caplog.at_level(logging.WARNING, "subtrans.engines"):
        journal.keep("one", 1)
        journal.keep("two", 2)
    assert journal.recall("one") is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_cache_that_cannot_be_written_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache").write_text("not a folder")
    with journal_of(Path("talk.wav"), "0" * 64) as journal:
        assert journal is None
    assert "the journal cannot be kept" in caplog.text


def test_the_oldest_that_no_run_uses_are_forgotten() -> None:
    for number in range(3):
        with journal_of(Path(f"talk{number}.wav"), f"{number}" * 64) as journal:
            assert journal is not None
            journal.keep("question", "x" * 1000)
        for path in (journals_folder() / (f"{number}" * 32)).iterdir():
            os.utime(path, (number * 1000 + 1000, number * 1000 + 1000))
    with journal_of(Path("talk0.wav"), "0" * 64):
        forget_oldest(2500)
        assert {one.name for one in kept()} == {"talk0.wav", "talk2.wav"}
        using = next(one for one in kept() if one.name == "talk0.wav")
        assert not forget(using), "a run uses it"
    assert all(forget(one) for one in kept())
    assert kept() == []


def test_engines_that_remember_keep_the_contracts(journal: Journal) -> None:
    audio = Audio(spoken("one two Stop. Why? "), 8000)
    speech = check_detector(RememberingDetector(FakeDetector(), journal, "detector"), audio)
    recogniser = RememberingTranscriber(FakeTranscriber(), journal, "recogniser")
    assert check_transcriber(recogniser, audio, speech, "en") == "one two Stop. Why?"
    check_translator(RememberingTranslator(FakeTranslator(), journal, "translator"), ["one", "two", "three four"])


def test_an_engine_is_asked_once_by_all_runs(journal: Journal) -> None:
    audio = Audio(spoken("one two Stop. "))
    for _ in range(2):
        engine = FakeTranscriber()
        words = RememberingTranscriber(engine, journal, "a").transcribe(audio, [Span(0, 1000)], "en")
    assert engine.calls == 0
    assert words == engine.transcribe(audio, [Span(0, 1000)], "en")


@pytest.mark.parametrize("what", ["settings", "samples", "offset", "speech", "language"])
def test_another_question_is_never_answered_from_the_journal(journal: Journal, what: str) -> None:
    audio, speech = Audio(spoken("one two Stop. ")), [Span(0, 1000)]
    RememberingTranscriber(FakeTranscriber(), journal, "a").transcribe(audio, speech, "en")
    engine = FakeTranscriber()
    other = np.concatenate([audio.samples[:-1], np.float32([0.5])])
    RememberingTranscriber(engine, journal, "b" if what == "settings" else "a").transcribe(
        Audio(other if what == "samples" else audio.samples, 1600 if what == "offset" else 0),
        [Span(0, 999)] if what == "speech" else speech,
        "fr" if what == "language" else "en",
    )
    assert engine.calls == 1


def test_hypotheses_come_back_whole(journal: Journal) -> None:
    whole = Hypothesis("你好", -0.1234567890123456789, ((0, 0), (3, 1)), (Hypothesis("您好", None), Hypothesis("")))

    class Translator(FakeTranslator):
        def translate(self, texts: object) -> list[Hypothesis]:
            return [whole]

    for _ in range(2):
        assert RememberingTranslator(Translator(), journal, "a").translate(["Hello"]) == [whole]


def test_what_is_looked_for_because_it_is_short_is_remembered_apart(journal: Journal) -> None:
    class Translator(FakeTranslator):
        def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
            self.batches.append(len(texts))
            return [Hypothesis("kurz") for _ in texts]

    for asked in ([1, 1], []):
        engine = Translator("de")
        translator = RememberingTranslator(engine, journal, "a")
        assert [translator.translate(["Hi"])[0].text, translator.shorten(["Hi"])[0].text] == ["de:Hi", "kurz"]
        assert engine.batches == asked
    assert RememberingTranslator(FakeTranslator(), journal, "b").shorten(["Hi"]) == [Hypothesis("")]


def test_a_key_depends_on_every_part() -> None:
    keys = [key_of(), key_of("a"), key_of("a", {"b": 1}), key_of("a", {"b": 2}), key_of("a", {"b": (1, 2)})]
    assert len(set(keys)) == len(keys)
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})


def test_on_windows_what_a_run_uses_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with journal_of(Path("talk.wav"), "0" * 64) as journal:
        assert journal is not None
        journal.keep("question", "answer")
        with monkeypatch.context() as windows:
            windows.setattr(sys, "platform", "win32")
            windows.setattr(Path, "unlink", _refuse)
            (using,) = kept()
            assert not forget(using)
        assert using.name == "talk.wav"
        assert journal.recall("question") == "answer"


def _refuse(path: Path, **how: bool) -> None:
    raise PermissionError(errno.EACCES, "Another process uses it", str(path))


def test_windows_claims_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: set[int] = set()

    def locking(file: int, how: str, count: int) -> None:
        place = os.lseek(file, 0, os.SEEK_CUR)
        assert place < 2**31
        if how == "lock" and place in held:
            raise PermissionError(errno.EACCES, "Permission denied")
        (held.add if how == "lock" else held.remove)(place)

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK="lock", LK_UNLCK="let go"))
    monkeypatch.setattr(sys, "platform", "win32")
    with claim(tmp_path / "a.srt") as mine, claim(tmp_path / "a.srt") as again, claim(tmp_path / "b.srt") as other:
        assert (mine, again, other) == (True, False, True)
    with claim(tmp_path / "a.srt") as mine:
        assert mine
    assert not held


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks otherwise")
def test_a_disk_without_locks_is_used_without_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*asked: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    for name in "flock", "lockf":
        monkeypatch.setattr(f"fcntl.{name}", fail)
    with claim(tmp_path / "a.srt") as mine, journal_of(Path("talk.wav"), "0" * 64) as journal:
        assert mine
        assert journal is not None
        journal.keep("question", "answer")
        assert journal.recall("question") == "answer"
    assert all(forget(one) for one in kept())


def test_what_a_run_has_claimed_is_free_when_it_is_killed(tmp_path) -> None:
    program = f"""
import time
from pathlib import Path
from subtrans.engines.resume.journals import claim
with claim(Path({str(tmp_path / "talk.zh.srt")!r})) as mine:
    print(mine, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        with claim(tmp_path / "talk.zh.srt") as mine, claim(tmp_path / "talk.de.srt") as other:
            assert (mine, other) == (False, True)
        process.kill()
    with claim(tmp_path / "sub" / ".." / "talk.zh.srt") as mine:
        assert mine


def test_what_all_journals_take_is_not_looked_at_for_every_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr("subtrans.engines.resume.journals.forget_oldest", looks.append)
    for number in range(20):
        with journal_of(Path(f"talk{number}.wav"), f"{number:064}", bound=7):
            pass
    assert looks == [7]
    os.utime(cache_folder() / "looked", (0, 0))
    with journal_of(Path("talk.wav"), "a" * 64):
        pass
    assert len(looks) == 2
