"""A text in, the token strings that a CTranslate2 translator takes out, and back; no transformers, no torch.

Which files split a text: `source.spm` and `target.spm` (Marian), else `tokenizer.json`, which holds what a fine-tuning
added too, else the SentencePiece model that the original came with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from subtrans.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subtrans.engines.families import Frame

SENTENCEPIECE = ("sentencepiece.bpe.model", "spiece.model", "sentencepiece.model")


class Pieces(Protocol):
    """Splits a text into the tokens of the vocabulary and joins them again."""

    def split(self, text: str) -> list[str]:
        """The tokens of a text, without what frames it."""
        ...

    def join(self, tokens: Sequence[str]) -> str:
        """The text of tokens; those that are no text are left out."""
        ...


class Tokeniser:
    """Splits and frames texts for one model and one pair of languages."""

    def __init__(self, pieces: Pieces, frame: Frame) -> None:
        self._pieces = pieces
        self._frame = frame
        self.prefix = list(frame.target)
        """What every target begins with."""

    def encode(self, text: str) -> list[str]:
        """All tokens that the encoder sees."""
        # What Whisper and subtitles break over lines is one sentence to the translator.
        line = " ".join(text.split())
        return [*self._frame.before, *self._pieces.split(self._frame.text + line), *self._frame.after]

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of a hypothesis, its language token left out."""
        body = tokens[len(self.prefix) :] if list(tokens[: len(self.prefix)]) == self.prefix else tokens
        return self._pieces.join(body).strip()


def load_pieces(folder: Path, *, specials: bool = False) -> Pieces:
    """What splits text for the model in `folder`; with `specials`, the tokenizer frames the text by its own rule."""
    if (folder / "source.spm").is_file() and (folder / "target.spm").is_file():
        return SentencePieces(folder / "source.spm", folder / "target.spm")
    if (folder / "tokenizer.json").is_file():
        return TokenizerPieces(folder / "tokenizer.json", specials=specials)
    for name in SENTENCEPIECE:
        if (folder / name).is_file():
            return SentencePieces(folder / name, folder / name)
    raise ModelError(
        f"{folder} has no tokeniser (source.spm and target.spm, tokenizer.json or {SENTENCEPIECE[0]}): "
        "copy them beside model.bin"
    )


class SentencePieces:
    """SentencePiece models of the two sides; one file where both sides share it."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source = _sentencepiece(source)
        self._target = self._source if target == source else _sentencepiece(target)

    def split(self, text: str) -> list[str]:
        """The pieces of the source side."""
        pieces: list[str] = self._source.encode(text, out_type=str)
        return pieces

    def join(self, tokens: Sequence[str]) -> str:
        """The text of pieces of the target side."""
        text: str = self._target.decode([token for token in tokens if not _is_special(token)])
        return text


class TokenizerPieces:
    """A `tokenizer.json`, with or without the special tokens that its own rule puts around a text."""

    def __init__(self, file: Path, *, specials: bool) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # the binding raises the bare Exception
            raise ModelError(f"cannot read {file} ({error}): fetch or save the model again") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._specials = specials

    def split(self, text: str) -> list[str]:
        """The tokens of the text."""
        tokens: list[str] = self._tokenizer.encode(text, add_special_tokens=self._specials).tokens
        return tokens

    def join(self, tokens: Sequence[str]) -> str:
        """The text of the tokens that the file knows."""
        numbers = [self._tokenizer.token_to_id(token) for token in tokens if not _is_special(token)]
        text: str = self._tokenizer.decode([number for number in numbers if number is not None])
        return text


def _sentencepiece(file: Path) -> Any:
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=str(file))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"cannot read {file} ({error}): fetch or save the model again") from error


def _is_special(token: str) -> bool:
    return token in {"<s>", "</s>", "<pad>", "<unk>", "⁇"} or (token.startswith(">>") and token.endswith("<<"))
