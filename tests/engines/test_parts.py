"""Windows, cuts of long texts, voice detection and devices: what holds whatever comes in."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from contracts import check_detector
from hypothesis import given
from hypothesis import strategies as st

from subtrans.engines import DetectorOptions, load_detector
from subtrans.engines.machine.devices import resolve_device
from subtrans.engines.models.abilities import marian_pair
from subtrans.engines.models.families import frame, marian_tokens
from subtrans.engines.recognition.vad import FRAMES
from subtrans.engines.recognition.windows import GRID, WINDOW, pack_windows
from subtrans.engines.translation.splitting import split_text
from subtrans.errors import DeviceError
from subtrans.text.languages import language
from subtrans.types import Audio


@given(
    st.lists(st.tuples(st.integers(0, 640_000), st.integers(1, 900_000)), max_size=8),
    st.integers(1, 2_000_000),
    st.integers(32_000, WINDOW),
)
def test_windows_cover_all_speech(gaps: list[tuple[int, int]], length: int, longest: int) -> None:
    speech, position = [], 0
    for gap, duration in gaps:
        start = position + gap
        position = start + duration
        speech.append((start, position))
    windows = pack_windows(np.zeros(length, np.float32), speech, longest)
    for start, end in windows:
        assert 0 <= start < end <= length
        assert start % GRID == 0
        assert end - start <= longest
    assert all(one[1] <= two[0] for one, two in pairwise(windows))
    for start, end in speech:
        covered = sum(max(0, min(end, b) - max(start, a)) for a, b in windows)
        assert covered == max(0, min(end, length) - start)


def test_a_long_stretch_is_cut_where_it_is_quiet() -> None:
    samples = np.full(40 * 16_000, 0.1, np.float32)
    samples[20 * 16_000 : 20 * 16_000 + 1600] = 0
    (_, cut), _ = pack_windows(samples, [(0, len(samples))])
    assert 20 * 16_000 <= cut <= 20 * 16_000 + 1600


@given(st.text(max_size=200), st.integers(1, 40))
def test_no_letter_is_lost_by_splitting(text: str, size: int) -> None:
    parts = split_text(text, lambda part: len(part) <= size)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part and len(part) <= size for part in parts)


def test_texts_are_cut_at_sentences_first() -> None:
    fits = lambda part: len(part) <= 24  # noqa: E731
    assert split_text("One, two, three. Four, five, six.", fits) == ["One, two, three.", "Four, five, six."]
    assert split_text("一二三四五六。七八九十。", lambda part: len(part) <= 8) == ["一二三四五六。", "七八九十。"]


def test_detector_keeps_the_contract() -> None:
    samples = np.zeros(5 * 16_000, np.float32)
    samples[2 * 16_000 : 4 * 16_000] = np.random.default_rng(1).normal(0, 0.2, 2 * 16_000)
    assert check_detector(load_detector(), Audio(samples, 1600)) == []
    found = check_detector(load_detector(DetectorOptions(threshold=0.01)), Audio(voice(3.0), 1600))
    assert found


def test_detector_says_the_same_in_pieces() -> None:
    from faster_whisper.vad import get_vad_model

    load_detector()
    model = get_vad_model()
    sound = np.concatenate([voice(7.0), np.zeros(30_000, np.float32), voice(5.0)])
    sound = np.pad(sound, (0, -len(sound) % 512))
    assert len(sound) > 2 * 512 * FRAMES
    in_pieces = model(sound)
    whole, model.session = model.session, model.session._session
    try:
        np.testing.assert_array_equal(in_pieces, model(sound))
    finally:
        model.session = whole


def test_devices() -> None:
    assert resolve_device("cpu").kind == "cpu"
    assert resolve_device("auto").reason
    assert resolve_device("cpu", "float32").compute_type == "float32"
    with pytest.raises(DeviceError, match="unknown device"):
        resolve_device("tpu")
    with pytest.raises(DeviceError, match="choose auto or one of"):
        resolve_device("cpu", "int3")


def test_cuda_that_does_not_work_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from subtrans.engines.machine import devices

    monkeypatch.setattr(devices, "cuda_problem", lambda: "no driver")
    assert resolve_device("auto").kind == "cpu"
    assert "no driver" in resolve_device("auto").reason
    with pytest.raises(DeviceError, match=r"no driver.*--device cpu"):
        resolve_device("cuda")


def test_on_windows_the_libraries_of_the_wheels_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from subtrans.engines.machine import devices

    def load(name: str, mode: int, winmode: int) -> None:
        assert winmode == 0
        if not any(Path(folder, name).is_file() for folder in os.environ["PATH"].split(os.pathsep)):
            raise OSError(f"Could not find module {name!r}")

    places = {package: tmp_path / package for package in devices.LIBRARIES}
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: SimpleNamespace(submodule_search_locations=[str(places[name])])
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices.preload_cuda() == "cublasLt64_12.dll"
    for package, name in ("nvidia.cublas", "cublasLt64_12"), ("nvidia.cublas", "cublas64_12"):
        (places[package] / "bin").mkdir(parents=True, exist_ok=True)
        (places[package] / "bin" / f"{name}.dll").touch()
    assert devices.preload_cuda() == "cudnn64_9.dll"
    (tmp_path / "cudnn64_9.dll").touch()  # installed by hand
    assert devices.preload_cuda() is None
    assert {str(place / "bin") for place in places.values()} < set(os.environ["PATH"].split(os.pathsep))


def test_marian_names() -> None:
    assert marian_pair("Helsinki-NLP/opus-mt-en-zh") == ("en", "zh")
    assert marian_pair("Helsinki-NLP/opus-mt-tc-big-en-pt") == ("en", "pt")
    assert marian_pair("Helsinki-NLP/opus-mt-en-jap") == ("en", "ja")
    assert marian_pair("Helsinki-NLP/opus-mt-en-ROMANCE") == ("en", None)
    assert marian_pair("runs/mine") == (None, None)
    assert marian_tokens(language("zh"))[0] == ">>cmn_Hans<<"
    assert ">>zh<<" not in marian_tokens(language("zh-Hant"))
    assert ">>deu<<" in marian_tokens(language("de"))
    for tag, token in ("pt", ">>por<<"), ("pt-BR", ">>pob<<"):
        assert frame("marian", language("en"), language(tag), (">>por<<", ">>pob<<")).before == (token,)


def voice(seconds: float) -> np.ndarray:
    """A buzz through three formants, swelling four times a second: the least that a detector takes for a voice."""
    time = np.arange(int(seconds * 16_000)) / 16_000
    pitch = 120 + 15 * np.sin(2 * np.pi * 3 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / 16_000
    sound = sum(
        np.sin(n * phase) * sum(np.exp(-(((n * 120 - f) / 120) ** 2)) for f in (600, 1200, 2500)) for n in range(1, 30)
    )
    swell = np.clip(np.sin(2 * np.pi * 4 * time), 0, 1)
    return np.asarray(0.1 * sound * swell, np.float32)


def test_importing_the_engines_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'torch', 'transformers', 'ctranslate2', 'faster_whisper', 'huggingface_hub', 'tokenizers'}"
    code = f"import sys, subtrans.engines; print(sorted({heavy} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
