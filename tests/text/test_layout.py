import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.text.languages import language
from subtrans.text.layout import cues
from subtrans.text.profiles import PROFILES, Profile, profile, width
from subtrans.types import Sentence, Span, Translation, Word


def said(text, start, end, words=6):
    """A translation of a sentence whose words fill the time evenly."""
    edges = [start + (end - start) * index // words for index in range(words + 1)]
    return Translation(Sentence(tuple(Word(" w", Span(*edge)) for edge in itertools.pairwise(edges))), text)


def laid_out(tag, *translations, **norms):
    norms = {**{name: getattr(profile(language(tag)), name) for name in Profile.__slots__}, **norms}
    return list(cues(translations, Profile(**norms), language(tag)))


def lines(tag, text, seconds=6):
    return [cue.lines for cue in laid_out(tag, said(text, 0, 1000 * seconds, words=2 * seconds))]


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("en", "One line stays one line.", [("One line stays one line.",)]),
        # 57 characters: two lines, broken before the conjunction rather than in the middle.
        (
            "en",
            "I did not think that you would come and yet here you are.",
            [("I did not think that you would come", "and yet here you are.")],
        ),
        # The comma wins over the middle; the longer line is below.
        ("en", "When he came, the house was already on fire.", [("When he came,", "the house was already on fire.")]),
        (
            "de",
            "Ich habe lange darüber nachgedacht, ob wir das wirklich tun sollten.",
            [("Ich habe lange darüber nachgedacht,", "ob wir das wirklich tun sollten.")],
        ),
        ("fr", "Qu'est-ce que vous voulez que je vous dise ?", [("Qu'est-ce que vous voulez", "que je vous dise ?")]),
        ("zh", "你好，世界！", [("你好，世界！",)]),
        ("zh", "如果你明天有时间，我们就一起去看电影吧。", [("如果你明天有时间，", "我们就一起去看电影吧。")]),
        ("zh", "他告诉我们他用GPT-4写了一篇关于春天的文章。", [("他告诉我们他用GPT-4写了", "一篇关于春天的文章。")]),
        ("ja", "昨日は雨が降ったので家で本を読みました。", [("昨日は雨が降ったので", "家で本を読みました。")]),
        ("ko", "내일 시간이 있으면 같이 영화를 보러 갑시다.", [("내일 시간이 있으면", "같이 영화를 보러 갑시다.")]),
        (
            "ru",
            "Он сказал, что никогда больше туда не вернётся.",
            [("Он сказал,", "что никогда больше туда не вернётся.")],
        ),
    ],
)
def test_lines_break_where_a_reader_would(tag, text, expected):
    assert lines(tag, text) == expected


def test_a_line_is_full_when_its_width_is_the_limit():
    text = "2차원 평면에서도 할 수 있습니다."  # 16, as figures and spaces count half
    assert lines("ko", text) == [(text,)]


def test_two_cues_are_better_than_an_article_at_the_end_of_a_line():
    text = "It is of the first importance that the letter used should be fine in form."
    assert lines("en", text) == [
        ("It is of the first importance",),
        ("that the letter used", "should be fine in form."),
    ]


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        # The comma would leave two letters on a line.
        (
            "es",
            "Y, cuando ambas notas son tocadas a la vez,",
            ("Y, cuando ambas notas", "son tocadas a la vez,"),
        ),
        ("en", "However, what will turn out to be both easier", ("However, what will turn out", "to be both easier")),
        ("en", "For example, maybe we take the other function", ("For example,", "maybe we take the other function")),
    ],
)
def test_a_short_word_has_no_line_to_itself(tag, text, expected):
    assert lines(tag, text) == [expected]


def test_a_long_sentence_is_cut_at_its_clauses():
    text = (
        "We have been told that the train is late, which nobody expected on a day like this, "
        "and so we shall have to wait for another hour in the cold."
    )
    assert [cue[-1][-1] for cue in lines("en", text, seconds=10)] == [",", "."]


def test_each_cue_appears_when_its_words_are_said():
    # The text's halves are equally wide; the speaker pauses for 4 s in the middle of the sentence.
    words = [Word(" w", Span(at, at + 500)) for at in (0, 500, 1000, 5500, 6000, 6500)]
    text = "This is the first part of a sentence here, and this is the second one of just that."
    first, second = laid_out("en", Translation(Sentence(tuple(words)), text), characters_per_line=24)
    assert (first.span, second.span) == (Span(0, 2000), Span(5500, 7500))
    assert first.lines[-1].endswith("here,")


