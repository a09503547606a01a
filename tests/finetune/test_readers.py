"""Parallel text in every format, and what each says when it is broken."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from broadcast import block, stl
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.finetune.cleaning import check_language, clean, reads_foreign, script_share
from subtrans.finetune.corpus import CorpusOptions
from subtrans.finetune.readers import Columns, Pair, align_cues, read_pairs
from subtrans.memory.tmx import read_tmx
from subtrans.types import Cue, Span

PAIRS = [Pair("Hello.", "你好。"), Pair('He said "no".', "他说不。")]
OPTIONS = CorpusOptions(train=())
ENGLISH_CHINESE = Columns(source="en", target="zh")
TMX = """<?xml version="1.0"?><tmx version="1.4"><header/><body>
<tu><tuv xml:lang="en-US">
<seg><bpt i="1">&lt;b&gt;</bpt>Hel<hi>lo</hi><ept i="1">&lt;/b&gt;</ept>.<ph>{0}<sub>note</sub></ph></seg></tuv>
<tuv xml:lang="zh-CN"><seg>你好。</seg></tuv></tu>
<tu><tuv xml:lang="EN"><seg>He said "no".</seg></tuv><tuv xml:lang="zh_CN"><seg>他说不。</seg></tuv></tu>
<tu><tuv xml:lang="de"><seg>Nein</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", 'Hello.\t你好。\nHe said "no".\t他说不。\n'),
        ("a.csv", 'Hello.,你好。\n"He said ""no"".",他说不。\n'),
        ("a.csv", 'Hello.;你好。\n"He said ""no"".";他说不。\n'),
        ("a.jsonl", "".join(json.dumps({"source": pair.source, "target": pair.target}) + "\n" for pair in PAIRS)),
        ("a.json", "".join(json.dumps({"translation": {"en": p.source, "zh": p.target}}) + "\n" for p in PAIRS)),
        ("b.json", json.dumps([{"en": pair.source, "zh": pair.target} for pair in PAIRS], indent=1)),
        ("a.tmx", TMX),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_one_file(tmp_path: Path, name: str, content: str, encoding: str) -> None:
    text = content.replace("?>", f' encoding="{encoding}"?>', 1)
    (tmp_path / name).write_text(text, encoding=encoding)
    assert read_pairs(tmp_path / name, ENGLISH_CHINESE) == PAIRS


@pytest.mark.parametrize("header", ["source,target", "English,German", "EN,de", "en-GB,de_DE"])
def test_names_above_the_columns_are_no_pair(tmp_path: Path, header: str) -> None:
    columns = Columns(source="en", target="de")
    for suffix, separator in ((".csv", ","), (".tsv", "\t")):
        rows = f"{header}\nHello.,Hallo.\nsource,target\n".replace(",", separator)
        path = tmp_path / f"a{suffix}"
        path.write_text(rows, encoding="utf-8-sig")
        assert read_pairs(path, columns) == [Pair("Hello.", "Hallo."), Pair("source", "target")]


@pytest.mark.parametrize("rows", ["id,en,de\n7,Hello.,Hallo.\n", "target,note,source\nHallo.,7,Hello.\n"])
def test_columns_with_the_names_of_the_sides_are_taken(tmp_path: Path, rows: str) -> None:
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    assert read_pairs(tmp_path / "a.csv", Columns(source="en", target="de")) == [Pair("Hello.", "Hallo.")]


def test_columns_that_were_asked_for_are_taken_under_any_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("en,de,de-AT\nHello.,Hallo.,Servus.\n", encoding="utf-8")
    columns = Columns(target_column=2, source="en", target="de")
    assert read_pairs(tmp_path / "a.csv", columns) == [Pair("Hello.", "Servus.")]


@pytest.mark.parametrize(
    ("declared", "encoding"), [("UTF-16", "utf-16"), ("UTF-16", "utf-8"), ("ISO-8859-1", "utf-8-sig")]
)
def test_a_translation_memory_in_another_encoding(tmp_path: Path, declared: str, encoding: str) -> None:
    text = TMX.replace("?>", f' encoding="{declared}"?>', 1)
    (tmp_path / "a.tmx").write_text(text, encoding=encoding)
    assert read_pairs(tmp_path / "a.tmx", ENGLISH_CHINESE) == PAIRS


