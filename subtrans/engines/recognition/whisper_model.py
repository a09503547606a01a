"""The folder of a Whisper model in CTranslate2's format in; it, loaded by faster-whisper, out."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from subtrans.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from subtrans.engines.models.store import Model
    from subtrans.engines.recognition.options import TranscriberOptions

_log = logging.getLogger("subtrans.engines")

SECOND, SHORTEST = 100, 4
"""Mel frames in a second; the seconds that a model which knows short windows was taught to hear at least."""


def load_whisper(model: Model, options: TranscriberOptions) -> tuple[Any, int]:
    """The model, loaded by faster-whisper, and how many threads may ask it at once; DeviceError or ModelError."""
    from faster_whisper import WhisperModel

    from subtrans.engines.machine.devices import opening, resolve_device
    from subtrans.engines.machine.threads import cores, lanes
    from subtrans.engines.models.contents import read_vocabulary
    from subtrans.engines.models.layouts import ENGLISH_ONLY
    from subtrans.engines.recognition.heads import HEAD, Head, heed

    _check_numbers(model.path)
    if not (model.path / "tokenizer.json").is_file():  # faster-whisper would fetch that of another model
        raise ModelError(f"{model.path} has no tokenizer.json: copy that of the model which it was converted from")
    device = resolve_device(options.device, options.compute_type)
    threads = options.threads or cores()
    workers, threads = (1, threads) if options.alone or device.kind != "cpu" else lanes(threads)
    with opening(model.path, device), _with_own_heads(model.path) as folder:
        loaded = WhisperModel(
            str(folder), device=device.kind, compute_type=device.compute_type, cpu_threads=threads, num_workers=workers
        )
    _fit_features(loaded)
    if not loaded.model.is_multilingual and len(read_vocabulary(model.path)) != ENGLISH_ONLY:
        loaded.model = Multilingual(loaded.model)
    if device.kind == "cpu":
        loaded.encode = one_by_one(loaded.encode)
    card = model.description.card
    if card is not None and card.window is not None:  # it was taught short windows as they are
        encode = loaded.encode
        loaded.encode = lambda features: encode(unpadded(features))
    if (model.path / HEAD).is_file():
        heed(loaded, Head(model.path / HEAD))
    return loaded, workers if device.kind == "cpu" else 1 if options.alone else 2


def _check_numbers(folder: Path) -> None:
    """ModelError where the model's configuration names what it cannot have, at which CTranslate2 ends the process."""
    from subtrans.engines.models.contents import read_json, read_vocabulary

    config, known = read_json(folder / "config.json"), len(read_vocabulary(folder))
    tokens, heads = config.get("suppress_ids_begin") or [], config.get("alignment_heads", [])
    try:
        good = all(0 <= token < known for token in tokens) and all(min(layer, head) >= 0 for layer, head in heads)
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ModelError(f"{folder / 'config.json'} names tokens or heads that are none: convert the model again")


@contextmanager
def _with_own_heads(folder: Path) -> Iterator[Path]:
    """The folder, or what stands for it while it is loaded, where it names heads of the larger model that taught it."""
    from subtrans.engines.models.binary import decoder_size
    from subtrans.engines.models.contents import read_json
    from subtrans.engines.networks.whisper import own_heads

    config, size = read_json(folder / "config.json"), decoder_size(folder / "model.bin")
    named = config.get("alignment_heads") or []
    if size is None or all(layer < size[0] and head < size[1] for layer, head in named):
        yield folder
        return
    with TemporaryDirectory() as place:
        for path in folder.iterdir():
            if path.is_file() and path.name != "config.json":
                _link(path.resolve(), Path(place) / path.name)
        mended = {**config, "alignment_heads": own_heads(named, *size)}
        (Path(place) / "config.json").write_text(json.dumps(mended), encoding="utf-8")
        yield Path(place)


def _link(path: Path, link: Path) -> None:
    """Let `link` be the file `path`: Windows lets few people make links but hard ones, on one disk; else a copy."""
    for way in (link.symlink_to, link.hardlink_to):
        with suppress(OSError):
            return way(path)
    copyfile(path, link)
    return None


def _fit_features(loaded: Any) -> None:
    """Give the model as many mel bands as it hears; its preprocessor_config.json is often missing or another one's."""
    from faster_whisper.feature_extractor import FeatureExtractor

    bands = loaded.model.n_mels
    if len(loaded.feature_extractor.mel_filters) != bands:
        loaded.feature_extractor = FeatureExtractor(**{**loaded.feat_kwargs, "feature_size": bands})


def fit_hotwords(loaded: Any, hotwords: str) -> str | None:
    """Which of the words to expect the model is told: as many as fit into half of its context; none if never taught."""
    if not hotwords or isinstance(loaded.model, Multilingual):
        return None
    tokens = loaded.hf_tokenizer.encode(f" {hotwords}", add_special_tokens=False).ids
    most = loaded.max_length // 2 - 1
    if len(tokens) <= most:
        return hotwords
    fitting = loaded.hf_tokenizer.decode(tokens[: most - 1]).strip()
    kept = fitting.rpartition(", ")[0] or fitting
    _log.warning(
        "the recogniser cannot be told so many words to expect: it is told those up to %s", kept.split(", ")[-1]
    )
    return f"{kept}."


def rank_languages(loaded: Any, samples: NDArray[np.float32]) -> list[tuple[str, float]]:
    """Whisper's codes with their probabilities, the likeliest first; none if there is no sound."""
    for only_speech in (True, False):
        try:
            _, _, ranked = loaded.detect_language(samples, vad_filter=only_speech, language_detection_segments=4)
        except ValueError:  # faster-whisper's answer to nothing left to judge
            continue
        return list(ranked)
    return []


def one_by_one(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An encoder that takes one window at a time, as on a processor several at once are no faster.

    Each takes memory by the square of its length for its attention to itself, much of what a recogniser needs.
    """

    def encode_one_by_one(features: NDArray[np.float32]) -> Any:
        import ctranslate2
        import numpy as np

        if features.ndim < 3 or len(features) < 2:
            return encode(features)
        return ctranslate2.StorageView.from_array(np.concatenate([encode(one[None]) for one in features]))

    return encode_one_by_one


def unpadded(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel features of windows, frames last, with little of what faster-whisper puts behind the longest to make it 30 s.

    One to two seconds stay: it takes word times from frames up to the next whole second, which must be there.
    """
    import numpy as np

    sounding = np.flatnonzero(features.any(axis=tuple(range(features.ndim - 1))))
    seconds = (int(sounding[-1]) + 1 if len(sounding) else 0) // SECOND + 2
    return np.ascontiguousarray(features[..., : max(SHORTEST, seconds) * SECOND])


class Multilingual:
    """A model of few tokens that was trained with language tokens all the same.

    CTranslate2 tells the models without language tokens by the size of their vocabulary, below 51,865, so that it takes
    a small model with a vocabulary of its own for one, and faster-whisper would leave the tokens out.
    """

    is_multilingual = True

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)