def test_a_cue_does_not_stay_over_a_pause_in_its_sentence():
    # Two seconds of silence in the middle of a sentence that one cue could hold.
    words = [Word(" w", Span(at, at + 400)) for at in (0, 400, 800, 3200, 3600, 4000)]
    first, second = laid_out("en", Translation(Sentence(tuple(words)), "He went home, and she stayed."))
    assert (first.text, first.span) == ("He went home,", Span(0, 1700))
    assert (second.text, second.span.start) == ("and she stayed.", 3200)


def test_a_cue_that_is_too_fast_borrows_three_frames_of_one_that_is_not():
    first, second = said("It is not far from here, as you know.", 0, 2000), said("No, no.", 2000, 4000)
    one, two = laid_out("en", first, second, characters_per_second=18)
    assert (one.span.end, two.span.start) == (2042, 2125)
    quick = said("No, that is really quite a long way to go now.", 2000, 4000)
    one, two = laid_out("en", first, quick, characters_per_second=18)
    assert (one.span.end, two.span.start) == (1917, 2000)


def replies(*spoken):
    """Translations of what is said in turn, each by another speaker."""
    words = [(text, Word(" w", Span(*span), turn=bool(index))) for index, (text, *span) in enumerate(spoken)]
    return [Translation(Sentence((word,)), text) for text, word in words]


@pytest.mark.parametrize(
    ("tag", "spoken", "expected"),
    [
        ("en", [("Are you coming?", 0, 900), ("In a minute.", 1000, 2000)], [("-Are you coming?", "-In a minute.")]),
        ("zh", [("你来吗？", 0, 900), ("马上。", 1000, 2000)], [("-你来吗？", "-马上。")]),
        # There is time for a cue each.
        ("en", [("Are you coming?", 0, 1900), ("In a minute.", 2000, 3000)], [("Are you coming?",), ("In a minute.",)]),
        # A third one has no line left, and the next is too long for one.
        ("zh", [("一？", 0, 500), ("二。", 500, 1000), ("三！", 1000, 1900)], [("-一？", "-二。"), ("三！",)]),
        ("ja", [("はい。", 0, 600), ("そうではないと思っています。", 600, 2000)], None),
        ("ar", [("هل ستأتي؟", 0, 900), ("نعم.", 1000, 2000)], [("\u202b-هل ستأتي؟\u202c", "\u202b-نعم.\u202c")]),
    ],
)
def test_two_who_speak_in_turn_have_a_line_each(tag, spoken, expected):
    laid = [cue.lines for cue in laid_out(tag, *replies(*spoken))]
    assert laid == expected if expected else not any(line.startswith("-") for lines in laid for line in lines)


