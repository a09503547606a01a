import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.sentences import SentenceOptions, sentences, split_text
from subtrans.types import Span, Word


def spoken(text, *, each=300, gap=0, pauses=None):
    """Words of `text`, each 300 ms long; `pauses` gives the silence before the word of that index."""
    words, time = [], 0
    for index, token in enumerate(text.split(" ")):
        time += (pauses or {}).get(index, gap)
        words.append(Word(" " * (index > 0) + token, Span(time, time + each)))
        time += each
    return words


def texts(words, **options):
    return [sentence.text for sentence in sentences(words, SentenceOptions(**options))]


@pytest.mark.parametrize(
    "expected",
    [
        ["Hello there.", "How are you?", "Fine!"],
        ["Mr. Smith met Dr. Jones in the U.S. embassy.", "They spoke."],
        ["He said, e.g. nothing.", "Then J. K. Rowling left at 3 p.m. sharp."],
        ["He lives in the U.S.", "He works there."],
        ["It costs 3.14 dollars.", "See example.com today.", "Bye."],
        ["No.", "I don't know.", "See No. 5 and Fig. 3 below."],
        ["Well... maybe not.", "I... I don't know."],
        ['"Why?" she asked.', 'He said "Stop."', "Then he left."],
        ["Am 3. Mai kam Hr. Müller.", "Er war müde."],
        ["Qui est là ?", "Moi !", "« Viens. » dit-il."],
        ["¿Qué tal?", "¡Bien!"],
        ["هل أنت بخير؟", "نعم."],
        ["التقيت به في القطار رقم 42.", "سألنا إلى أين."],
        ["क्या हाल है?", "ठीक है।", "चलो।"],
        ["Plan B.", "Then he left with Plan C.", "It was late."],
        ["Really?!", "Yes, etc. and so on."],
        ["She met Mrs. O'Neil vs. the rest.", "The end"],
        ["We live on Fifth Ave. in New York.", "On Jan. 5 Pvt. Ryan met Martin King Sr.", "He was late."],
        ["El Sr. López y la Sra. Ruiz viven en la Av. Bolívar.", "Él no."],
        ["O Sr. Silva chegou.", "A Profa. Costa também."],
        ["De heer en mevr. Jansen, bijv. Anna.", "Hij niet."],
        ["Es kostet 5 Mio. Euro, Lange Str. 5.", "Er ging."],
        ["Mieszka na ul. Długiej, np. Jan.", "On nie."],
        ["На ул. Ленина живёт проф. Иванов.", "Это 5 млн. рублей."],
        ["В 1990 г. Иван уехал.", "Он был там до 1995 г.", "Потом вернулся."],
        ["Ο κ. Παπαδόπουλος ήρθε.", "Και η κα. Μαρία."],
        ["قال د. أحمد إنه سيأتي.", "نعم."],
        ["डॉ. सिंह आज आएंगे।", "हाँ।"],
        ["TP. Hồ Chí Minh rất lớn.", "Vâng."],
        ["네.", "알겠습니다.", "아니요."],
        ["„Kommst du?“ fragte sie.", "„Ja.“", "Er ging.", "»Nein!«", "Sie blieb."],
        ["„წავიდეთ?“", "დიახ.", "«არა.»", "კარგი."],
    ],
)
def test_sentences_end_at_their_marks_and_nowhere_else(expected):
    assert texts(spoken(" ".join(expected))) == expected
    assert [piece.strip() for piece in split_text(" ".join(expected))] == expected


def test_scripts_without_spaces_end_at_their_marks():
    # One word a character, as recognisers give them, marks and closing quotes as words of their own.
    words = [
        Word(character, Span(200 * i, 200 * i + 200)) for i, character in enumerate("他说：“走吧！”然后走了。你呢？")
    ]
    assert texts(words) == ["他说：“走吧！”", "然后走了。", "你呢？"]
    words = [Word(character, Span(200 * i, 200 * i + 200)) for i, character in enumerate("「はい。」と言った。そう。")]
    assert texts(words) == ["「はい。」と言った。", "そう。"]


def test_a_mark_or_quote_in_a_word_of_its_own_belongs_to_the_sentence_before():
    tokens = [" He", " said", " no", ".", '"', " Then", " U", ".", "S", ".", " troops", " left", "."]
    words = [Word(token, Span(100 * i, 100 * i + 100)) for i, token in enumerate(tokens)]
    assert texts(words) == ['He said no."', "Then U.S. troops left."]


def test_another_speaker_ends_a_sentence() -> None:
    words = [Word(" I", Span(0, 100)), Word(" know", Span(100, 200)), Word(" you", Span(200, 300), turn=True)]
    found = list(sentences(words))
    assert [(sentence.text, sentence.turn) for sentence in found] == [("I know", False), ("you", True)]


@pytest.mark.parametrize("text", ["Heute tagt die 5. Strafkammer", "Wetter für den 15. Mai"])
def test_people_may_hesitate_behind_an_ordinal(text: str) -> None:
    assert texts(spoken(text, pauses={len(text.split()) - 1: 480})) == [text]
    ended = text.rsplit(" ", 1)[0]
    assert texts(spoken(f"{ended} Dann geht er", pauses={len(ended.split()): 480})) == [ended, "Dann geht er"]


