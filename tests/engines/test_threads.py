"""Engines that work at once share the cores, and their threads sleep while they wait."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from subtrans.engines import TranscriberOptions, TranslatorOptions, load_detector, load_transcriber, load_translator
from subtrans.engines.machine import threads
from subtrans.engines.translation import ct2
from subtrans.media.decode import decode
from subtrans.pipelines.subtitle import subtitle
from subtrans.types import Cue

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize(("cores", "expected"), [(1, (1, 1)), (2, (2, 1)), (4, (3, 1)), (8, (6, 2)), (16, (12, 4))])
def test_a_quarter_of_the_cores_writes(monkeypatch, cores, expected) -> None:
    monkeypatch.setattr(threads, "cores", lambda: cores)
    assert threads.shares() == expected


def test_there_is_a_core() -> None:
    assert 1 <= threads.cores() <= threads.MOST


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "max 100000\n"}, 8),
        ({"cpu.max": "200000 100000\n"}, 2),
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu.max": "5000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
        ({"cpu.max": "what"}, 8),
        ({}, 8),
    ],
)
def test_a_container_has_as_many_cores_as_it_is_given_time_of(monkeypatch, tmp_path, files, expected) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(threads, "CONTROL", tmp_path)
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _: range(8), raising=False)
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 8)
    assert threads.cores() == expected


@pytest.mark.parametrize(("given", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_sleep_while_they_wait_unless_somebody_says_otherwise(monkeypatch, given, expected) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    if given:
        monkeypatch.setenv("OMP_WAIT_POLICY", given)
    # What is asked when CTranslate2 is imported, as its threads are then told.
    program = """
import builtins, os
load, seen = builtins.__import__, []
def look(name, *rest, **named):
    if name == "ctranslate2":
        seen.append(os.environ.get("OMP_WAIT_POLICY"))
    return load(name, *rest, **named)
builtins.__import__ = look
from subtrans import engines
engines.load_detector()
engines.load_translator("mt-en-zh-nano", source="en", target="zh")
print(seen[0])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected


@pytest.mark.parametrize("given", ["1", "3"])
def test_numpy_multiplies_by_one_thread_unless_somebody_says_otherwise(monkeypatch, given) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if given != "1":
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    program = "import os, sys, subtrans; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", given]


@pytest.mark.parametrize(
    ("options", "few", "expected"),
    [
        (TranslatorOptions(), 1 << 30, (3, 1)),
        (TranslatorOptions(threads=8), 1 << 30, (4, 2)),
        (TranslatorOptions(alone=True), 1 << 30, (1, 1)),
        (TranslatorOptions(alone=True), 1, (1, 3)),
        (TranslatorOptions(alone=True, threads=2), 1 << 30, (1, 2)),
    ],
)
def test_several_texts_have_lanes_and_a_text_alone_has_all_threads(monkeypatch, options, few, expected) -> None:
    import ctranslate2

    class Loaded:
        def __init__(self, *_: object, **options: object) -> None:
            asked.update(options)

    asked: dict[str, object] = {}
    monkeypatch.setattr(ct2, "FEW", few)
    monkeypatch.setattr(threads, "cores", lambda: 3)
    monkeypatch.setattr(ctranslate2, "Translator", Loaded)
    load_translator("mt-en-zh-nano", source="en", target="zh", options=options)
    assert (asked["inter_threads"], asked["intra_threads"]) == expected


@pytest.mark.parametrize(
    ("cores", "expected"), [(1, (1, 1)), (2, (2, 1)), (3, (3, 1)), (4, (4, 1)), (5, (2, 3)), (6, (3, 2)), (12, (4, 3))]
)
def test_lanes_use_all_cores_and_share_them_evenly_where_they_can(cores, expected) -> None:
    assert threads.lanes(cores) == expected


