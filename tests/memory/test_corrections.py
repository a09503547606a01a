"""From three subtitle files to the sentences that a person corrected."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.memory.corrections import Unit, corrections, units_of_cues, units_of_translations
from subtrans.text.languages import language
from subtrans.types import Cue, Sentence, Span, Translation, Word

EN, ZH = language("en"), language("zh")


def cue(start: int, end: int, *lines: str) -> Cue:
    return Cue(Span(start, end), lines)


SAID = [
    cue(1000, 3000, "It was still dark when", "we left the house."),
    cue(3500, 5000, "I forgot my hat. It was"),
    cue(5100, 6000, "on the table."),
]
MACHINE = [
    cue(1000, 3000, "当我们离开家的时候，", "我们还黑屋子。"),
    cue(3500, 4300, "我忘了帽子。"),
    cue(4400, 6000, "在桌上。"),
]


def test_units_of_cues_are_whole_sentences() -> None:
    units = units_of_cues(SAID, MACHINE, EN, ZH)
    assert [(unit.source, unit.machine) for unit in units] == [
        ("It was still dark when we left the house.", "当我们离开家的时候，我们还黑屋子。"),
        ("I forgot my hat.", "我忘了帽子。"),
        ("It was on the table.", "在桌上。"),
    ]


SPANS = st.lists(st.builds(lambda start, length: Span(start, start + length), *[st.integers(0, 99)] * 2), max_size=9)


@given(SPANS, SPANS)
def test_a_line_belongs_to_the_sentence_with_which_it_has_most_time_in_common(said, shown) -> None:
    said.sort()
    expected: dict[int, set[str]] = {}
    for number, line in enumerate(shown):
        common = [min(line.end, span.end) - max(line.start, span.start) for span in said]
        if common and max(common) > 0:
            expected.setdefault(common.index(max(common)), set()).add(f"m{number}.")
    units = units_of_cues(
        [Cue(span, (f"S{number}.",)) for number, span in enumerate(said)],
        [Cue(span, (f"m{number}.",)) for number, span in enumerate(shown)],
        EN,
        EN,
    )
    assert {int(unit.source[1:-1]): set(unit.machine.split()) for unit in units} == expected


def test_units_of_translations() -> None:
    sentence = Sentence((Word(" Good", Span(0, 10)), Word(" morning.", Span(10, 20))))
    assert units_of_translations([Translation(sentence, "早上好。")], ZH) == [
        Unit("Good morning.", "早上好。", Span(0, 20))
    ]
    assert units_of_translations([Translation(sentence, " ")], ZH) == []


def test_notes_in_brackets_are_no_part_of_a_sentence() -> None:
    said = [cue(0, 900, "[door", "creaks] Good [coughs] morning."), cue(1000, 1900, "[applause]")]
    machine = [cue(0, 900, "[门响] 你 [咳嗽] 好。"), cue(1000, 1900, "[苹果]")]
    found = corrections(units_of_cues(said, machine, EN, ZH), [cue(0, 900, "[门响] 早上 [咳嗽] 好。")], ZH)
    assert [(pair.source, pair.machine, pair.corrected) for pair in found.edited] == [
        ("Good morning.", "你好。", "早上好。")
    ]
    words = (Word(" [sighs]", Span(0, 0), note=True), Word(" Yes.", Span(0, 900)))
    (unit,) = units_of_translations([Translation(Sentence(words), "[叹气] 是。")], ZH)
    assert (unit.source, unit.machine) == ("Yes.", "是。")


def test_the_name_of_who_says_it_is_no_part_of_a_sentence() -> None:
    units = units_of_cues([cue(0, 900, "JOHN: Good morning.")], [cue(0, 900, "JOHN: 你好。")], EN, ZH)
    (pair,) = corrections(units, [cue(0, 900, "JOHN: 早上好。")], ZH).edited
    assert (pair.source, pair.machine, pair.corrected) == ("Good morning.", "你好。", "早上好。")
    (pair,) = corrections(units, [cue(0, 900, "约翰：早上好。")], ZH).edited
    assert (pair.source, pair.corrected) == ("JOHN: Good morning.", "约翰：早上好。")


def test_split_merged_moved_removed_and_added() -> None:
    units = units_of_cues(SAID, MACHINE, EN, ZH)
    corrected = [
        cue(1600, 2600, "<i>我们离开家的时候，</i>"),
        cue(2600, 3600, "天还黑着。"),
        cue(4100, 6600, "我忘了我的帽子。", "在桌上。"),
        cue(9000, 9500, "她来了。"),
    ]
    found = corrections(units, corrected, ZH)
    assert [(pair.source, pair.corrected) for pair in found.edited] == [
        ("It was still dark when we left the house.", "我们离开家的时候，天还黑着。"),
        ("I forgot my hat.", "我忘了我的帽子。"),
    ]
    assert [pair.corrected for pair in found.kept] == ["在桌上。"]
    assert [line.text for line in found.added] == ["她来了。"]
    assert not found.removed
    assert [unit.source for unit in corrections(units, corrected[:2], ZH).removed] == [
        "I forgot my hat.",
        "It was on the table.",
    ]


def test_seams() -> None:
    units = [Unit("I use Python 3.", "我用Python 3。", Span(0, 2000))]
    assert not corrections(units, [cue(0, 2000, "我用Python", "3。")], ZH).edited
    units = [Unit("Good morning.", "Guten Morgen.", Span(0, 2000))]
    assert not corrections(units, [cue(0, 2000, "Guten", "Morgen.")], language("de")).edited


sentences = st.lists(st.sampled_from("海山火车房子黑帽早饭雨伞站鱼石母"), min_size=3, max_size=9).map("".join)


@settings(max_examples=40)
@given(st.lists(sentences, min_size=1, max_size=8, unique=True), st.data())
def test_however_the_cues_are_cut_nothing_is_taken_for_an_edit(said, data) -> None:
    units = [Unit(f"s{n}", f"{text}。", Span(3000 * n, 3000 * n + 2800)) for n, text in enumerate(said)]
    cues: list[Cue] = []
    for unit in units:
        cut = data.draw(st.integers(0, len(unit.machine) - 2))
        middle = unit.span.start + 2800 * cut // len(unit.machine)
        if cut:
            cues.append(cue(unit.span.start, middle, unit.machine[:cut]))
        cues.append(cue(middle, unit.span.end, unit.machine[cut:]))
    found = corrections(units, cues, ZH)
    assert "".join(pair.machine for pair in found.kept) == "".join(unit.machine for unit in units)
    assert (found.edited, found.removed, found.added) == ((), (), ())
    assert found.similarity == 1


def test_what_was_written_anew_and_cut_in_two_is_learned_whole() -> None:
    units = [
        Unit("I ran as fast as possible.", "我跑得尽可能快。", Span(0, 2000)),
        Unit("Please add my name to the list.", "请把我的名字加在名单上。", Span(2100, 4000)),
    ]
    cut = [
        cue(0, 1000, "我尽可能地"),
        cue(1000, 2000, "跑快一点。"),
        cue(2100, 3000, "请在名单上加"),
        cue(3000, 4000, "上我的名字。"),
    ]
    found = corrections(units, cut, ZH)
    assert [pair.corrected for pair in found.edited] == ["我尽可能地跑快一点。", "请在名单上加上我的名字。"]
    assert not found.added
    # What stands beside a sentence that was left as it was is none of it.
    noted = corrections(units, [cue(0, 2000, "我跑得尽可能快。"), cue(1900, 2000, "（风声）"), *cut[2:]], ZH)
    assert [pair.corrected for pair in noted.edited] == ["请在名单上加上我的名字。"]


def test_spaces_and_marks_alone_are_no_correction() -> None:
    texts = ["“你怎么知道的？” “汤姆告诉我的。”", "不管你说什么, 答案就是＂不。＂"]
    units = [Unit(text, text, Span(at * 3000, at * 3000 + 2000)) for at, text in enumerate(texts)]
    found = corrections(units, [cue(unit.span.start, unit.span.end, unit.machine) for unit in units], ZH)
    assert (found.edited, found.added, len(found.kept)) == ((), (), 2)


def test_marks_of_direction_are_no_correction() -> None:
    arabic = language("ar")
    said, machine = [cue(0, 2000, "Hello.")], [cue(0, 2000, "\u202bمرحبا.\u202c")]
    found = corrections(units_of_cues(said, machine, EN, arabic), [cue(0, 2000, "مرحبا.")], arabic)
    assert (found.edited, [pair.corrected for pair in found.kept]) == ((), ["مرحبا."])


def test_the_dashes_of_speakers_are_no_part_of_a_sentence() -> None:
    said = [cue(0, 3000, "- Are you coming?", "- Yes, now.")]
    machine = [cue(0, 3000, "-你来吗？", "-是的，马上")]
    units = units_of_cues(said, machine, EN, ZH)
    assert [(unit.source, unit.machine) for unit in units] == [
        ("Are you coming?", "你来吗？"),
        ("Yes, now.", "是的，马上"),
    ]
    found = corrections(units, [cue(0, 3000, "- 你来吗？", "- 好，这就来")], ZH)
    assert [pair.corrected for pair in found.edited] == ["好，这就来"]
    assert [pair.corrected for pair in found.kept] == ["你来吗？"]


def test_subtitles_that_mark_questions_alone_are_learned_by_cue() -> None:
    lines = ["어디 가?", "집에 가", "늦었어", "정말?", "약속했어", "왜?", "일이 있어"]
    said = [cue(1000 * number, 1000 * number + 900, line) for number, line in enumerate(lines)]
    shown = [cue(1000 * number, 1000 * number + 900, f"S{number}.") for number in range(len(lines))]
    units = units_of_cues(said, shown, language("ko"), EN)
    assert [(unit.source, unit.machine) for unit in units] == [(line, f"S{n}.") for n, line in enumerate(lines)]


def test_words_that_only_moved_to_a_neighbour_are_no_correction() -> None:
    lines = (
        ("He was the best of his time, not just better than his brother.", "Er war der Beste seiner Zeit,"),
        ("But he thought of others.", "und nicht nur besser als sein Bruder, aber er dachte an andere."),
        ("Nobody came.", "Niemand kam zu ihm nach Hause,"),
        ("It was dark.", "denn es war schon dunkel geworden."),
    )
    units = [Unit(*line, Span(at * 2000, at * 2000 + 1900)) for at, line in enumerate(lines)]
    merged = [
        cue(0, 3000, "Er war der Beste seiner Zeit, und nicht nur besser als sein Bruder,"),
        cue(3000, 3900, "aber er dachte an andere."),
        cue(4000, 6500, "Niemand kam zu ihm nach Hause, denn es war"),
        cue(6500, 7900, "schon finster geworden."),
    ]
    found = corrections(units, merged, language("de"))
    assert [(pair.source, pair.machine, pair.corrected) for pair in found.kept] == [
        (source, machine, machine) for source, machine in lines[:2]
    ]
    [edited] = found.edited
    assert edited.source == "Nobody came. It was dark."
    assert edited.corrected == "Niemand kam zu ihm nach Hause, denn es war schon finster geworden."
    assert (found.removed, found.added) == ((), ())