def test_a_long_silence_ends_a_sentence_without_a_mark():
    words = spoken("so this is it and now", pauses={4: 2000})
    assert texts(words) == ["so this is it", "and now"]
    assert texts(words, pause=2001) == ["so this is it and now"]


def test_where_no_marks_come_silences_are_all_there_is():
    # 12 words without a mark pass the limit of 8: from there on 600 ms of silence end a sentence.
    words = spoken("a b c d e f g h i j k l m n o p q", pauses={4: 700, 11: 650, 14: 700})
    assert texts(words, maximum_words=8) == ["a b c d", "e f g h i j k", "l m n", "o p q"]
    # With marks the same silences are hesitations.
    marked = spoken("Yes. b c d e f g done. i j k l m n", pauses={4: 700, 11: 650})
    assert texts(marked, maximum_words=8) == ["Yes.", "b c d e f g done.", "i j k l m n"]


def test_too_long_a_sentence_is_cut_at_its_largest_silence_or_a_clause():
    # Words 0 to 8 are one too many; places 2 to 7 are far enough from both ends.
    assert texts(spoken("a b c d e f g h i", pauses={5: 400}), maximum_words=8) == ["a b c d e", "f g h i"]
    assert texts(spoken("a b c, d e f g h i"), maximum_words=8) == ["a b c,", "d e f g h i"]
    assert texts(spoken("a b c d and f g h i"), maximum_words=8) == ["a b c d", "and f g h i"]
    assert texts(spoken("a b c d", each=1000), maximum_duration=3000) == ["a b c", "d"]
    assert texts(spoken("aaaa bbbb cccc"), maximum_characters=12) == ["aaaa bbbb", "cccc"]


@pytest.mark.parametrize(
    ("text", "pause", "cut"),
    [
        ("他可以像人类一样思考不断学习沃森具有高超的能力", 14, 14),
        # What is said first behind a pause is often heard before it, so that the pause seems to be inside the word.
        ("他可以像人类一样思考不断学习沃森具有高超的能力", 15, 14),
        ("それは難しそうですね最近では音声認識でもよく使われています", 11, 10),
    ],
)
def test_text_without_spaces_is_cut_inside_no_word(text: str, pause: int, cut: int) -> None:
    starts = [100 * n + 300 * (n >= pause) for n in range(len(text))]
    words = [Word(one, Span(start, start + 100)) for one, start in zip(text, starts, strict=True)]
    assert texts(words, maximum_words=len(text) - 1) == [text[:cut], text[cut:]]


def test_no_words_no_sentences():
    assert texts([]) == []
    assert split_text("") == []


def test_sentences_come_as_soon_as_the_next_word_is_known():
    words = iter(spoken("One. Two. Three."))
    consumed = itertools.count()
    stream = sentences((next(consumed), word)[1] for word in words)
    assert next(stream).text == "One."
    assert next(consumed) == 2


@pytest.mark.parametrize(
    "field", ["pause", "unmarked_pause", "maximum_words", "maximum_characters", "maximum_duration"]
)
def test_a_limit_of_nothing_is_refused(field):
    with pytest.raises(ValueError, match=field):
        SentenceOptions(**{field: 0})


word_texts = st.one_of(
    st.sampled_from(
        [" a", " The", ".", " U.S.", " 3.", "14", "。", "你", " Mr.", " ...", "”", '"', " ?", " and", "", " "]
    ),
    st.text(max_size=6),
)
word_lists = st.lists(st.tuples(word_texts, st.integers(0, 3000), st.integers(0, 2000)), max_size=60).map(
    lambda rows: [
        Word(text, Span(start, start + length))
        for (text, _, length), start in zip(rows, itertools.accumulate(gap for _, gap, _ in rows), strict=True)
    ]
)
small_options = st.builds(
    SentenceOptions,
    pause=st.integers(1, 3000),
    unmarked_pause=st.integers(1, 1000),
    maximum_words=st.integers(1, 12),
    maximum_characters=st.integers(1, 60),
    maximum_duration=st.integers(1, 20_000),
)


@pytest.mark.parametrize("mark", [";", "\u037e"])
def test_a_semicolon_asks_in_greek_alone(mark) -> None:
    assert split_text(f"Τι κάνεις{mark} Καλά.") == [f"Τι κάνεις{mark} ", "Καλά."]
    assert split_text("I came; I saw &amp; won. Yes.") == ["I came; I saw &amp; won. ", "Yes."]


@given(word_lists, small_options)
def test_words_in_are_words_out(words, options):
    result = list(sentences(words, options))
    assert [word for sentence in result for word in sentence.words] == words
    assert all(len(sentence.words) <= options.maximum_words for sentence in result)


@given(word_lists, small_options, st.integers(0, 60))
def test_a_sentence_once_given_does_not_depend_on_what_follows(words, options, count):
    whole = list(sentences(words, options))
    settled = list(sentences(words[:count], options))[:-1]  # the last may still grow
    assert settled == whole[: len(settled)]


@given(st.text() | st.lists(word_texts).map("".join))
def test_split_text_joins_back(text):
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert all(pieces)
