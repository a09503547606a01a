"""A file of parallel text in any of the usual formats in, its sentence pairs out; errors name the file and the line.

`talk.{en,zh}.srt` names two files that belong together: subtitles of one video, or plain text line by line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import contains
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans import formats
from subtrans.errors import InputError
from subtrans.formats.files import read_file
from subtrans.memory.tmx import read_tmx
from subtrans.text import reading
from subtrans.text.languages import base_of, language

if TYPE_CHECKING:
    from subtrans.types import Cue

PAUSE = 2000
"""Milliseconds of silence after which a sentence ends without its mark."""
LONGEST = 250
"""Characters after which cues are merged no further."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What tells the two sides of a file apart: columns from 0, or the languages' tags."""

    source_column: int = 0
    target_column: int = 1
    source: str = ""
    target: str = ""


def read_pairs(path: Path, columns: Columns = Columns()) -> list[Pair]:
    """Read TSV, CSV, JSONL, TMX, `.tmx.gz`, or the two files of `a.{x,y}.suffix`; a suffix not known here is TSV."""
    braces = re.fullmatch(r"(.*)\{([^{},]+),([^{},]+)\}(.*)", path.name)
    if braces:
        one, two = (path.with_name(braces[1] + braces[side] + braces[4]) for side in (2, 3))
        subtitles = formats.format_of(one) not in {None, "txt"}
        pairs = align_cues(read_cues(one), read_cues(two), columns.target) if subtitles else read_lines(one, two)
    else:
        readers: dict[str, Callable[[Path, Columns], list[Pair]]] = {
            ".csv": _read_csv,
            ".jsonl": _read_jsonl,
            ".json": _read_jsonl,
            ".tmx": _read_tmx,
        }
        if formats.format_of(path) not in {None, "txt", "tsv"}:
            name = f"NAME.{{{columns.source or 'en'},{columns.target or 'zh'}}}{path.suffix}"
            raise InputError(f"{path} is one side alone: name both alike but for their languages, and give {name}")
        suffix = ".tmx" if path.name.lower().endswith(".tmx.gz") else path.suffix.lower()
        pairs = readers.get(suffix, _read_tsv)(path, columns)
    if not pairs:
        raise InputError(f"{path} holds no sentence pairs")
    return pairs


def read_text(path: Path) -> str:
    """The whole of a file in UTF-8 or UTF-16, with a line feed behind each line."""
    return io.StringIO(reading.read_text(path), newline=None).read()


def read_sentences(path: Path) -> list[str]:
    """The lines of a file of one language that hold text."""
    return [line.strip() for line in read_text(path).splitlines() if line.strip()]


def read_lines(source: Path, target: Path) -> list[Pair]:
    """Read two files whose lines translate each other; InputError where one has more lines."""
    sides = [_lines(path) for path in (source, target)]
    if len(sides[0]) != len(sides[1]):
        raise InputError(
            f"{source} has {len(sides[0])} lines and {target} {len(sides[1])}: they must be aligned line by line"
        )
    return [Pair(one, two) for one, two in zip(*sides, strict=True)]


def _lines(path: Path) -> list[str]:
    """The lines of a file, which end at line feeds alone, where it has any, so that their number is what others count.

    A carriage return in the middle of a line, of which corpora from the net are full, would move all lines behind it.
    """
    text = reading.read_text(path)
    text = text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def read_cues(path: Path) -> list[Cue]:
    """The cues of a subtitle file, in the order of their times."""
    return sorted((cue for _, cue in read_file(path).cues), key=lambda cue: (cue.span.start, cue.span.end))


def align_cues(sources: Sequence[Cue], targets: Sequence[Cue], target: str = "") -> list[Pair]:
    """Pair the cues that are shown together, and merge them until a sentence of the source ends.

    Two cues belong together if they share at least half the time of the shorter one. What is shown in one language
    alone is left out.
    """
    groups: list[tuple[list[Cue], list[Cue]]] = []
    right = 0
    for cue in sources:
        while right < len(targets) and targets[right].span.end <= cue.span.start:
            right += 1
        mates = [other for other in targets[right : right + 8] if _together(cue, other)]
        if mates and groups and mates[0] is groups[-1][1][-1]:
            groups[-1][0].append(cue)
            groups[-1][1].extend(mates[1:])
        elif mates:
            groups.append(([cue], mates))
    glue = language(target).glue if target else " "
    pairs: list[Pair] = []
    open_until: int | None = None
    for ones, twos in groups:
        one, two = (_text(cues, space) for cues, space in ((ones, " "), (twos, glue)))
        last = pairs[-1] if pairs else None
        if last and open_until is not None and ones[0].span.start - open_until < PAUSE and len(last.source) < LONGEST:
            pairs[-1] = Pair(f"{last.source} {one}", f"{last.target}{glue}{two}")
        else:
            pairs.append(Pair(one, two))
        ended = re.search(r"[.!?…。！？][\"'”’」』)）]*$", one)
        open_until = None if ended else ones[-1].span.end
    return pairs


