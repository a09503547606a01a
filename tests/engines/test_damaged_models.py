"""Folders of models with wrong values, numbers without bounds and what is no file: a line each, no hang, no crash."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tinymodels

from subtrans.engines import load_transcriber, load_translator
from subtrans.engines.models.cache import folder_size
from subtrans.engines.models.cards import read_card
from subtrans.engines.models.catalogue import shipped
from subtrans.engines.models.convert import Origin, convert_checkpoint
from subtrans.engines.models.inventory import inventory
from subtrans.engines.models.layouts import describe_folder
from subtrans.engines.networks import network
from subtrans.engines.networks.weights import read_safetensors
from subtrans.errors import ModelError
from subtrans.media.decode import decode
from subtrans.types import SAMPLE_RATE, Audio

MEMO = Path(__file__).parents[2] / "samples/memo.flac"
MODEL = '[model]\nkind = "mt"\nname = "m"\n'
JSON = ("5", "[5]", "", "[" * 100_000, '{"a": NaN}')


@pytest.fixture
def translator(tmp_path: Path) -> Path:
    return shutil.copytree(folder_of("mt-en-zh-nano") / "ct2", tmp_path / "mt")


@pytest.fixture
def recogniser(tmp_path: Path) -> Path:
    return shutil.copytree(folder_of("asr-en-nano") / "ct2", tmp_path / "asr")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return shutil.copytree(folder_of("mt-en-zh-nano") / "hf", tmp_path / "hf")


def folder_of(name: str) -> Path:
    return next(folder for folder in shipped() if folder.name == name)


def change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | values), encoding="utf-8")


def beginning() -> Audio:
    """The first three seconds of the sample."""
    return Audio(np.concatenate([block.samples for block in decode(MEMO)])[: 3 * SAMPLE_RATE])


@pytest.mark.parametrize(
    "card",
    [
        f"{MODEL}window = inf",
        f"{MODEL}window = 0",
        f"{MODEL}parameters = inf",
        f"habits = {{context = inf, separator = '</s>'}}\n{MODEL}",
        f"habits = {{context = 2.5, separator = '</s>'}}\n{MODEL}",
        f"habits = {{context = 2, separator = ['</s>']}}\n{MODEL}",
        f"languages = ['klingon']\n{MODEL}",
        f"languages = [{{source = 'klingon', target = 'zh'}}]\n{MODEL}",
        f"x = {'[' * 5000}{']' * 5000}\n{MODEL}",
    ],
)
def test_a_card_of_values_that_are_none(card: str, tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(card)
    with pytest.raises(ModelError, match="is not a model card"):
        read_card(tmp_path)


@pytest.mark.parametrize("content", JSON)
@pytest.mark.parametrize("name", ["subtrans.json", "shared_vocabulary.json"])
def test_a_translator_with_a_file_of_another_kind(name: str, content: str, translator: Path) -> None:
    if not (name == "subtrans.json" and content.startswith('{"')):  # in which nothing need stand
        (translator / name).write_text(content)
        with pytest.raises(ModelError):
            load_translator(translator, source="en", target="zh").translate(["Good morning."])


@pytest.mark.parametrize("positions", ["x", -5, [1], 0])
def test_a_longest_input_that_is_none_is_not_heeded(positions: object, translator: Path) -> None:
    change(translator / "subtrans.json", max_positions=positions)
    assert load_translator(translator, source="en", target="zh").translate(["Good morning."])[0].text == "早上好！"


@pytest.mark.parametrize("content", JSON)
@pytest.mark.parametrize("name", ["tokenizer.json", "vocabulary.json", "ctc.safetensors"])
def test_a_recogniser_with_a_file_of_another_kind(name: str, content: str, recogniser: Path) -> None:
    (recogniser / name).write_text(content)
    with pytest.raises(ModelError):
        load_transcriber(recogniser, language="en")


@pytest.mark.parametrize(
    "values",
    [
        {"suppress_ids_begin": [10**9]},
        {"suppress_ids_begin": [-5]},
        {"suppress_ids_begin": "x"},
        {"alignment_heads": [5]},
        {"alignment_heads": None},
    ],
)
def test_a_recogniser_that_names_tokens_which_it_has_not_does_not_end_the_process(
    values: dict[str, object], recogniser: Path
) -> None:
    change(recogniser / "config.json", **values)
    with pytest.raises(ModelError, match="tokens or heads that are none"):
        load_transcriber(recogniser, language="en")


def test_a_recogniser_without_its_tokeniser_is_told_and_no_other_is_fetched(recogniser: Path) -> None:
    (recogniser / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"has no tokenizer\.json: copy that of the model"):
        load_transcriber(recogniser, language="en")


def test_a_recogniser_hears_as_many_bands_as_it_was_taught(recogniser: Path) -> None:
    sound = beginning()
    whole = load_transcriber(recogniser, language="en").transcribe(sound, [sound.span], "en")
    change(recogniser / "preprocessor_config.json", feature_size=128)
    assert load_transcriber(recogniser, language="en").transcribe(sound, [sound.span], "en") == whole
    (recogniser / "preprocessor_config.json").unlink()
    assert load_transcriber(recogniser, language="en").transcribe(sound, [sound.span], "en") == whole


def test_languages_that_an_older_fine_tuning_does_not_list_are_those_of_its_tokens(tmp_path: Path) -> None:
    folder = tinymodels.whisper(tmp_path / "whisper")
    listed = network(folder).config.lang_ids
    (folder / "generation_config.json").unlink()
    assert network(folder).config.lang_ids == listed
    assert len(listed) > 90


@pytest.mark.parametrize("named", [[[7, 0], [1, 0]], [[25, 6], [31, 3]]])
def test_heads_of_a_larger_model_in_one_that_is_converted_do_not_end_the_process(recogniser: Path, named) -> None:
    change(recogniser / "config.json", alignment_heads=named)
    before = sorted(recogniser.iterdir()), (recogniser / "config.json").read_bytes()
    check_hears(recogniser)
    assert (sorted(recogniser.iterdir()), (recogniser / "config.json").read_bytes()) == before


def check_hears(recogniser: Path) -> None:
    transcriber = load_transcriber(recogniser, language="en")
    sound = beginning()
    words = transcriber.transcribe(sound, [sound.span], "en")
    assert "".join(word.text for word in words).startswith(" I will come home late")


@pytest.mark.parametrize("refused", [["symlink"], ["symlink", "link"]])
def test_so_it_is_where_nobody_may_make_links(recogniser: Path, refused, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*asked: object, **more: object) -> None:
        raise OSError(errno.EINVAL, "A required privilege is not held by the client")  # as Windows does

    change(recogniser / "config.json", alignment_heads=[[7, 0], [1, 0]])
    (recogniser / "notes").mkdir()
    for name in refused:
        monkeypatch.setattr(os, name, refuse)
    before = folder_size(recogniser)
    check_hears(recogniser)
    assert folder_size(recogniser) == before


def test_heads_of_a_larger_model_that_taught_it_are_left_out(tmp_path: Path) -> None:
    folder = tinymodels.whisper(tmp_path / "whisper")
    shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    most = [shape["decoder_layers"] - 1, shape["decoder_attention_heads"] - 1]
    change(folder / "generation_config.json", alignment_heads=[[31, 0], most])
    assert network(folder).config.alignment_heads == [most]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("config.json", {"encoder_layers": 10**9}),
        ("config.json", {"vocab_size": 10**12}),
        ("config.json", {"architectures": 5}),
        ("vocab.json", {"x": 10**12}),
        ("vocab.json", {"x": -(10**12)}),
        ("vocab.json", {"x": [1]}),
    ],
)
def test_a_checkpoint_of_numbers_without_bounds(
    name: str, values: dict[str, object], checkpoint: Path, tmp_path: Path
) -> None:
    change(checkpoint / name, **values)
    with pytest.raises(ModelError, match="cannot convert"):
        convert_checkpoint(checkpoint, tmp_path / "ct2", Origin("x"))


@pytest.mark.parametrize("named", [[1], {"a": "../../etc/passwd"}, {"a": ["x"]}, None])
def test_an_index_of_weights_that_are_not_there(named: object, checkpoint: Path) -> None:
    (checkpoint / "model.safetensors").unlink()
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps({"weight_map": named}))
    with pytest.raises(ModelError, match="holds no model"):
        describe_folder(checkpoint, "x")


@pytest.mark.parametrize(
    "entry",
    [
        {"data_offsets": [-8, -4]},
        {"data_offsets": [0, float("inf")]},
        {"data_offsets": [0, 10**12]},
        {"shape": [10**12]},
        {"dtype": [1]},
    ],
)
def test_safetensors_that_point_elsewhere(entry: dict[str, object], tmp_path: Path) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], **entry}}).encode()
    file = tmp_path / "model.safetensors"
    file.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    with pytest.raises(ModelError, match="damaged"):
        read_safetensors(file)
    file.write_bytes((1 << 40).to_bytes(8, "little") + header)
    with pytest.raises(ModelError, match="a header of 1,099,511,627,776 bytes"):
        read_safetensors(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
@pytest.mark.timeout(60)
def test_a_named_pipe_in_a_model_is_not_waited_for(translator: Path) -> None:
    os.mkfifo(translator / "vocabulary.txt")
    with pytest.raises(ModelError, match="is neither a file nor a folder"):
        load_translator(translator, source="en", target="zh")


def test_a_file_that_another_run_removes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").write_bytes(b"12345")
    walk: Callable[..., Any] = os.walk

    def late(folder: Path) -> Any:
        for place, folders, names in walk(folder):
            yield place, folders, [*names, "gone"]

    monkeypatch.setattr(os, "walk", late)
    assert folder_size(tmp_path) == 5
    model = folder_of("mt-en-zh-nano")
    assert describe_folder(model, "x").kind == "mt"


def test_a_damaged_conversion_hides_no_other_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTRANS_CACHE", str(tmp_path))
    folder = shutil.copytree(folder_of("mt-en-zh-nano") / "ct2", tmp_path / "models" / "abc")
    for notes in ('{"pairs": 5}', '{"pairs": [5]}', "[]", '{"kind": "mt"}'):
        (folder / "subtrans.json").write_text(notes)
        assert "mt-en-zh-nano" in [entry.description.name for entry in inventory()]