def test_a_transcript_is_timed_by_its_own_words():
    # The first six letters take 5 s, the rest 1 s: by width the cut would come far earlier.
    spans = [(0, 3000), (3000, 5000), (5000, 5500), (5500, 6000)]
    texts = [" Well,", " no,", " not", " exactly."]
    sentence = Sentence(tuple(Word(text, Span(*span)) for text, span in zip(texts, spans, strict=True)))
    first, second = laid_out("en", Translation(sentence, sentence.text), characters_per_line=12, lines=1)
    assert (first.lines, second.lines) == (("Well, no,",), ("not exactly.",))
    assert second.span == Span(5000, 6500)


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        # At 4 characters a second the first clause alone takes 2.75 s, with the second one 6 s.
        ((2800, 1900, 4000), ["Well I see,", "there it is, out here."]),
        ((2000, 4000, 2500), ["Well I see, there it is,", "out here."]),
    ],
)
def test_text_is_shared_out_by_the_time_to_read_it(durations, expected):
    edges = [0, *itertools.accumulate(duration // 3 for duration in durations for _ in range(3))]
    texts = [" Well", " I", " see,", " there", " it", " is,", " out", " he", "re."]
    words = [Word(text, Span(*edge)) for text, edge in zip(texts, itertools.pairwise(edges), strict=True)]
    sentence = Sentence(tuple(words))
    result = laid_out(
        "en", Translation(sentence, sentence.text), characters_per_line=24, lines=1, characters_per_second=4
    )
    assert [cue.text for cue in result] == expected


def test_a_first_clause_too_short_to_read_joins_the_next():
    text = (
        "The quick brown fox, which had been sleeping for 12 hours under Mr. Smith's tree in New York, "
        "finally woke up and jumped over the lazy dog."
    )
    assert lines("en", text, seconds=8)[0] == ("The quick brown fox,", "which had been sleeping for 12 hours")


def test_more_speech_than_a_cue_may_last_makes_more_cues():
    text = "I do not think so, but you may be right."
    assert lines("en", text, seconds=6) == [(text,)]
    assert lines("en", text, seconds=12) == [("I do not think so,",), ("but you may be right.",)]


def test_sentences_too_quick_for_cues_of_their_own_share_one():
    quick = [said("Yes.", 0, 300), said("No.", 400, 700), said("Perhaps we should go.", 800, 3000)]
    shared, after = laid_out("en", *quick, said("Later.", 5000, 6000))
    assert shared.lines == ("Yes. No. Perhaps we should go.",)
    assert (shared.span, after.span) == (Span(0, 3500), Span(5000, 6500))
    assert [cue.lines for cue in laid_out("zh", said("是。", 0, 300), said("不。", 400, 2000))] == [("是。不。",)]


def test_no_more_sentences_share_a_cue_than_must():
    quick = [said("No.", 0, 400, 1), said("Why?", 450, 900, 1), said("I should not have come.", 1000, 4000)]
    assert [cue.lines for cue in laid_out("en", *quick)] == [("No. Why?",), ("I should not have come.",)]


def test_sentences_that_share_a_cue_break_between_them():
    quick = said("Not here and not in the old town", 0, 800), said("we are going home", 850, 4000)
    assert [cue.lines for cue in laid_out("en", *quick)] == [("Not here and not in the old town", "we are going home")]


def test_an_empty_translation_gives_no_cue():
    assert laid_out("en", said("", 0, 1000), said(" \n ", 1000, 2000)) == []
    assert [cue.text for cue in laid_out("en", said("", 0, 1000), said("Yes.", 1000, 2000))] == ["Yes."]
    assert laid_out("en") == []


def test_cues_come_while_later_sentences_are_unknown():
    stream = iter([said(f"Sentence {index}.", 3000 * index, 3000 * index + 2000) for index in range(5)])
    assert next(cues(stream, Profile(), language("en"))).text == "Sentence 0."
    assert next(stream).text == "Sentence 3."  # two sentences of look-ahead


def bare(text):
    """Text without white space and marks of direction."""
    return "".join(text.translate(dict.fromkeys([0x202B, 0x202C])).split())


tags = st.sampled_from(["en", "de", "fr", "zh", "ja", "ko", "th", "ar", "ru", "hi"])
PIECES = """
    and of the, Wort. Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen 10 000 km ? « » … - — 。。。。。
    你好 世界， 关于 的 「はい」 コンピューター 안녕 สวัสดีครับ مرحبا 👩‍👩‍👧👍🏽🇫🇷 https://example.com/a/very/long/path?with=query&and=more
"""
pieces_of_text = st.text(max_size=12) | st.sampled_from([*PIECES.split(), "\u00a0", "\n", "\u2028"])
texts = st.lists(pieces_of_text, max_size=20).map(" ".join) | st.lists(pieces_of_text, max_size=12).map("".join)


spoken = st.sampled_from([" word", " it", "'s", " Wort,", "你", "好。", "", " ", " end."])
timings = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), min_size=1, max_size=8)


@st.composite
def translations(draw, turns=False):
    """Sentences whose words begin in order and may last into the next."""
    result, start = [], 0
    for text, timing in draw(st.lists(st.tuples(texts, timings), max_size=6)):
        words = []
        for gap, length in timing:
            start += gap
            words.append(Word(draw(spoken), Span(start, start + length), turn=turns and draw(st.booleans())))
        sentence = Sentence(tuple(words))
        result.append(Translation(sentence, sentence.text if draw(st.booleans()) else text))
    return result


rates = st.sampled_from([24, 25, 30, 60, Fraction(24000, 1001), Fraction(30000, 1001)]) | st.fractions(5, 240)


