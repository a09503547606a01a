"""`subtrans subtitle` over real files, real decoding, real layout and fake engines."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
import srt
from fakes import silence, spoken, write_wav

from subtrans import formats
from subtrans.errors import ModelError
from subtrans.formats.document import read_document

TALK = "one two three Stop. red green cat Why? four five six seven Again. "
ZH = ["zh:one two three Stop.", "zh:red green cat Why?", "zh:four five six seven Again."]
EN = ["one two three Stop.", "red green cat Why?", "four five six seven Again."]


@pytest.fixture
def talk(run, fakes) -> Path:
    return write_wav(Path("talk.wav"), spoken(TALK))


def cues(path: str) -> list[str]:
    return [cue.content.replace("\n", " ") for cue in srt.parse(Path(path).read_text(encoding="utf-8"))]


def test_writes_the_subtitles_beside_the_input(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh")
    assert outcome.code == 0
    assert outcome.out == ""
    assert cues("talk.zh.srt") == ZH
    assert sorted(path.name for path in Path().iterdir()) == ["talk.wav", "talk.zh.srt"]
    line, report = outcome.complaints
    assert line.startswith("talk.zh.srt: 3 cues from 3 sentences, en to zh, 0:04 of sound in ")
    assert report.startswith("talk.zh.srt: conforming: CPS 33.3 %, CPL 100 %, lines 100 %")
    assert report.endswith(run("check", "talk.zh.srt").out.splitlines()[-1])


def test_times_are_those_of_the_words(run, talk) -> None:
    run("subtitle", talk, "--to", "zh")
    first, second, third = srt.parse(Path("talk.zh.srt").read_text(encoding="utf-8"))
    assert [cue.start.total_seconds() for cue in (first, second, third)] == [0.0, 1.52, 3.04]
    assert 0.92 <= first.end.total_seconds() <= 1.42


def test_transcript_and_json(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "--transcript", "--json")
    assert outcome.code == 0
    assert cues("talk.en.srt") == EN
    document = read_document(Path("talk.zh.json").read_text(encoding="utf-8"))
    assert (document.file, document.language, document.duration) == ("talk.wav", "en", 4800)
    assert [sentence.text for sentence in document.sentences] == EN
    assert [translation.text for translation in document.targets[0].translations] == ZH
    assert [cue.text.replace("\n", " ") for cue in document.targets[0].cues] == ZH
    assert document.sentences[0].words[1].probability == 0.9


@pytest.mark.parametrize("name", ["film.vtt", "film.zh.ass", "film.TXT"])
def test_the_suffix_of_o_chooses_the_format(name, run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "-o", name, "--transcript", "--json")
    assert outcome.code == 0, outcome.err
    suffix = Path(name).suffix
    assert sorted(path.name for path in Path().glob("film*")) == sorted(
        [name, f"film.en{suffix}", Path(name).with_suffix(".json").name]
    )
    begins = {".vtt": "WEBVTT", ".ass": "[Script Info]", ".TXT": "zh:one"}
    assert Path(name).read_text(encoding="utf-8").startswith(begins[suffix])


def test_o_with_json_is_the_document_alone(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "-o", "talk.json")
    assert outcome.code == 0
    assert len(read_document(Path("talk.json").read_text(encoding="utf-8")).sentences) == 3
    assert sorted(path.name for path in Path().iterdir()) == ["talk.json", "talk.wav"]


def test_every_format_that_is_asked_for_is_written(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "--format", "srt,vtt, .ass,ttml,lrc,tsv,txt,json", "--transcript")
    assert outcome.code == 0, outcome.err
    names = {"srt", "vtt", "ass", "ttml", "lrc", "tsv", "txt"}
    assert {path.name for path in Path().glob("talk.zh.*")} == {f"talk.zh.{name}" for name in (*names, "json")}
    assert {path.name for path in Path().glob("talk.en.*")} == {f"talk.en.{name}" for name in names}
    for name in names - {"txt"}:
        found = formats.read(Path(f"talk.zh.{name}").read_text(encoding="utf-8"), name)
        assert [" ".join(cue.lines) for cue in found] == ZH
        assert [cue.span.start for cue in found] == [0, 1520, 3040]
    for tag in "en", "zh":
        assert f'xml:lang="{tag}"' in Path(f"talk.{tag}.ttml").read_text(encoding="utf-8")


def test_an_unknown_format_is_wrong_usage(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "--format", "srt,doc")
    assert outcome.code == 2
    assert "'doc' is not one of srt, vtt" in outcome.err


def test_what_has_several_values_may_be_given_again(run, talk, fakes) -> None:
    fakes.add_pair("en", "de")
    models = ("--mt", "mt-en-zh-nano", "--mt", "mt-en-de")
    outcome = run("subtitle", talk, "--to", "zh", "-t", "en,de", *models, "--format", "srt", "--format", "vtt")
    assert outcome.code == 0, outcome.err
    found = {file.name for file in Path().glob("talk.*.*")}
    assert found == {f"talk.{name}.{form}" for name in ("zh", "en", "de") for form in ("srt", "vtt")}


def test_several_languages_from_one_recognition(run, talk, fakes) -> None:
    run("subtitle", talk, "--to", "zh")
    once = fakes.transcriber.calls
    assert [fakes.add_pair("en", name) for name in ("de", "ja")] == ["mt-en-de", "mt-en-ja"]
    outcome = run(
        *("subtitle", talk, "--to", "Chinese,ja,de,zh", "--overwrite", "--json", "--transcript", "--no-journal"),
        *("--mt", "mt-en-zh-nano", "--mt", "mt-en-de", "--mt", "mt-en-ja"),
    )
    assert outcome.code == 0, outcome.err
    assert fakes.transcriber.calls == 2 * once
    for name in ("zh", "de", "ja"):
        assert cues(f"talk.{name}.srt") == [line.replace("zh:", f"{name}:") for line in ZH]
        document = read_document(Path(f"talk.{name}.json").read_text(encoding="utf-8"))
        assert [target.language for target in document.targets] == [name]
    assert cues("talk.en.srt") == EN
    assert [line.split(":")[0] for line in outcome.complaints] == [
        *2 * ["talk.zh.srt"],
        *2 * ["talk.ja.srt"],
        *2 * ["talk.de.srt"],
    ]


def test_the_language_that_is_spoken_needs_no_translator(run, talk, fakes) -> None:
    outcome = run("subtitle", talk, "--to", "en,zh", "--transcript", "--json")
    assert outcome.code == 0, outcome.err
    assert cues("talk.en.srt") == EN
    assert cues("talk.zh.srt") == ZH
    assert fakes.translator.batches == [3]
    assert run("subtitle", talk, "--to", "en", "--mt", "nowhere/to-be-found", "--offline", "-o", "own.vtt").code == 0
    assert run("speech", talk, "--to", "en").out.splitlines() == EN
    assert run("text", "Stop.", "--to", "en").code == 4


def test_subtitles_that_are_there_are_laid_out_again_in_their_own_language(run, fakes) -> None:
    Path("talk.en.srt").write_text(
        "1\n00:00:01,000 --> 00:00:09,000\n" + "one two three four five six seven eight " * 4
    )
    assert run("subtitle", "talk.en.srt", "--to", "en").code == 6
    outcome = run("subtitle", "talk.en.srt", "--to", "en", "-o", "new.en.srt")
    assert outcome.code == 0, outcome.err
    assert " ".join(cues("new.en.srt")).split() == ["one", "two", "three", "four", "five", "six", "seven", "eight"] * 4
    assert run("check", "new.en.srt", "--strict").code == 0


def test_a_language_that_no_model_does_is_told_before_any_work(run, talk, fakes) -> None:
    outcome = run("subtitle", talk, "--to", "zh,de")
    assert outcome.code == 4
    assert "mt-en-zh-nano cannot translate English to German" in outcome.err
    assert fakes.transcriber.calls == 0


@pytest.mark.parametrize(("order", "first", "second"), [("top", EN, ZH), ("bottom", ZH, EN)])
def test_both_languages_in_one_cue(order, first, second, run, talk) -> None:
    assert run("subtitle", talk, "--to", "zh", "--bilingual", order).code == 0
    assert cues("talk.zh.srt") == [f"{one} {two}" for one, two in zip(first, second, strict=True)]


def test_both_languages_apart(run, talk) -> None:
    assert run("subtitle", talk, "--to", "zh", "--bilingual", "apart", "--format", "ass,srt").code == 0
    found = formats.read(Path("talk.zh.ass").read_text(encoding="utf-8"), "ass")
    assert sorted((" ".join(cue.lines), cue.look.anchor) for cue in found) == sorted(
        [(text, 8) for text in EN] + [(text, 2) for text in ZH]
    )


@pytest.mark.parametrize("kind", ["forced", "sdh"])
def test_names_as_players_find_them(kind, run, talk) -> None:
    assert run("subtitle", talk, "--to", "zh", f"--{kind}", "--json").code == 0
    assert {path.name for path in Path().glob("talk.*.*")} == {f"talk.zh.{kind}.srt", f"talk.zh.{kind}.json"}


@pytest.mark.parametrize("name", ["FORCED", "SDH"])
def test_a_kind_can_be_set_and_unset_in_the_environment(name, run, talk) -> None:
    kind = name.lower()
    assert run("subtitle", talk, "--to", "zh", **{f"SUBTRANS_{name}": "1"}).code == 0
    assert run("subtitle", talk, "--to", "zh", **{f"SUBTRANS_{name}": "0"}).code == 0
    assert {path.name for path in Path().glob("talk.*.*")} == {f"talk.zh.{kind}.srt", "talk.zh.srt"}


def test_a_file_is_of_one_kind(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "--forced", "--sdh")
    assert (outcome.code, outcome.complaints[-1]) == (
        2,
        "Error: --forced and --sdh are kinds of files of their own: use a run for each",
    )
    assert run("subtitle", talk, "--to", "zh", "--forced", SUBTRANS_SDH="1").code == 0
    assert Path("talk.zh.forced.srt").exists()


def test_a_named_output_goes_before_what_the_environment_says(run, talk) -> None:
    always = {"SUBTRANS_OUTPUT_DIR": "films", "SUBTRANS_FORMAT": "ass,txt"}
    assert run("subtitle", talk, "--to", "zh", "-o", "mine.vtt", **always).code == 0
    assert run("subtitle", talk, "--to", "zh", "-o", "mine.srt", "--output-dir", "films").code == 2
    assert {path.name for path in Path().rglob("*.*")} == {"talk.wav", "mine.vtt"}


def test_a_recogniser_that_does_not_understand_is_told_of(run, talk, fakes) -> None:
    fakes.transcriber.probability = 0.5
    complaints = run("subtitle", talk, "--to", "zh").complaints
    assert complaints[0].startswith("talk.wav: asr-en-nano is unsure of what it heard (50% a word): check the words")
    assert len(complaints) == 3
    assert run("speech", talk, "--to", "zh").complaints == [complaints[0].removeprefix("talk.wav: ")]


def test_a_line_break_in_a_name_stays_in_its_line(run, fakes) -> None:
    write_wav(Path("a\nb.wav"), spoken("one Stop."))
    outcome = run("subtitle", "a\nb.wav", "--to", "zh")
    assert cues("a\nb.zh.srt") == ["zh:one Stop."]
    assert outcome.err.startswith("a\\nb.zh.srt: 1 cue")


def test_output_directory_is_made(run, talk) -> None:
    assert run("subtitle", talk, "--to", "zh", "--output-dir", "films/done").code == 0
    assert cues("films/done/talk.zh.srt") == ZH


def test_a_bad_input_leaves_no_new_directory(run, talk) -> None:
    assert run("subtitle", "no.wav", "--to", "zh", "--output-dir", "films").code == 3
    assert not Path("films").exists()


def test_existing_files_are_kept_unless_told_otherwise(run, talk) -> None:
    Path("talk.zh.srt").write_text("precious")
    assert run("subtitle", talk, "--to", "zh").code == 6
    assert Path("talk.zh.srt").read_text() == "precious"
    assert run("subtitle", talk, "--to", "zh", "--overwrite").code == 0
    assert cues("talk.zh.srt") == ZH


def test_all_problems_are_told_at_once_before_any_work(run, talk, fakes) -> None:
    write_wav(Path("other.wav"), spoken(TALK))
    Path("other.de.srt").write_text("precious")
    outcome = run("subtitle", "no.wav", "other.wav", "talk.wav", "--to", "de", "--from", "fr")
    assert outcome.code == 3
    subjects = [line.removeprefix("subtrans: error: ").split(" ")[0] for line in outcome.complaints]
    assert subjects == ["no.wav", "asr-en-nano", "mt-en-zh-nano", "other.de.srt"]
    assert fakes.transcriber.calls == 0
    assert not Path("talk.de.srt").exists()


def test_one_input_that_fails_does_not_stop_the_others(run, talk, fakes, monkeypatch) -> None:
    for name in ("a.wav", "b.wav", "c.wav"):
        write_wav(Path(name), spoken(TALK))
    Path("b.zh.srt").mkdir()  # taken while the work was going on
    monkeypatch.setattr("subtrans.cli.outputs.Wanted.check", lambda *anything: None)
    outcome = run("subtitle", "a.wav", "b.wav", "c.wav", "--to", "zh")
    assert outcome.code == 6
    assert cues("a.zh.srt") == cues("c.zh.srt") == ZH
    assert outcome.complaints[2].startswith("subtrans: error: b.zh.srt is a directory")
    assert outcome.complaints[-2:] == ["failed: b.wav", "2 of 3 inputs done, 1 failed"]


def test_nor_does_a_defect(run, talk, fakes) -> None:
    write_wav(Path("other.wav"), spoken(TALK * 2))
    fakes.transcriber.failure = RuntimeError("wires crossed")
    fakes.transcriber.patience = 1
    outcome = run("subtitle", "talk.wav", "other.wav", "--to", "zh")
    assert outcome.code == 70
    assert cues("talk.zh.srt") == ZH
    assert outcome.complaints[2].startswith("subtrans: error: unexpected RuntimeError: wires crossed")
    assert outcome.complaints[3:] == ["failed: other.wav", "1 of 2 inputs done, 1 failed"]


def test_verbose_says_what_is_done(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "-v", "--device", "cpu")
    assert outcome.complaints[0].startswith("subtrans: models run on cpu in int8")
    assert outcome.complaints[1] == "subtrans: loading asr-en-nano and mt-en-zh-nano"


def test_two_inputs_cannot_share_an_output(run, talk) -> None:
    write_wav(Path("talk.flac.wav"), spoken(TALK)).rename("talk.mp4")
    outcome = run("subtitle", "talk.wav", "talk.mp4", "--to", "zh")
    assert outcome.code == 6
    assert outcome.complaints == [
        "subtrans: error: talk.zh.srt would be written twice, for talk.wav and talk.mp4: use a run with -o for each"
    ]


@pytest.mark.parametrize("options", [("-o", "a.srt", "--output-dir", "b"), ("-o", "a.srt", "other.wav")])
def test_o_is_for_one_file(options, run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", *options)
    assert outcome.code == 2
    assert "-o names one file" in outcome.err


def test_silence_gives_an_empty_file_and_says_so(run, fakes) -> None:
    write_wav(Path("rain.wav"), silence(3000))
    outcome = run("subtitle", "rain.wav", "--to", "zh", "--json", "--transcript")
    assert outcome.code == 0
    assert outcome.complaints == ["rain.zh.srt: no speech found, so no cues"]
    assert Path("rain.zh.srt").read_bytes() == b""
    assert json.loads(Path("rain.zh.json").read_text())["sentences"] == []


def test_the_language_is_found_out_where_the_recogniser_knows_several(run, fakes, models) -> None:
    card = models / "asr-en-nano" / "card.toml"
    card.write_text(card.read_text().replace('["en"]', '["en", "fr"]'))
    write_wav(Path("discours.wav"), np.concatenate([silence(1000), spoken(TALK, language="fr")]))
    write_wav(Path("talk.wav"), spoken(TALK))
    write_wav(Path("rain.wav"), silence(3000))
    outcome = run("subtitle", "discours.wav", "talk.wav", "rain.wav", "--to", "zh", "--transcript")
    assert outcome.complaints[0].startswith("subtrans: error: mt-en-zh-nano cannot translate French to Chinese")
    assert outcome.complaints[1].startswith("talk.zh.srt: 3 cues from 3 sentences, en to zh")
    assert outcome.complaints[3:] == [
        "rain.zh.srt: no speech found, so no cues",
        "failed: discours.wav",
        "2 of 3 inputs done, 1 failed",
    ]
    assert outcome.code == 4


def test_the_language_of_a_long_recording_is_that_of_most_of_it(run, fakes, models, monkeypatch) -> None:
    card = models / "asr-en-nano" / "card.toml"
    card.write_text(card.read_text().replace('["en"]', '["en", "fr"]'))
    monkeypatch.setattr("subtrans.cli.spoken.PLACE", 4000)
    write_wav(Path("talk.wav"), np.concatenate([spoken(TALK * 3, language="fr"), spoken(TALK * 30)]))
    outcome = run("subtitle", "talk.wav", "--to", "zh", "--allow-language", "en,fr")
    assert outcome.complaints[0].startswith("talk.zh.srt: ")
    assert " en to zh, " in outcome.complaints[0]
    assert fakes.asked["transcriber"]["options"].allowed == ("en", "fr")
    assert run("subtitle", "talk.wav", "--to", "zh", "--overwrite", "--allow-language", "en,ja").code == 4


def test_a_long_recording_in_two_languages_is_told_of(run, fakes, models, monkeypatch) -> None:
    card = models / "asr-en-nano" / "card.toml"
    card.write_text(card.read_text().replace('["en"]', '["en", "fr"]'))
    monkeypatch.setattr("subtrans.cli.spoken.PLACE", 4000)
    write_wav(Path("talk.wav"), np.concatenate([spoken(TALK * 12, language="fr"), spoken(TALK * 20)]))
    outcome = run("subtitle", "talk.wav", "--to", "en")
    assert outcome.complaints[0] == (
        "talk.wav: English is spoken, and French in places: "
        "if the language changes, use --multilingual --allow-language en,fr"
    )


def test_options_reach_the_engines(run, talk, fakes) -> None:
    outcome = run(
        *("subtitle", talk, "--to", "zh", "--from", "English", "--beam-size", "2", "--threads", "3"),
        *("--batch-size", "5", "--compute-type", "float32", "--device", "cpu", "--offline"),
    )
    assert outcome.code == 0, outcome.err
    transcriber, translator = fakes.asked["transcriber"], fakes.asked["translator"]
    assert (transcriber["name"], transcriber["language"], transcriber["offline"]) == ("asr-en-nano", "en", True)
    assert (translator["name"], translator["source"], translator["target"]) == ("mt-en-zh-nano", "en", "zh")
    for asked in (transcriber, translator):
        options = asked["options"]
        assert (options.beam_size, options.threads, options.compute_type, options.device) == (2, 3, "float32", "cpu")
    assert transcriber["options"].batch_size == 5


def test_the_environment_stands_in_for_an_option_and_yields_to_it(run, talk, fakes) -> None:
    assert run("subtitle", talk, SUBTRANS_TO="zh", SUBTRANS_THREADS="3", SUBTRANS_JSON="1").code == 0
    assert fakes.asked["translator"]["options"].threads == 3
    assert Path("talk.zh.json").exists()
    assert run("subtitle", talk, "--threads", "2", "--overwrite", SUBTRANS_TO="zh", SUBTRANS_THREADS="3").code == 0
    assert fakes.asked["translator"]["options"].threads == 2


def test_a_model_that_fails_to_load_ends_the_run(run, talk, fakes, monkeypatch) -> None:
    def fail(*anything, **options):
        raise ModelError("the weights are damaged: fetch them again")

    monkeypatch.setattr("subtrans.engines.load_translator", fail)
    outcome = run("subtitle", talk, "--to", "zh")
    assert (outcome.code, outcome.err) == (5, "subtrans: error: the weights are damaged: fetch them again\n")
    assert not Path("talk.zh.srt").exists()


def test_names_of_any_kind(run, fakes) -> None:
    names = ["-leading.wav", "it's [a] test: 100% {ü} 咖啡 🎬.wav", "two  spaces.wav", "x" * 200 + ".wav"]
    for name in names:
        write_wav(Path(name), spoken("one Stop."))
    outcome = run("subtitle", "--to", "zh", "--", *names)
    assert outcome.code == 0, outcome.err
    for name in names:
        assert cues(f"{name[:-4]}.zh.srt") == ["zh:one Stop."]
        assert f"{name[:-4]}.zh.srt: 1 cue from 1 sentence, en to zh" in outcome.err


def test_each_engine_may_have_a_device_of_its_own(run, talk, fakes) -> None:
    assert run("subtitle", talk, "--to", "zh", "--asr-device", "cpu").code == 0
    assert fakes.asked["transcriber"]["options"].device == "cpu"
    assert fakes.asked["translator"]["options"].device == "auto"
    assert run("subtitle", talk, "--to", "zh", "--mt-device", "cpu", "--overwrite").code == 0
    assert fakes.asked["transcriber"]["options"].device == "auto"
    assert fakes.asked["translator"]["options"].device == "cpu"


def test_each_channel_is_a_speaker(run, fakes) -> None:
    one, two = spoken("one two Stop. red Go.", rest=1200), np.concatenate([silence(800), spoken("cat Why?")])
    both = np.zeros((max(len(one), len(two)), 2), dtype=np.float32)
    both[: len(one), 0], both[: len(two), 1] = one, two
    with wave.open("talk.wav", "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((both * 32768).clip(-32768, 32767).astype("<i2").tobytes())
    outcome = run("subtitle", "talk.wav", "--from", "en", "--to", "zh", "--by-channel", "--json", "--transcript")
    assert outcome.code == 0, outcome.err
    sentences = json.loads(Path("talk.zh.json").read_text(encoding="utf-8"))["sentences"]
    assert [(one["text"], one["words"][0].get("turn", False)) for one in sentences] == [
        ("one two Stop.", False),
        ("cat Why?", True),
        ("red Go.", True),
    ]
    assert "-zh:one two Stop.\n-zh:cat Why?" in Path("talk.zh.srt").read_text(encoding="utf-8")
    assert "-one two Stop.\n-cat Why?" in Path("talk.en.srt").read_text(encoding="utf-8")