@pytest.mark.parametrize(("alone", "expected"), [(False, (2, 1)), (True, (1, 2))])
def test_a_recogniser_hears_windows_side_by_side_but_live_ones_alone(monkeypatch, alone, expected) -> None:
    import faster_whisper

    load, asked = faster_whisper.WhisperModel, {}

    def loaded(*given: object, **options: object) -> object:
        asked.update(options)
        return load(*given, **options)

    monkeypatch.setattr(faster_whisper, "WhisperModel", loaded)
    load_transcriber("asr-en-nano", language="en", options=TranscriberOptions(device="cpu", threads=2, alone=alone))
    assert (asked["num_workers"], asked["cpu_threads"]) == expected


def test_lanes_take_what_is_next_and_answer_in_order() -> None:
    first = Event()

    def call(number: int) -> int:
        if number == 0:
            first.wait(10)  # the other lane does all the rest meanwhile
        elif number == 9:
            first.set()
        return number * number

    assert threads.side_by_side(call, range(10), 2) == [number * number for number in range(10)]
    assert threads.side_by_side(call, [], 2) == []


def test_what_a_lane_raises_is_raised_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def call(number: int) -> None:
        begun.append(number)
        if number == 1:
            raise OSError("the disk is gone")
        Event().wait(0.2)

    with pytest.raises(OSError, match="the disk is gone"):
        threads.side_by_side(call, range(100), 2)
    assert len(begun) <= 3


@pytest.mark.parametrize(("name", "fewest", "most"), [("in order", 1, 2), ("a program's own", 30, 30)])
def test_when_the_program_ends_lanes_go_on_only_for_its_own_threads(name: str, fewest: int, most: int) -> None:
    program = f"""
import os, threading
from subtrans.engines.machine.threads import side_by_side
begun = threading.Semaphore(0)

def call(number):
    begun.release()
    threading.main_thread().join()
    os.write(1, b".")

threading.Thread(target=side_by_side, args=(call, range(30), 2), name={name!r}).start()
begun.acquire(timeout=5)
begun.acquire(timeout=5)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert fewest <= len(done.stdout) <= most


def test_a_program_that_ends_in_the_middle_of_a_recording_does_not_abort() -> None:
    program = f"""
import numpy as np
from subtrans import Audio, engines
from subtrans.media.decode import decode
from subtrans.pipelines.blocks import BlockOptions
from subtrans.pipelines.speech import SpeechOptions, speech

detector = engines.load_detector()
transcriber = engines.load_transcriber("asr-en-nano", language="en")
translator = engines.load_translator("mt-en-zh-nano", source="en", target="zh")
[sound] = decode({str(SAMPLES / "memo.flac")!r})
long = Audio(np.tile(sound.samples, 8))
options = SpeechOptions(blocks=BlockOptions(first=3000))
for passage in speech([long], detector, transcriber, translator, language="en", options=options):
    if passage.translations:
        print(passage.translations[0].text)
        break
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "我今晚会很晚回家。\n", "")


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (TranscriberOptions, {"threads": -1}),
        (TranscriberOptions, {"beam_size": 0}),
        (TranscriberOptions, {"batch_size": -1}),
        (TranslatorOptions, {"threads": -1}),
        (TranslatorOptions, {"beam_size": 0}),
        (TranslatorOptions, {"batch_tokens": 0}),
    ],
)
def test_options_that_no_engine_can_work_by_are_refused(options, wrong) -> None:
    with pytest.raises(ValueError, match=r"-1|=0"):
        options(**wrong)


def test_recordings_that_are_subtitled_at_once_with_the_same_engines_come_out_as_one_after_the_other() -> None:
    detector = load_detector()
    transcriber = load_transcriber("asr-en-nano", language="en")
    translator = load_translator("mt-en-zh-nano", source="en", target="zh", guarded=True)

    def cues(name: str) -> tuple[Cue, ...]:
        sound = decode(SAMPLES / name)
        *_, last = subtitle(sound, detector, transcriber, translator, language="en", target="zh")
        return last.cues

    names = ["talk.mp4", "memo.flac"]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(cues, names))
    assert together == [cues(name) for name in names]
    assert all(together)