def _together(one: Cue, two: Cue) -> bool:
    shared = one.span.shared(two.span)
    return shared > 0 and 2 * shared >= min(one.span.duration, two.span.duration)


def _text(cues: Sequence[Cue], glue: str) -> str:
    return glue.join(" ".join(line.strip() for line in cue.lines) for cue in cues)


def _read_tsv(path: Path, columns: Columns) -> list[Pair]:
    """Quotes have no meaning in it."""
    return _from_rows(path, (line.split("\t") if line else [] for line in _lines(path)), columns, "tabs")


def _read_csv(path: Path, columns: Columns) -> list[Pair]:
    text = read_text(path)
    try:
        # Spreadsheets write semicolons where the comma stands in numbers.
        mark = ";" if _is_table(text, ";") and not _is_table(text, ",") else ","
        return _from_rows(path, csv.reader(io.StringIO(text), delimiter=mark, strict=True), columns, "commas")
    except csv.Error as error:
        raise InputError(f"{path} is not CSV: {error}") from error


def _is_table(text: str, mark: str) -> bool:
    """Whether all rows have as many columns, and more than one."""
    widths = {len(row) for row in csv.reader(io.StringIO(text), delimiter=mark) if row}
    return len(widths) == 1 and widths != {1}


def _from_rows(path: Path, rows: Iterator[list[str]], columns: Columns, separator: str) -> list[Pair]:
    """The pairs of the rows, but for a first one that names what stands below it, wherever that is."""
    first = next(rows, [])
    named = [[i for i, cell in enumerate(first) if _names(cell, side, columns)] for side in ("source", "target")]
    asked = (columns.source_column, columns.target_column)
    header = all(named) and named[0] != named[1]
    one, two = (named[0][0], named[1][0]) if header and not all(map(contains, named, asked)) else asked
    needed = max(one, two) + 1
    pairs = []
    for number, row in enumerate(rows if header else chain([first], rows), start=1 + header):
        if row and len(row) < needed:
            raise InputError(
                f"{path}, line {number}: {len(row)} columns, {needed} needed; separate them by {separator}"
            )
        if row:
            pairs.append(Pair(row[one].strip("\r"), row[two].strip("\r")))
    return pairs


def _names(cell: str, side: str, columns: Columns) -> bool:
    """Whether a cell is the name of the side, or of its language: source, or en-US or English."""
    tag: str = getattr(columns, side)
    return bool(tag) and base_of(cell.strip()) in {side, base_of(tag)}


def _read_jsonl(path: Path, columns: Columns) -> list[Pair]:
    """Objects with `source` and `target`, or the languages' tags, also under `translation` as the hub has it."""
    pairs = []
    for place, found in _read_objects(path):
        row = found.get("translation", found) if isinstance(found, dict) else {}
        row = row if isinstance(row, dict) else {}
        one, two = (row.get(side, row.get(getattr(columns, side))) for side in ("source", "target"))
        if not (isinstance(one, str) and isinstance(two, str)):
            raise InputError(f"{place}: give the texts as source and target, or by the languages' tags")
        pairs.append(Pair(*(text.encode(errors="ignore").decode() for text in (one, two))))  # no halves of emoji
    return pairs


def _read_objects(path: Path) -> Iterator[tuple[str, Any]]:
    """The objects, one a line or all in an array, each with its place."""
    text = read_text(path)
    if text.lstrip().startswith("["):
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path} is no JSON array ({error}); or write one object a line") from error
        yield from ((f"{path}, object {number}", row) for number, row in enumerate(rows, start=1))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"{path}, line {number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}, line {number}: no JSON object ({error})") from error


def _read_tmx(path: Path, columns: Columns) -> list[Pair]:
    return [Pair(*sides) for sides in read_tmx(path, columns.source, columns.target)]
