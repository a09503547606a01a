"""Every translation engine keeps the port's contract, and CTranslate2 says what transformers says, token for token."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import tinymodels
from contracts import check_translator
from tinymodels import TEXTS

from subtrans.engines import TranslatorOptions, load_transcriber, load_translator
from subtrans.engines.models.families import Frame
from subtrans.engines.models.layouts import describe_checkpoint
from subtrans.engines.models.store import Model, resolve
from subtrans.engines.translation.hf import TransformersTranslator
from subtrans.engines.translation.tokenisation import Tokeniser, load_pieces, load_sentencepiece
from subtrans.finetune.config import Languages
from subtrans.finetune.marian import MarianTokeniser
from subtrans.finetune.texts import open_tokeniser

OPUS, NLLB = "Helsinki-NLP/opus-mt-en-zh", "facebook/nllb-200-distilled-600M"
M2M100, MBART = "facebook/m2m100_418M", "facebook/mbart-large-50-many-to-many-mmt"
MADLAD, BERT = "google/madlad400-3b-mt", "acme/bert2bert"
CONVERTED = (OPUS, NLLB, M2M100, MBART, MADLAD)
EXACT = TranslatorOptions(device="cpu", compute_type="float32", threads=1, beam_size=1, max_length=24)
BEAM = TranslatorOptions(device="cpu", compute_type="float32", threads=1, beam_size=3, max_length=24)
LONG = " ".join(["We are going home, where is the station?"] * 12)


@pytest.mark.parametrize("options", [EXACT, BEAM], ids=["greedy", "beam"])
@pytest.mark.parametrize("repo", [*CONVERTED, BERT])
def test_contract(hub: Path, repo: str, options: TranslatorOptions) -> None:
    translator = load_translator(repo, source="en", target="zh", options=options, offline=True)
    first = check_translator(translator, list(TEXTS))
    assert first == check_translator(translator, list(TEXTS))
    assert all(hypothesis.score is not None and hypothesis.score <= 0 for hypothesis in translator.translate(TEXTS))


@pytest.mark.parametrize("repo", CONVERTED)
def test_contract_of_transformers(snapshot: dict[str, Path], repo: str) -> None:
    check_translator(in_transformers(snapshot[repo], repo), list(TEXTS))


@pytest.mark.parametrize("repo", CONVERTED)
def test_same_words_and_scores_as_transformers(snapshot: dict[str, Path], tmp_path: Path, repo: str) -> None:
    check_alike(snapshot[repo], tmp_path, repo)


def check_alike(checkpoint: Path, folder: Path, repo: str) -> None:
    converted = in_ctranslate2(checkpoint, folder / "exact", repo)
    ours, theirs = converted.translate(TEXTS), in_transformers(checkpoint, repo).translate(TEXTS)
    assert [hypothesis.text for hypothesis in ours] == [hypothesis.text for hypothesis in theirs]
    assert [hypothesis.score for hypothesis in ours] == pytest.approx([h.score for h in theirs], abs=1e-2)


def test_languages_are_told_whatever_class_the_tokeniser_is_said_to_be(tmp_path: Path) -> None:
    checkpoint = tinymodels.nllb(tmp_path / "nllb")
    expected = in_transformers(checkpoint, NLLB).translate(TEXTS)
    file = checkpoint / "tokenizer_config.json"
    named = json.loads(file.read_text(encoding="utf-8")) | {"tokenizer_class": "PreTrainedTokenizerFast"}
    tinymodels.write_json(file, named)
    assert in_transformers(checkpoint, NLLB).translate(TEXTS) == expected


def test_a_vocabulary_of_its_own_for_what_is_said(tmp_path: Path) -> None:
    check_alike(tinymodels.marian(tmp_path / "marian", apart=True), tmp_path, OPUS)


def test_marks_are_those_of_the_script(
    snapshot: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for engine in ("ct2", "hf"):
        monkeypatch.setattr(
            f"subtrans.engines.translation.{engine}.typeset", lambda text, language: f"{language.tag}: {text}"
        )
    for translator in in_ctranslate2(snapshot[OPUS], tmp_path / "exact", OPUS), in_transformers(snapshot[OPUS], OPUS):
        assert all(hypothesis.text.startswith("zh: ") for hypothesis in translator.translate(TEXTS))


def test_a_search_for_short_outputs_is_the_same_in_both(snapshot: dict[str, Path], tmp_path: Path) -> None:
    short = {"length_penalty": 0.0, "beam_size": 3, "num_hypotheses": 3}
    both = in_ctranslate2(snapshot[OPUS], tmp_path / "exact", OPUS), in_transformers(snapshot[OPUS], OPUS)
    ours, theirs = (translator.steered(**short).translate(TEXTS) for translator in both)
    assert [hypothesis.text for hypothesis in ours] == [hypothesis.text for hypothesis in theirs]
    # All are cut at 24 tokens, and the token that would end them is counted: 24 in the place of 25.
    assert [hypothesis.score for hypothesis in ours] == pytest.approx([h.score for h in theirs], rel=0.045)


@pytest.mark.parametrize("repo", CONVERTED)
def test_same_source_tokens_as_transformers(hub: Path, snapshot: dict[str, Path], repo: str) -> None:
    ours = load_translator(repo, source="en", target="zh", options=EXACT, offline=True)
    theirs = in_transformers(snapshot[repo], repo)
    for text in TEXTS:
        numbers = theirs._tokenizer(theirs._prefix + text)["input_ids"]
        assert ours._tokeniser.encode(text) == theirs._tokenizer.convert_ids_to_tokens(numbers)  # type: ignore[attr-defined]


@pytest.mark.parametrize("unknown", ["涨", "é 😀", "We ½ Я"])
def test_what_has_no_piece_is_written_in_bytes_by_all(tmp_path: Path, unknown: str) -> None:
    folder = tinymodels.t5(tmp_path / "mt5", "MT5", bytewise=True, feed_forward_proj="gated-gelu")
    expected = load_sentencepiece(folder / "spiece.model").encode(unknown, out_type=str)
    trained, loaded = open_tokeniser(folder, Languages("en", "de")), in_transformers(folder, "acme/mt5", "de")
    converted = in_ctranslate2(folder, tmp_path / "exact", "acme/mt5")
    (numbers,) = trained.encode([unknown], target=True)
    assert loaded._tokenizer.convert_ids_to_tokens(numbers) == [*expected, "</s>"]
    assert converted._tokeniser.encode(unknown)[-len(numbers) :] == [*expected, "</s>"]
    assert trained.decode(numbers) == converted._tokeniser.decode(expected) == unknown.replace("½", "1⁄2")


def test_what_has_no_piece_does_not_end_the_sentence(tmp_path: Path) -> None:
    folder = tinymodels.madlad(tmp_path / "madlad")
    trained = open_tokeniser(folder, Languages("en", "zh"))
    assert (known := trained.encode(["We  are"])[0])[-1] == (end := 2)
    (numbers,) = trained.encode(["We 😀 are"])
    assert len(numbers) > len(known)
    assert numbers.index(end) == len(numbers) - 1


def test_a_token_beyond_the_vocabulary_is_no_text_and_aligned_with_nothing(tmp_path: Path) -> None:
    checkpoint = tinymodels.t5(tmp_path / "t5")  # its matrices have eight rows more
    ours, theirs = (
        in_ctranslate2(checkpoint, tmp_path / "exact", "acme/t5", "de"),
        in_transformers(checkpoint, "", "de"),
    )
    beyond = len(theirs._tokenizer)
    assert theirs._tokenizer.convert_ids_to_tokens([beyond]) == [None]
    (said,) = theirs.translate(["trailing"])
    assert said.alignment
    assert said.text == ours.translate(["trailing"])[0].text


@pytest.mark.parametrize(
    ("repo", "source", "target"),
    [
        (OPUS, ">>cmn_Hans<<", None),
        (NLLB, "eng_Latn", "zho_Hans"),
        (M2M100, "__en__", "__zh__"),
        (MBART, "en_XX", "zh_CN"),
        (MADLAD, "<2zh>", None),
    ],
)
def test_language_tokens_are_used(hub: Path, repo: str, source: str, target: str | None) -> None:
    translator: Any = load_translator(repo, source="en", target="zh", options=EXACT, offline=True)
    tokens = translator._tokeniser.encode(TEXTS[0])
    assert tokens[0] == source
    assert tokens[-1] == "</s>"
    (result,) = translator._decode([tokens], 24)
    assert target is None or result.hypotheses[0][0] == target


@pytest.mark.parametrize(
    ("repo", "other"), [(OPUS, "zh-Hant"), (NLLB, "de"), (M2M100, "de"), (MBART, "de"), (MADLAD, "de")]
)
def test_another_target_gives_another_text(hub: Path, repo: str, other: str) -> None:
    one = load_translator(repo, source="en", target="zh", options=EXACT, offline=True)
    two = load_translator(repo, source="en", target=other, options=EXACT, offline=True)
    assert [h.text for h in one.translate(TEXTS)] != [h.text for h in two.translate(TEXTS)]


@pytest.mark.parametrize("repo", [*CONVERTED, BERT])
def test_a_text_longer_than_the_model_is_cut_and_nothing_lost(hub: Path, repo: str) -> None:
    translator: Any = load_translator(repo, source="en", target="zh", options=EXACT, offline=True)
    translator._positions = 64
    seen: list[str] = []
    fits = translator._fits
    translator._fits = lambda text: bool(fits(text) and (seen.append(text) or True))
    (hypothesis,) = translator.translate([LONG])
    assert hypothesis.text
    assert len(seen) > 1
    assert " ".join(" ".join(seen).split()) == LONG


@pytest.mark.parametrize("repo", CONVERTED)
def test_parts_leave_room_for_translations_that_are_longer(hub: Path, repo: str) -> None:
    translator: Any = load_translator(
        repo, source="en", target="zh", options=TranslatorOptions(device="cpu"), offline=True
    )
    translator._positions = 64
    lengths = [len(translator._tokeniser.encode(part)) for part in translator._parts(LONG)]
    assert all(3 * length <= 2 * translator._limit(length) for length in lengths)


def test_a_prompt_leaves_as_much_room_as_it_takes(tmp_path: Path) -> None:
    translator = in_transformers(tinymodels.gpt(tmp_path / "gpt"), "acme/gpt")
    lengths = [translator._length(part) for part in translator._parts(LONG)]
    assert all(translator._room(length) >= length - 1 for length in lengths)


def test_lines_of_one_text_are_one_sentence(hub: Path) -> None:
    translator = load_translator(OPUS, source="en", target="zh", options=EXACT, offline=True)
    one, two = translator.translate(["We are going home.", "We are\n  going home. "])
    assert one.text == two.text
    assert one.score == pytest.approx(two.score, abs=1e-3)


def test_translators_into_several_languages_share_the_weights(hub: Path, tmp_path: Path) -> None:
    def load(target: str) -> Any:
        return load_translator(M2M100, source="en", target=target, options=BEAM, offline=True)

    alone = [load(target).translate(TEXTS) for target in ("zh", "de")]
    zh, de = load("zh"), load("de")
    assert zh._translator is de._translator
    assert [zh.translate(TEXTS), de.translate(TEXTS)] == alone


def test_so_do_those_over_transformers(snapshot: dict[str, Path]) -> None:
    def load(target: str) -> TransformersTranslator:
        return in_transformers(snapshot[M2M100], M2M100, target)

    alone = [load(target).translate(TEXTS) for target in ("zh", "de")]
    zh, de = load("zh"), load("de")
    assert zh._model is de._model
    assert [zh.translate(TEXTS), de.translate(TEXTS)] == alone


def test_weights_that_took_the_place_of_others_are_loaded(tmp_path: Path) -> None:
    folder, shipped = tmp_path / "model", Path(__file__).parents[2] / "models/mt-en-zh-nano/ct2"
    shutil.copytree(shipped, folder)
    before: Any = load_translator(folder, source="en", target="zh")
    shutil.copy(shipped / "model.bin", tmp_path / "new")
    (tmp_path / "new").replace(folder / "model.bin")
    after: Any = load_translator(folder, source="en", target="zh")
    assert before._translator is not after._translator


def test_neighbours_do_not_change_a_translation(hub: Path) -> None:
    translator = load_translator(NLLB, source="en", target="zh", options=EXACT, offline=True)
    alone = [translator.translate([text])[0].text for text in TEXTS]
    assert [hypothesis.text for hypothesis in translator.translate(TEXTS * 3)] == alone * 3


def test_repetition_is_held_back_when_asked(hub: Path) -> None:
    options = TranslatorOptions(device="cpu", compute_type="float32", beam_size=1, max_length=24, no_repeat_ngram=1)
    translator: Any = load_translator(NLLB, source="en", target="zh", options=options, offline=True)
    for result in translator._decode([translator._tokeniser.encode(text) for text in TEXTS], 24):
        assert len(set(result.hypotheses[0])) == len(result.hypotheses[0])


def test_int8_is_the_default_on_a_processor(hub: Path) -> None:
    translator: Any = load_translator(
        OPUS, source="en", target="zh", options=TranslatorOptions(device="cpu"), offline=True
    )
    assert translator._translator.compute_type.startswith("int8")
    assert all(hypothesis.text for hypothesis in translator.translate(TEXTS))


def test_a_translation_goes_on_from_its_beginning() -> None:
    translator: Any = load_translator("mt-en-zh-nano", source="en", target="zh")
    beginnings = ["我们", "今天早上", "她"]
    found = translator.continued("We got up early and", beginnings)
    for beginning, one in zip(beginnings, found, strict=True):
        assert one.text.startswith(beginning)
        assert one.text != beginning
    assert translator.continued(" ", ["我们"]) == []


def test_a_folder_is_a_path_or_its_name() -> None:
    folder = Path(__file__).parents[2] / "models/mt-en-zh-nano"
    one, other = (load_translator(name, source="en", target="zh", options=EXACT) for name in (folder, str(folder)))
    assert one.translate(["Good morning."]) == other.translate(["Good morning."])
    assert load_transcriber(folder.with_name("asr-en-nano"), language="en")


def test_a_word_of_the_source_has_no_mark_of_its_piece() -> None:
    folder = Path(__file__).parents[2] / "models/mt-en-zh-nano"
    pieces = ["▁", "在", "▁middle", "中"]
    assert load_pieces(folder / "ct2").join(pieces).strip() == "在 middle中"
    tokeniser = MarianTokeniser(folder / "hf", Languages("en", "zh"))
    numbers = json.loads((folder / "hf/vocab.json").read_text(encoding="utf-8"))
    assert tokeniser.decode([numbers[piece] for piece in pieces]).strip() == "在 middle中"


@pytest.mark.parametrize("filler", ["<filler_0>", "<missing_7>", "<extra_id_0>"])
def test_what_no_tokeniser_writes_is_no_text(filler: str) -> None:
    folder = Path(__file__).parents[2] / "models/mt-en-zh-nano/ct2"
    assert Tokeniser(load_pieces(folder), Frame()).decode(["▁", "在", filler, "中"]) == "在中"


class Letters:
    """Pieces that are letters."""

    def split(self, text: str) -> list[str]:
        return list(text)

    split_target = split

    def join(self, tokens: Sequence[str]) -> str:
        return "".join(tokens)


@pytest.mark.parametrize(
    ("marks", "seen"),
    [("", "a’b “c”… d—e"), ("'\"", 'a\'b "c"… d—e'), ("'\".-", 'a\'b "c"... d-e'), ('’"“.-', 'a’b “c"... d-e')],
)
def test_marks_that_a_vocabulary_lacks_are_typed_as_it_has_them(marks: str, seen: str) -> None:
    text = "a’b  “c”… d—e"
    tokeniser = Tokeniser(Letters(), Frame(), vocabulary=frozenset(f"abcde {marks}"))
    tokens = tokeniser.encode(text)
    assert "".join(tokens) == f"{seen}</s>"
    places = tokeniser.places(text, len(tokens))
    assert text[places[tokens.index("c")] or 0] == "c"


@pytest.mark.parametrize("family", ["marian", "nllb", "bert2bert"])
def test_trainings_and_all_engines_type_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    monkeypatch.setattr(tinymodels, "LINES", (*tinymodels.LINES, "It's \"us\", isn't it? \"No\", 'yes'."))
    checkpoint = getattr(tinymodels, family)(tmp_path / family)
    printed, typed = "Isn’t it “us”?", 'Isn\'t it "us"?'
    trained, loaded = open_tokeniser(checkpoint, Languages("en", "zh")), in_transformers(checkpoint, family)
    assert loaded._numbers([printed]) == loaded._numbers([typed])
    assert trained.encode([printed]) == trained.encode([typed]) == loaded._numbers([typed])
    if family != "bert2bert":
        converted = in_ctranslate2(checkpoint, tmp_path / "exact", family)
        assert converted._tokeniser.encode(printed) == converted._tokeniser.encode(typed)


@pytest.mark.parametrize("length", [200, 255, 256, 300])
def test_a_beginning_as_long_as_the_model_has_positions(length: int) -> None:
    translator: Any = load_translator("mt-en-zh-nano", source="en", target="zh")
    text = " ".join(["no"] * 60)
    assert len(translator.continued(text, ["我" * length])) == (length < 255)  # a token each; the model takes 256


@pytest.mark.parametrize("repo", CONVERTED)
def test_every_family_can_go_on(hub: Path, repo: str) -> None:
    translator: Any = load_translator(repo, source="en", target="zh", options=EXACT, offline=True)
    beginning = translator.translate(TEXTS)[0].text[:4].strip()
    text = translator.continued(TEXTS[1], [beginning])[0].text
    assert text.replace(" ", "").startswith(beginning.replace(" ", ""))


def test_t5_in_float16_is_computed_in_float32(tmp_path: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM

    for family, precision in (("mt5", "float32"), ("marian", "float16")):
        checkpoint = getattr(tinymodels, family)(tmp_path / family)
        AutoModelForSeq2SeqLM.from_pretrained(checkpoint).half().save_pretrained(checkpoint)
        translator = in_transformers(checkpoint, family)
        assert str(translator._model.dtype) == f"torch.{precision}"


def in_transformers(checkpoint: Path, repo: str, target: str = "zh") -> TransformersTranslator:
    return TransformersTranslator(
        Model(describe_checkpoint(checkpoint, repo), checkpoint, "checkpoint"), "en", target, EXACT
    )


def in_ctranslate2(checkpoint: Path, folder: Path, repo: str, target: str = "zh") -> Any:
    """The checkpoint converted without rounding the weights."""
    from subtrans.engines.models.convert import Origin, convert_checkpoint
    from subtrans.engines.translation.ct2 import CTranslate2Translator

    convert_checkpoint(checkpoint, folder, Origin(repo), quantization="float32")
    return CTranslate2Translator(resolve(str(folder), "mt"), "en", target, EXACT)
