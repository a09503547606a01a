"""A GPU without memory costs speed and one line, not the run."""

from __future__ import annotations

import logging
from typing import Any, Literal

import pytest
from contracts import check_transcriber, check_translator
from fakes import FakeTranscriber, FakeTranslator, spoken

from subtrans.engines import TranscriberOptions, TranslatorOptions
from subtrans.engines.machine.devices import Device
from subtrans.engines.machine.easing import eased
from subtrans.engines.recognition import options
from subtrans.engines.recognition.easing import EasingTranscriber
from subtrans.engines.translation.easing import EasingTranslator
from subtrans.errors import DeviceError
from subtrans.types import Audio, Span

AUDIO = Audio(spoken("one two Stop. "))
OPTIONS = TranscriberOptions(batch_size=8)
LADDER = [(8, "auto", "auto"), (4, "auto", "auto"), (2, "auto", "auto"), (2, "int8", "auto"), (8, "auto", "cpu")]


def steps(options: TranscriberOptions) -> tuple[int, str, str]:
    return options.batch_size, options.compute_type, options.device


def test_the_ladder() -> None:
    asked = options = OPTIONS
    found = [steps(options)]
    while (smaller := eased(options, asked, "batch_size")) is not None:
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
        engine = EasingTranscriber("big", load, OPTIONS)
        check_transcriber(engine, AUDIO, [Span(0, 1000)], "en")
    assert loaded == LADDER[: fits + 1]
    assert len(caplog.records) == min(fits, 1)


def test_where_nothing_is_left_to_try_it_is_the_callers() -> None:
    def load(options: TranscriberOptions) -> Any:
        return FakeTranscriber(failure=RuntimeError("out of memory"))

    engine = EasingTranscriber("big", load, OPTIONS)
    with pytest.raises(RuntimeError, match="out of memory"):
        engine.transcribe(AUDIO, [Span(0, 1000)], "en")


def test_other_failures_are_not_tried_again() -> None:
    engine = EasingTranscriber("big", lambda options: FakeTranscriber(failure=RuntimeError("broken")), OPTIONS)  # type: ignore[arg-type,return-value]
    with pytest.raises(RuntimeError, match="broken"):
        engine.transcribe(AUDIO, [Span(0, 1000)], "en")


@pytest.mark.parametrize("fits", range(len(LADDER)))
def test_a_translator_and_those_steered_from_it_go_on_smaller_together(
    fits: int, caplog: pytest.LogCaptureFixture
) -> None:
    loaded: list[TranslatorOptions] = []

    class Engine(FakeTranslator):
        def steered(self, **changes: Any) -> Any:
            return Engine(changes.get("formality", self.target), self.failure)

    def load(options: TranslatorOptions) -> Any:
        loaded.append(options)
        return Engine(failure=RuntimeError("CUDA failed with error out of memory") if len(loaded) <= fits else None)

    with caplog.at_level(logging.WARNING, "subtrans.engines"):
        engine = EasingTranslator("big", load, TranslatorOptions())
        wide = engine.steered(formality="informal")
        check_translator(engine, ["one", "", "two"])
        assert [said.text for said in wide.translate(["one"])] == ["informal:one"]
        assert wide.continued("one", ["o"]) == []
    assert [(each.batch_tokens // 128, each.compute_type, each.device) for each in loaded] == LADDER[: fits + 1]
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "the GPU has too little memory for big"
    ] * min(fits, 1)


@pytest.mark.parametrize(
    ("kind", "asked", "batch", "ahead"),
    [("cpu", 0, 8, 4), ("cpu", 5, 5, 2), ("cpu", 1, 1, 1), ("cuda", 0, 16, 32), ("cuda", 5, 5, 10)],
)
def test_a_gpu_decodes_more_and_has_the_next_batch_at_hand(
    kind: Literal["cpu", "cuda"], asked: int, batch: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "resolve_device", lambda *_: Device(kind, "float32", "asked for"))
    wanted = TranscriberOptions(batch_size=asked)
    assert (options.fitted(wanted).batch_size, options.windows_ahead(wanted)) == (batch, ahead)
