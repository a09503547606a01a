"""`subtrans subtitle` over subtitles that are there already: files, and tracks of videos."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from broadcast import TOP, block, stl

from subtrans import engines, formats
from subtrans.cli.job import Job
from subtrans.cli.scripts import read_script
from subtrans.engines.translation.habits import ContextTranslator
from subtrans.formats import ass
from subtrans.media import subtitles
from subtrans.media.ffmpeg import executable
from subtrans.text.context import CONTEXT, own
from subtrans.types import Cue, Hypothesis, Look, Span

CUES = [
    Cue(Span(1000, 3000), ("I never", "saw")),
    Cue(Span(3100, 5000), ("the sea.",)),
    Cue(Span(3500, 5000), ("EXIT.",), Look(anchor=8)),
    Cue(Span(6000, 8000), ("How strange!",), Look(italic=True)),
]
EXPECTED = [
    ("zh:I never saw the sea.", Look()),
    ("zh:EXIT.", Look(anchor=8)),
    ("zh:How strange!", Look(italic=True)),
]


def script(name: str, cues: list[Cue] = CUES) -> Path:
    path = Path(name)
    path.write_text(formats.write(cues, path.suffix[1:]), encoding="utf-8")
    return path


def shown(name: str) -> list[tuple[str, Look]]:
    cues = formats.read(Path(name).read_text(encoding="utf-8"), name.rpartition(".")[2])
    return [(" ".join(cue.lines), cue.look) for cue in cues]


def film(name: str, script: Path, *options: str) -> Path:
    """A picture without sound and a subtitle track."""
    source = ["-f", "lavfi", "-i", "color=size=64x48:duration=9:rate=5", "-i", f"file:{script}"]
    language = ["-metadata:s:s:0", "language=eng"]
    subprocess.run([executable(), "-v", "error", *source, *options, *language, f"file:{name}"], check=True)
    return Path(name)


def test_notes_in_brackets_and_the_marks_of_songs_stay(run, fakes) -> None:
    cues = [
        Cue(Span(0, 1900), ("[door creaks]", "I never")),
        Cue(Span(2000, 3900), ("saw the sea. (sighs)",)),
        Cue(Span(4000, 5900), ("♪ How strange ♪",)),
    ]
    assert run("subtitle", script("talk.en.srt", cues), "--to", "zh").code == 0
    assert [text for text, _ in shown("talk.zh.srt")] == [
        "[zh:door creaks] zh:I never saw the sea. (zh:sighs)",
        "♪ zh:How strange ♪",
    ]


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "ttml"])
def test_a_script_is_translated_by_sentences_and_keeps_its_look(name, run, fakes) -> None:
    outcome = run("subtitle", script(f"talk.en.{name}"), "--to", "zh", "--asr", "no-such-model")
    assert outcome.code == 0, outcome.err
    assert [(text.replace(" ", ""), look) for text, look in shown(f"talk.zh.{name}")] == [
        (text.replace(" ", ""), look) for text, look in EXPECTED
    ]
    assert fakes.transcriber.calls == 0
    assert outcome.complaints[0].startswith(f"talk.zh.{name}: 3 cues from 3 sentences, en to zh, 0:08 of subtitles in")


def test_a_file_is_what_it_holds_whatever_its_suffix(tmp_path: Path) -> None:
    styled, web = tmp_path / "talk.srt", tmp_path / "talk.ass"
    styled.write_text(formats.write(CUES, "ass"), encoding="utf-8")
    web.write_text("WEBVTT\nLanguage: en\n\n00:01.000 --> 00:02.000\nHello.\n", encoding="utf-8")
    assert read_script(styled).styles == formats.write(CUES, "ass")
    assert (read_script(web).language, read_script(web).styles) == ("en", None)


def test_what_broadcasters_keep_becomes_ttml(run, fakes) -> None:
    Path("film.stl").write_bytes(stl(block(1, (10, 0, 1, 0), (10, 0, 3, 0), b"Good morning.", row=TOP)))
    assert run("subtitle", "film.stl", "--to", "zh").code == 0  # the file says that it is in English
    assert shown("film.zh.ttml") == [("zh:Good morning.", Look(anchor=8))]
    assert run("check", "film.stl").out.startswith("conforming: CPS 100 %")
    refused = run("subtitle", "film.stl", "--to", "zh", "-o", "new.stl")
    assert (refused.code, "names no subtitle format" in refused.err) == (6, True)
    Path("film.stl").write_bytes(b"850STL25.01 and no more")
    refused = run("subtitle", "film.stl", "--from", "en", "--to", "zh", "--overwrite")
    assert refused.complaints == ["subtrans: error: film.stl: not a file of EBU STL that can be read"]


def test_two_who_speak_are_translated_each_for_itself(run, fakes) -> None:
    cues = [
        Cue(Span(1000, 3000), ("- Where", "- Home.")),
        Cue(Span(4000, 7900), ("I never", "saw"), Look(speaker="Ann")),
        Cue(Span(8000, 9900), ("Me neither.",), Look(speaker="Bob")),
    ]
    assert run("subtitle", script("talk.en.vtt", cues), "--to", "zh", "--bilingual", "top").code == 0
    assert [(text, look.speaker) for text, look in shown("talk.zh.vtt")] == [
        ("-Where -Home. -zh:Where -zh:Home.", ""),
        ("I never saw zh:I never saw", "Ann"),
        ("Me neither. zh:Me neither.", "Bob"),
    ]


def test_times_are_those_of_the_script(run, fakes) -> None:
    run("subtitle", script("talk.en.srt"), "--to", "zh")
    cues = formats.read(Path("talk.zh.srt").read_text(encoding="utf-8"), "srt")
    assert [cue.span.start for cue in cues] == [1000, 3500, 6000]


def test_to_lay_out_again_what_keeps_the_norms_changes_nothing(run) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:03,000\nWhat did you say to him?\n\n"
        "2\n00:00:03,083 --> 00:00:05,000\n-Nothing.\n-Nothing at all?\n\n"
        "3\n00:00:07,000 --> 00:00:09,500\n{\\an8}<i>That he should not come back.</i>\n\n"
    )
    Path("talk.en.srt").write_text(text, encoding="utf-8")
    assert run("subtitle", "talk.en.srt", "--to", "en", "-o", "again.srt").code == 0
    assert Path("again.srt").read_text(encoding="utf-8") == text


def test_what_is_too_long_for_ass_is_told_before_the_work(run, fakes) -> None:
    path = script("talk.en.srt", [Cue(Span(36_000_000, 36_001_000), ("Late.",))])
    outcome = run("subtitle", path, "--to", "zh", "--format", "srt,ass")
    assert (outcome.code, len(outcome.complaints), fakes.asked) == (6, 1, {})
    assert "talk.en.srt ends at 10:00:01, and ASS holds no times past 9:59:59: write another format" in outcome.err
    assert run("subtitle", path, "--to", "zh", "--format", "srt,vtt").code == 0


def test_styles_of_ass_stay(run, fakes) -> None:
    like = ass.write([]).replace(
        "Style: Default,", "Style: Sign,Georgia,20,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,2,2,8,9,9,9,1\nStyle: Default,"
    )
    cue = Cue(Span(0, 2000), ("KEEP OUT.",), Look(anchor=8, position=(0.25, 0.5), style="Sign"))
    Path("talk.en.ass").write_text(ass.write([cue], like=like), encoding="utf-8")
    assert run("subtitle", "talk.en.ass", "--to", "zh").code == 0
    text = Path("talk.zh.ass").read_text(encoding="utf-8")
    assert "Style: Sign,Georgia,20" in text
    (found,) = formats.read(text, "ass")
    assert (found.lines, found.look) == (("zh:KEEP OUT.",), cue.look)


@pytest.mark.parametrize(("name", "codec"), [("talk.mkv", "subrip"), ("talk.mkv", "ass"), ("talk.mp4", "mov_text")])
def test_a_track_of_a_video(name, codec, run, fakes) -> None:
    plain = [Cue(cue.span, cue.lines) for cue in CUES if cue.look.anchor == 2]
    path = film(f"it's [a] 🎬: {name}", script("in.ass", plain), "-c:s", codec)
    outcome = run("subtitle", path, "--track", "0", "--to", "zh")
    assert outcome.code == 0, outcome.err
    assert [text for text, _ in shown(f"{path.stem}.zh.srt")] == ["zh:I never saw the sea.", "zh:How strange!"]


def test_a_track_keeps_places_and_speakers(run, fakes) -> None:
    cues = [Cue(Span(1000, 3000), ("Where is it?",), Look(anchor=8, speaker="Ann"))]
    film("talk.mkv", script("in.vtt", cues), "-c:s", "copy")
    assert run("subtitle", "talk.mkv", "--track", "0", "--to", "zh", "--format", "vtt").code == 0
    assert shown("talk.zh.vtt") == [("zh:Where is it?", cues[0].look)]


def test_several_languages_and_formats_of_a_script(run, fakes) -> None:
    fakes.add_pair("en", "de")
    models = ("--mt", "mt-en-zh-nano", "--mt", "mt-en-de")
    outcome = run(
        "subtitle", script("talk.en.srt"), "--to", "zh,de", *models, "--format", "vtt,json", "--bilingual", "top"
    )
    assert outcome.code == 0, outcome.err
    assert shown("talk.de.vtt")[0][0] == "I never saw the sea. de:I never saw the sea."
    assert Path("talk.zh.json").exists()


def test_the_script_itself_is_never_replaced(run, fakes) -> None:
    before = script("talk.en.srt").read_bytes()
    assert run("subtitle", "talk.en.srt", "--to", "zh", "--transcript", "--overwrite").code == 0
    assert Path("talk.en.srt").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["talk.srt"], 4, "nothing says what language talk.srt is in: say it with --from"),
        (["talk.fr.srt"], 4, "mt-en-zh-nano cannot translate French to Chinese"),
        (["talk.sup"], 3, "talk.sup holds pictures, not text: recognise the text in them first (OCR)"),
        (["talk.sub"], 3, "talk.sub counts frames (MicroDVD): convert it to SRT first"),
        (["talk.idx"], 3, "talk.idx holds pictures, not text"),
        (["bad.en.srt"], 3, "bad.en.srt: line 1: expected the times of a cue"),
        (["talk.mkv", "--track", "3"], 3, "talk.mkv has 1 subtitle track, counted from 0: there is no track 3"),
    ],
)
def test_what_cannot_be_translated_is_told_in_a_line(arguments, code, message, run, fakes) -> None:
    film("talk.mkv", script("talk.srt"))
    for name in ("talk.fr.srt", "talk.sup", "talk.idx", "bad.en.srt"):
        Path(name).write_text(Path("talk.srt").read_text() if name == "talk.fr.srt" else "hello")
    Path("talk.sub").write_text("{0}{25}Hello.\n")
    outcome = run("subtitle", *arguments, "--to", "zh")
    assert (outcome.code, len(outcome.complaints)) == (code, 1), outcome.err
    assert message in outcome.err


def test_a_track_of_pictures_is_told(run, fakes, monkeypatch) -> None:
    film("talk.mkv", script("talk.srt"))
    monkeypatch.setattr(subtitles, "PICTURES", frozenset({"ass"}))
    outcome = run("subtitle", "talk.mkv", "--track", "0", "--to", "zh")
    assert outcome.code == 3
    assert "subtitle track 0 of talk.mkv holds pictures (ass), not text: recognise" in outcome.err


def test_an_empty_script_gives_an_empty_file(run, fakes) -> None:
    Path("talk.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\n\n")
    outcome = run("subtitle", "talk.en.srt", "--to", "zh")
    assert outcome.code == 0, outcome.err
    assert outcome.complaints == ["talk.zh.srt: no text found, so no cues"]


def test_an_empty_file_of_subtitles_is_told(run, fakes) -> None:
    Path("talk.en.srt").touch()
    outcome = run("subtitle", "talk.en.srt", "--to", "zh")
    assert (outcome.code, outcome.err) == (3, "subtrans: error: talk.en.srt is empty: give a file with subtitles\n")


def test_subtitles_from_before_unicode_are_read_as_their_language_was_written(run, fakes) -> None:
    said = ["Guten Morgen, Frau Müller.", "Ich möchte gern früher gehen."]
    cues = [Cue(Span(2000 * number, 2000 * number + 1500), (line,)) for number, line in enumerate(said)]
    Path("talk.de.srt").write_bytes(formats.write(cues, "srt").encode("cp1252"))
    outcome = run("subtitle", "talk.de.srt", "--to", "de", "--output-dir", "new")
    assert outcome.complaints[0] == "subtrans: warning: talk.de.srt is not UTF-8: read as cp1252"
    assert [cue.text for cue in formats.read(Path("new/talk.de.srt").read_text(encoding="utf-8"), "srt")] == said
    Path("talk.srt").write_bytes(Path("talk.de.srt").read_bytes())
    assert "line 3 of talk.srt is not UTF-8 text: convert it first" in run("check", "talk.srt", "--lang", "ja").err
    assert "read as cp1252" in run("check", "talk.srt", "--lang", "de").err


def test_a_wrong_time_far_away_needs_no_room(run, fakes) -> None:
    Path("talk.en.srt").write_text("1\n00:00:00,000 --> 999999:00:00,000\nHello.\n")
    assert run("subtitle", "talk.en.srt", "--to", "zh").code == 0


def test_what_stands_elsewhere_on_the_picture_is_no_context(run, fakes, monkeypatch) -> None:
    asked: list[str] = []

    class Notes:
        def translate(self, texts):
            asked.extend(texts)
            return [Hypothesis(own(text)) for text in texts]

    monkeypatch.setattr(engines, "in_context", lambda translator, *given, **named: ContextTranslator(Notes(), 2))
    sign = Look(anchor=8)
    cues = [
        Cue(Span(0, 2000), ("We go home.",)),
        Cue(Span(0, 4000), ("Closed.",), sign),
        Cue(Span(2000, 4000), ("It is late.",)),
    ]
    Path("talk.en.ass").write_text(formats.write(cues, "ass"), encoding="utf-8")
    assert run("subtitle", "talk.en.ass", "--to", "zh").code == 0
    assert sorted(asked) == ["Closed.", "We go home.", f"We go home.{CONTEXT}It is late."]


def test_sami_in_an_old_encoding(run) -> None:
    text = (
        "<SAMI><BODY><SYNC Start=1000><P Class=KRCC>집에 갈 거예요. 너무 늦었어요.<SYNC Start=4000><P Class=KRCC>&nbsp;"
    )
    Path("film.smi").write_bytes(text.encode("cp949"))
    outcome = run("subtitle", "film.smi", "--to", "ko")
    assert outcome.code == 0
    assert outcome.err.count("read as cp949") == 1
    assert [text for text, _ in shown("film.ko.srt")] == ["집에 갈 거예요.", "너무 늦었어요."]
    Path("film.smi").write_text("<smil/>", encoding="utf-8")
    assert (
        run("check", "film.smi", "--lang", "ko").err == "subtrans: error: film.smi: not a SAMI file that can be read\n"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("film.en.sbv", "0:00:01.000,0:00:03.000\nHello there.\n"),
        (
            "film.itt",
            '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
            '<p begin="00:00:01.000" end="00:00:03.000">Hello there.</p></div></body></tt>',
        ),
    ],
)
def test_what_youtube_and_itunes_call_their_subtitles(name: str, text: str, run, fakes) -> None:
    Path(name).write_text(text, encoding="utf-8")
    assert run("subtitle", name, "--to", "zh", "-o", "out.srt").code == 0
    assert shown("out.srt") == [("zh:Hello there.", Look())]


def test_before_the_work_no_track_is_read_and_no_cues_are_kept(run, fakes, monkeypatch) -> None:
    film("a.mkv", script("talk.srt"))
    Path("b.mkv").write_bytes(Path("a.mkv").read_bytes())
    extracted: list[Path] = []
    extract, check = subtitles.extract, Job.check
    monkeypatch.setattr(subtitles, "extract", lambda path, track: extracted.append(path) or extract(path, track))

    def checked(*asked):
        found = check(*asked)
        assert extracted == []
        assert all(one.script.cues == () for one in found)
        return found

    monkeypatch.setattr(Job, "check", checked)
    assert run("subtitle", "a.mkv", "b.mkv", "--track", "0", "--from", "en", "--to", "zh").code == 0
    assert extracted == [Path("a.mkv"), Path("b.mkv")]
    extracted.clear()
    assert run("subtitle", script("c.en.srt"), script("d.en.srt"), "--to", "zh").code == 0
    assert Path("b.zh.srt").read_text(encoding="utf-8") == Path("d.zh.srt").read_text(encoding="utf-8")