@pytest.mark.parametrize(
    ("target", "expected"),
    [("zh", "软件"), ("zh-Hant", "軟體"), ("pt", "autocarro"), ("pt-BR", "ônibus"), ("sr", "аутобус"), ("yue", None)],
)
def test_of_the_variants_of_a_unit_the_nearest_is_read(tmp_path: Path, target: str, expected: str | None) -> None:
    said = {"en-US": "bus", "zh-TW": "軟體", "zh-CN": "软件", "pt-BR": "ônibus", "pt-PT": "autocarro"}
    said |= {"sr-Latn-RS": "autobus", "sr-RS": "аутобус", "en-GB": "coach"}
    sides = "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in said.items())
    (tmp_path / "a.tmx").write_text(f"<tmx><body><tu>{sides}</tu></body></tmx>", encoding="utf-8")
    if expected:
        assert read_tmx(tmp_path / "a.tmx", "en", target) == [("bus", expected)]
    else:
        with pytest.raises(InputError, match=f"holds no sentence both in en and in {target}: its languages are"):
            read_tmx(tmp_path / "a.tmx", "en", target)


def test_what_other_tools_write_into_translation_memories(tmp_path: Path) -> None:
    namespaced = TMX.replace("<tmx ", '<tmx xmlns="http://www.lisa.org/tmx14" ', 1)
    assert namespaced != TMX
    (tmp_path / "a.tmx").write_text(namespaced, encoding="utf-8")
    assert read_pairs(tmp_path / "a.tmx", ENGLISH_CHINESE) == PAIRS
    # The numbers of control characters stand where blocks of the file end, too.
    filled = TMX.replace("</seg>", "\x1f&#x1F;&#0;</seg>").replace("<body>", "<body>" + "&#xb;" * 9999)
    (tmp_path / "a.tmx").write_text(filled, encoding="utf-8")
    assert read_pairs(tmp_path / "a.tmx", ENGLISH_CHINESE) == PAIRS


def test_a_translation_memory_that_is_packed(tmp_path: Path) -> None:
    packed = gzip.compress(TMX.encode())
    (tmp_path / "a.TMX.gz").write_bytes(packed)
    assert read_pairs(tmp_path / "a.TMX.gz", ENGLISH_CHINESE) == PAIRS
    (tmp_path / "a.TMX.gz").write_bytes(packed[:-20])
    with pytest.raises(InputError, match="cut short"):
        read_pairs(tmp_path / "a.TMX.gz", ENGLISH_CHINESE)


def test_no_more_of_a_translation_memory_than_a_unit_is_held(tmp_path: Path) -> None:
    sides = '<tuv xml:lang="en"><seg>Hello.</seg></tuv><tuv xml:lang="zh"><seg>你好。</seg></tuv>'
    unit = f"<tu><prop>{'x' * 5000}</prop>{sides}</tu>\n"
    with (tmp_path / "a.tmx").open("w", encoding="utf-8") as file:
        file.writelines(["<tmx><body>\n", *(unit for _ in range(3000)), "</body></tmx>\n"])
    tracemalloc.start()
    found = read_tmx(tmp_path / "a.tmx", "en", "zh")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("Hello.", "你好。")] * 3000
    assert peak < (tmp_path / "a.tmx").stat().st_size / 2


def test_rows_of_csv_end_at_line_feeds_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Hello.\u2028Hi,你好。\n", encoding="utf-8")
    assert read_pairs(tmp_path / "a.csv") == [Pair("Hello.\u2028Hi", "你好。")]


