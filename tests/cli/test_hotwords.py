"""`--hotwords`, and what recognisers are told with a glossary beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from subtrans import engines
from subtrans.cli.asked import Asked
from subtrans.cli.interpreter import Interpreter
from subtrans.cli.terms import expected
from subtrans.engines.models.abilities import check_hotwords
from subtrans.engines.models.store import describe
from subtrans.errors import LanguageError

SAMPLES = Path(__file__).parents[2] / "samples"


def test_hotwords_stand_before_the_terms_of_the_glossary(tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("Tom\t汤姆\nquark\t夸克\tde\n", encoding="utf-8")
    asked = Asked("zh", "en", None, "mt-en-zh-nano", True, "cpu", None, None, None, None, hotwords="Noether, gauge")
    assert expected(asked, "en") == "Noether, gauge."
    both = replace(asked, glossary=terms)
    assert expected(both, "en") == "Noether, gauge, Tom."
    assert expected(both, None) == "Noether, gauge."  # which terms hold is known with the language
    assert expected(replace(both, hotwords=None), "en") == "Tom."
    assert expected(replace(asked, hotwords=" Yahoo! "), "en") == "Yahoo!"
    assert expected(replace(asked, hotwords=" "), "en") == ""


def test_hotwords_and_terms_reach_the_recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("Tom\t汤姆\n", encoding="utf-8")
    asked = Asked("zh", "en", None, "mt-en-zh-nano", True, "cpu", None, None, None, None, "tiny.en", hotwords="quark")
    given = []
    monkeypatch.setattr(engines, "load_transcriber", lambda *_, options, **__: given.append(options.hotwords))
    for glossary in (None, terms):
        _ = Interpreter(replace(asked, glossary=glossary)).transcriber
    assert given == ["quark.", "quark, Tom."]


@pytest.mark.parametrize("command", ["speech", "subtitle", "live"])
def test_a_recogniser_that_never_learned_to_be_told_is_refused(run, command: str) -> None:
    outcome = run(command, SAMPLES / "memo.flac", "--to", "zh", "--hotwords", "milk")
    assert outcome.code == LanguageError.exit_code
    assert outcome.out == ""
    assert outcome.complaints == [
        "subtrans: error: asr-en-nano was not trained to be told what to expect: "
        "leave out --hotwords, or choose one of Whisper's own, such as --asr large-v3-turbo"
    ]


def test_whispers_own_can_be_told() -> None:
    nano = describe("asr-en-nano", "asr")
    check_hotwords(replace(nano, card=None), "milk")
    assert nano.card is not None
    check_hotwords(replace(nano, card=replace(nano.card, follows=True)), "milk")
