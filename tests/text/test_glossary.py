"""Tables of terms: what a line may say, where terms stand in a sentence, and how they take a word's place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.text.glossary import Found, Glossary, Term, _pattern, exchange, read_glossary, replace_aligned, unsaid


def test_rules() -> None:
    table = "# terms\n\nPolish\t波兰语\tcase\nneural  network\t神经网络\nsub\t子\tpart\ncat\t猫\tzh\ndog\tHund\ten-de\n"
    glossary = read_glossary("\ufeff" + table, "en", "zh")
    assert [term.source for term in glossary.terms] == ["Polish", "neural network", "sub", "cat"]
    said = "Polish cats polish a Neural\nnetwork for subtitles; a CAT."
    assert [(one.term.target, said[one.start : one.end]) for one in glossary.find(said)] == [
        ("波兰语", "Polish"),
        ("神经网络", "Neural\nnetwork"),
        ("子", "sub"),
        ("猫", "CAT"),
    ]
    assert [term.target for term in read_glossary(table, "en", "de").terms][-1] == "Hund"


@pytest.mark.parametrize(
    ("rule", "source", "target", "covers"),
    [
        ("zh", "en", "zh", True),
        ("en-zh", "en", "zh", True),
        ("en-zh", "zh", "en", False),
        ("en-pt-BR", "en", "pt-BR", True),
        ("zh-Hant", "en", "zh-Hant", True),
        ("zh-Hant-en", "zh-Hant", "en", True),
        ("zh-Hant", "en", "zh", False),
    ],
)
def test_pairs(rule: str, source: str, target: str, covers: bool) -> None:
    assert bool(read_glossary(f"a\tb\t{rule}", source, target).terms) is covers


@pytest.mark.parametrize("head", ["source\ttarget", "English\tChinese", "EN\tzh-CN\trules"])
def test_names_above_the_columns_are_no_term(head: str) -> None:
    glossary = read_glossary(f"\ufeff{head}\ncat\t猫\nsource\ttarget\n", "en", "zh")
    assert [term.source for term in glossary.terms] == ["cat", "source"]
    assert len(read_glossary("English\t英语\n", "en", "zh").terms) == 1


@pytest.mark.parametrize("line", ["cat", "cat\t", "\tcat", "cat\t猫\tcase\tmore", "cat\t猫\tsometimes"])
def test_what_is_no_term(line: str) -> None:
    with pytest.raises(InputError, match=r"terms\.tsv, line 2: "):
        read_glossary(f"a\tb\n{line}\n", "en", "zh", name="terms.tsv")


@pytest.mark.parametrize(
    ("tag", "term", "text", "found"),
    [
        ("en", "don't know", "I don’t know.", ["don’t know"]),
        ("en", "O’Brien", "It's O'Brien!", ["O'Brien"]),
        ("en", "e-mail", "An e‑mail, an e-mail.", ["e‑mail", "e-mail"]),
        ("en", "café", "A cafe\u0301 or a CAFÉ.", ["cafe\u0301", "CAFÉ"]),
        ("de", "Mu\u0308ller", "Herr Müller", ["Müller"]),
        ("ja", "AI", "ＡＩの時代", ["ＡＩ"]),
        ("ko", "서울", "서울은 크다. 서울에서도, 서울시", ["서울", "서울"]),
        ("ko", "학교", "우리학교 학교까지", ["학교"]),
    ],
)
def test_what_is_written_otherwise_is_the_same_term(tag: str, term: str, text: str, found: list[str]) -> None:
    glossary = read_glossary(f"{term}\tX\n", tag, "fr")
    assert [text[one.start : one.end] for one in glossary.find(text)] == found


def test_the_longest_term_is_found() -> None:
    glossary = Glossary((Term("New York", "纽约"), Term("New York Times", "《纽约时报》"), Term("York", "约克")))
    assert [one.term.target for one in glossary.find("The New York Times of New York and York")] == [
        "《纽约时报》",
        "纽约",
        "约克",
    ]


def test_a_term_with_case_comes_before_one_without() -> None:
    glossary = Glossary((Term("polish", "擦亮"), Term("Polish", "波兰", case=True)))
    assert [one.term.target for one in glossary.find("She is Polish; polish it.")] == ["波兰", "擦亮"]


def test_languages_without_spaces_need_no_word_boundary() -> None:
    glossary = read_glossary("北京\tPeking", "zh", "en")
    assert [one.start for one in glossary.find("我住在北京市。")] == [3]
    assert [one.term.target for one in unsaid(glossary.find("我住在北京市。"), "I live in Beijing.")] == ["Peking"]
    assert unsaid(glossary.find("我住在北京市。"), "I live in peking.") == []


@pytest.mark.parametrize(
    ("tag", "term", "text", "found"),
    [
        ("hi", "राम", "रामायण में राम।", [11]),
        ("hi", "म", "काम", []),
        ("fa", "می", "می‌رود می", [7]),
        ("ar", "كتاب", "كتابٌ", [0]),
        ("fr", "cafe", "cafe\u0301", []),
    ],
)
def test_vowel_signs_and_joiners_are_of_the_word(tag: str, term: str, text: str, found: list[int]) -> None:
    glossary = read_glossary(f"{term}\tX", tag, "en")
    assert [one.start for one in glossary.find(text)] == found
    assert exchange(text, (), Found(Term("X", term), 0, 1), [term], spaced=True) == (
        f"{text[: found[0]]}{term}{text[found[0] + len(term) :]}" if found else None
    )


def test_words_are_exchanged_where_the_model_looked_at_the_term() -> None:
    cat = Found(Term("cat", "喵星人"), 4, 7)
    text = "猫和猫在书上。"
    assert exchange(text, ((0, 12), (2, 4)), cat, ["猫"], spaced=False) == "猫和喵星人在书上。"
    assert exchange(text, (), cat, ["猫"], spaced=False) is None
    eater = Found(Term("cat", "喵星人"), 0, 3)  # "Cats eat fish.", and of "cat" alone the model makes a sentence too
    assert exchange("猫吃鱼。", ((0, 0), (1, 4), (2, 8)), eater, ["猫吃", "猫"], spaced=False) == "喵星人吃鱼。"
    assert exchange("小猫在书上。", (), cat, ["小猫", "猫"], spaced=False) == "喵星人在书上。"
    # Not looked at, the term says no more than the shortest of what it becomes alone.
    assert exchange("你去学校怎么样？", (), cat, ["学校怎么样", "学校"], spaced=False) == "你去喵星人怎么样？"
    assert exchange("Er sieht die Katze.", (), cat, ["die Katze", "Katze"], spaced=True) == "Er sieht die 喵星人."
    assert exchange("Die Katze schläft.", (), cat, ["Katz", "katze"], spaced=True) == "Die 喵星人 schläft."
    assert replace_aligned(text, ((0, 12), (2, 4), (3, 8)), cat, spaced=False) == "猫和喵星人在书上。"
    assert replace_aligned("Die Katze, ja", ((0, 0), (4, 4), (11, 8)), cat, spaced=True) == "Die 喵星人, ja"
    assert replace_aligned(text, ((0, 12),), cat, spaced=False) is None


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("Voiture rapide.", "automobile", "Automobile rapide."),
        ("« Voiture », dit-il.", "automobile", "« Automobile », dit-il."),
        ("Ma voiture est là.", "automobile", "Ma automobile est là."),
        ("voiture rapide", "automobile", "automobile rapide"),
        ("Voiture rapide.", "iPhone", "iPhone rapide."),
    ],
)
def test_a_term_that_begins_a_sentence_has_its_capital(text: str, target: str, expected: str) -> None:
    car = Found(Term("car", target), 0, 3)
    assert exchange(text, (), car, ["voiture"], spaced=True) == expected
    place = text.lower().index("voiture")
    looks = ((place, 0), (place + 7, 4))
    assert replace_aligned(text, looks, car, spaced=True) == expected
    exact = Found(Term("car", target, case=True), 0, 3)
    assert target in (exchange(text, (), exact, ["voiture"], spaced=True) or "")


@given(st.text(max_size=80))
def test_any_file_is_read_or_refused(table: str) -> None:
    try:
        glossary = read_glossary(table, "en", "zh")
    except InputError:
        return
    for one in glossary.find(table):
        assert 0 <= one.start < one.end <= len(table)


@given(st.lists(st.text(alphabet="ab ", min_size=1, max_size=4), max_size=6), st.text(alphabet="abAB .", max_size=40))
def test_found_terms_do_not_overlap(words: list[str], text: str) -> None:
    glossary = Glossary(tuple(Term(word.strip(), "x") for word in words if word.strip()))
    found = glossary.find(text)
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("term", "said"),
    [("Istanbul", "\u0131stanbul"), ("\u0130zmir", "izmir"), ("maß", "MA\u1e9e"), ("kilo", "\u212aILO")],
)
def test_letters_that_are_the_same_but_for_case(term: str, said: str) -> None:
    assert len(Glossary((Term(term, "x"),)).find(f"In {said}.")) == 1


def test_only_terms_whose_words_are_in_the_sentence_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("subtrans.text.glossary._pattern", lambda term: made.append(term.source) or _pattern(term))
    many = Glossary((*(Term(f"cat {number}", "x") for number in range(20_000)), Term("Black  Cat", "黑猫")))
    assert [one.term.target for one in many.find("A BLACK\ncat and cat 7.")] == ["黑猫", "x"]
    assert sorted(made) == ["Black  Cat", "cat 7"]
