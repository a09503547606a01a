"""What a configuration may say of the model and of its training, each field explained by its effect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The model to start from: a checkpoint, or a new Marian of the given shape."""

    base: str = ""
    """Folder of a checkpoint: a translator (Marian, NLLB, M2M100, mBART, T5) or a language model, which is prompted.
    Empty, with no `encoder`, makes a new Marian from the fields below."""
    encoder: str = ""
    """Folder of a pretrained encoder (BERT and its kin), which with `decoder` becomes a translator."""
    decoder: str = ""
    """Folder of a pretrained decoder (BERT or GPT) of the target language; attention to the encoder is added."""
    width: int = 256
    """Size of every hidden state (`d_model`)."""
    feed_forward: int = 1024
    """Size inside the feed-forward blocks."""
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 2
    """The decoder is what takes time when translating; two layers are nearly as good as four."""
    source_vocabulary: int = 3500
    """SentencePiece pieces of the source side, learned from the training data."""
    target_vocabulary: int = 4000
    character_coverage: float = 0.9998
    """Share of target characters that get a piece of their own; rarer ones are spelled in bytes."""
    max_positions: int = 256
    """Longest sentence in pieces."""
    aligned_start: bool = True
    """Begin with embeddings in which pieces that occur in the same sentence pairs are near each other."""

    def __post_init__(self) -> None:
        if bool(self.encoder) != bool(self.decoder) or (self.base and self.encoder):
            raise ValueError("encoder and decoder are given together, and without base")
        if self.width % self.heads or self.width % 2:
            raise ValueError(f"width ({self.width}) must be even and a multiple of heads ({self.heads})")


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How the weights are learned."""

    steps: int = 5000
    """Updates of the weights."""
    learning_rate: float = 3e-4
    """The highest rate, held between warm-up and decay."""
    warmup_steps: int = 400
    decay_share: float = 0.4
    """Last share of the steps, in which the rate falls in a straight line to zero (1: from the start)."""
    batch_tokens: int = 2600
    """Sentences of like length are batched until the longer side, padded, has so many tokens."""
    accumulate: int = 1
    """Batches for each update: a larger batch in the same memory."""
    dropout: float = 0.2
    label_smoothing: float = 0.1
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    """Gradients longer than this are shortened to it."""
    subword_sampling: float = 0.0
    """Share of sentences that are cut into pieces at random anew each time (Kudo 2018); Marian only."""
    precision: str = "auto"
    """`float32`, `bfloat16`, or `auto`: bfloat16 where the processor multiplies matrices in it."""
    device: str = "auto"
    """`cpu`, `cuda` or `auto`."""
    threads: int = 0
    """Processor threads; 0 takes all cores."""
    evaluate_every: int = 500
    """Steps between two translations of the dev set, each with a checkpoint."""
    patience: int = 0
    """Stop after so many evaluations without a better dev BLEU; 0 never stops early."""
    average: int = 1
    """Number of last evaluated weights that are averaged at the end, where the mean is better on dev."""
    max_length: int = 100
    """Longer sentences, in pieces, do not train; it also ends a translation of dev that loops."""
    seed: int = 1
    trackers: tuple[str, ...] = ("tensorboard",)
    """Who else is told of the losses and scores, where the package is there: `tensorboard` writes to the run's folder,
    `wandb` sends them to Weights & Biases over the network."""

    def __post_init__(self) -> None:
        if self.precision not in {"auto", "float32", "bfloat16"}:
            raise ValueError(f"precision must be auto, float32 or bfloat16, not {self.precision}")
        if self.device not in {"auto", "cpu", "cuda"}:
            raise ValueError(f"device must be auto, cpu or cuda, not {self.device}")
        if unknown := set(self.trackers) - {"tensorboard", "wandb"}:
            raise ValueError(f"trackers can be tensorboard and wandb, not {', '.join(sorted(unknown))}")
        for name in ("steps", "batch_tokens", "accumulate", "evaluate_every", "average", "max_length"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name in ("learning_rate", "warmup_steps", "weight_decay", "threads", "patience"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be at least 0")
        if not self.clip_norm > 0:
            raise ValueError("clip_norm must be above 0: inf shortens no gradient")
        for name in ("dropout", "label_smoothing"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1")
        if not 0 < self.decay_share <= 1:
            raise ValueError("decay_share must be above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """A search for the best settings before the training: Optuna's, by dev BLEU."""

    trials: int = 0
    """Trainings to try; 0 does not search."""
    space: Mapping[str, Any] = field(default_factory=dict)
    """What is tried: `"training.dropout" = { from = 0.0, to = 0.3 }` all between, with `log = true` in proportion, or
    `"tuning.method" = ["lora", "ia3"]` each of a list."""
    steps: int = 0
    """Steps of a trial; 0: as many as the training has."""
