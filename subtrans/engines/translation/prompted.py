"""Texts in, their translations by a language model in CTranslate2's format out: each text is put to it as a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.engines.machine.devices import opening, resolve_device
from subtrans.engines.machine.threads import cores
from subtrans.engines.models.contents import read_notes
from subtrans.engines.models.families import frame
from subtrans.engines.translation.sharing import shared
from subtrans.engines.translation.splitting import SplittingTranslator, ranked
from subtrans.engines.translation.tokenisation import load_tokenizer
from subtrans.text.languages import language
from subtrans.text.typeset import typeset
from subtrans.types import Hypothesis

if TYPE_CHECKING:
    from subtrans.engines.models.store import Model
    from subtrans.engines.translation.options import TranslatorOptions

POSITIONS = 1024
"""Of prompt and translation together, where the model does not say."""


class PromptedTranslator(SplittingTranslator):
    """The Translator port over `ctranslate2.Generator`, from one language to another; it knows no alignment."""

    def __init__(self, model: Model, source: str, target: str, options: TranslatorOptions) -> None:
        import ctranslate2

        super().__init__(target, options)
        framing = frame("prompted", language(source), self._language, ())
        self._before, self._behind = framing.text, framing.behind
        device = resolve_device(options.device, options.compute_type)
        threads = options.threads or cores()
        with opening(model.path, device):
            self._tokenizer = load_tokenizer(model.path / "tokenizer.json")
            notes = read_notes(model.path)
            self._positions, self._end = int(notes.get("max_positions") or POSITIONS), str(notes["end"])
            self._generator = shared(
                model.path,
                (device, threads),
                lambda: ctranslate2.Generator(
                    str(model.path), device=device.kind, compute_type=device.compute_type, intra_threads=threads
                ),
            )

    def _translate_parts(self, parts: list[str]) -> dict[str, Hypothesis]:
        groups: dict[int, list[str]] = {}
        for part in parts:
            groups.setdefault(self._limit(part), []).append(part)
        done: dict[str, Hypothesis] = {}
        for limit, members in sorted(groups.items()):
            done.update(zip(members, self._generate(members, limit), strict=True))
        return done

    def _prompt(self, text: str) -> list[str]:
        tokens: list[str] = self._tokenizer.encode(self._before + " ".join(text.split()) + self._behind).tokens
        return tokens

    def _fits(self, text: str) -> bool:
        """Whether the prompt leaves at least as much room as it takes."""
        return 2 * len(self._prompt(text)) <= self._positions

    def _limit(self, text: str) -> int:
        """Three times the prompt in steps of powers of two, which depends on the text alone, if there is room."""
        length = len(self._prompt(text))
        return max(1, min(3 << length.bit_length(), self._options.max_length, self._positions - length - 1))

    def _generate(self, texts: list[str], limit: int) -> list[Hypothesis]:
        results = self._generator.generate_batch(
            [self._prompt(text) for text in texts],
            **self._options.search(),
            max_length=limit,
            end_token=self._end,
            include_prompt_in_result=False,
            return_scores=True,
        )
        return [ranked(map(self._hypothesis, result.sequences_ids, result.scores)) for result in results]

    def _hypothesis(self, tokens: list[int], score: float) -> Hypothesis:
        said = typeset(self._tokenizer.decode(tokens).strip(), self._language)
        return Hypothesis(said, self._options.mean(score, len(tokens)) if said else None)
