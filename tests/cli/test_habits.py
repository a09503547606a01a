"""Models that were trained to see what was said before, or to be told how to address people: a real one, if tiny."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import tinymodels
from contracts import check_translator

from subtrans.engines import TranslatorOptions, in_context, load_translator
from subtrans.engines.models.families import Frame
from subtrans.engines.translation.guarded import GuardedTranslator
from subtrans.engines.translation.habits import ContextTranslator
from subtrans.engines.translation.tokenisation import Tokeniser
from subtrans.errors import LanguageError, ModelError
from subtrans.memory.store import Entry
from subtrans.memory.translator import MemoryTranslator
from subtrans.text.context import CONTEXT
from subtrans.types import Hypothesis

CARD = '[model]\nkind = "mt"\nname = "tiny"\n[[languages]]\nsource = "en"\ntarget = "zh"\n'
CONTEXTUAL = '[habits]\ncontext = 2\nseparator = "<sep>"\n'
TOLD = 'formal = "<formal>"\ninformal = "<informal>"\n'
ONE, TWO, THREE = "We are going home.", "Where is the station?", "Thank you very much!"
GREEDY: dict[str, Any] = {"device": "cpu", "compute_type": "float32", "threads": 1, "beam_size": 1, "max_length": 24}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A translator whose vocabulary has tokens beside those of the text."""
    return tinymodels.marian(tmp_path_factory.mktemp("tiny") / "model", ("<sep>", "<formal>", "<informal>"))


@pytest.fixture
def model(checkpoint: Path) -> Callable[[str], str]:
    """The translator with what a card says of its habits."""

    def write(habits: str) -> str:
        (checkpoint / "card.toml").write_text(CARD + habits)
        return str(checkpoint)

    return write


def load(name: str, **options: Any) -> Any:
    return load_translator(name, source="en", target="zh", options=TranslatorOptions(**GREEDY | options))


def test_what_the_encoder_sees(model) -> None:
    translator = load(model(CONTEXTUAL + TOLD), formality="informal")
    split = translator._tokeniser._pieces.split
    tokens = ["<informal>", *split(ONE), "<sep>", *split(TWO), "</s>"]
    assert translator._tokeniser.encode(ONE + CONTEXT + TWO) == tokens
    places = translator._tokeniser.places(ONE + CONTEXT + TWO, len(tokens))
    assert places[: -len(split(TWO)) - 1] == [None] * (len(split(ONE)) + 2)
    assert places[-len(split(TWO)) - 1 : -1] == load(model(""))._tokeniser.places(TWO, len(split(TWO)) + 1)[:-1]


def test_transformers_says_the_same(model, checkpoint) -> None:
    import torch
    from transformers import MarianMTModel

    translator = load(model(CONTEXTUAL + TOLD), formality="formal")
    vocabulary = json.loads((checkpoint / "vocab.json").read_text())
    numbers = [vocabulary[token] for token in translator._tokeniser.encode(ONE + CONTEXT + TWO)]
    network = MarianMTModel.from_pretrained(checkpoint).eval()
    [[_, *said]] = network.generate(torch.tensor([numbers]), num_beams=1, max_new_tokens=24, do_sample=False).tolist()
    tokens = {number: token for token, number in vocabulary.items()}
    [found] = translator.translate([ONE + CONTEXT + TWO])
    assert found.text == translator._tokeniser.decode([tokens[number] for number in said])
    assert all(0 <= there < len(TWO) for _, there in found.alignment)


def test_predecessors_that_do_not_fit_are_left_out_but_no_text_is(model) -> None:
    translator = load(model(CONTEXTUAL))
    long = " ".join([ONE] * 40)
    assert translator._parts(ONE + CONTEXT + TWO) == [ONE + CONTEXT + TWO]
    assert translator._parts(long + CONTEXT + ONE + CONTEXT + TWO) == [ONE + CONTEXT + TWO]
    assert " ".join(translator._parts(TWO + CONTEXT + long)) == long
    check_translator(translator, [ONE, TWO, "", ONE + CONTEXT + TWO, TWO + CONTEXT + long])


def test_a_model_that_says_what_it_said_before_again() -> None:
    class Words:
        def split(self, text: str) -> list[str]:
            return text.split()

        split_target = split

        def join(self, tokens: Sequence[str]) -> str:
            return " ".join(tokens)

    tokeniser = Tokeniser(Words(), Frame(text="in German: "), separator="|")
    assert tokeniser.encode(f"a b{CONTEXT}c") == ["in", "German:", "a", "b", "|", "c", "</s>"]
    assert tokeniser.decode(["x", "|", "y", "z", "</s>"]) == "y z"


def test_texts_come_with_those_before_them_whatever_the_batches() -> None:
    class Echo:
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            return [Hypothesis(text) for text in texts]

    translator = ContextTranslator(Echo(), 2)
    said = translator.translate(["a", "b"]) + translator.translate(["", "c" + CONTEXT]) + translator.translate(["d"])
    assert [one.text.split(CONTEXT) for one in said] == [["a"], ["a", "b"], [""], ["a", "b", "c "], ["b", "c ", "d"]]


