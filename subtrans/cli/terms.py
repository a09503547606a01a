"""The glossary that the user named and a language in; its terms for the pair out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.errors import InputError
from subtrans.text.encoding import decode
from subtrans.text.paths import show

if TYPE_CHECKING:
    from subtrans.cli.asked import Asked
    from subtrans.text.glossary import Glossary


def read_terms(asked: Asked, source: str) -> Glossary | None:
    """The terms from `source` into the language asked for; None where none was named, InputError for a bad file."""
    path = asked.glossary
    if path is None:
        return None
    from subtrans.text.glossary import read_glossary

    try:
        text = decode(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(f"{show(path)} does not exist: check the name") from error
    except IsADirectoryError as error:
        raise InputError(f"{show(path)} is a directory: give a file of terms") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{show(path)} is not UTF-8 text: convert it first") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{show(path)} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return read_glossary(text, source, asked.target, name=show(path))


def expected(asked: Asked, source: str | None) -> str:
    """What the recogniser is told to expect: hotwords, and terms where the language is known before it listens.

    It ends as a sentence does: told of words without a mark, Whisper writes what follows without marks and capitals.
    """
    terms = read_terms(asked, source) if source else None
    known = [term.source for term in terms.terms] if terms else []
    told = ", ".join(dict.fromkeys(filter(None, [(asked.hotwords or "").strip(), *known])))
    return f"{told}." if told[-1:].isalnum() else told
