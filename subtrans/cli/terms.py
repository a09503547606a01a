"""The glossary that the user named and a language in; its terms for the pair out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.text.paths import show
from subtrans.text.reading import read_text

if TYPE_CHECKING:
    from subtrans.cli.asked import Asked
    from subtrans.text.glossary import Glossary


def read_terms(asked: Asked, source: str) -> Glossary | None:
    """The terms from `source` into the language asked for; None where none was named, InputError for a bad file."""
    path = asked.glossary
    if path is None:
        return None
    from subtrans.text.glossary import read_glossary

    return read_glossary(read_text(path), source, asked.target, name=show(path))


def expected(asked: Asked, source: str | None) -> str:
    """What the recogniser is told to expect: hotwords, and terms where the language is known before it listens.

    It ends as a sentence does: told of words without a mark, Whisper writes what follows without marks and capitals.
    """
    terms = read_terms(asked, source) if source else None
    known = [term.source for term in terms.terms] if terms else []
    told = ", ".join(dict.fromkeys(filter(None, [(asked.hotwords or "").strip(), *known])))
    return f"{told}." if told[-1:].isalnum() else told
