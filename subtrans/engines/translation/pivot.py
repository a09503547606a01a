"""A pair of languages in, the one translator or the chain of two that does it; the two as one Translator out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from subtrans.engines.models import catalogue
from subtrans.engines.models.abilities import surely_translates, translates
from subtrans.errors import LanguageError
from subtrans.text.languages import language
from subtrans.types import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.engines.translation.attention import Alignment
    from subtrans.engines.translation.opening import Steerable
    from subtrans.text.languages import Language


@dataclass(frozen=True, slots=True)
class Leg:
    """One translator of a chain: which model, from which language to which."""

    name: str
    source: str
    target: str


class PivotTranslator:
    """Two translators as one, through the language between them."""

    def __init__(self, first: Steerable, second: Steerable) -> None:
        self._first = first
        self._second = second

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order; its score is that of the weaker of the two steps."""
        between = self._first.translate(texts)
        final = self._second.translate([hypothesis.text for hypothesis in between])
        return [_weaker(one, two) for one, two in zip(between, final, strict=True)]

    def steered(self, **changes: Any) -> Steerable:
        """The last step changed: what stands between is one text, however many are asked for."""
        return PivotTranslator(self._first, self._second.steered(**changes))


def route(name: str, source: str, target: str, via: str | None = None) -> tuple[Leg, ...]:
    """The models to load for the pair, the one named or, where it cannot and `via` is given, two; else LanguageError.

    Two names with a comma between them are the two steps. Languages are told apart before any model is fetched.
    """
    one, other = language(source), language(target)
    if one == other:
        raise LanguageError(f"{one.name} into {other.name} is no translation: choose another language with --to")
    names = [part.strip() for part in name.split(",")]
    if len(names) == 1 and can(name, one, other):
        return (Leg(name, one.tag, other.tag),)
    if via is None and len(names) > 1:
        raise LanguageError(f"{name} names two steps of a chain: add --via LANG, or give each model with its own --mt")
    if via is None:
        raise LanguageError(_refusal(names, one, other))
    middle = language(via)
    if middle in {one, other}:
        raise LanguageError(f"--via {via} is one of the two languages: name a third one, or leave it out")
    first = _choose(names[:1] if len(names) > 1 else names, one, middle)
    second = _choose(names[1:2] or names, middle, other)
    return (Leg(first, one.tag, middle.tag), Leg(second, middle.tag, other.tag))


def can(name: str, source: Language, target: Language) -> bool:
    """Whether the model called `name` translates the pair, as far as is known without the network."""
    from subtrans.engines.models.store import describe

    return translates(describe(name, "mt"), source, target)


def able(source: Language, target: Language) -> list[str]:
    """The models at hand that translate the pair: those that ship, then those in the cache."""
    from subtrans.engines.models.inventory import translators

    return [model.name for model in translators() if surely_translates(model, source, target)]


def _choose(names: Sequence[str], source: Language, target: Language) -> str:
    """The named model for this step of the chain if it can do it, else one that is at hand."""
    for name in names:
        if can(name, source, target):
            return name
    found = able(source, target)
    if not found:
        raise LanguageError(_refusal(names, source, target))
    return found[0]


def _refusal(names: Sequence[str], source: Language, target: Language) -> str:
    here, known = able(source, target), catalogue.suggest(source, target)
    proposals = list(dict.fromkeys([*here[:2], *known]))[:4]
    advice = f"these can: --mt {' or '.join(proposals)}" if proposals else "no well-known model can"
    if source.tag != "en" and target.tag != "en" and len(names) == 1:
        advice += "; or chain two through English: --mt FIRST,SECOND --via en"
    who = " and ".join(names)
    return f"{who} cannot translate {source.name} to {target.name} ({source.tag} to {target.tag}): {advice}"


def _weaker(first: Hypothesis, second: Hypothesis) -> Hypothesis:
    """The second with the score of the weaker, and its alternatives with scores as much below that as they were."""
    scores = [score for score in (first.score, second.score) if score is not None]
    score = min(scores) if scores and second.text else None
    drop = (score or 0.0) - (second.score or 0.0)
    others = tuple(
        replace(one, score=None if one.score is None else one.score + drop, alignment=_through(first, one))
        for one in second.alternatives
    )
    return replace(second, score=score, alignment=_through(first, second), alternatives=others)


def _through(first: Hypothesis, second: Hypothesis) -> Alignment:
    """From the text to what stands between, and from the nearest aligned place before that one to the source."""
    begins = [here for here, _ in first.alignment]
    places = ((here, max(0, bisect_right(begins, middle) - 1)) for here, middle in second.alignment if begins)
    return tuple((here, first.alignment[place][1]) for here, place in places)
