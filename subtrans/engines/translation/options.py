"""What is asked of any translator in; what its engine is told, out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from subtrans.engines.machine.options import MachineOptions


@dataclass(frozen=True, slots=True)
class TranslatorOptions(MachineOptions):
    """How a translator works."""

    beam_size: int = 4
    """Hypotheses kept while decoding: more is slower and, up to about 5, a little better; 1 is greedy."""
    batch_tokens: int = 1024
    """Source tokens decoded at once: more is faster and takes more memory."""
    max_length: int = 1024
    """Longest translation of one sentence in tokens; it ends a decoder that loops."""
    repetition_penalty: float = 1.0
    """Above 1, tokens that were said already become less likely."""
    no_repeat_ngram: int = 0
    """No sequence of so many tokens is said twice; 0 allows all."""
    length_penalty: float = 1.0
    """The power of its length by which an output's log-probability is divided: at 1 outputs of any length are equals,
    at 0 short ones are likelier."""
    num_hypotheses: int = 1
    """Outputs for each text, the best and its alternatives; the beam is at least as wide."""
    formality: str | None = None
    """How people are addressed: `formal` or `informal`, where the model was trained to be told."""
    alignment: bool = True
    """Whether outputs say which character was written while looking at which one; without, all is faster."""

    def __post_init__(self) -> None:
        MachineOptions.__post_init__(self)
        if min(self.beam_size, self.batch_tokens, self.max_length, self.num_hypotheses) < 1:
            raise ValueError(f"nothing can be translated by {self}")

    def mean(self, score: float, length: int) -> float:
        """The mean log-probability of the tokens, of the score by which CTranslate2 ranks an output of that length.

        It counts the token that ends an output, which is not among those that it gives.
        """
        return score * float((length + 1) ** (self.length_penalty - 1))

    def search(self) -> dict[str, Any]:
        """What CTranslate2 is told of batches and of the search, by translators and language models alike."""
        return {
            "max_batch_size": self.batch_tokens,
            "batch_type": "tokens",
            "beam_size": max(self.beam_size, self.num_hypotheses),
            "num_hypotheses": self.num_hypotheses,
            "length_penalty": self.length_penalty,
            "repetition_penalty": self.repetition_penalty,
            "no_repeat_ngram_size": self.no_repeat_ngram,
        }
