"""The two SentencePiece models and the vocabularies of a Marian checkpoint: sentences into token numbers, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from subtrans.finetune.batches import Example
    from subtrans.finetune.config import Languages

SIDES = ("source", "target")
BEST = 64
"""Segmentations of a text that one is drawn from."""
SMOOTHNESS = 0.3
"""Exponent of their probabilities; lower cuts into smaller pieces (Kudo 2018)."""


class MarianTokeniser:
    """Two SentencePiece models and a vocabulary that holds the pieces of both, or one for each."""

    forced_start: int | None = None
    mask: int | None

    def __init__(self, folder: Path, languages: Languages) -> None:
        from sentencepiece import SentencePieceProcessor

        from subtrans.engines.models.contents import read_json
        from subtrans.engines.models.families import frame
        from subtrans.engines.translation.tokenisation import plain_marks
        from subtrans.text.languages import language

        self._sides = tuple(SentencePieceProcessor(model_file=str(folder / f"{side}.spm")) for side in SIDES)
        apart = read_json(folder / "config.json", {}).get("share_encoder_decoder_embeddings") is False
        self.one_vocabulary = not apart
        names = ("vocab.json", "target_vocab.json" if apart else "vocab.json")
        read, said = (read_json(folder / name) for name in names)
        self._numbers: tuple[dict[str, int], dict[str, int]] = (read, said)
        self._pieces = {number: piece for piece, number in said.items()}
        sides = zip(self._sides, self._numbers, strict=True)
        self._plain = [plain_marks(partial(side.encode, out_type=str), known) for side, known in sides]
        # Marian has no mask, and with pieces for all bytes nothing else is unknown.
        self.mask = read["<unk>"]
        before = frame("marian", language(languages.source), language(languages.target), read).before
        self._before = [read[token] for token in before]
        self._silent = {said[token] for token in ("</s>", "<pad>") if token in said}

    def encode(self, texts: Sequence[str], *, target: bool = False) -> list[list[int]]:
        """The token numbers of each text, most probable segmentation."""
        lines = [text.translate(self._plain[target]) for text in texts]
        cut = self._sides[target].encode(lines, out_type=str, num_threads=1)
        return [self._framed(pieces, target) for pieces in cut]

    def sample(self, texts: Sequence[str], share: float, generator: random.Random, *, target: bool) -> list[list[int]]:
        """As `encode`, with a `share` of the texts cut at random.

        Drawn from the best segmentations by our own generator: SentencePiece's draws, whatever their seed, differ from
        process to process, and a run that goes on after a kill could not come to the same numbers.
        """
        cut = self.encode(texts, target=target)
        for index, text in enumerate(texts):
            if generator.random() < share:
                cut[index] = self._framed(self._draw(text, generator, target), target)
        return cut

    def length(self, example: Example) -> int:
        """That of the longer side."""
        return example.length

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of target pieces."""
        pieces = [self._pieces[token] for token in tokens if token not in self._silent and token in self._pieces]
        text: str = self._sides[1].decode(pieces)
        return text.replace("▁", " ")  # of the source's pieces, which the target's model does not know

    def _draw(self, text: str, generator: random.Random, target: bool) -> list[str]:
        side = self._sides[target]
        text = text.translate(self._plain[target])
        found: list[list[int]] = side.nbest_encode(text, nbest_size=BEST, out_type=int)
        # The score of a segmentation is its log-probability: the sum over its pieces, each an independent draw.
        scores = [sum(side.get_score(piece) for piece in pieces) for pieces in found]
        weights = [math.exp(SMOOTHNESS * (score - max(scores))) for score in scores]
        return [side.id_to_piece(piece) for piece in generator.choices(found, weights)[0]]

    def _framed(self, pieces: Sequence[str], target: bool) -> list[int]:
        before, numbers = [] if target else self._before, self._numbers[target]
        return [*before, *(numbers.get(piece, numbers["<unk>"]) for piece in pieces), numbers["</s>"]]
