"""A text in, the token strings that a CTranslate2 translator takes out, and back; no transformers, no torch.

Which files split a text: `source.spm` and `target.spm` (Marian), else `tokenizer.json`, which holds what a fine-tuning
added too, else the SentencePiece model that the original came with.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Protocol

from subtrans.errors import ModelError
from subtrans.text.context import CONTEXT, own, predecessors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from subtrans.engines.models.families import Frame

WIDE = "[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
SPECIAL = frozenset({"<s>", "</s>", "<pad>", "<unk>"})
FILLERS = ("<filler_", "<missing_", "<extra_id_")
"""How tokens begin that no tokenizer writes: of padded matrices, and T5's marks of masked spans."""
_NO_PIECE = "\U000f0000"
"""A character that no vocabulary has."""
_PLAIN = {"…": "...", "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-"}
_PLAIN |= dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛ʼ`´", "'")
"""How what is printed is typed."""
SENTENCEPIECE = ("sentencepiece.bpe.model", "spiece.model", "sentencepiece.model")


class Pieces(Protocol):
    """Splits a text into the tokens of the vocabulary and joins them again."""

    def split(self, text: str) -> list[str]:
        """The tokens of a text, without what frames it."""
        ...

    def split_target(self, text: str) -> list[str]:
        """The same with the tokens of the other side."""
        ...

    def join(self, tokens: Sequence[str]) -> str:
        """The text of tokens; those that are no text are left out."""
        ...


class Tokeniser:
    """Splits and frames texts for one model and one pair of languages."""

    def __init__(
        self,
        pieces: Pieces,
        frame: Frame,
        codes: Collection[str] = (),
        separator: str = "",
        vocabulary: Collection[str] = (),
    ) -> None:
        self._pieces = pieces
        self._plain = plain_marks(pieces.split, vocabulary) if vocabulary else {}
        self._frame = frame
        self._separator = separator
        self._silent = SPECIAL | set(codes)
        self.prefix = list(frame.target)
        """What every target begins with."""

    def encode(self, text: str) -> list[str]:
        """All tokens that the encoder sees: with a separator, those of the text's predecessors too."""
        tokens: list[str] = []
        for part in text.split(CONTEXT) if self._separator else [text]:
            # What Whisper and subtitles break over lines is one sentence to the translator.
            line = ("" if tokens else self._frame.text) + " ".join(part.split())
            tokens += [*([self._separator] if tokens else []), *self._split(line)]
        return [*self._frame.before, *tokens, *self._frame.after]

    def places(self, text: str, count: int) -> list[int | None]:
        """For each of the `count` tokens that the encoder sees, the character of the text that it begins with.

        None for the frame and for the predecessors, whose characters do not count.
        """
        from subtrans.engines.translation.attention import locate, unfold

        said = "" if self._separator and predecessors(text) else self._frame.text
        text = own(text) if self._separator else text
        where, tokens = unfold(text), self._split(said + " ".join(text.split()))
        begins = [begin - len(said) for begin in locate(tokens, said + " ".join(text.split()))]
        inside = [where[begin] if 0 <= begin < len(where) else None for begin in begins]
        after = len(self._frame.after)
        return [*(None for _ in range(count - len(inside) - after)), *inside, *(None for _ in range(after))]

    def _split(self, line: str) -> list[str]:
        return self._pieces.split(line.translate(self._plain))

    def begin(self, text: str) -> list[str]:
        """The tokens that a translation begins with if its text begins with `text`."""
        return [*self.prefix, *(self._pieces.split_target(text) if text else ())]

    def said(self, tokens: Sequence[str]) -> list[str]:
        """The tokens of a hypothesis for the text itself: a model may say what it said before once more."""
        last = max((place for place, token in enumerate(tokens) if token == self._separator), default=-1)
        return list(tokens[last + 1 :])

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of a hypothesis for the text itself; language tokens and their like say nothing."""
        told = [one for one in self.said(tokens) if one not in self._silent and not one.startswith(FILLERS)]
        return self._pieces.join(told).strip()


def plain_marks(split: Callable[[str], list[str]], vocabulary: Collection[str]) -> dict[int, str]:
    """What to write for the marks that a vocabulary lacks, as NLLB's lacks all but typewriters' quotation marks."""

    def known(text: str) -> bool:
        return all(piece in vocabulary and piece not in {"<unk>", "[UNK]"} for piece in split(text))

    return {ord(mark): plain for mark, plain in _PLAIN.items() if not known(f"a{mark}a") and known(f"a{plain}a")}


def load_pieces(folder: Path) -> Pieces:
    """What splits text for the model in `folder`."""
    if (folder / "source.spm").is_file() and (folder / "target.spm").is_file():
        return SentencePieces(folder / "source.spm", folder / "target.spm")
    if (folder / "tokenizer.json").is_file():
        return TokenizerPieces(folder / "tokenizer.json")
    for name in SENTENCEPIECE:
        if (folder / name).is_file():
            return SentencePieces(folder / name, folder / name)
    raise ModelError(
        f"{folder} has no tokeniser (source.spm and target.spm, tokenizer.json or {SENTENCEPIECE[0]}): "
        "copy them beside model.bin"
    )


def joined_text(tokenizer: Any, tokens: Sequence[int]) -> str:
    """What tokens of a transformers tokenizer say; WordPiece puts spaces between Chinese characters, which go."""
    text: str = tokenizer.decode(list(tokens), skip_special_tokens=True)
    return re.sub(rf"(?<={WIDE}) (?={WIDE})", "", text).strip()


def numbers_between(
    tokenizer: Any, texts: Sequence[str], before: Sequence[str], after: Sequence[str]
) -> list[list[int]]:
    """What a transformers tokenizer makes of texts, between these tokens, whatever it would put around them itself.

    Where NLLB's languages go depends on the class that its files name and on the version that saved them.
    """
    first, last = (tokenizer.convert_tokens_to_ids(list(tokens)) for tokens in (before, after))
    rows = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    return [[*first, *row, *last] for row in rows]


class SentencePieces:
    """SentencePiece models of the two sides; one file where both sides share it."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source = load_sentencepiece(source)
        self._target = self._source if target == source else load_sentencepiece(target)

    def split(self, text: str) -> list[str]:
        """The pieces of the source side."""
        pieces: list[str] = self._source.encode(text, out_type=str)
        return pieces

    def split_target(self, text: str) -> list[str]:
        """The pieces of the target side."""
        pieces: list[str] = self._target.encode(text, out_type=str)
        return pieces

    def join(self, tokens: Sequence[str]) -> str:
        """The text of pieces of the target side; one of the source's, which a shared vocabulary lets it say, too."""
        text: str = self._target.decode(list(tokens))
        return text.replace("▁", " ")  # what it does not know, it leaves as it is


class TokenizerPieces:
    """A `tokenizer.json`, without what its own rule would put around a text."""

    def __init__(self, file: Path) -> None:
        self._tokenizer = load_tokenizer(file)
        knows_bytes(self._tokenizer)

    def split(self, text: str) -> list[str]:
        """The tokens of the text."""
        tokens: list[str] = self._tokenizer.encode(text, add_special_tokens=False).tokens
        return tokens

    split_target = split

    def join(self, tokens: Sequence[str]) -> str:
        """The text of the tokens that the file knows."""
        numbers = [self._tokenizer.token_to_id(token) for token in tokens]
        text: str = self._tokenizer.decode([number for number in numbers if number is not None])
        return text


def load_tokenizer(file: Path) -> Any:
    """What a `tokenizer.json` holds, without how a training cut and filled up its texts; ModelError if damaged."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the binding raises the bare Exception
        raise ModelError(f"cannot read {file} ({error}): fetch or save the model again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def mended(tokenizer: Any) -> Any:
    """A transformers tokenizer that knows what is unknown to it, and bytes; transformers 5 forgets both for T5's class.

    With it, a character that MADLAD has no piece for would end the sentence, and bytes would be said as `<0xE6>`.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None and tokenizer.unk_token_id is not None:
        knows_bytes(backend, int(tokenizer.unk_token_id))
    return tokenizer


def knows_bytes(tokenizer: Any, unknown: int | None = None) -> None:
    """Let a Unigram tokenizer write and read what it has no piece for as bytes, if it has those, else as `unknown`."""
    from tokenizers import decoders, models

    if not isinstance(tokenizer.model, models.Unigram):
        return
    bytewise = all(tokenizer.token_to_id(f"<0x{byte:02X}>") is not None for byte in (0x00, 0x80, 0xFF))
    if bytewise and tokenizer.decoder is not None:
        tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), tokenizer.decoder])
    said = tokenizer.encode(_NO_PIECE, add_special_tokens=False)
    if any(token.startswith("<0x") for token in said.tokens) if bytewise else unknown in (None, *said.ids):
        return
    found = json.loads(tokenizer.to_str())["model"]
    pieces = [(piece, score) for piece, score in found["vocab"]]
    number = found["unk_id"] if unknown is None else unknown
    tokenizer.model = models.Unigram(pieces, unk_id=number, byte_fallback=bytewise)


def load_sentencepiece(file: Path) -> Any:
    """The processor of a SentencePiece model; ModelError where the file is damaged."""
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=str(file))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"cannot read {file} ({error}): fetch or save the model again") from error
