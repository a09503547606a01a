"""Engines that work at once share the cores, and their threads sleep while they wait."""

from __future__ import annotations

import subprocess
import sys

import pytest

from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.machine import threads
from subtrans.engines.translation import ct2


@pytest.mark.parametrize(("cores", "expected"), [(1, (1, 1)), (2, (2, 1)), (4, (3, 1)), (8, (6, 2)), (16, (12, 4))])
def test_a_quarter_of_the_cores_writes(monkeypatch, cores, expected) -> None:
    monkeypatch.setattr(threads, "cores", lambda: cores)
    assert threads.shares() == expected


def test_there_is_a_core() -> None:
    assert 1 <= threads.cores() <= threads.MOST


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
        (TranslatorOptions(), 1 << 30, 3),
        (TranslatorOptions(alone=True), 1 << 30, 1),
        (TranslatorOptions(alone=True), 1, 3),
        (TranslatorOptions(alone=True, threads=2), 1 << 30, 2),
    ],
)
def test_one_thread_translates_a_text_alone_by_a_small_model(monkeypatch, options, few, expected) -> None:
    import ctranslate2

    class Loaded:
        def __init__(self, *_: object, **options: object) -> None:
            asked.update(options)

    asked: dict[str, object] = {}
    monkeypatch.setattr(ct2, "FEW", few)
    monkeypatch.setattr(threads, "cores", lambda: 3)
    monkeypatch.setattr(ctranslate2, "Translator", Loaded)
    load_translator("mt-en-zh-nano", source="en", target="zh", options=options)
    assert asked["intra_threads"] == expected
