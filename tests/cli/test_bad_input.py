"""Every row of the README's table of errors, caused for real: its line, its exit code, and nothing else."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import silence, write_wav

README = Path(__file__).parents[2] / "README.md"


def rows() -> dict[str, tuple[str, int]]:
    """The message and the exit code by what is wrong, as the README says it."""
    text = README.read_text(encoding="utf-8")
    table = text.partition("<!-- errors -->")[2].partition("<!-- /errors -->")[0]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.strip().splitlines()[2:]]
    return {wrong: (message.strip("`").replace("\\|", "|"), int(code)) for wrong, message, code in cells}


def subtitle(*arguments: str) -> list[str]:
    return ["subtitle", *arguments, "--to", "zh"]


def no_sound(path: str) -> None:
    """A video without sound, by the ffmpeg that is there."""
    from subtrans.media.ffmpeg import executable

    source = ["-f", "lavfi", "-i", "color=size=64x64:duration=1"]
    subprocess.run([executable(), "-v", "error", *source, path], check=True)


def no_file() -> list[str]:
    Path("talk.wav").unlink()
    return subtitle("talk.wav")


def directory() -> list[str]:
    Path("talks").mkdir()
    return subtitle("talks")


def empty() -> list[str]:
    Path("talk.wav").write_bytes(b"")
    return subtitle("talk.wav")


def not_media() -> list[str]:
    Path("talk.wav").write_text("Minutes of the meeting\n")
    return subtitle("talk.wav")


def no_audio() -> list[str]:
    no_sound("talk.mp4")
    return subtitle("talk.mp4")


def not_text() -> list[str]:
    Path("letter.txt").write_bytes("Café\n".encode("latin-1"))
    return ["text", "--file", "letter.txt", "--to", "zh"]


def unknown_language() -> list[str]:
    return ["subtitle", "talk.wav", "--to", "klingon"]


def other_speech() -> list[str]:
    return subtitle("talk.wav", "--from", "fr", "--mt", "facebook/nllb-200-distilled-600M")


def other_pair() -> list[str]:
    return ["subtitle", "talk.wav", "--to", "de"]


def no_memory() -> list[str]:
    Path("letter.txt").write_text("Dear mother, we went to the sea.\n" * 40)
    return subtitle("talk.wav", "--memory", "letter.txt")


def another_text() -> list[str]:
    cue = "1\n00:00:0{0},000 --> 00:00:0{1},000\n{2}\n"
    Path("talk.en.srt").write_text(cue.format(1, 2, "We went to the sea."))
    Path("talk.zh.srt").write_text(cue.format(1, 2, "我们去了海边。"), encoding="utf-8")
    Path("corrected.zh.srt").write_text(cue.format(5, 6, "早上好！"), encoding="utf-8")
    return ["learn", "talk.zh.srt", "corrected.zh.srt", "--source", "talk.en.srt", "--dry-run"]


def no_profile() -> list[str]:
    return subtitle("talk.wav", "--profile", "hbo")


def wrong_profile() -> list[str]:
    Path("house.toml").write_text("line = 2\n")
    return subtitle("talk.wav", "--profile", "house.toml")


def no_model() -> list[str]:
    return subtitle("talk.wav", "--asr", "gigantic")


def no_network() -> list[str]:
    return subtitle("talk.wav", "--asr", "large-v3-turbo")


def offline() -> list[str]:
    return subtitle("talk.wav", "--asr", "large-v3-turbo", "--offline")


def exists() -> list[str]:
    Path("talk.zh.srt").write_text("precious")
    return subtitle("talk.wav")


def unwritable() -> list[str]:
    return subtitle("talk.wav", "--output-dir", "talk.wav")


def no_folder() -> list[str]:
    return subtitle("talk.wav", "-o", "films/talk.srt")


def onto_the_input() -> list[str]:
    return subtitle("talk.wav", "-o", "talk.wav", "--overwrite")


def no_format() -> list[str]:
    return subtitle("talk.wav", "-o", "talk.doc")


def no_term() -> list[str]:
    Path("terms.tsv").write_text("cat\t猫\ndog\n", encoding="utf-8")
    return subtitle("talk.wav", "--glossary", "terms.tsv")


def no_stream() -> list[str]:
    return ["live", "tcp://127.0.0.1:9", "--to", "zh"]


def unknown_script(command: str = "subtitle") -> list[str]:
    Path("talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    return subtitle("talk.srt") if command == "subtitle" else ["check", "talk.srt"]


def unknown_script_to_check() -> list[str]:
    return unknown_script("check")


def no_track() -> list[str]:
    return subtitle("talk.wav", "--track", "2")


def pictures() -> list[str]:
    Path("talk.sup").write_bytes(b"PG")
    return subtitle("talk.sup")


def wrong_container() -> list[str]:
    return subtitle("talk.wav", "--mux", "webm")


def no_picture() -> list[str]:
    return subtitle("talk.wav", "--burn")


def other_machine() -> list[str]:
    page = ["--serve", "--host", "203.0.113.1", "--token", "correct horse"]
    return ["live", "talk.wav", "--replay", "--to", "zh", *page]


def no_gpu() -> list[str]:
    return subtitle("talk.wav", "--device", "cuda")


def finetune(*settings: str, **files: str) -> list[str]:
    """Files of pairs and a configuration beside them."""
    for name, text in files.items():
        Path(name.replace("_", ".")).write_text(text, encoding="utf-8")
    base = Path(__file__).parents[2] / "models" / "mt-en-zh-nano" / "hf"
    lines = ['name = "mine"', "[languages]", 'source = "en"', 'target = "zh"', "[data]", *settings]
    Path("config.toml").write_text("\n".join([*lines, "[model]", f"base = '{base}'", ""]), encoding="utf-8")
    return ["finetune", "config.toml"]


def misspelt_setting() -> list[str]:
    Path("settings.toml").write_text('[text]\nglosary = "terms.tsv"\n')
    return ["--settings", "settings.toml", "text", "Good morning.", "--to", "zh"]


def misspelt_key() -> list[str]:
    return [*finetune('train = ["pairs.tsv"]', pairs_tsv="Hi.\t你好。\n"), "--set", "training.stesp=5"]


def not_aligned() -> list[str]:
    return finetune('train = ["news.{en,zh}"]', news_en="Hi.\nGo.\n", news_zh="你好。\n")


def no_pairs() -> list[str]:
    return finetune('train = ["pairs.tsv"]', pairs_tsv="")


def wrong_language() -> list[str]:
    lines = [f"Das ist nicht der Mann, und wir sind die {number}.\t我们是{number}。\n" for number in range(60)]
    return finetune('train = ["pairs.tsv"]', pairs_tsv="".join(lines))


def leakage() -> list[str]:
    held_out = ('dev = ["dev.tsv"]', 'test = ["test.tsv"]')
    files = {"pairs_tsv": "Hi.\t你好。\n", "dev_tsv": "Hi!\t您好。\n", "test_tsv": "No.\t不。\n"}
    return finetune('train = ["pairs.tsv"]', *held_out, **files)


def no_translator() -> list[str]:
    base = Path("recogniser")
    base.mkdir()
    (base / "config.json").write_text('{"model_type": "whisper"}')
    (base / "model.safetensors").write_bytes(b"")
    return [*finetune('train = ["pairs.tsv"]', pairs_tsv="Hi.\t你好。\n"), "--set", "model.base=recogniser"]


CAUSES: dict[str, Callable[[], list[str]]] = {
    "no such file": no_file,
    "a directory without recordings": directory,
    "an empty file": empty,
    "not audio or video": not_media,
    "a video without sound": no_audio,
    "text that is not UTF-8": not_text,
    "an unknown language": unknown_language,
    "speech that the recogniser does not know": other_speech,
    "a pair that the translator does not know": other_pair,
    "no such model": no_model,
    "no network for a model of the hub": no_network,
    "the same with `--offline`": offline,
    "the output exists": exists,
    "the output cannot be written": unwritable,
    "its folder is missing": no_folder,
    "the output is the input": onto_the_input,
    "a suffix that is no format": no_format,
    "a profile that is none": no_profile,
    "a profile with a key that is none": wrong_profile,
    "a glossary with a line that is no term": no_term,
    "a stream that is not there": no_stream,
    "subtitles whose language is unknown": unknown_script,
    "the same to `subtrans check`": unknown_script_to_check,
    "no such subtitle track": no_track,
    "subtitles that are pictures": pictures,
    "a container that cannot hold a stream": wrong_container,
    "`--burn` without a picture": no_picture,
    "a translation memory that is none": no_memory,
    "a correction of another text": another_text,
    "a page at the address of another machine": other_machine,
    "`--device cuda` where there is no GPU": no_gpu,
    "a setting that is misspelt": misspelt_setting,
    "a key of a training that is misspelt": misspelt_key,
    "parallel files that are not aligned": not_aligned,
    "an empty file of pairs": no_pairs,
    "pairs in another language": wrong_language,
    "pairs that train and test": leakage,
    "a base that is no translation model": no_translator,
}


def test_every_row_has_a_test() -> None:
    assert list(rows()) == list(CAUSES)


@pytest.mark.parametrize("wrong", CAUSES)
def test_row(wrong, run, models, request, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("subtrans.engines.machine.devices.cuda_problem", lambda: "no NVIDIA GPU or driver was found")
    if wrong in {"text that is not UTF-8", "a stream that is not there"}:
        request.getfixturevalue("fakes")  # they are read when the engines are there
    write_wav(Path("talk.wav"), silence(1000))
    arguments = CAUSES[wrong]()
    before = state(tmp_path)
    outcome = run(*arguments)

    message, code = rows()[wrong]
    expected = re.sub("REASON|FOLDER|MODELS|KEYS", ".+", re.escape(message))
    assert re.fullmatch(f"subtrans: error: {expected}\n", outcome.err), outcome.err
    assert outcome.code == code
    assert outcome.out == ""
    assert state(tmp_path) == before, "something was written"


def state(folder: Path) -> dict[Path, tuple[int, ...]]:
    """What a write would change."""
    found = {path: path.stat() for path in folder.rglob("*")}
    return {path: (status.st_ino, status.st_size, status.st_mtime_ns) for path, status in found.items()}