def test_two_files_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "news.en.txt").write_text("Hello.\nNo.\n", encoding="utf-8")
    (tmp_path / "news.zh.txt").write_text("你好。\n不。\n", encoding="utf-8")
    assert read_pairs(tmp_path / "news.{en,zh}.txt") == [Pair("Hello.", "你好。"), Pair("No.", "不。")]
    (tmp_path / "news.zh.txt").write_text("你好。\n\n", encoding="utf-8")  # the last line is not translated
    assert read_pairs(tmp_path / "news.{en,zh}.txt") == [Pair("Hello.", "你好。"), Pair("No.", "")]
    (tmp_path / "news.zh.txt").write_text("你好。\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"has 2 lines and .*news\.zh\.txt 1: they must be aligned"):
        read_pairs(tmp_path / "news.{en,zh}.txt")


def test_a_carriage_return_in_a_line_moves_no_other(tmp_path: Path) -> None:
    (tmp_path / "news.en").write_bytes(b"One\rmore.\nTwo.\nThree.\n")
    (tmp_path / "news.de").write_bytes(b"Eins.\nZw\rei.\nDrei.\n")
    assert read_pairs(tmp_path / "news.{en,de}")[1:] == [Pair("Two.", "Zw\rei."), Pair("Three.", "Drei.")]
    (tmp_path / "news.tsv").write_bytes(b"One\rmore.\tEins.\r\nTwo.\tZwei.\r\n")
    assert read_pairs(tmp_path / "news.tsv") == [Pair("One\rmore.", "Eins."), Pair("Two.", "Zwei.")]
    (tmp_path / "news.tsv").write_bytes(b"One.\tEins.\rTwo.\tZwei.\r")  # as Macintoshes once wrote
    assert read_pairs(tmp_path / "news.tsv") == [Pair("One.", "Eins."), Pair("Two.", "Zwei.")]


def test_a_line_of_any_length(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"Hello.\t{'好' * 200_000}\n", encoding="utf-8")
    assert read_pairs(tmp_path / "a.tsv") == [Pair("Hello.", "好" * 200_000)]


def test_half_an_emoji_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"source": "Hi \\ud83d", "target": "\\ud83d\\ude00"}\n', encoding="utf-8")
    assert read_pairs(tmp_path / "a.jsonl") == [Pair("Hi ", "\U0001f600")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "Hello.\n", "line 1: 1 columns, 2 needed; separate them by commas"),
        ("a.jsonl", '{"source": "a", "target": "b"}\nnot json\n', "line 2: no JSON object"),
        ("a.jsonl", '{"text": "a"}\n', "line 1: give the texts as source and target"),
        ("a.json", '[{"source": "a", "target": "b"}, ["a", "b"]]', "object 2: give the texts as source and target"),
        ("a.jsonl", '{"translation": null}\n', "line 1: give the texts as source and target"),
        ("a.jsonl", '{"translation": ["a", "b"]}\n', "line 1: give the texts as source and target"),
        ("a.jsonl", '{"a":' * 100_000, "line 1: no JSON object"),
        ("a.json", "[" * 100_000, "no JSON array"),
        ("a.json", '["a", "b"]\n["c", "d"]\n', "no JSON array .*; or write one object a line"),
        ("a.tmx", "<tmx>\n<body>", "line 2: not TMX"),
        ("a.tmx", "<tmx><body/></tmx>", "holds no sentence pairs"),
        ("a.en.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello.\n", "one side alone: .* NAME.{en,zh}.srt"),
    ],
)
def test_broken_files_say_where(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_pairs(tmp_path / name, ENGLISH_CHINESE)


@pytest.mark.parametrize("named", ["KLINGON", "GB18030"])
def test_a_translation_memory_in_an_encoding_that_cannot_be_read(tmp_path: Path, named: str) -> None:
    (tmp_path / "a.tmx").write_bytes(f'<?xml version="1.0" encoding="{named}"?><tmx>'.encode() + b"\xb0\xa1</tmx>")
    with pytest.raises(InputError, match="convert it to UTF-8"):
        read_pairs(tmp_path / "a.tmx", ENGLISH_CHINESE)


def test_cues_of_one_video_become_sentences() -> None:
    sources = [cue(0, 900, "I was"), cue(1000, 1900, "at home."), cue(2000, 2900, "Good."), cue(9000, 9500, "Alone.")]
    targets = [cue(50, 1850, "我在家。"), cue(2000, 2400, "很"), cue(2450, 2900, "好。")]
    assert align_cues(sources, targets, "zh") == [Pair("I was at home.", "我在家。"), Pair("Good.", "很好。")]


def test_subtitles_of_broadcasters_belong_together_too(tmp_path: Path) -> None:
    for name, text in ("en", b"Good morning."), ("de", b"Guten Morgen."):
        (tmp_path / f"news.{name}.stl").write_bytes(stl(block(1, (10, 0, 1, 0), (10, 0, 2, 0), text)))
    assert read_pairs(tmp_path / "news.{en,de}.stl") == [Pair("Good morning.", "Guten Morgen.")]


def test_subtitles_are_read_as_what_they_are_not_as_what_they_are_called(tmp_path: Path) -> None:
    times = "00:00:01.000 --> 00:00:02.000"
    (tmp_path / "talk.en.srt").write_text(f"WEBVTT\n\n{times}\nGood morning.\n")
    (tmp_path / "talk.de.srt").write_text(f"1\n{times.replace('.', ',')}\nGuten Morgen.\n")
    assert read_pairs(tmp_path / "talk.{en,de}.srt") == [Pair("Good morning.", "Guten Morgen.")]


def test_a_silence_ends_a_sentence_without_its_mark() -> None:
    sources, targets = ([cue(0, 900, one), cue(4000, 4900, two)] for one, two in (("so", "then"), ("alors", "puis")))
    assert align_cues(sources, targets, "fr") == [Pair("so", "alors"), Pair("then", "puis")]


TIMES = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000)), max_size=12)


