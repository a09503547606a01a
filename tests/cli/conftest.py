"""The command line in this process: `run` for the real one, `fakes` to put engines without models behind it."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes import FakeDetector, FakeTranscriber, FakeTranslator

from subtrans import engines
from subtrans.cli.group import subtrans
from subtrans.engines.models import catalogue

ASR_CARD = """
languages = ["en"]
[model]
kind = "asr"
name = "asr-en-nano"
"""
MT_CARD = """
languages = [{source = "en", target = "zh"}]
[model]
kind = "mt"
name = "mt-en-zh-nano"
"""


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        return self.err.splitlines()


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `subtrans ARGUMENTS` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, stdin: str | bytes = "", **environment: str) -> Outcome:
        result = CliRunner().invoke(subtrans, [str(one) for one in arguments], input=stdin, env=environment)
        # A failure that is not ours is the runner's to keep: nothing may leave the group but an exit code.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def models(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for the models that ship: all that a check looks at, and no weights to load."""
    root = tmp_path_factory.mktemp("models")
    add_model(root, "asr-en-nano", ASR_CARD, '["<|startoftranscript|>", "<|en|>"]')
    add_model(root, "mt-en-zh-nano", MT_CARD, '["</s>", "<unk>"]')
    monkeypatch.setattr(catalogue, "shipped", lambda: sorted(root.iterdir()))
    monkeypatch.setenv("SUBTRANS_CACHE", str(tmp_path_factory.mktemp("cache")))
    return root


def add_model(root: Path, name: str, card: str, vocabulary: str) -> None:
    folder = root / name
    folder.mkdir()
    (folder / "card.toml").write_text(card)
    (folder / "config.json").write_text("{}")
    (folder / "model.bin").touch()
    (folder / "source.spm").touch()
    (folder / "vocabulary.json").write_text(vocabulary)


@dataclass
class Fakes:
    """The engines that the commands get; a test may change them before it runs one."""

    detector: FakeDetector
    transcriber: FakeTranscriber
    translator: FakeTranslator
    asked: dict[str, dict[str, object]]
    models: Path

    def add_multilingual(self, *languages: str) -> str:
        """A recogniser of several languages that ships, and its name."""
        card = ASR_CARD.replace("asr-en-nano", "asr-many").replace('["en"]', str([*languages]))
        add_model(self.models, "asr-many", card, '["<|startoftranscript|>", "<|en|>"]')
        return "asr-many"

    def add_pair(self, source: str, target: str) -> str:
        """One more translator that ships, and its name."""
        name = f"mt-{source}-{target}"
        card = MT_CARD.replace("mt-en-zh-nano", name).replace('"en"', f'"{source}"').replace('"zh"', f'"{target}"')
        add_model(self.models, name, card, '["</s>", "<unk>"]')
        return name


@pytest.fixture
def fakes(models: Path, monkeypatch: pytest.MonkeyPatch) -> Fakes:
    """Engines without models; the checks of names and languages stay the real ones."""
    fakes = Fakes(FakeDetector(), FakeTranscriber(), FakeTranslator(), {}, models)

    def load_transcriber(name: str, **asked: object) -> FakeTranscriber:
        fakes.asked["transcriber"] = {"name": name, **asked}
        return fakes.transcriber

    def load_translator(name: str, **asked: object) -> FakeTranslator:
        fakes.asked["translator"] = {"name": name, **asked}
        translator = copy(fakes.translator)
        translator.target = str(asked["target"])
        return translator

    monkeypatch.setattr(engines, "load_detector", lambda *asked: fakes.detector)
    monkeypatch.setattr(engines, "load_transcriber", load_transcriber)
    monkeypatch.setattr(engines, "load_translator", load_translator)
    return fakes