@st.composite
def norms(draw):
    """Those of the houses, others, and all of them at the frame rate of a video."""
    gap = draw(st.integers(0, 200))
    other = Profile(
        characters_per_line=draw(st.integers(1, 50)),
        lines=draw(st.integers(1, 4)),
        characters_per_second=draw(st.floats(1, 30)),
        minimum_duration=draw(st.integers(1, 1500)),
        maximum_duration=draw(st.integers(2500, 8000)),
        minimum_gap=gap,
        chaining_gap=gap + draw(st.integers(0, 700)),
        gaps_in_frames=draw(st.booleans()),
    )
    chosen = draw(st.sampled_from([other, *PROFILES.values()]))
    rate = draw(st.none() | rates)
    return chosen if rate is None else chosen.at(Fraction(rate))


shot_times = st.lists(st.integers(0, 60_000), max_size=30).map(sorted)


@given(translations(turns=True), norms(), tags, shot_times)
@settings(deadline=None)
def test_norms_hold_and_no_text_is_lost(translated, profile, tag, shots):
    result = list(cues(iter(translated), profile, language(tag), shots))
    for cue in result:
        for time in (cue.span.start, cue.span.end):
            assert profile.frame_after(time) == profile.frame_before(time) == time
        assert len(cue.lines) <= profile.lines
        assert all(line.strip() and width(line, language(tag)) <= profile.characters_per_line for line in cue.lines)
        assert profile.minimum_duration <= cue.span.duration <= profile.maximum_duration
    for before, after in itertools.pairwise(result):
        gap = after.span.start - before.span.end
        assert gap >= profile.minimum_gap
        # Two frames, give or take the millisecond that a frame's time is rounded by, or enough to be seen as a gap.
        assert gap <= profile.minimum_gap + 1 or gap >= profile.chaining_gap
    shown, given = ("".join(bare(one.text) for one in each).replace("-", "") for each in (result, translated))
    assert shown == given  # but for the dashes of speakers


@given(translations(), tags)
@settings(deadline=None)
def test_a_sentence_with_time_for_a_cue_has_one_of_its_own(translated, tag):
    norms = profile(language(tag))
    spoken = [translation for translation in translated if translation.text.strip()]
    starts = [translation.sentence.span.start for translation in spoken]
    if all(
        after - before >= norms.minimum_duration + norms.minimum_gap for before, after in itertools.pairwise(starts)
    ):
        result = list(cues(translated, norms, language(tag)))
        assert len(result) >= len(spoken)
        texts = [bare(cue.text) for cue in result]
        assert all(any(bare(t.text).startswith(text) for text in texts) for t in spoken)


@given(translations(turns=True), st.integers(0, 6))
@settings(deadline=None)
def test_a_cue_once_given_does_not_depend_on_what_follows(translated, count):
    chinese, given_before, whole = language("zh"), [], []

    def stream():
        for translation in translated:
            given_before.append(len(whole))
            yield translation

    for cue in cues(stream(), profile(chinese), chinese):
        whole.append(cue)  # noqa: PERF402 - `stream` looks at it meanwhile
    settled = [*given_before, len(whole)][min(count, len(translated))]
    assert list(cues(translated[:count], profile(chinese), chinese))[:settled] == whole[:settled]


def test_a_translation_is_timed_by_its_alignment():
    # The first clause of the text says all but the last second of the speech, though it is half of the width.
    text = "Nobody ever expected that, but all the same it did."
    said_first = [(index, 2 * index) for index in range(0, 26, 2)]  # 13 links to words 0 to 12
    said_last = [(27 + 2 * index, 52 + index) for index in range(12)]
    words = tuple(Word(" abc", Span(500 * index, 500 * index + 500)) for index in range(16))
    plain = Translation(Sentence(words), text)
    aligned = Translation(Sentence(words), text, alignment=tuple(said_first + said_last))
    starts = [
        [cue.span.start for cue in laid_out("en", one, characters_per_line=26, lines=1)] for one in (plain, aligned)
    ]
    assert starts[0] == [0, 4000]
    assert 5000 <= starts[1][1] <= 6500


def test_letters_from_right_to_left_are_marked():
    text = "مرحبا بالعالم 2024."
    assert lines("ar", text) == [("\u202bمرحبا بالعالم 2024.\u202c",)]
    assert lines("he", "\u202bשלום.\u202c") == [("\u202bשלום.\u202c",)]
