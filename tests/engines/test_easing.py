"""A GPU without memory costs speed and one line, not the run."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from contracts import check_transcriber
from fakes import FakeTranscriber, spoken

from subtrans.engines import TranscriberOptions
from subtrans.engines.recognition.easing import EasingTranscriber, eased
from subtrans.errors import DeviceError
from subtrans.types import Audio, Span

AUDIO = Audio(spoken("one two Stop. "))
LADDER = [(8, "auto", "auto"), (4, "auto", "auto"), (2, "auto", "auto"), (2, "int8", "auto"), (8, "auto", "cpu")]


def steps(options: TranscriberOptions) -> tuple[int, str, str]:
    return options.batch_size, options.compute_type, options.device


def test_the_ladder() -> None:
    asked = options = TranscriberOptions()
    found = [steps(options)]
    while (smaller := eased(options, asked)) is not None:
        options = smaller
        found.append(steps(options))
    assert found == LADDER


@pytest.mark.parametrize("fits", range(len(LADDER)))
@pytest.mark.parametrize("when", ["loading", "hearing"])
@pytest.mark.parametrize(
    "said", ["CUDA failed with error out of memory", "cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED"]
)
def test_it_goes_on_with_what_fits_and_says_so_once(
    fits: int, when: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    loaded: list[tuple[int, str, str]] = []

    def load(options: TranscriberOptions) -> Any:
        loaded.append(steps(options))
        full = loaded[-1] != LADDER[fits]
        if full and when == "loading":
            raise DeviceError("the model does not fit: use --device cpu") from RuntimeError(said)
        return FakeTranscriber(failure=RuntimeError(said) if full else None)

    with caplog.at_level(logging.WARNING, "subtrans.engines"):
        engine = EasingTranscriber(load, TranscriberOptions())
        check_transcriber(engine, AUDIO, [Span(0, 1000)], "en")
    assert loaded == LADDER[: fits + 1]
    assert len(caplog.records) == min(fits, 1)


def test_where_nothing_is_left_to_try_it_is_the_callers() -> None:
    def load(options: TranscriberOptions) -> Any:
        return FakeTranscriber(failure=RuntimeError("out of memory"))

    engine = EasingTranscriber(load, TranscriberOptions())
    with pytest.raises(RuntimeError, match="out of memory"):
        engine.transcribe(AUDIO, [Span(0, 1000)], "en")


def test_other_failures_are_not_tried_again() -> None:
    engine = EasingTranscriber(lambda options: FakeTranscriber(failure=RuntimeError("broken")), TranscriberOptions())  # type: ignore[arg-type,return-value]
    with pytest.raises(RuntimeError, match="broken"):
        engine.transcribe(AUDIO, [Span(0, 1000)], "en")
