"""Of several translations the one that can be read in its time is taken, and nothing is ever cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.text.fit import fit, hurried
from subtrans.text.languages import language
from subtrans.text.profiles import Profile, profile
from subtrans.types import Hypothesis, Sentence, Span, Translation, Word

GERMAN = language("de")
NORMS = profile(GERMAN)  # 17 characters a second
LONG = "Das ist wirklich sehr viel zu lang fuer eine Sekunde."
MIDDLE = "Das ist viel zu lang fuer das."
SHORT = "Das ist zu lang."


def said(text: str, *alternatives: Hypothesis, start: int = 0, end: int = 1000, score: float = -0.5) -> Translation:
    return Translation(Sentence((Word(" word", Span(start, end)),)), text, score, ((0, 0),), alternatives)


def chosen(translation: Translation, following: int | None = 1083) -> str:
    return fit(translation, following, NORMS, GERMAN).text


def test_what_can_be_read_stays() -> None:
    assert chosen(said(SHORT, Hypothesis("Zu lang.", -0.1))) == SHORT
    # A silence of 2.5 s after it lends it half a second, so that 1.5 s are enough for 25 characters.
    assert chosen(said("Das ist etwas zu lang so.", Hypothesis("Zu lang.", -0.1)), following=4000).startswith(
        "Das ist etwas"
    )


def test_the_best_alternative_that_can_be_read_is_taken() -> None:
    longer, middle = Hypothesis(LONG + " Ja.", -0.51), Hypothesis(MIDDLE, -0.52)
    short, shortest = Hypothesis(SHORT, -0.55, ((4, 0),)), Hypothesis("Zu lang.", -0.6)
    translation = said(LONG, longer, middle, short, shortest)
    found = fit(translation, 1083, NORMS, GERMAN)
    assert (found.text, found.score, found.alignment) == (SHORT, -0.55, ((4, 0),))
    assert (found.sentence, found.alternatives) == (translation.sentence, translation.alternatives)
    assert chosen(said(LONG, longer, middle)) == MIDDLE  # too fast still, but less


def test_an_alternative_that_says_less_than_it_should_is_not_taken() -> None:
    assert chosen(said(LONG, Hypothesis(SHORT, -1.2))) == LONG  # far less likely
    assert chosen(said(LONG + " 42", Hypothesis(SHORT, -0.5), Hypothesis("Das ist 42.", -0.6))) == "Das ist 42."
    assert chosen(said(LONG, Hypothesis("", -0.1), Hypothesis(" ", -0.1))) == LONG
    assert chosen(said(LONG)) == LONG


def test_a_stricter_speed_takes_a_shorter_text() -> None:
    translation = said(SHORT, Hypothesis("Zu lang.", -0.6))
    assert fit(translation, 1083, Profile(characters_per_second=10), GERMAN).text == "Zu lang."


def test_who_is_in_a_hurry() -> None:
    assert hurried(said(LONG), 1083, NORMS, GERMAN)
    assert not hurried(said(SHORT), 1083, NORMS, GERMAN)
    assert not hurried(said(""), 1083, NORMS, GERMAN)


texts = st.text("ab 1你好,. ", max_size=80)
hypotheses = st.builds(Hypothesis, texts, st.none() | st.floats(-3, 0))


@given(texts, st.lists(hypotheses, max_size=5), st.integers(0, 5000), st.integers(0, 3000))
@settings(deadline=None)
def test_what_comes_out_was_offered_whole(text: str, others: list[Hypothesis], length: int, silence: int) -> None:
    translation = said(text, *others, end=length)
    found = fit(translation, length + silence, NORMS, GERMAN)
    assert found.text in {text, *(one.text for one in others)}
    assert len(found.text) <= len(text) or found.text == text
