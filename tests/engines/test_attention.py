"""What a translation says it looked at: places that exist, names and numbers where they stand, both engines alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinymodels import TEXTS

from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.models.layouts import describe_checkpoint
from subtrans.engines.models.store import Model
from subtrans.engines.translation.attention import align, borrow, locate, unfold
from subtrans.engines.translation.hf import TransformersTranslator
from subtrans.engines.translation.pivot import PivotTranslator
from subtrans.engines.translation.splitting import join_parts, split_text
from subtrans.types import Hypothesis

SHIPPED = Path(__file__).parents[2] / "models/mt-en-zh-nano"
NBEST = TranslatorOptions(device="cpu", compute_type="float32", threads=1, num_hypotheses=3)
ALIGNED = (
    ("Tom bought three books yesterday.", (("汤姆", "Tom"), ("三", "three"), ("书", "books"), ("昨天", "yesterday"))),
    ("Tom  lives\nin Boston.", (("汤姆", "Tom"), ("波士顿", "Boston"))),
    ("Mary likes music very much.", (("玛丽", "Mary"), ("音乐", "music"))),
)


@pytest.fixture(scope="module")
def shipped() -> Any:
    return load_translator("mt-en-zh-nano", source="en", target="zh", options=NBEST)


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_words_were_written_while_looking_at_their_own(shipped: Any, engine: str) -> None:
    translator = shipped
    if engine == "transformers":
        folder = SHIPPED / "hf"
        translator = TransformersTranslator(
            Model(describe_checkpoint(folder, "shipped"), folder, "checkpoint"), "en", "zh", NBEST
        )
    for (source, pairs), said in zip(ALIGNED, translator.translate([text for text, _ in ALIGNED]), strict=True):
        places = dict(said.alignment)
        for target, word in pairs:
            looked = places[max(here for here in places if here <= said.text.index(target))]
            assert source.index(word) <= looked < source.index(word) + len(word), (said.text, target)


def test_both_engines_look_at_the_same(shipped: Any) -> None:
    folder = SHIPPED / "hf"
    other = TransformersTranslator(
        Model(describe_checkpoint(folder, "shipped"), folder, "checkpoint"), "en", "zh", NBEST
    )
    texts = [text for text, _ in ALIGNED]
    for one, two in zip(shipped.translate(texts), other.translate(texts), strict=True):
        assert (one.text, one.alignment) == (two.text, two.alignment)


@pytest.mark.parametrize(
    "repo",
    ["Helsinki-NLP/opus-mt-en-zh", "facebook/nllb-200-distilled-600M", "google/madlad400-3b-mt", "acme/bert2bert"],
)
def test_places_exist_and_alternatives_differ(hub: Path, repo: str) -> None:
    options = TranslatorOptions(device="cpu", threads=1, max_length=24, num_hypotheses=3)
    translator = load_translator(repo, source="en", target="zh", options=options, offline=True)
    long = " ".join(TEXTS[:2] if "bert" in repo else TEXTS * 3)
    for source, said in zip((*TEXTS, long), translator.translate([*TEXTS, long]), strict=True):
        assert said.alignment
        check_places(source, said)
        texts = [said.text, *(other.text for other in said.alternatives)]
        assert len(texts) == len(set(texts))
        for other in said.alternatives:
            check_places(source, other)
    assert any(said.alternatives for said in translator.translate(TEXTS))


def test_an_alternative_is_aligned_as_far_as_it_is_written_like_the_best() -> None:
    known = ((0, 0), (1, 4), (3, 9))
    assert borrow("汤姆买书", "汤姆买了书", ((0, 0), (2, 4), (4, 9))) == ((0, 0), (2, 4), (3, 9))
    assert borrow("abcd", "abcd", known) == known
    assert borrow("xyz", "abcd", known) == ()
    assert borrow("abcd", "abcd", ()) == ()


def test_a_text_in_parts_is_aligned_with_the_whole(shipped: Any) -> None:
    translator: Any = load_translator("mt-en-zh-nano", source="en", target="zh", options=NBEST)
    translator._positions = 12
    text = "Tom bought three books yesterday.   Mary likes music very much."
    (said,) = translator.translate([text])
    places = dict(said.alignment)
    assert text[places[said.text.index("玛丽")] :].startswith("Mary")
    assert text[places[said.text.index("汤姆")] :].startswith("Tom")


def test_none_is_made_unless_asked_for() -> None:
    options = TranslatorOptions(device="cpu", threads=1, alignment=False)
    (said,) = load_translator("mt-en-zh-nano", source="en", target="zh", options=options).translate(["I see a cat."])
    assert said.text
    assert said.alignment == ()
    assert said.alternatives == ()


def test_a_pivot_is_aligned_from_end_to_end() -> None:
    class Fixed:
        def __init__(self, said: Hypothesis) -> None:
            self.said = said

        def translate(self, texts: Any) -> list[Hypothesis]:
            return [self.said for _ in texts]

    first = Hypothesis("two cats", -1.0, ((0, 5), (4, 0)))
    second = Hypothesis("猫二", -0.5, ((0, 4), (1, 1)), (Hypothesis("二", -0.7, ((0, 0),)),))
    (said,) = PivotTranslator(Fixed(first), Fixed(second)).translate(["chats deux"])
    assert said.alignment == ((0, 0), (1, 5))
    assert said.alternatives[0].alignment == ((0, 5),)
    # As much below the best as it was: it takes the place of the best by that.
    assert (said.score, said.alternatives[0].score) == (-1.0, pytest.approx(-1.2))


@given(st.text(max_size=60))
def test_a_line_knows_where_its_characters_stood(text: str) -> None:
    line = " ".join(text.split())
    places = unfold(text)
    assert len(places) == len(line)
    assert all(
        text[place] == one or (one == " " and text[place].isspace()) for place, one in zip(places, line, strict=True)
    )


@given(st.lists(st.text(alphabet="ab▁c的 ", max_size=4), max_size=12))
def test_tokens_are_found_where_they_stand(tokens: list[str]) -> None:
    text = "".join(tokens).replace("▁", " ").strip()
    begins = locate(tokens, text)
    assert begins == sorted(begins)
    assert all(0 <= begin < max(1, len(text)) for begin in begins)


def test_pieces_that_are_not_written_so_do_not_derail_the_others() -> None:
    assert locate(["▁Caf", "<0xC3>", "<0xA9>", "▁noir", "."], "Café noir.") == [0, 3, 3, 5, 9]


def test_the_strongest_column_of_the_source_is_taken() -> None:
    assert align([[0.1, 0.2, 0.7], [0.1, 0.6, 0.3]], [0, 4, None], [0, 2]) == ((0, 4), (2, 4))


@given(st.text(min_size=1, max_size=80), st.integers(1, 20))
def test_parts_joined_keep_their_places(text: str, size: int) -> None:
    parts = split_text(text, lambda part: len(part) <= size)
    said = [Hypothesis(part, -1.0, tuple((i, i) for i in range(len(part)))) for part in parts]
    joined = join_parts(text, parts, said, "|")
    assert joined.text == "|".join(parts)
    assert all(joined.text[here] == text[there] for here, there in joined.alignment)


def check_places(source: str, said: Hypothesis) -> None:
    here = [place for place, _ in said.alignment]
    assert here == sorted(set(here))
    assert all(0 <= a < len(said.text) and 0 <= b < len(source) for a, b in said.alignment)
