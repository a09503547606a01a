"""Text in, its translation out on standard output: a line for each line, in their order, as they come."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans import engines
from subtrans.cli import options
from subtrans.cli.asked import Asked
from subtrans.cli.parameters import PATH
from subtrans.cli.problems import Preflight, check_translator
from subtrans.cli.recall import read_memory, with_memory
from subtrans.cli.screen import note, quote, waiting
from subtrans.cli.sections import SectionedCommand
from subtrans.cli.terms import read_terms
from subtrans.errors import InputError
from subtrans.text.guards import explain
from subtrans.text.languages import language
from subtrans.text.paths import show
from subtrans.text.reading import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from subtrans.types import Hypothesis

BATCH = 32


@click.command(
    cls=SectionedCommand,
    epilog="""\b
Examples:
  subtrans text "Good morning" --to zh
  subtrans text --file letter.txt --to zh > letter.zh.txt
""",
)
@click.argument("text", metavar="[TEXT]...", nargs=-1)
@click.option("--file", "path", type=PATH, help="Translate a file of UTF-8 text instead.")
@options.languages
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line: source, text and score.")
@options.memory
@options.text_engine
def command(text: tuple[str, ...], path: Path | None, as_json: bool, **asked: Any) -> None:
    """Translate a line, a file or standard input.

    As many lines come out as go in, in the same order; an empty line stays empty. Lines are translated a batch at a
    time: with --batch-size 1 each is answered before the next is read.
    """
    from subtrans.pipelines.prefetch import prefetch
    from subtrans.pipelines.text import translate_lines

    if text and path:
        raise click.UsageError("give TEXT or --file, not both")
    wish = Asked(**asked)
    with Preflight() as preflight:
        source = check_translator(preflight, wish)
        preflight.check(read_memory, wish, source)
        terms = preflight.check(read_terms, wish, source)
        stream = preflight.check(_open, path) if path else None
    # Who types wants an answer to each line.
    batch = wish.batch_size or (1 if not text and not path and sys.stdin.isatty() else BATCH)
    with waiting(f"loading {wish.mt} ..."):
        wish, search = replace(wish, alone=batch == 1 or bool(text)), engines.TranslatorOptions(alignment=False)
        translator = wish.load_translator(wish.mt, source, search, terms)
    translator = with_memory(translator, wish, source)
    glue = language(wish.target).glue
    translated = translate_lines(_lines(text, stream), translator, separator=glue, batch=batch)
    # In a thread of its own, so that Ctrl-C need not wait for the engine.
    for line, hypothesis in prefetch(translated):
        click.echo(_json(line, hypothesis) if as_json else hypothesis.text)
        if hypothesis.faults and not as_json:
            note(f"subtrans: {explain(hypothesis.faults)}: {quote(line)}")


def _open(path: Path) -> BinaryIO:
    from subtrans.formats import format_of

    if format_of(path) not in {None, "txt", "tsv"}:
        note(f"subtrans: {show(path)} is translated as a text, with its times: for subtitles, use subtrans subtitle")
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def _lines(text: tuple[str, ...], stream: BinaryIO | None) -> Iterator[str]:
    """The lines of the arguments, else of the file, else of standard input.

    Lines end at line feeds alone, so that their number is what other tools count.
    """
    if text:
        joined = " ".join(text)
        try:
            joined.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError("the text is not UTF-8: convert it first") from error
        if os.path.isfile(joined):  # noqa: PTH113 - any text, not only what can be a path
            note(f"subtrans: {show(Path(joined))} is a file too: to translate what it holds, use --file")
        yield from joined.removesuffix("\n").split("\n")
        return
    if stream is None and sys.stdin.isatty():
        end = "Ctrl-Z and Enter end" if sys.platform == "win32" else "Ctrl-D ends"
        note(f"Type what is to be translated, a line at a time; {end} it.")
    name = show(Path(stream.name)) if stream else "standard input"
    with stream or sys.stdin.buffer as source:
        for number, data in enumerate(source, 1):
            try:
                line = data.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"line {number} of {name} is not UTF-8 text: convert it first") from error
            yield line.removesuffix("\n").removesuffix("\r")


def _json(line: str, hypothesis: Hypothesis) -> str:
    found: dict[str, Any] = {"source": line, "text": hypothesis.text, "score": hypothesis.score}
    if hypothesis.faults:
        found["faults"] = list(hypothesis.faults)
    return json.dumps(found, ensure_ascii=False)
