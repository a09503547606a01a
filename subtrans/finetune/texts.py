"""Sentences in, token numbers of a checkpoint's vocabulary out, and back; cut at random where training wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from subtrans.engines.models.families import frame
from subtrans.engines.models.layouts import TARGET_SIDE, describe_checkpoint
from subtrans.engines.translation.tokenisation import joined_text, mended, numbers_between, plain_marks
from subtrans.errors import ConfigError, ModelError
from subtrans.finetune.marian import MarianTokeniser
from subtrans.text.languages import language

if TYPE_CHECKING:
    import random

    from subtrans.finetune.batches import Example
    from subtrans.finetune.config import Languages


class Tokeniser(Protocol):
    """Cuts the sentences of both sides, each ended and framed as the model wants them."""

    forced_start: int | None
    """The token that every target begins with, if the model wants one."""

    mask: int | None
    """The token that stands for a masked span; None for a language model."""

    one_vocabulary: bool
    """Whether a token number is the same piece on both sides."""

    def encode(self, texts: Sequence[str], *, target: bool = False) -> list[list[int]]:
        """The token numbers of each text."""
        ...

    def length(self, example: Example) -> int:
        """The positions that an example takes."""
        ...

    def sample(self, texts: Sequence[str], share: float, generator: random.Random, *, target: bool) -> list[list[int]]:
        """As `encode`, with a `share` of the texts cut at random; ConfigError if the model cannot."""
        ...

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of a target."""
        ...


def open_tokeniser(folder: Path, languages: Languages) -> Tokeniser:
    """The tokeniser of the checkpoint in `folder`."""
    if all((folder / name).is_file() for name in ("source.spm", "target.spm", "vocab.json")):
        return MarianTokeniser(folder, languages)
    if (folder / TARGET_SIDE).is_dir():
        return JoinedTokeniser(folder, languages)
    if is_language_model(folder):
        return PromptTokeniser(folder, languages)
    return CheckpointTokeniser(folder, languages)


def open_tokenisers(folder: Path, languages: Languages, others: Iterable[str]) -> list[Tokeniser]:
    """The tokeniser of the checkpoint into each target language; ConfigError where it would not tell them apart."""
    tags = [languages.target, *others]
    found = [open_tokeniser(folder, replace(languages, target=tag)) for tag in tags]
    frames = {(tuple(one.encode(["a"])[0]), one.forced_start): tag for one, tag in zip(found, tags, strict=True)}
    if len(frames) < len(tags):
        raise ConfigError(
            f"data.others: the base has no tokens to tell {', '.join(tags)} apart: take one of several target languages"
        )
    return found


def is_language_model(folder: Path) -> bool:
    """Whether the checkpoint is a decoder alone, which is prompted for a translation."""
    return describe_checkpoint(folder, folder.name).family == "prompted"


class CheckpointTokeniser:
    """Whatever transformers finds in the checkpoint: NLLB, M2M100, mBART-50, T5 and their kin."""

    forced_start: int | None
    mask: int | None
    one_vocabulary = True

    def __init__(self, folder: Path, languages: Languages) -> None:
        self._tokenizer = load_tokenizer(folder)
        self.mask = _mask(self._tokenizer)
        family = describe_checkpoint(folder, folder.name).family or "plain"
        source, target = language(languages.source), language(languages.target)
        vocabulary = self._tokenizer.get_vocab()
        self._plain = plain_marks(self._tokenizer.tokenize, vocabulary)
        self._frame = framing = frame(family, source, target, vocabulary)
        self._prefix = framing.text or ("" if framing.target else "".join(framing.before))
        told = framing.target[:1]
        self.forced_start = int(self._tokenizer.convert_tokens_to_ids(told[0])) if told else None

    def encode(self, texts: Sequence[str], *, target: bool = False) -> list[list[int]]:
        """The token numbers of each text."""
        if not texts:
            return []
        texts = [text.translate(self._plain) for text in texts]
        if self._frame.target:
            before = self._frame.target if target else self._frame.before
            return numbers_between(self._tokenizer, texts, before, self._frame.after)
        if target:
            numbers = self._tokenizer(text_target=list(texts))["input_ids"]
        else:
            numbers = self._tokenizer([self._prefix + text for text in texts])["input_ids"]
        return [list(row) for row in numbers]

    def sample(self, texts: Sequence[str], share: float, generator: random.Random, *, target: bool) -> list[list[int]]:
        """As `encode`; this kind of tokeniser knows one segmentation only."""
        del generator
        if share:
            raise ConfigError("training.subword_sampling needs a Marian checkpoint: set it to 0 for this base model")
        return self.encode(texts, target=target)

    def length(self, example: Example) -> int:
        """That of the longer side."""
        return example.length

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of a target."""
        text: str = self._tokenizer.decode(list(tokens), skip_special_tokens=True)
        return text.strip()


class JoinedTokeniser(CheckpointTokeniser):
    """A pair of pretrained encoder and decoder: each side has its own tokenizer."""

    one_vocabulary = False

    def __init__(self, folder: Path, languages: Languages) -> None:
        del languages
        self._tokenizer, self._target = load_tokenizer(folder), load_tokenizer(folder / TARGET_SIDE)
        self._plain = plain_marks(self._tokenizer.tokenize, self._tokenizer.get_vocab())
        self._end = self._target.sep_token_id if self._target.sep_token_id is not None else self._target.eos_token_id
        self.forced_start = None
        self.mask = _mask(self._tokenizer)

    def encode(self, texts: Sequence[str], *, target: bool = False) -> list[list[int]]:
        """The token numbers of each text; a target without its first token, which the decoder starts from."""
        if not target:
            lines = [text.translate(self._plain) for text in texts]
            return [list(row) for row in self._tokenizer(lines)["input_ids"]] if texts else []
        rows = self._target(list(texts), add_special_tokens=False)["input_ids"] if texts else []
        return [[*row, self._end] for row in rows]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of a target; spaces that a tokenizer puts between Chinese characters are taken out again."""
        return joined_text(self._target, tokens)


class PromptTokeniser(CheckpointTokeniser):
    """A language model: the source is a prompt, the target what goes on from it."""

    def __init__(self, folder: Path, languages: Languages) -> None:
        framing = frame("prompted", language(languages.source), language(languages.target), ())
        self._before, self._behind = framing.text, framing.behind
        self._glue = language(languages.target).glue
        self._tokenizer = load_tokenizer(folder)
        self.forced_start = self.mask = None

    def encode(self, texts: Sequence[str], *, target: bool = False) -> list[list[int]]:
        """The token numbers of each prompt, or of each continuation with its end."""
        if target:
            rows = [self._tokenizer.encode(self._glue + text, add_special_tokens=False) for text in texts]
            return [[*row, self._tokenizer.eos_token_id] for row in rows]
        return [self._tokenizer.encode(self._before + text + self._behind) for text in texts]

    def length(self, example: Example) -> int:
        """Both sides together: they are one sequence."""
        return len(example.source) + len(example.target)


def load_tokenizer(folder: Path) -> Any:
    """What transformers splits texts by; ModelError if the folder has none."""
    from transformers import AutoTokenizer

    try:
        return mended(AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder} has no tokeniser that can be loaded: add its tokenizer's files") from error


def _mask(tokenizer: Any) -> int:
    """The mask of the vocabulary, T5's first sentinel, or what stands for the unknown."""
    sentinel = tokenizer.convert_tokens_to_ids("<extra_id_0>")
    found = [tokenizer.mask_token_id, None if sentinel == tokenizer.unk_token_id else sentinel, tokenizer.unk_token_id]
    return next(int(token) for token in found if token is not None)
