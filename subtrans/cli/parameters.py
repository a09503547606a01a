"""A language or a model as the user writes it in; the value, and what a shell can complete, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from subtrans.engines.cards import Kind

    ParamType = click.ParamType[str]
else:
    ParamType = click.ParamType


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


class ModelType(ParamType):
    """A model that ships or is cached, a folder, or an id of the Hugging Face hub."""

    name = "model"

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The models at hand whose names begin so; folders, where none does."""
        from subtrans.engines.inventory import inventory

        names = [entry.description.name for entry in inventory() if entry.description.kind == self.kind]
        found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="dir")]
