"""A translation model and a test set in; scores, tokens a second and memory out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from subtrans import engines
from subtrans.cli import options
from subtrans.cli.asked import Asked
from subtrans.cli.commands.evaluate.shared import as_json, print_scores
from subtrans.cli.parameters import PATH
from subtrans.cli.problems import Preflight, check_translator
from subtrans.cli.screen import count, note, size, waiting
from subtrans.cli.terms import read_terms
from subtrans.text.paths import real, show


@click.command(
    "model",
    epilog="""\b
Example:
  subtrans evaluate model test.tsv --mt runs/mine --to zh
""",
)
@click.argument("test", type=PATH)
@options.languages
@click.option("-o", "--output", type=PATH, help="Write the translations too, a line a sentence.")
@click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
@as_json
@options.text_engine
def command(test: Path, output: Path | None, overwrite: bool, in_json: bool, **asked: Any) -> None:
    """Score a translation model on a test set.

    TEST holds a source sentence, a tab and its reference translation a line, or is CSV, JSON lines or TMX. Tokens are
    the target's, as BLEU counts them; memory is the most main memory that the process held.
    """
    from subtrans.evaluate.models import BATCH, measure
    from subtrans.finetune.readers import Columns, read_pairs
    from subtrans.media.files import atomic_write, check_apart, check_target

    wish = Asked(**asked)
    with Preflight() as preflight:
        source = check_translator(preflight, wish)
        pairs = preflight.check(read_pairs, test, Columns(source=source, target=wish.target))
        terms = preflight.check(read_terms, wish, source)
        if output:
            preflight.check(check_apart, output, {real(test)})
            preflight.check(check_target, output, overwrite)
    assert pairs is not None  # noqa: S101 - else the checks have raised
    with waiting(f"loading {wish.mt} ..."):
        translator = wish.load_translator(wish.mt, source, engines.TranslatorOptions(), terms, guarded=False)
    sources, references = [pair.source for pair in pairs], [pair.target for pair in pairs]
    found = measure(translator, sources, references, wish.target, wish.batch_size or BATCH)
    if output:
        with atomic_write(output, overwrite) as file:
            file.writelines(f"{' '.join(text.split())}\n" for text in found.hypotheses)
        note(f"{show(output)}: {count(found.hypotheses, 'translation')}")
    speed = {
        "model": wish.mt,
        "sentences": len(pairs),
        "seconds": round(found.seconds, 3),
        "tokens_per_second": round(found.tokens_per_second, 1),
        "peak_memory": found.peak_memory,
    }
    print_scores(found.scores, in_json, speed)
    if not in_json:
        memory = f", {size(found.peak_memory)} at most" if found.peak_memory else ""
        click.echo(f"{count(pairs, 'sentence')}, {found.tokens_per_second:.0f} tokens a second{memory}")
