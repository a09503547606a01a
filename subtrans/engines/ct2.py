"""Texts in, their translations by a CTranslate2 model out: Marian, NLLB, M2M100, mBART-50, MADLAD, T5 and BART.

Only CTranslate2 and a tokeniser are needed at run time. One text is one sentence to the model; a longer one is cut into
parts that fit, and nothing is ever cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from subtrans.engines.splitting import split_text
from subtrans.types import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.engines.store import Model


@dataclass(frozen=True, slots=True)
class TranslatorOptions:
    """How a translator works."""

    device: str = "auto"
    """`cpu`, `cuda`, or `auto`: CUDA if it really works."""
    compute_type: str = "auto"
    """Precision of the arithmetic: `auto` is int8 on a processor and float16 on a GPU."""
    threads: int = 0
    """Processor threads; 0 takes all cores."""
    beam_size: int = 4
    """Hypotheses kept while decoding: more is slower and, up to about 5, a little better; 1 is greedy."""
    batch_tokens: int = 1024
    """Source tokens decoded at once: more is faster and takes more memory."""
    max_length: int = 512
    """Longest translation of one sentence in tokens; it ends a decoder that loops."""
    repetition_penalty: float = 1.0
    """Above 1, tokens that were said already become less likely."""
    no_repeat_ngram: int = 0
    """No sequence of so many tokens is said twice; 0 allows all."""


class CTranslate2Translator:
    """The Translator port over a CTranslate2 model, from one language to another."""

    def __init__(self, model: Model, source: str, target: str, options: TranslatorOptions) -> None:
        from subtrans.engines.families import MAX_POSITIONS, TRAINED_POSITIONS, frame
        from subtrans.engines.layouts import read_notes, read_vocabulary
        from subtrans.engines.tokenisation import Tokeniser, load_pieces
        from subtrans.text.languages import language

        family = model.description.family or "plain"
        framing = frame(family, language(source), language(target), read_vocabulary(model.path))
        self._tokeniser = Tokeniser(load_pieces(model.path), framing, model.description.tokens or ())
        positions = read_notes(model.path).get("max_positions") or MAX_POSITIONS.get(family, TRAINED_POSITIONS)
        self._positions = int(positions)
        self._glue = " " if language(target).spaced else ""
        self._options = options
        self._translator = _load(model, options)

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order; its score is the mean log-probability of its tokens."""
        parts = {text: split_text(text, self._fits) for text in dict.fromkeys(texts)}
        done = self._translate_parts(list(dict.fromkeys(part for each in parts.values() for part in each)))
        return [join_parts([done[part] for part in parts[text]], self._glue) for text in texts]

    def _fits(self, text: str) -> bool:
        return len(self._tokeniser.encode(text)) <= self._positions

    def _translate_parts(self, parts: list[str]) -> dict[str, Hypothesis]:
        """Texts of like length are decoded together, and the longest output allowed depends on the text alone."""
        groups: dict[int, list[tuple[str, list[str]]]] = {}
        for part in parts:
            tokens = self._tokeniser.encode(part)
            groups.setdefault(self._limit(len(tokens)), []).append((part, tokens))
        done = {}
        for limit, members in sorted(groups.items()):
            results = self._decode([tokens for _, tokens in members], limit)
            for (part, _), result in zip(members, results, strict=True):
                text = self._tokeniser.decode(result.hypotheses[0])
                done[part] = Hypothesis(text, float(result.scores[0]) if text else None)
        return done

    def _limit(self, tokens: int) -> int:
        """Three times the source, in steps of powers of two, with room for short ones."""
        step = max(16, 1 << (tokens - 1).bit_length())
        return min(3 * step, self._options.max_length, self._positions)

    def _decode(self, sources: list[list[str]], limit: int) -> list[Any]:
        prefix = self._tokeniser.prefix
        results: list[Any] = self._translator.translate_batch(
            sources,
            target_prefix=[prefix] * len(sources) if prefix else None,
            max_batch_size=self._options.batch_tokens,
            batch_type="tokens",
            beam_size=self._options.beam_size,
            repetition_penalty=self._options.repetition_penalty,
            no_repeat_ngram_size=self._options.no_repeat_ngram,
            max_input_length=0,  # CTranslate2 would cut longer inputs without a word
            max_decoding_length=limit,
            disable_unk=True,
            return_scores=True,
        )
        return results


def join_parts(parts: Sequence[Hypothesis], glue: str) -> Hypothesis:
    """The parts of one text as one; the score is the mean, each part counted by its length."""
    said = [part for part in parts if part.text]
    weights = [len(part.text) for part in said]
    total = sum((part.score or 0.0) * weight for part, weight in zip(said, weights, strict=True))
    return Hypothesis(glue.join(part.text for part in said), total / sum(weights) if said else None)


def _load(model: Model, options: TranslatorOptions) -> Any:
    import ctranslate2

    from subtrans.engines.devices import opening, resolve_device

    device = resolve_device(options.device, options.compute_type, family=model.description.family)
    with opening(model.path, device):
        return ctranslate2.Translator(
            str(model.path), device=device.kind, compute_type=device.compute_type, intra_threads=options.threads
        )