def test_guards_and_memories_look_at_the_text_alone() -> None:
    asked: list[str] = []

    class Says:
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            asked.extend(texts)
            return [Hypothesis("") for _ in texts]

        def steered(self, **changes: Any) -> Says:
            return self

    entries = {TWO: Entry(TWO, "车站在哪里？", "talk.srt", "2026-01-01")}
    remembering = MemoryTranslator(Says(), entries, lambda note: None)
    assert remembering.translate([ONE + CONTEXT + TWO])[0].text == "车站在哪里？"
    [said] = GuardedTranslator(Says(), "en", "zh").translate([ONE + CONTEXT + "No"])
    assert said.faults == ("empty",)
    assert {text.partition(CONTEXT)[0] for text in asked} == {ONE}
    assert ONE + CONTEXT + "No." in asked


def test_only_a_model_that_was_trained_to_sees_what_was_said_before(model) -> None:
    assert isinstance(in_context(load(model(CONTEXTUAL)), model(CONTEXTUAL), "en", "zh"), ContextTranslator)
    translator = load(model(""))
    assert in_context(translator, model(""), "en", "zh") is translator


@pytest.mark.parametrize(
    "habits", ["[habits]\ncontext = 1\n", "[habits]\ncontext = 1\nseparator = '<none>'\n", "[habits]\nmood = 'x'\n"]
)
def test_a_card_that_makes_no_sense_is_told(model, habits) -> None:
    with pytest.raises(ModelError, match="card"):
        load(model(habits))


def test_a_formality_that_a_model_cannot_be_told(model) -> None:
    with pytest.raises(LanguageError, match="was not trained to be told how formal to be: leave out --formality"):
        load(model(CONTEXTUAL), formality="formal")


def translations(run: Any, name: str, *options: str) -> list[str]:
    cues = "".join(
        f"{number}\n00:00:0{3 * number},000 --> 00:00:0{3 * number + 2},000\n{text}\n\n"
        for number, text in enumerate((ONE, TWO, THREE))
    )
    Path("talk.en.srt").write_text(cues)
    command = ["subtitle", "talk.en.srt", "--to", "zh", "--mt", name, "--format", "json", "--overwrite"]
    outcome = run(*command, "--device", "cpu", "--beam-size", "2", *options)
    assert outcome.code == 0, outcome.err
    (target,) = json.loads(Path("talk.zh.json").read_text(encoding="utf-8"))["targets"]
    return [one["text"] for one in target["translations"]]


def test_subtitles_heed_what_the_card_says(model, run) -> None:
    bare = translations(run, model(""))
    first, *others = translations(run, model(CONTEXTUAL + TOLD))
    assert first == bare[0]
    assert others != bare[1:]
    told = model("[habits]\n" + TOLD)
    assert translations(run, told, "--formality", "formal") != translations(run, told, "--formality", "informal")


def test_a_formality_is_refused_before_any_work(run, fakes) -> None:
    Path("talk.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHi.\n")
    outcome = run("subtitle", "talk.en.srt", "--to", "zh", "--formality", "formal")
    assert (outcome.code, len(outcome.complaints)) == (4, 1)
    assert "mt-en-zh-nano was not trained to be told how formal to be: leave out --formality" in outcome.err
    assert run("text", "Hi.", "--to", "zh", "--formality", "informal").code == 4


def test_no_answer_outlives_what_a_card_says(model) -> None:
    from subtrans.cli.asked import Asked
    from subtrans.engines.resume.remember import translating_key

    def key(habits: str) -> str:
        asked = Asked("zh", "en", None, model(habits), True, "cpu", None, None, None, None)
        return translating_key(asked, "en")

    assert len({key(""), key(CONTEXTUAL), key(CONTEXTUAL + TOLD)}) == 3
    assert key(CONTEXTUAL) == key(CONTEXTUAL)


@pytest.mark.parametrize(
    "arguments",
    [
        ["text", "hi", "--to", "zh", "--mt", "x" * 400],
        ["text", "hi", "--to", "zh", "--memory", "x" * 400],
        ["subtitle", "x" * 400, "--to", "zh"],
        ["models", "info", "x" * 400],
    ],
)
def test_a_name_that_no_file_can_have(arguments, run, models) -> None:
    outcome = run(*arguments)
    assert outcome.out == ""
    if sys.version_info < (3, 14):
        assert outcome.code == 3
        assert outcome.err == f"subtrans: error: '{'x' * 40}'... is too long for the name of a file\n"
    else:  # it finds that there is no such file, and does not say why
        assert outcome.code in {3, 5}
        assert outcome.complaints
        assert all("x" * 40 in complaint for complaint in outcome.complaints)
