"""What is known of a model and the languages asked for in; whether it can do them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subtrans.engines.models.families import CODED, language_token, marian_tokens
from subtrans.errors import LanguageError
from subtrans.text.languages import LANGUAGES, Language, language

if TYPE_CHECKING:
    from subtrans.engines.models.cards import Card, Kind
    from subtrans.engines.models.families import Family


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a model without loading it."""

    name: str
    kind: Kind
    family: Family | None = None
    """Of a translator; None while it is unknown."""
    languages: tuple[str, ...] = ()
    """What a recogniser hears; empty: all of Whisper's."""
    pairs: tuple[tuple[str | None, str | None], ...] = ()
    """What a translator does; None stands for one that is not known, no pairs at all for what the family can do."""
    tokens: frozenset[str] | None = None
    """The language tokens of its vocabulary, where that was read."""
    card: Card | None = None


def check_language(model: Description, spoken: str | None) -> None:
    """Raise LanguageError if the recogniser cannot hear `spoken`; None, to be identified, is always heard."""
    if spoken is None:
        return
    asked = language(spoken)
    if not hears(model, asked):
        known = ", ".join(model.languages) or "Whisper's languages"
        raise LanguageError(
            f"{model.name} does not recognise {asked.name} ({asked.tag}), only {known}: "
            "choose a multilingual recogniser, such as --asr large-v3-turbo"
        )


def check_hotwords(model: Description, hotwords: str | None) -> None:
    """Raise LanguageError if the recogniser is to be told words to expect, and never learned to be."""
    if hotwords and model.card is not None and not model.card.follows:
        raise LanguageError(
            f"{model.name} was not trained to be told what to expect: "
            "leave out --hotwords, or choose one of Whisper's own, such as --asr large-v3-turbo"
        )


def hears(model: Description, spoken: Language) -> bool:
    """Whether the recogniser knows the language."""
    if model.languages:
        return any(spoken.base == language(tag).base for tag in model.languages)
    return spoken.whisper is not None


def translates(model: Description, source: Language, target: Language) -> bool:
    """Whether the translator can do the pair, as far as can be known without loading it."""
    if source == target:
        return False
    if model.family in CODED:
        return _knows(model, source) and _knows(model, target)
    pairs = model.pairs or ((None, None),)
    return any(_is(source, one) and _reaches(model, target, two) for one, two in pairs)


def surely_translates(model: Description, source: Language, target: Language) -> bool:
    """Whether the translator is known to do the pair, and not only not known to be unable to."""
    known = model.family in CODED or any(None not in pair for pair in model.pairs)
    return known and translates(model, source, target)


def marian_pair(name: str) -> tuple[str | None, str | None]:
    """The languages in an OPUS-MT name such as `opus-mt-en-zh`; None for a group of languages (`ROMANCE`, `mul`)."""
    match = re.search(r"opus-mt(?:-tc)?(?:-big|-base|-tiny)?-(\w+)-(\w+)$", name)
    return (_code(match[1]), _code(match[2])) if match else (None, None)


def spoken_languages(model: Description) -> list[str]:
    """Tags that a translator or recogniser of many languages knows, for a listing."""
    if model.languages:
        return list(model.languages)
    if model.kind == "asr":
        return [tag for tag, row in LANGUAGES.items() if row.whisper]
    return [tag for tag, row in LANGUAGES.items() if model.family in CODED and _knows(model, row)]


def tags_by_code() -> dict[str, str]:
    """Our tag for each of Whisper's codes; where two scripts share a code, the shorter tag."""
    rows = sorted(LANGUAGES.values(), key=lambda row: -len(row.tag))
    return {row.whisper: row.tag for row in rows if row.whisper}


def _knows(model: Description, spoken: Language) -> bool:
    token = language_token(model.family, spoken) if model.family else None
    return token is not None and (model.tokens is None or token in model.tokens)


def _reaches(model: Description, target: Language, tag: str | None) -> bool:
    """A Marian model of several targets reaches those that it has tokens for; one not read yet is taken at its word."""
    if _is(target, tag) and (tag is not None or not model.tokens):
        return True
    if model.tokens is None:
        return tag is not None and target.base == language(tag).base
    return any(token in model.tokens for token in marian_tokens(target))


def _is(asked: Language, tag: str | None) -> bool:
    """A model for 'pt' does 'pt-BR', and a language that is not known matches all; a script is never guessed."""
    if tag is None:
        return True
    known = language(tag)
    return asked == known or (asked.base == known.base and asked.script == known.script)


def _code(code: str) -> str | None:
    try:
        return language({"jap": "ja"}.get(code, code)).tag
    except LanguageError:
        return None
