"""`subtrans check` over real files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from subtrans import formats
from subtrans.cli.commands.check import judge
from subtrans.cli.norms import Norms, videos_in
from subtrans.text.profiles import profile
from subtrans.types import Cue, Span

GOOD = [Cue(Span(1000, 3000), ("早上好。",)), Cue(Span(3083, 5000), ("你好，世界！",))]
BAD = [*GOOD, Cue(Span(4900, 5300), ("这一句太长了也太快了根本没有人能读得完。",))]


def written(cues: list[Cue], name: str = "talk.zh.srt") -> Path:
    path = Path(name)
    path.write_text(formats.write(cues, path.suffix[1:]), encoding="utf-8")
    return path


def test_every_breach_is_a_line(run) -> None:
    outcome = run("check", written(BAD))
    assert outcome.code == 0
    *lines, summary = outcome.out.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["3", "0:04", "reading speed 50 characters a second, over 9"],
        ["3", "0:04", "line of 20 characters, over 16"],
        ["3", "0:04", "duration 400 ms, under 833"],
        ["3", "0:04", "shown 100 ms before the cue before it is gone"],
    ]
    assert summary == "conforming: CPS 66.6 %, CPL 66.6 %, lines 100 %, duration 66.6 %, gap 100 %, overlap 66.6 %"
    assert outcome.err == ""


def test_strict_fails_on_a_breach_alone(run) -> None:
    assert run("check", written(BAD), "--strict").code == 1
    outcome = run("check", written(GOOD), "--strict")
    assert (outcome.code, outcome.out.count("\n")) == (0, 1)


def test_json(run) -> None:
    found = json.loads(run("check", written(BAD), "--json").out)
    assert found["cues"] == 3
    assert found["conforming"]["lines"] == 1
    assert found["violations"][2] == {"cue": 3, "rule": "duration", "value": 400, "limit": 833}


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("talk.zh.srt", "1\n00:00:00,000 --> 00:00:01,000\n \n\n2\n00:00:02,000 --> 00:00:02,100\n早。\n", 2),
        ("talk.zh.srt", "7\n00:00:00,000 --> 00:00:01,000\n早。\n\n9\n00:00:02,000 --> 00:00:02,100\n早。\n", 9),
        ("talk.zh.srt", "7\n00:00:00,000 --> 00:00:01,000\n早。\n\n1\n00:00:02,000 --> 00:00:02,100\n早。\n", 2),
        ("talk.zh.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n\n00:02.000 --> 00:02.100\n早。\n", 2),
        ("talk.zh.tsv", "start\tend\ttext\n0\t1000\t\n2000\t2100\t早。\n", 2),
        ("talk.zh.lrc", "[00:00.00]\n[00:02.00]早。\n[00:02.10]\n", 1),
        (
            "talk.zh.ass",
            formats.write(GOOD, "ass").replace("Dialogue: 0,0:00:01", "Comment: 0,0:00:01").replace("05.00", "03.10"),
            2,
        ),
        (
            "talk.zh.ttml",
            '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="zh"><body><div>'
            '<p begin="0s" end="1s"/><p begin="2s" end="2.1s">早。</p></div></body></tt>',
            2,
        ),
    ],
)
def test_a_cue_has_the_number_that_it_has_in_the_file(name, text, number, run) -> None:
    Path(name).write_text(text, encoding="utf-8")
    assert {line.split("\t")[0] for line in run("check", name).out.splitlines()[:-1]} == {str(number)}
    assert {one["cue"] for one in json.loads(run("check", name, "--json").out)["violations"]} == {number}


@pytest.mark.parametrize("name", ["talk.zh.vtt", "talk.zh.ass", "talk.zh.forced.srt", "it's [a]: 50% 🎬.zh.SRT"])
def test_the_name_says_language_and_format(name, run) -> None:
    path = Path(name)
    path.write_text(formats.write(GOOD, path.suffix[1:].lower()), encoding="utf-8")
    outcome = run("check", path, "--strict")
    assert outcome.code == 0, outcome.out + outcome.err


def test_a_name_without_a_language_needs_lang(run) -> None:
    path = written(BAD, "talk.srt")
    outcome = run("check", path)
    assert (outcome.code, outcome.err.count("\n")) == (4, 1)
    assert "the name talk.srt says no language: say which one it is in with --lang" in outcome.err
    assert "over 20\t" in run("check", path, "--lang", "English").out


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("talk.vtt", "WEBVTT\nKind: captions\nLanguage: zh\n\n00:01.000 --> 00:02.000\n早。\n", 0),
        ("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nLanguage: zh\n", 4),
        ("talk.ttml", formats.write(GOOD, "ttml", language="zh"), 0),
        ("talk.ttml", formats.write(GOOD, "ttml"), 4),
        ("talk.zh.default.forced.ttml", formats.write(GOOD, "ttml"), 0),
        ("talk.zh.hi.ttml", formats.write(GOOD, "ttml"), 0),
        ("talk.zh-orig.ttml", formats.write(GOOD, "ttml"), 0),
    ],
)
def test_a_file_may_say_its_language_and_names_their_kind(name, text, code, run) -> None:
    Path(name).write_text(text, encoding="utf-8")
    assert run("check", name, "--strict").code == code


def test_gaps_are_counted_in_the_frames_of_the_video(run) -> None:
    from subtrans.media.ffmpeg import executable

    source = ["-f", "lavfi", "-i", "color=size=64x64:duration=1:rate=50"]
    subprocess.run([executable(), "-v", "error", *source, "film.mp4"], check=True)
    path = written([Cue(Span(0, 2000), ("早",)), Cue(Span(2040, 4000), ("好",))])
    Path("talk.avi").write_text("no video")
    outcome = run("check", path)
    assert "gap 40 ms, under 83\t" in outcome.out
    assert outcome.err == "gaps are judged as at 24 frames a second: name the video with --video\n"
    outcome = run("check", path, "--video", "film.mp4", "--strict")
    assert (outcome.code, outcome.err) == (0, "")
    Path("film.mp4").rename("talk.mp4")
    assert run("check", path, "--strict").code == 0
    assert "gap 100 %" in run("evaluate", "subtitles", path, path).out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("no.zh.srt", None, "no.zh.srt does not exist"),
        ("dvd.en.stl", b"00:00:01:00 , 00:00:02:00 , Hello.", "dvd.en.stl: neither EBU STL nor SCC: convert it first"),
        ("talk.zh.doc", b"x", "talk.zh.doc is no subtitle file by its suffix: use one of .srt, "),
        ("talk.zh.txt", b"x", "talk.zh.txt: txt holds no times"),
        ("talk.zh.srt", "é".encode("latin-1"), "talk.zh.srt is not UTF-8 text"),
        ("talk.zh.srt", b"hello", "talk.zh.srt: line 1: expected the times of a cue"),
    ],
)
def test_what_cannot_be_checked_is_told_in_a_line(name, content, message, run) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    outcome = run("check", name)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (3, "", 1)
    assert message in outcome.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_with_a_byte_order_mark(encoding, run) -> None:
    Path("talk.zh.srt").write_text(formats.write(GOOD, "srt"), encoding=encoding)
    assert run("check", "talk.zh.srt", "--strict").code == 0


@pytest.mark.parametrize(("kind", "suffix"), [("vtt", "srt"), ("ass", "srt"), ("ttml", "srt"), ("srt", "vtt")])
def test_a_file_with_the_suffix_of_another_format(kind, suffix, run) -> None:
    Path(f"talk.zh.{suffix}").write_text(formats.write(GOOD, kind), encoding="utf-8")
    assert "overlap 100 %" in run("check", f"talk.zh.{suffix}").out


def test_an_empty_file_conforms(run) -> None:
    assert run("check", written([]), "--strict").code == 0


def test_the_profile_is_the_house_that_is_asked_for(run) -> None:
    path = written([Cue(Span(0, 5000), ("x" * 40,))], "talk.en.srt")
    assert run("check", path, "--strict").code == 0
    assert "line of 40 characters, over 37" in run("check", path, "--profile", "bbc").out
    Path("mine.toml").write_text("characters_per_line = 30")
    assert "line of 40 characters, over 30" in run("check", path, "--profile", "mine.toml").out
    assert run("check", path, "--profile", "abc").code == 9


def test_several_files_are_told_apart_and_together(run) -> None:
    Path("films").mkdir()
    for name, cues in (("a.zh.srt", GOOD), ("b.zh.srt", BAD)):
        Path("films", name).write_text(formats.write(cues, "srt"), encoding="utf-8")
    Path("films", "notes.txt").write_text("no subtitles")
    outcome = run("check", "films", "--strict")
    assert outcome.code == 1
    first, *breaches, of_b, of_all = outcome.out.splitlines()
    kept = "CPS 100 %, CPL 100 %, lines 100 %, duration 100 %, gap 100 %, overlap 100 %"
    assert first == f"films/a.zh.srt\tconforming: {kept}"
    assert [line.split("\t")[:2] for line in breaches] == [["films/b.zh.srt", "3"]] * 4
    assert of_b.startswith("films/b.zh.srt\tconforming: CPS 66.6 %")
    kept = "CPS 80 %, CPL 80 %, lines 100 %, duration 80 %, gap 100 %, overlap 80 %"
    assert of_all == f"2 files, 5 cues: conforming: {kept}"
    found = json.loads(run("check", "films", "--json").out)
    assert (found["cues"], found["conforming"]["CPS"]) == (5, 0.8)
    assert [(one["file"], one["cues"], len(one["violations"])) for one in found["files"]] == [
        ("films/a.zh.srt", 2, 0),
        ("films/b.zh.srt", 3, 4),
    ]


def test_what_cannot_be_read_does_not_stop_the_others(run) -> None:
    written(GOOD)
    Path("odd.srt").write_text("odd")
    outcome = run("check", "odd.srt", "talk.zh.srt")
    assert outcome.code == 4
    assert outcome.complaints == [
        "subtrans: error: the name odd.srt says no language: say which one it is in with --lang"
    ]
    assert outcome.out.splitlines()[-1].startswith("1 file, 2 cues: conforming: CPS 100 %")


def test_a_name_that_is_misspelt_is_told_before_its_language(run) -> None:
    outcome = run("check", "none.srt")
    assert (outcome.code, outcome.complaints) == (3, ["subtrans: error: none.srt does not exist: check the name"])


def test_the_page_shows_every_breach_and_no_text_is_taken_for_markup(run) -> None:
    written([*BAD, Cue(Span(6000, 6100), ("早 & <3", "二"))])
    assert run("check", "talk.zh.srt", "--html", "report.html").code == 0
    page = Path("report.html").read_text(encoding="utf-8")
    assert "reading speed 50 characters a second, over 9<br>line of 20 characters" in page
    assert "00:00:04,900" in page
    assert '<td dir=auto lang="zh">早 &amp; &lt;3<br>二' in page
    assert '<a href="#file0">' in page
    assert 'id="file0"' in page
    assert run("check", "talk.zh.srt", "--html", "report.html").code == 6
    assert run("check", "talk.zh.srt", "--html", "talk.zh.srt", "--overwrite").code == 6


def test_a_folder_is_looked_into_for_videos_once(run, monkeypatch) -> None:
    for number in range(20):
        written(GOOD, f"talk{number}.zh.srt")
    listed = []
    listing = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda self: listed.append(self) or listing(self))
    assert run("check", ".").code == 0
    assert len(listed) == 2  # for subtitles, and for videos


def test_of_many_files_only_the_cues_that_break_a_norm_are_kept(run) -> None:
    kept = judge(written(BAD), None, None, Norms(profile), videos_in)
    assert [number for number, _ in kept.broken.values()] == [3]


def test_what_is_no_subtitle_file_is_not_asked_for_its_language(run) -> None:
    Path("film.mkv").touch()
    outcome = run("check", "film.mkv")
    assert outcome.code == 3
    assert outcome.err.startswith("subtrans: error: film.mkv is no subtitle file by its suffix: use one of .srt, ")
