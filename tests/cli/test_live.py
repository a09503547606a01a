"""`subtrans live` as it is typed; engines without models, and those that ship."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from fakes import silence, spoken, write_wav

from subtrans import engines, formats
from subtrans.cli.commands.live import show_all
from subtrans.events import CaptionEvent, LanguageEvent
from subtrans.formats.events import event_from_line
from subtrans.types import Hypothesis

PROGRAM = Path(__file__).parent / "with_fakes.py"
ROOT = Path(__file__).parents[2]
TALK = "one two three Stop. red green cat Why? four five six seven Again. "
LIVE = ("live", "talk.wav", "--to", "zh")
REPLAY = (*LIVE, "--replay", "--replay-speed", "0")


@pytest.fixture
def talk(tmp_path, fakes) -> Path:
    return write_wav(tmp_path / "talk.wav", spoken(TALK))


def test_a_line_a_sentence(run, talk) -> None:
    outcome = run(*REPLAY, "--with-source")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "one two three Stop.\tzh:one two three Stop.",
        "red green cat Why?\tzh:red green cat Why?",
        "four five six seven Again.\tzh:four five six seven Again.",
    ]


def test_a_file_is_heard_by_ffmpeg_as_fast_as_it_can_be(run, talk) -> None:
    assert run(*LIVE).out == run(*REPLAY).out


def test_events_as_json(run, talk) -> None:
    events = [event_from_line(line) for line in run(*REPLAY, "--json").out.splitlines()]
    finals = [event.caption.source for event in events if isinstance(event, CaptionEvent) and event.caption.final]
    assert " ".join(finals) == TALK.strip()
    assert {json.loads(line)["event"] for line in run(*REPLAY, "--json").out.splitlines()} == {"caption", "lag"}


def test_the_language_that_is_spoken_is_heard_and_told(run, tmp_path, fakes) -> None:
    write_wav(tmp_path / "talk.wav", np.concatenate([silence(3000), spoken(TALK * 4, language="fr")]))
    models = "--asr", fakes.add_multilingual("en", "fr"), "--mt", fakes.add_pair("fr", "zh")
    outcome = run(*REPLAY, *models, "--json", "--save", "live.srt", "--record", "heard.wav")
    assert outcome.complaints == ["French (fr) is spoken: if it is not, name what is with --from"]
    first, *events = [event_from_line(line) for line in outcome.out.splitlines()]
    assert isinstance(first, LanguageEvent)
    assert first.language == "fr"
    finals = [event.caption.source for event in events if isinstance(event, CaptionEvent) and event.caption.final]
    assert " ".join(finals) == " ".join([TALK.strip()] * 4)
    run("subtitle", "talk.wav", "--to", "zh", *models)
    assert Path("live.srt").read_text() == Path("talk.zh.srt").read_text()
    with wave.open("heard.wav") as heard, wave.open("talk.wav") as said:
        assert heard.getnframes() == said.getnframes()
    Path("talk.jsonl").write_text(outcome.out)
    assert "12 captions" in run("evaluate", "live", "talk.jsonl", "--from", "fr", "--to", "zh").out


def test_a_language_that_nobody_can_translate_and_one_that_nobody_speaks(run, tmp_path, fakes) -> None:
    models = "--asr", fakes.add_multilingual("en", "fr")
    write_wav(tmp_path / "talk.wav", spoken(TALK * 4, language="fr"))
    outcome = run(*REPLAY, *models)
    assert outcome.code == 4
    assert "cannot translate French to Chinese" in outcome.complaints[-1]
    assert run(*REPLAY, *models, "--allow-language", "de").code == 4
    write_wav(tmp_path / "talk.wav", silence(3000))
    outcome = run(*REPLAY, *models)
    assert (outcome.code, outcome.complaints) == (0, ["nobody spoke: there is no language to caption"])


def test_translations_that_may_be_wrong_are_told_as_subtitle_tells_them(run, talk, fakes, monkeypatch) -> None:
    def translate(texts):
        return [Hypothesis("zh", faults=("looping", "short") if "cat" in text else ()) for text in texts]

    monkeypatch.setattr(fakes.translator, "translate", translate)
    outcome = run(*REPLAY, "--json")
    captions = [json.loads(line) for line in outcome.out.splitlines()]
    assert [one["source"] for one in captions if one.get("faults") == ["looping", "short"]] == ["red green cat Why?"]
    [told] = outcome.complaints
    assert told.endswith("it repeats itself, it is too short to say all: red green cat Why?")
    assert f"talk.zh.srt: {told}" in run("subtitle", "talk.wav", "--to", "zh").complaints


def test_final_captions_are_what_the_text_command_says(run, talk) -> None:
    pairs = [line.split("\t") for line in run(*REPLAY, "--with-source").out.splitlines()]
    text = run("text", "--from", "en", "--to", "zh", stdin="".join(f"{source}\n" for source, _ in pairs))
    assert text.out.splitlines() == [target for _, target in pairs]


def test_files_are_laid_out_as_the_subtitle_command_does(run, tmp_path, fakes) -> None:
    # More sentences than are laid out again each time.
    write_wav(tmp_path / "talk.wav", spoken(TALK * 20))
    outcome = run(*REPLAY, "--save", "live.srt", "--text-file", "now.txt", "--record", "heard.wav")
    assert outcome.code == 0
    run("subtitle", "talk.wav", "--to", "zh")
    assert Path("live.srt").read_text() == Path("talk.zh.srt").read_text()
    assert Path("now.txt").read_text() == "zh:red green cat Why?\nzh:four five six seven Again.\n"
    with wave.open("heard.wav") as heard, wave.open("talk.wav") as said:
        assert heard.getnframes() == said.getnframes()


def test_saved_subtitles_keep_to_the_profile(run, talk) -> None:
    Path("house.toml").write_text("lines = 1\n[zh]\ncharacters_per_line = 6\n")
    run("subtitle", "talk.wav", "--to", "zh", "--profile", "house.toml")
    run(*REPLAY, "--save", "live.srt", "--profile", "house.toml")
    assert Path("live.srt").read_text() == Path("talk.zh.srt").read_text()
    run(*REPLAY, "--save", "usual.srt")
    assert Path("usual.srt").read_text() != Path("live.srt").read_text()


def test_what_the_memory_holds_is_said(run, talk) -> None:
    Path("pairs.tsv").write_text("red green cat Why?\t为什么？\n")
    run("memory", "add", "pairs.tsv", "--memory", "mine.sqlite", "--from", "en", "--to", "zh")
    assert run(*REPLAY, "--memory", "mine.sqlite").out.splitlines()[1] == "为什么？"
    missing = run(*REPLAY, "--memory", "none.sqlite")
    assert (missing.code, "none.sqlite does not exist" in missing.err) == (3, True)


def test_engines_have_devices_of_their_own(run, talk, fakes) -> None:
    assert run(*REPLAY, "--asr-device", "cpu", "--mt-device", "auto").code == 0
    assert [fakes.asked[engine]["options"].device for engine in ("transcriber", "translator")] == ["cpu", "auto"]


def test_several_languages_at_once(run, tmp_path, fakes) -> None:
    write_wav(tmp_path / "talk.wav", spoken(TALK * 3))
    models = "--mt", "mt-en-zh-nano", "--mt", fakes.add_pair("en", "de")
    several = ("live", "talk.wav", "--to", "zh,de", *models, "--replay", "--replay-speed", "0")
    outcome = run(*several, "--save", "live.srt", "--text-file", "now.txt", "--report")
    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == ["zh\tzh:one two three Stop.", "de\tde:one two three Stop."]
    for target in "zh", "de":
        run("subtitle", "talk.wav", "--to", target, *models)
        assert Path(f"live.{target}.srt").read_text() == Path(f"talk.{target}.srt").read_text()
        assert Path(f"now.{target}.txt").read_text().endswith(f"{target}:four five six seven Again.\n")
    told = outcome.err.splitlines()
    assert told.index("zh:") < told.index("de:")
    assert sum("9 captions" in line for line in told) == 2

    for name in "talk.zh.vtt", "talk.de.vtt":
        run(*several, "--save", name, "--overwrite")
        assert {path.name for path in Path().glob("*.vtt")} == {"talk.zh.vtt", "talk.de.vtt"}

    events = run(*several, "--json").out
    Path("talk.jsonl").write_text(events)
    measured = run("evaluate", "live", "talk.jsonl", "--from", "en", "--to", "German")
    assert "9 captions" in measured.out
    refused = run("evaluate", "live", "talk.jsonl", "--from", "en", "--to", "fr")
    assert refused.code == 3
    assert refused.complaints == ["subtrans: error: the captions in talk.jsonl are in de, zh: say which with --to"]


def test_no_model_is_loaded_where_ctrl_c_would_have_to_wait_for_it(run, talk, fakes, monkeypatch) -> None:
    load, threads = engines.load_translator, []

    def watched(name: str, **asked: object):
        threads.append(threading.current_thread())
        return load(name, **asked)

    monkeypatch.setattr(engines, "load_translator", watched)
    run(*REPLAY, "--to", "zh,de", "--mt", "mt-en-zh-nano", "--mt", fakes.add_pair("en", "de"))
    assert len(threads) == 2
    assert threading.main_thread() not in threads


def test_a_file_of_one_of_several_languages_that_exists_is_told_before_it_begins(run, talk, fakes) -> None:
    Path("live.de.srt").write_text("mine")
    models = "--mt", "mt-en-zh-nano", "--mt", fakes.add_pair("en", "de")
    outcome = run("live", "talk.wav", "--to", "zh,de", *models, "--replay", "--save", "live.srt")
    assert outcome.code == 6
    assert "live.de.srt exists already" in outcome.err
    assert not Path("live.zh.srt").exists()


def test_both_languages(run, talk) -> None:
    run(*REPLAY, "--save", "talk.srt", "--bilingual")
    first = formats.read(Path("talk.srt").read_text(), "srt")[0]
    assert first.lines == ("one two three Stop.", "zh:one two three Stop.")


def test_what_is_not_translated_stands_there_once(run, talk) -> None:
    run(*LIVE, "--to", "zh,en", "--replay", "--replay-speed", "0", "--save", "live.srt", "--bilingual")
    run("subtitle", "talk.wav", "--to", "zh,en", "--bilingual", "top")
    for name in "live", "talk":
        assert formats.read(Path(f"{name}.en.srt").read_text(), "srt")[0].lines == ("one two three Stop.",)
        assert len(formats.read(Path(f"{name}.zh.srt").read_text(), "srt")[0].lines) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("live", "none.wav", "--to", "zh"), 3, "none.wav does not exist: check the name"),
        ((*REPLAY, "--record", "talk.wav"), 6, "talk.wav is an input: give the output another name"),
        ((*REPLAY, "--text-file", "talk.wav"), 6, "talk.wav is an input: give the output another name"),
        ((*REPLAY, "--text-file", "no/now.txt"), 6, "no/now.txt cannot be written: there is no directory "),
        ((*REPLAY, "--save", "a.srt", "--text-file", "a.srt"), 6, "a.srt would be written twice: give each file"),
        ((*REPLAY, "--record", "no/talk.wav"), 6, "no/talk.wav cannot be written: there is no directory "),
        ((*REPLAY, "--save", "."), 6, ". is a directory: give the name of a file"),
        ((*REPLAY, "--save", "talk.doc"), 6, "talk.doc names no subtitle format by its suffix: use one of .srt, .vtt"),
    ],
)
def test_what_cannot_be_done_is_told_before_it_begins(run, talk, arguments, code, line) -> None:
    outcome = run(*arguments)
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err.startswith(f"subtrans: error: {line}")
    assert len(outcome.complaints) == 1
    assert [path.name for path in talk.parent.iterdir()] == ["talk.wav"]


def test_a_stream_that_is_not_there(run, fakes) -> None:
    outcome = run("live", "tcp://127.0.0.1:9", "--to", "zh")
    assert outcome.code == 3
    assert outcome.err.startswith("subtrans: error: nothing can be heard from tcp://127.0.0.1:9 (")
    assert "@ 0x" not in outcome.err


@pytest.mark.parametrize(
    "arguments", [("live", "--replay"), ("live", "a.wav", "--microphone", "1"), ("live", "a.wav", "--pcm", "16000")]
)
def test_wrong_usage(run, arguments) -> None:
    assert run(*arguments, "--to", "zh").code == 2


def start(folder: Path, *arguments: str, **more) -> subprocess.Popen:
    write_wav(folder / "talk.wav", np.concatenate([spoken(TALK * 40), silence(1000)]))
    return subprocess.Popen(
        [sys.executable, PROGRAM, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
        **more,
    )


def wait_for(process, condition) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def complaints(err: bytes) -> list[str]:
    """What was told, but that a busy machine cannot keep up."""
    return [line for line in err.decode().splitlines() if not line.startswith(("keeping up", "caught up"))]


def cues(path: Path) -> list:
    return formats.read(path.read_text(encoding="utf-8"), "srt") if path.exists() else []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", 0)])
def test_a_signal_ends_the_sound_and_what_was_said_is_written(tmp_path, number) -> None:
    save, record = tmp_path / "live.srt", tmp_path / "live.wav"
    options = ("--replay", "--replay-speed", "20", "--save", str(save), "--record", str(record))
    with start(tmp_path, *LIVE, *options) as process:
        wait_for(process, lambda: len(cues(save)) > 2)
        process.send_signal(number)
        time.sleep(0.01)
        process.send_signal(number)  # as where a terminal sends it, and what runs us too
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert complaints(err) == []
    with wave.open(str(record)) as file:
        seconds = file.getnframes() / 16_000
    assert seconds < 100, "the sound went on"
    # Every word that was recorded is in the lines and in the subtitles.
    said = [line.removeprefix("zh:") for line in out.decode().splitlines()]
    assert " ".join(said).split() == (TALK * 40).split()[: len(" ".join(said).split())]
    assert "".join("".join(cue.lines) for cue in cues(save)).replace(" ", "") == "".join(
        f"zh:{line}" for line in said
    ).replace(" ", "")
    assert len(" ".join(said).split()) >= int(seconds / 0.4) - 6


def test_when_who_reads_is_gone_the_sound_ends_and_the_files_are_finished() -> None:
    class Reader:
        def show(self, event) -> None:
            raise BrokenPipeError

    class File:
        def __init__(self) -> None:
            self.found: list[int] = []

        def show(self, event) -> None:
            self.found.append(event)

    class Source:
        stopped = 0

        def stop(self) -> None:
            self.stopped += 1

    before, after, source = File(), File(), Source()
    with pytest.raises(BrokenPipeError):
        show_all(iter([1, 2, 3]), [before, Reader(), after], source)
    assert before.found == after.found == [1, 2, 3]
    assert source.stopped == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_in_the_middle_of_a_talk(tmp_path) -> None:
    save, record = tmp_path / "live.srt", tmp_path / "live.wav"
    options = ("--replay", "--replay-speed", "20", "--save", str(save), "--record", str(record))
    with start(tmp_path, *LIVE, *options) as process:
        wait_for(process, lambda: len(cues(save)) > 2)
        process.kill()
        out, _ = process.communicate(timeout=60)
    saved = " ".join(line for cue in cues(save) for line in cue.lines)
    assert saved.startswith("zh:one two three Stop.")
    # What was shown is in the file; the end of the program may cut the last line short.
    shown = " ".join(out.decode().split("\n")[:-1])
    assert saved.replace(" ", "").startswith(shown.replace(" ", ""))
    with wave.open(str(record)) as file:
        frames = file.getnframes()
        assert len(file.readframes(frames)) == 2 * frames > 0


def test_standard_input(tmp_path) -> None:
    sound = (spoken(TALK) * 32768).astype("<i2").tobytes()
    with start(tmp_path, "live", "-", "--pcm", "16000", "--to", "zh", stdin=subprocess.PIPE) as process:
        out, err = process.communicate(sound, timeout=60)
    assert (process.returncode, err.decode()) == (0, "")
    assert out.decode().split("\n")[0] == "zh:one two three Stop."
    container = (tmp_path / "talk.wav").read_bytes()
    with start(tmp_path, "live", "-", "--to", "zh", stdin=subprocess.PIPE) as process:
        out, err = process.communicate(container, timeout=60)
    assert (process.returncode, len(out.splitlines())) == (0, 120)


def pulse_problem() -> str | None:
    """Why no PulseAudio server of our own can be run here."""
    from subtrans.media.ffmpeg import executable

    if sys.platform != "linux":
        return "PulseAudio is for Linux"
    for program in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    listed = subprocess.run([executable(), "-hide_banner", "-devices"], capture_output=True, text=True, check=False)
    if not any(
        line.split()[:2] == ["D", "pulse"] or line.split()[:2] == ["DE", "pulse"] for line in listed.stdout.splitlines()
    ):
        return "this ffmpeg cannot hear PulseAudio"
    return None


@pytest.fixture
def pulse(tmp_path_factory, monkeypatch):
    """A PulseAudio server of our own with one output, into which nobody listens but us."""
    if problem := pulse_problem():
        pytest.skip(problem)
    home = tmp_path_factory.mktemp("pulse")
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{home}/server")
    arguments = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit=yes"]
    modules = [
        "module-null-sink sink_name=hall rate=16000 channels=1",
        f"module-native-protocol-unix socket={home}/server auth-anonymous=1",
    ]
    loads = [part for module in modules for part in ("-L", module)]
    with subprocess.Popen(["pulseaudio", *arguments, *loads], stderr=subprocess.PIPE, text=True) as server:
        until = time.monotonic() + 20
        while subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode != 0:
            if server.poll() is not None or time.monotonic() > until:
                server.kill()
                pytest.skip(f"PulseAudio does not start here: {(server.communicate()[1] or '').strip()[-200:]}")
            time.sleep(0.1)
        yield server
        server.terminate()


def test_what_an_output_plays_is_captioned(tmp_path, pulse) -> None:
    with start(tmp_path, "live", "pulse:hall.monitor", "--to", "zh", "--record", "heard.wav") as process:
        wait_for(process, lambda: (tmp_path / "heard.wav").exists() and (tmp_path / "heard.wav").stat().st_size > 9000)
        # Silence first: of what an output begins to play its monitor may have given out the start before it came.
        write_wav(tmp_path / "short.wav", np.concatenate([silence(1500), spoken(TALK), silence(1500)]))
        subprocess.run(["paplay", "--device=hall", tmp_path / "short.wav"], check=True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, complaints(err)) == (0, [])
    assert out.decode().replace("zh:", "").split() == TALK.split()


def test_an_output_that_vanishes(tmp_path, pulse) -> None:
    with start(tmp_path, "live", "pulse:hall.monitor", "--to", "zh", "--record", "heard.wav") as process:
        wait_for(process, lambda: (tmp_path / "heard.wav").exists() and (tmp_path / "heard.wav").stat().st_size > 9000)
        pulse.kill()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 7
    assert err.decode().startswith("subtrans: error: the sound of pulse:hall.monitor has stopped (")
