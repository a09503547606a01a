"""Translations and references, line by line, in; BLEU, chrF, TER, ROUGE-L, COMET, and whether systems differ, out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from subtrans.cli.commands.evaluate.shared import as_json, lang, print_scores, read_parallel
from subtrans.cli.parameters import PATH
from subtrans.cli.screen import note
from subtrans.text.paths import show


@click.command(
    "text",
    epilog="""\b
Examples:
  subtrans evaluate text mine.zh.txt reference.zh.txt --lang zh
  subtrans evaluate text mine.txt reference.txt --lang de --baseline old.txt
""",
)
@click.argument("hypothesis", type=PATH)
@click.argument("reference", type=PATH)
@lang
@click.option("--baseline", type=PATH, metavar="FILE", help="Another system's output: is the difference significant?")
@click.option("--comet", type=PATH, metavar="CKPT", help="Score with this COMET model too; needs --source.")
@click.option("--source", type=PATH, metavar="FILE", help="What was translated, a sentence a line.")
@as_json
def command(
    hypothesis: Path,
    reference: Path,
    tag: str,
    baseline: Path | None,
    comet: Path | None,
    source: Path | None,
    in_json: bool,
) -> None:
    """Score translations, a sentence a line; one of the files may be - for standard input.

    The tokeniser is that of the language: zh, ja-mecab, ko-mecab, else 13a. With --baseline a paired bootstrap test
    says how likely such a difference is by chance alone. COMET is scored by the program comet-score of unbabel-comet.
    """
    from subtrans.evaluate import comet as measure
    from subtrans.evaluate.scores import translation_scores
    from subtrans.evaluate.significance import compare

    if bool(comet) != bool(source):
        raise click.UsageError("--comet and --source go together: COMET reads what was translated too")
    if comet:
        measure.check_comet(comet)
    more = [path for path in (baseline, source) if path]
    reference_lines, written, *others = read_parallel(reference, hypothesis, *more)
    for path, lines in ((hypothesis, written), (reference, reference_lines)):
        if 2 * sum(line.endswith(" .") for line in lines) > len(lines):
            note(f"{show(path)}: marks stand apart from the words, and BLEU is of text as people write it")
    scores = translation_scores(written, reference_lines, tag)
    if comet:
        scores.append(measure.comet(others[-1], written, reference_lines, comet))
    found = compare(others[0], written, reference_lines, tag) if baseline else []
    print_scores(scores, in_json, {"against_baseline": [asdict(one) for one in found]} if baseline else None)
    if not in_json:
        for one in found:
            click.echo(one)
