"""Names become models: folders, the hub's cache, conversions made once; and what cannot be had is told in one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tinymodels

from subtrans.engines import check_transcriber, check_translator, load_translator
from subtrans.engines.models.cache import conversions_folder, whole_folder
from subtrans.engines.models.cards import check_files, file_digest, read_card
from subtrans.engines.models.contents import read_notes
from subtrans.engines.models.hub import _weights, find_snapshot
from subtrans.engines.models.inventory import inventory, remove
from subtrans.engines.models.store import describe, locate, resolve
from subtrans.errors import LanguageError, ModelError

OPUS, NLLB, WHISPER = "Helsinki-NLP/opus-mt-en-zh", "facebook/nllb-200-distilled-600M", "openai/whisper-tiny"


def test_a_hub_model_is_converted_once_and_its_revision_noted(hub: Path) -> None:
    model = resolve(OPUS, "mt", offline=True)
    stamp = (model.path / "model.bin").stat().st_mtime_ns
    again = resolve("opus-mt-en-zh", "mt", offline=True)
    assert again.path == model.path
    assert (again.path / "model.bin").stat().st_mtime_ns == stamp
    notes = read_notes(model.path)
    assert (notes["origin"], notes["revision"], notes["pairs"]) == (OPUS, "a" * 40, [["en", "zh"]])


def test_what_cannot_be_converted_goes_to_transformers(hub: Path) -> None:
    assert resolve("acme/bert2bert", "mt", offline=True).format == "checkpoint"


def test_a_changed_checkpoint_is_converted_anew(hub: Path, tmp_path: Path) -> None:
    folder = tinymodels.marian(tmp_path / "mine")
    first = resolve(str(folder), "mt").path
    (folder / "generation_config.json").write_text('{"decoder_start_token_id": 1}')
    assert resolve(str(folder), "mt").path != first


def test_a_conversion_by_an_older_program_is_made_again(tmp_path: Path) -> None:
    folder = tinymodels.marian(tmp_path / "mine")
    made = resolve(str(folder), "mt").path
    weights, notes = (made / "model.bin").read_bytes(), read_notes(made)
    (made / "model.bin").write_bytes(b"as it came out before")
    (made / "subtrans.json").write_text(json.dumps({**notes, "conversion": notes["conversion"] - 1}))
    assert resolve(str(folder), "mt").path == made
    assert (made / "model.bin").read_bytes() == weights
    assert read_notes(made)["conversion"] == notes["conversion"]


def test_two_processes_convert_at_once(tmp_path: Path) -> None:
    folder = tinymodels.marian(tmp_path / "mine")
    code = f"from subtrans.engines.models.store import resolve; print(resolve({str(folder)!r}, 'mt').path)"
    environment = {**os.environ, "SUBTRANS_CACHE": str(tmp_path / "cache")}
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    paths = {process.communicate(timeout=120)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    (path,) = paths
    assert sorted(file.name for file in Path(path).parent.iterdir() if not file.name.endswith(".lock")) == [
        Path(path).name
    ]


def test_an_interrupted_conversion_is_made_again(hub: Path, tmp_path: Path) -> None:
    folder = tinymodels.marian(tmp_path / "mine")
    path = resolve(str(folder), "mt").path
    (path / "subtrans.json").unlink()
    assert read_notes(resolve(str(folder), "mt").path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.ckpt"])
def test_pickles_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "marian"}')
    (tmp_path / name).write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="never loaded"):
        resolve(str(tmp_path), "mt")


def test_names_that_stand_for_nothing(tmp_path: Path) -> None:
    for name in ("no-such-model", "./missing", "a/b/c", "/nowhere/x", ""):
        if name:
            with pytest.raises(ModelError, match="there is no model"):
                locate(name)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ModelError, match="is a file"):
        locate(str(file))
    with pytest.raises(ModelError, match="holds no model"):
        resolve(str(tmp_path), "mt")


def test_short_names_and_revisions() -> None:
    assert locate("large-v3-turbo").repo == "mobiuslabsgmbh/faster-whisper-large-v3-turbo"
    assert locate("opus-mt-en-de").repo == "Helsinki-NLP/opus-mt-en-de"
    place = locate("Helsinki-NLP/opus-mt-en-zh@refs/pr/7")
    assert (place.repo, place.revision) == ("Helsinki-NLP/opus-mt-en-zh", "refs/pr/7")


def test_a_link_to_nowhere_is_no_damage_and_other_folders_are_not_walked(
    hub: Path, tmp_path: Path, monkeypatch
) -> None:
    folder = tinymodels.marian(tmp_path / "mine")
    (folder / "link").symlink_to(tmp_path / "nowhere")
    assert describe(str(folder), "mt").kind == "mt"
    monkeypatch.setattr(Path, "rglob", lambda *asked: pytest.fail("walked"))
    with pytest.raises(ModelError, match="holds no model"):
        describe(str(tmp_path), "mt")


def test_the_wrong_kind(hub: Path) -> None:
    with pytest.raises(ModelError, match="is a speech recogniser, not a translator"):
        resolve(WHISPER, "mt", offline=True)
    with pytest.raises(ModelError, match="is a translator, not a speech recogniser"):
        check_transcriber(OPUS, "en")


def test_offline_and_not_in_the_cache(hub: Path) -> None:
    with pytest.raises(ModelError, match=r"not in the cache.*models pull acme/none"):
        resolve("acme/none", "mt", offline=True)


def test_no_network(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"cannot fetch acme/none .*check the network") as caught:
        resolve("acme/none", "mt")
    assert "\n" not in str(caught.value)


def test_a_truncated_model_is_told(hub: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(resolve(OPUS, "mt", offline=True).path, tmp_path / "cut")
    content = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match="cannot load"):
        load_translator(str(folder), source="en", target="zh")


def test_card_and_damage(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"12345")
    digest = file_digest(tmp_path / "w")
    (tmp_path / "card.toml").write_text(
        f'[model]\nkind = "mt"\nname = "m"\n[[languages]]\nsource = "en"\ntarget = "zh"\n'
        f'[[files]]\npath = "w"\nsha256 = "{digest}"\nbytes = 5\n'
    )
    card = read_card(tmp_path)
    assert card.pairs == (("en", "zh"),)
    check_files(tmp_path, card, checksums=True)
    (tmp_path / "w").write_bytes(b"12346")
    check_files(tmp_path, card)
    for damage, message in ((b"12346", "SHA-256"), (b"123", "damaged"), (b"version https://git-lfs.x", "git lfs pull")):
        (tmp_path / "w").write_bytes(damage)
        with pytest.raises(ModelError, match=message):
            check_files(tmp_path, card, checksums=True)
    (tmp_path / "card.toml").write_text("[model]\nkind = 'mt'\n")
    with pytest.raises(ModelError, match="'name' is missing"):
        read_card(tmp_path)


def test_weights_that_would_be_fetched() -> None:
    assert _weights(["pytorch_model.bin", "config.json", "tf_model.h5"]) == []
    assert _weights(["pytorch_model.bin", "model.safetensors", "x.gguf"]) == ["model.safetensors"]
    assert _weights(["model.bin", "vocabulary.json", "config.json"]) == ["model.bin"]
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    assert _weights(["model.safetensors.index.json", *shards]) == ["model.safetensors.index.json", *shards]


def test_languages_are_checked_before_any_work(hub: Path) -> None:
    check_translator(OPUS, "en", "zh-Hant")
    check_translator(NLLB, "en", "de")
    with pytest.raises(LanguageError, match=r"English to German.*opus-mt-en-de"):
        check_translator(OPUS, "en", "de")
    with pytest.raises(LanguageError, match="is no translation"):
        check_translator(NLLB, "en", "en")
    with pytest.raises(LanguageError, match="unknown language"):
        check_translator(NLLB, "en", "xx")
    check_translator("Helsinki-NLP/opus-mt-fr-en", "fr", "en")
    with pytest.raises(LanguageError, match="cannot translate French to German"):
        check_translator("Helsinki-NLP/opus-mt-fr-en", "fr", "de")
    check_transcriber("medium", "fr")
    with pytest.raises(LanguageError):
        check_transcriber("medium.en", "fr")


def test_a_model_of_several_targets_is_held_to_its_tokens(hub: Path, tmp_path: Path) -> None:
    folder = str(tinymodels.marian(tmp_path / "mine", (">>deu<<", ">>fra<<")))
    check_translator(folder, "en", "fr")
    with pytest.raises(LanguageError, match="English to Japanese"):
        check_translator(folder, "en", "ja")


def test_two_models_through_a_pivot(hub: Path) -> None:
    check_translator("facebook/m2m100_418M,Helsinki-NLP/opus-mt-en-zh", "de", "zh", "en")
    chain = load_translator(f"facebook/m2m100_418M,{OPUS}", source="de", target="zh", via="en", offline=True)
    hypotheses = chain.translate(["Guten Morgen", ""])
    assert [bool(hypothesis.text) for hypothesis in hypotheses] == [True, False]
    between = load_translator("facebook/m2m100_418M", source="de", target="en", offline=True).translate(
        ["Guten Morgen"]
    )
    direct = load_translator(OPUS, source="en", target="zh", offline=True).translate([between[0].text])
    assert hypotheses[0].text == direct[0].text
    with pytest.raises(LanguageError, match="one of the two languages"):
        check_translator(OPUS, "de", "zh", "de")
    with pytest.raises(LanguageError, match="two steps of a chain: add --via LANG, or give each model"):
        check_translator(f"{OPUS},gigantic", "en", "zh")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("whisper-large-v3", "large-v3"),
        ("ggml-small.bin", "small"),
        ("medium.en.pt", "medium.en"),
        ("large-v4", "large-v3"),
        ("nllb", "nllb-200-distilled-600M"),
        ("mt-en-zh", "mt-en-zh-nano"),
    ],
)
def test_a_name_that_others_use_gets_a_hint(name: str, near: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"there is no model '{name}': did you mean {near}\\?"):
        locate(name)
    (tmp_path / name).touch()
    with pytest.raises(ModelError, match=f"is a file: name the folder of a model .*, or {near}, which is on the hub"):
        locate(str(tmp_path / name))


@pytest.mark.parametrize("name", ["large", "openai/whisper-small"])
def test_no_recogniser_is_fetched_to_translate(name: str) -> None:
    with pytest.raises(ModelError, match="is a speech recogniser, not a translator"):
        check_translator(name, "en", "zh")


def test_no_translator_is_fetched_to_recognise() -> None:
    with pytest.raises(ModelError, match="is a translator, not a speech recogniser"):
        check_transcriber("facebook/nllb-200-3.3B", None)


def test_a_recogniser_that_is_no_whisper_is_not_called_a_translator(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has not Whisper's architecture"):
        check_transcriber(str(tinymodels.wav2vec2(tmp_path / "ctc")), "en")


def test_who_forbids_the_network_in_the_environment_is_told_so(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set"):
        resolve("acme/nowhere", "mt")


def test_inventory_and_removal(hub: Path, tmp_path: Path) -> None:
    tinymodels.in_hub_cache(tinymodels.marian(tmp_path / "w", (">>fra<<",)), hub, "acme/opus-mt-en-fr")
    converted = resolve("acme/opus-mt-en-fr", "mt", offline=True).path
    names = {entry.description.name: entry for entry in inventory()}
    assert {OPUS, "acme/opus-mt-en-fr"} <= names.keys()
    entry = names["acme/opus-mt-en-fr"]
    assert len(entry.folders) == 2
    assert remove("acme/opus-mt-en-fr") == entry.size > 0
    assert not converted.exists()
    assert find_snapshot("acme/opus-mt-en-fr", None) is None
    with pytest.raises(ModelError, match="there is no model"):
        remove("acme/opus-mt-en-fr")
    assert conversions_folder().is_dir()


def test_describe_knows_languages_without_loading(hub: Path) -> None:
    assert describe(OPUS, "mt").pairs == (("en", "zh"),)
    assert "eng_Latn" in (describe(NLLB, "mt").tokens or ())


def test_a_folder_appears_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    def fill(folder: Path, *, whole: bool) -> None:
        with whole_folder(folder) as unfinished:
            unfinished.mkdir()
            (unfinished / "new").touch()
            if not whole:
                raise OSError("full")

    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "old").touch()
    with pytest.raises(OSError, match="full"):
        fill(folder, whole=False)
    assert [*tmp_path.rglob("*")] == [folder, folder / "old"]
    fill(folder, whole=True)
    assert [*tmp_path.rglob("*")] == [folder, folder / "new"]


def test_a_folder_is_checked_as_it_is_loaded_by_its_name_or_path() -> None:
    models = Path(__file__).parents[2] / "models"
    for name in models / "asr-en-nano", str(models / "asr-en-nano"):
        check_transcriber(name, "en")
    for name in models / "mt-en-zh-nano", str(models / "mt-en-zh-nano"):
        check_translator(name, "en", "zh")
        assert load_translator(name, source="en", target="zh").translate([""])[0].text == ""
