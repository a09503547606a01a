"""Sentences in, Whisper's tokenizer out: a small byte-level BPE and all of Whisper's special tokens, in its order."""

from __future__ import annotations

from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

PIECES = 1000


def train_tokenizer(sentences: list[str]) -> Tokenizer:
    """Pieces are learned on sentences with a leading space, as Whisper writes them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    tokenizer.train_from_iterator([" " + sentence for sentence in sentences], trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special_tokens()])
    tokenizer.add_tokens(
        [AddedToken(f"<|{step * 0.02:.2f}|>", special=False, normalized=False) for step in range(1501)]
    )
    return tokenizer


def special_tokens() -> list[str]:
    """From the end of text to `<|notimestamps|>`, in the order of Whisper's multilingual vocabulary."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{code}|>" for code in _LANGUAGE_CODES),
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>",
        "<|notimestamps|>",
    ]


def load(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))
