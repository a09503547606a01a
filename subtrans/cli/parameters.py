"""A path, a number, a language, a model ... as the user writes it in; the value, and what a shell can complete, out."""

from __future__ import annotations

import os
import re
import sys
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from subtrans.cli.screen import note
from subtrans.errors import InputError, LanguageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.engines.models.cards import Kind

    ParamType = click.ParamType[str]
else:
    ParamType = click.ParamType


def flag(option: click.Option) -> str:
    """What an option is called, by its longest name: output-dir."""
    return max(option.opts, key=len).lstrip("-")


class PathType(click.Path):
    """A file or a folder; an empty name, as a script has where a variable is not set, is not the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The Path."""
        if re.match(r"(https?|rtmps?|rtsp)://", str(value)) and not os.path.exists(value):  # noqa: PTH110
            raise InputError(f"{value} is an address and no file: fetch it first, or hear it with `subtrans live`")
        if sys.platform == "win32":  # where no shell does it
            value = os.path.expanduser(value)  # noqa: PTH111 - an empty one is told below
        return super().convert(value or self.fail(_EMPTY, param, ctx), param, ctx)


PATH = PathType(path_type=Path, readable=False)
"""Who reads it tells that it cannot be read, with the exit code of an input, not of wrong usage."""
_EMPTY = "the name is empty"


class NumberType(click.FloatRange):
    """A number in a range that is one, neither infinite nor none at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number."""
        number = float(super().convert(value, param, ctx))
        return number if isfinite(number) else self.fail(f"{value} is no number to count with", param, ctx)


class LanguageType(ParamType):
    """A language by tag, English name or code; an unknown one ends the program with LanguageError's exit code."""

    name = "lang"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The BCP-47 tag."""
        from subtrans.text.languages import language, mistakable

        if "," in str(value):
            raise LanguageError(f"{value!r} names several languages: give one")
        known = language(str(value))
        # Not for completion, nor where settings are looked through, of which many are not used.
        if ctx and ctx.parent and not ctx.resilient_parsing and (other := mistakable(str(value))):
            note(f"{value} is taken for {known.name}: for {other.name} type {other.tag}")
        return known.tag

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What to give, behind what Click says of the option."""
        return "Name a language, such as zh or German."

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Tags that begin so, and those of languages whose English name does."""
        from subtrans.text.languages import LANGUAGES

        start = incomplete.casefold()
        return [
            CompletionItem(tag, help=row.name)
            for tag, row in LANGUAGES.items()
            if tag.casefold().startswith(start) or row.name.casefold().startswith(start)
        ]


class SpokenType(LanguageType):
    """The same, or `auto` for none, as if nothing were said, which undoes what a setting says."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The BCP-47 tag, or None."""
        return None if str(value).lower() == "auto" else super().convert(value, param, ctx)


class ListOption(click.Option):
    """An option of several values: with commas between them, or each behind the option again."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser keep what each occurrence says, where the last one would stand for all."""
        self.multiple = True
        try:
            super().add_to_parser(parser, ctx)
        finally:
            self.multiple = False

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """What the type makes of the values as one text."""
        return super().type_cast_value(ctx, ",".join(value) if isinstance(value, list) else value)


class LanguagesType(LanguageType):
    """One language or several with commas between them; the same one twice counts once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The BCP-47 tags, in their order."""
        if isinstance(value, tuple):
            return value
        return tuple(dict.fromkeys(super(LanguagesType, self).convert(part, param, ctx) for part in value.split(",")))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Tags for the last place."""
        before, comma, last = incomplete.rpartition(",")
        found = super().shell_complete(ctx, param, last)
        return [CompletionItem(before + comma + item.value, help=item.help) for item in found]


class NamesType(ParamType):
    """Some of the names that are known, with commas between them."""

    name = "names"

    def __init__(self, known: Sequence[str]) -> None:
        self.known = tuple(known)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The names, each once, in their order."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(part.strip().lower().removeprefix(".") for part in value.split(",")))
        for name in names:
            if name not in self.known:
                self.fail(f"{name!r} is not one of {', '.join(self.known)}", param, ctx)
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Names for the last place."""
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + name) for name in self.known if name.startswith(last)]


class ModelType(ParamType):
    """A model that ships or is cached, a folder, or an id of the Hugging Face hub."""

    name = "model"
    envvar_list_splitter = os.pathsep

    def __init__(self, kind: Kind | None = None) -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it is."""
        return str(value or self.fail(_EMPTY, param, ctx))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The models at hand whose names begin so; folders, where none does."""
        from subtrans.engines.models.inventory import inventory

        known = [entry.description for entry in inventory()]
        names = [one.name for one in known if self.kind in (None, one.kind)]
        found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="dir")]


class PartType(ParamType):
    """A stretch of a recording, FROM-TO in seconds, minutes and seconds, or hours too; either end may be left out."""

    name = "part"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The Span; without an end, one that is longer than any recording."""
        from subtrans.types import Span

        if isinstance(value, Span):
            return value
        written = _PART.fullmatch(value.strip())
        begin, end = written.groups() if written else ("", "")
        if not begin and not end:
            self.fail(f"{value!r} is no part of a recording: write it as 10:00-12:30, 1:02:03- or -90", param, ctx)
        part = _milliseconds(begin or "0"), _milliseconds(end) if end else _FOREVER
        if part[0] >= part[1]:
            self.fail(f"{value!r} ends before it begins", param, ctx)
        return Span(*part)


_TIME = r"(?:\d{1,9}:)?(?:\d{1,9}:)?\d{1,9}(?:[.,]\d{1,3})?"
_PART = re.compile(rf"({_TIME})?\s*[-–]\s*({_TIME})?")
_FOREVER = 10**9


def _milliseconds(time: str) -> int:
    """1:02:03.5, 62:03.5 or 3723.5, as a number."""
    *rest, seconds = time.replace(",", ".").split(":")
    minutes = 0
    for part in rest:
        minutes = 60 * minutes + int(part)
    return 60_000 * minutes + round(1000 * float(seconds))


class ProfileType(ParamType):
    """The name of a house or a TOML file with norms of one's own."""

    name = "profile"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The norms of each language."""
        from subtrans.cli.norms import read_house

        return read_house(value) if isinstance(value, str) else value  # else it is converted already

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so; files, where none does."""
        from subtrans.text.profiles import PROFILES

        found = [CompletionItem(name) for name in PROFILES if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="file")]
