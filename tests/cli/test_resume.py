"""A run that is killed goes on where it was, and ends with the same bytes as one that was left in peace."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
import tinymodels
from fakes import spoken, write_wav
from programs import start

from subtrans.cli.asked import Asked

TALK = "one two three Stop. red green cat Why? four five six seven Again. "
COMMAND = (
    "subtitle",
    "talk.wav",
    "--from",
    "en",
    "--to",
    "zh",
    "--batch-size",
    "2",
    "--json",
    "--transcript",
    "--overwrite",
)
OUTPUTS = ("talk.zh.srt", "talk.en.srt", "talk.zh.json")


def calls(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], int]:
    """What a run that is left in peace writes, and how many calls of an engine it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write_wav(folder / "talk.wav", spoken(TALK * 40))
    cache, log = tmp_path_factory.mktemp("cache"), folder / "calls"
    with start(folder, *COMMAND, SUBTRANS_CACHE=str(cache), CALLS=str(log)) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return {name: (folder / name).read_bytes() for name in OUTPUTS}, len(calls(log))


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_moments(seed: int, tmp_path: Path, undisturbed: tuple[dict[str, bytes], int]) -> None:
    chance, (expected, needed) = random.Random(seed), undisturbed
    write_wav(tmp_path / "talk.wav", spoken(TALK * 40))
    cache, log = tmp_path / "cache", tmp_path / "calls"
    kills = 0
    for number in [*sorted(chance.sample(range(1, needed), 3)), None]:
        with start(tmp_path, *COMMAND, SUBTRANS_CACHE=str(cache), CALLS=str(log)) as process:
            while number is not None and process.poll() is None and len(calls(log)) < number + 3 * kills:
                time.sleep(0.002)
            if number is not None:
                time.sleep(chance.random() * 0.03)
                process.kill()
                kills += 1
            _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert {name: (tmp_path / name).read_bytes() for name in OUTPUTS} == expected
    assert len(calls(log)) <= needed + 3 * kills, "a kill costs the two blocks and the batch that it was at"


def test_what_was_heard_serves_another_layout_and_nothing_stale_serves_another_setting(run, fakes, tmp_path) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    assert run("subtitle", "talk.wav", "--to", "zh").code == 0
    once = (fakes.transcriber.calls, len(fakes.translator.batches))
    assert run("subtitle", "talk.wav", "--to", "zh", "-o", "talk.vtt").code == 0
    Path("talk.wav").rename("renamed.wav")
    assert run("subtitle", "renamed.wav", "--to", "zh").code == 0
    assert (fakes.transcriber.calls, len(fakes.translator.batches)) == once
    assert Path("renamed.zh.srt").read_bytes() == Path("talk.zh.srt").read_bytes()
    for times, option in enumerate([("--beam-size", "2"), ("--no-journal",)], 2):
        assert run("subtitle", "renamed.wav", "--to", "zh", "--overwrite", *option).code == 0
        assert (fakes.transcriber.calls, len(fakes.translator.batches)) == (once[0] * times, once[1] * times)


def test_another_target_language_uses_what_was_heard(run, fakes, models) -> None:
    card = models / "mt-en-zh-nano" / "card.toml"
    card.write_text(card.read_text().replace('"zh"}', '"zh"}, {source = "en", target = "de"}'))
    write_wav(Path("talk.wav"), spoken(TALK))
    assert run("speech", "talk.wav", "--to", "zh").out.startswith("zh:one two three Stop.\n")
    assert run("speech", "talk.wav", "--to", "de").out.startswith("de:one two three Stop.\n")
    assert fakes.transcriber.calls == 1


def test_another_model_of_the_same_name_is_asked_again(run, fakes, models) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    written = set()
    for times in (1, 2):
        (models / "asr-en-nano" / "model.bin").write_bytes(b"weights" * times)
        assert run("speech", "talk.wav", "--to", "zh").code == 0
        written.add(len(fakes.translator.batches))
        assert fakes.transcriber.calls == times
    assert len(written) == 1, "the translator is the same"


def test_cache(run, fakes) -> None:
    assert run("cache").out == ""
    for name in ("talk.wav", "other.wav"):
        write_wav(Path(name), spoken(TALK if name == "talk.wav" else TALK * 2))
    run("speech", "talk.wav", "other.wav", "--to", "zh")
    assert sorted(line.split()[-1] for line in run("cache").out.splitlines()) == ["other.wav", "talk.wav"]
    assert '"name": "talk.wav"' in run("cache", "list", "--json").out
    outcome = run("cache", "clear", "talk.wav", "tlak.wav")
    assert (outcome.code, outcome.err) == (
        3,
        "subtrans: error: nothing is kept of tlak.wav: see `subtrans cache list`\n",
    )
    assert run("cache", "clear", "talk.wav").err.startswith("1 forgotten, ")
    assert [line.split()[-1] for line in run("cache", "list").out.splitlines()] == ["other.wav"]
    assert run("cache", "clear").err.startswith("1 forgotten, ")
    assert run("cache", "list").out == ""


def test_the_languages_matter_to_what_is_heard_only_with_a_glossary(models, tmp_path) -> None:
    from subtrans.engines.resume.remember import hearing_key

    asked = Asked("zh", None, None, "mt-en-zh-nano", True, "cpu", None, None, None, None, asr="asr-en-nano")
    (tmp_path / "terms.tsv").write_text("sea\t海\n", encoding="utf-8")
    for glossary, keys in ((None, 1), (tmp_path / "terms.tsv", 3)):
        wishes = [replace(asked, glossary=glossary, **change) for change in ({}, {"source": "en"}, {"target": "de"})]
        assert len({hearing_key(wish) for wish in wishes}) == keys


def test_other_code_hears_and_writes_anew(models, tmp_path, monkeypatch) -> None:
    import subtrans
    from subtrans.engines.resume.remember import hearing_key, own_code, translating_key

    asked = Asked("zh", None, None, "mt-en-zh-nano", True, "cpu", None, None, None, None, asr="asr-en-nano")
    package = tmp_path / "subtrans"
    (package / "engines" / "recognition").mkdir(parents=True)
    (package / "cli").mkdir()
    monkeypatch.setattr(subtrans, "__file__", str(package / "__init__.py"))
    keys = []
    for changed in ("engines/recognition/whisper.py", "cli/screen.py"):
        for content in ("changed = True\n", "changed = False\n"):
            (package / changed).write_text(content, encoding="utf-8")
            own_code.cache_clear()
            keys.append((hearing_key(asked), translating_key(asked, "en")))
    heard, written = (len(set(side)) for side in zip(*keys, strict=True))
    assert (heard, written) == (2, 2)


def test_another_transformers_writes_a_checkpoint_anew_and_nothing_else(models, tmp_path, monkeypatch) -> None:
    from subtrans.engines.resume import remember

    asked = Asked("zh", "en", None, "mt-en-zh-nano", True, "cpu", None, None, None, None, asr="asr-en-nano")
    read = replace(asked, mt=str(tinymodels.bert2bert(tmp_path / "model")))

    def keys() -> list[str]:
        return [remember.hearing_key(asked), *(remember.translating_key(wish, "en") for wish in (asked, read))]

    before = keys()
    monkeypatch.setattr(remember, "version", lambda package: "6.0" if package == "transformers" else version(package))
    assert [now == then for now, then in zip(keys(), before, strict=True)] == [True, True, False]
