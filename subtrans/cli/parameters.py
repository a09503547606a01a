"""A language or a model as the user writes it in; the value, and what a shell can complete, out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.engines.cards import Kind

    ParamType = click.ParamType[str]
else:
    ParamType = click.ParamType

PATH = click.Path(path_type=Path, readable=False)
"""A file or a folder. Who reads it tells that it cannot be read, with the exit code of an input, not of wrong usage."""


class LanguageType(ParamType):
    """A language by tag, English name or code; an unknown one ends the program with LanguageError's exit code."""

    name = "lang"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The BCP-47 tag."""
        from subtrans.text.languages import language

        return language(str(value)).tag

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Tags that begin so, and those of languages whose English name does."""
        from subtrans.text.languages import LANGUAGES

        start = incomplete.casefold()
        return [
            CompletionItem(tag, help=row.name)
            for tag, row in LANGUAGES.items()
            if tag.casefold().startswith(start) or row.name.casefold().startswith(start)
        ]


class LanguagesType(LanguageType):
    """One language or several with commas between them; the same one twice counts once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The BCP-47 tags, in their order."""
        if isinstance(value, tuple):
            return value
        return tuple(dict.fromkeys(super(LanguagesType, self).convert(part, param, ctx) for part in value.split(",")))


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

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The models at hand whose names begin so; folders, where none does."""
        from subtrans.engines.inventory import inventory

        names = [entry.description.name for entry in inventory() if entry.description.kind == self.kind]
        found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="dir")]


class ProfileType(ParamType):
    """The name of a house or a TOML file with norms of one's own."""

    name = "profile"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The norms of each language."""
        from subtrans.cli.norms import read_house

        return read_house(value) if isinstance(value, str) else value  # else it is converted already
