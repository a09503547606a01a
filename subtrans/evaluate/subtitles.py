"""Two subtitle files' cues in, the machine's and a person's; how much there is to edit, breaks and times included, out.

Both metrics are those of the package subtitle-edit-rate, by the authors of SubER.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

from subtrans.errors import InputError, MissingExtraError, packages_for
from subtrans.evaluate.scores import MECAB, Score, bleu_tokenizer
from subtrans.formats.lines import legal_lines
from subtrans.text.languages import language
from subtrans.text.profiles import graphemes
from subtrans.text.script import UNSEEN
from subtrans.types import Cue

STRETCH = 4000
"""Cues, as many as five hours have."""


def subtitle_scores(hypothesis: Sequence[Cue], reference: Sequence[Cue], target: str) -> list[Score]:
    """SubER (Wilken et al. 2022) and AS-BLEU (Matusov et al. 2005); cues are taken in the order of their starts.

    SubER: edits of words, line and cue breaks, over their number in the reference, in per cent; lower is better, and
    words match only where their cues overlap in time. AS-BLEU: BLEU from 0 to 100, higher is better, once the words
    of the hypothesis are cut into the cues of the reference by Levenshtein alignment. Where nothing is known that cuts
    a text without spaces into words, as for Thai, its letters are the words. Beyond `STRETCH` cues the alignment, whose
    memory grows with the square of the words, is made part by part, which the signature tells.
    """
    with packages_for("SubER", "evaluate"):
        from suber.hyp_to_ref_alignment import levenshtein_align_hypothesis_to_reference as align
        from suber.metrics.sacrebleu_interface import calculate_sacrebleu_metric
        from suber.metrics.suber import calculate_SubER
    written = language(target)
    base = "zh" if written.base == "yue" else written.base
    if base in MECAB and not util.find_spec(MECAB[base]):
        raise MissingExtraError(f"SubER of {written.name}", "evaluate")
    cut = base if base in {"zh", "ja", "ko"} else None
    letters = not written.spaced and cut is None
    machine, person = _segments(hypothesis, letters), _segments(reference, letters)
    if not person:
        raise InputError("there is nothing to score: the reference has no cues")
    suber = calculate_SubER(hypothesis=machine, reference=person, language=cut)
    parts = _stretches(machine, person)
    aligned = [segment for one, other in parts for segment in align(hypothesis=one, reference=other, language=cut)]
    bleu = calculate_sacrebleu_metric(hypothesis=aligned, reference=person, metric="BLEU", language=cut)
    version = f"version:subtitle-edit-rate-{metadata.version('subtitle-edit-rate')}"
    tokeniser = bleu_tokenizer(cut) if cut else "char" if letters else "13a"
    words = "none" if tokeniser == "13a" else tokeniser
    way = "levenshtein" if len(parts) == 1 else f"levenshtein-in-{len(parts)}-parts"
    return [
        Score("SubER", float(suber), f"nrefs:1|case:lc|punct:no|tok:{words}|{version}"),
        Score("AS-BLEU", float(bleu), f"nrefs:1|case:mixed|tok:{tokeniser}|align:{way}|{version}"),
    ]


def _stretches(machine: Sequence[Any], person: Sequence[Any]) -> list[tuple[list[Any], list[Any]]]:
    """Both in stretches of `STRETCH` cues of the person's and more, cut where neither shows anything."""
    from suber.metrics.suber import _get_independent_parts

    stretches: list[tuple[list[Any], list[Any]]] = [([], [])]
    for one, other in _get_independent_parts(machine, person):
        if other and len(stretches[-1][1]) >= STRETCH:
            stretches.append(([], []))
        stretches[-1][0].extend(one)
        stretches[-1][1].extend(other)
    return stretches


def _segments(cues: Sequence[Cue], letters: bool) -> list[Any]:
    """The package's own reading of the cues, through the one kind of file that it knows, its times in seconds.

    Of hours it knows 24, no cue may last no time, and places it would take for words; marks of direction are none of a
    word.
    """
    from suber.file_readers import read_input_file

    told = [(cue.span, lines) for cue in sorted(cues, key=lambda cue: cue.span) if (lines := _lines(cue, letters))]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cues.srt"
        text = [
            "\n".join([f"{number}", f"{span.start / 1000} --> {max(span.end, span.start + 1) / 1000}", *lines, "", ""])
            for number, (span, lines) in enumerate(told, 1)
        ]
        file.write_text("".join(text), encoding="utf-8", newline="\n")
        segments: list[Any] = read_input_file(str(file), "SRT")
        return segments


def _lines(cue: Cue, letters: bool) -> list[str]:
    """The lines with text; the sign that stands for spaces in the package is another one."""
    lines = (line.translate(_UNSEEN).strip() for line in legal_lines(cue))
    return [" ".join(graphemes("".join(line.split()))) if letters else line for line in lines if line]


_UNSEEN = {**UNSEEN, ord("\u2581"): "_"}