@given(TIMES, TIMES)
def test_no_cue_is_used_twice(ones: list[tuple[int, int]], twos: list[tuple[int, int]]) -> None:
    def track(times: list[tuple[int, int]]) -> list[Cue]:
        at, cues = 0, []
        for number, (gap, length) in enumerate(times):
            cues.append(cue(at + gap, at + gap + length, f"w{number}"))
            at += gap + length
        return cues

    pairs = align_cues(track(ones), track(twos), "de")
    for side in ("source", "target"):
        words = " ".join(getattr(pair, side) for pair in pairs).split()
        assert len(words) == len(set(words))
        assert words == sorted(words, key=lambda word: int(word[1:]))


def test_scripts_and_languages() -> None:
    assert script_share("他说 no", "zh") == 0.5
    assert script_share("...", "zh") == 1
    assert script_share("コーヒー", "ja") == 1
    assert script_share("Good morning.", "hy") == 0
    german = ["Das ist nicht der Mann, und wir sind in dem Haus mit der Frau."] * 60
    with pytest.raises(InputError, match="the source side reads like German and not like English"):
        check_language(german, "en", "source")
    check_language(german, "de", "source")
    check_language(["The man is in the house, and we are not."] * 60, "en", "source")


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Der Mann ist mit der Frau in dem Haus, und wir sehen sie nicht.", True),
        ("Je ne sais pas ce que vous voulez dire avec cela, mais il est tard.", True),
        ("Tom sagte nein.", False),  # too little to be sure
        ("Come on, da, da, da, wie der Wiener says!", False),
        ("Die Hard is on, and we were in the house when the man came.", False),
    ],
)
def test_a_sentence_in_another_language(text: str, foreign: bool) -> None:
    assert reads_foreign(text, "en") == foreign
    kept, dropped = clean([Pair(text, "他说不。"), PAIRS[0]], OPTIONS, "en", "zh")
    assert dropped == ({"wrong language": 1} if foreign else {})
    assert len(kept) == 2 - foreign
    assert not reads_foreign(text, "zh")


def cue(start: int, end: int, text: str) -> Cue:
    return Cue(Span(start, end), (text,))


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Hello, you;Hallo, du\nSo; what", Pair("Hello, you", "Hallo, du")),
        ("Hello; you,Hallo; du\nSo; a,b; c", Pair("Hello; you", "Hallo; du")),
    ],
    ids=["semicolons", "commas"],
)
def test_the_mark_between_columns_is_that_which_makes_a_table(tmp_path: Path, text: str, pair: Pair) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert read_pairs(tmp_path / "a.csv")[0] == pair
