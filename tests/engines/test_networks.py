"""Conversion by NumPy alone: the same networks as by CTranslate2's own converter, which needs transformers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tinymodels

from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.models.convert import Origin, convert_checkpoint
from subtrans.engines.networks import network
from subtrans.engines.networks.weights import Weights
from subtrans.errors import ModelError

BUILDERS = {
    "marian": lambda folder: tinymodels.marian(folder, (">>cmn_Hans<<",)),
    "nllb": tinymodels.nllb,
    "m2m100": tinymodels.m2m100,
    "mbart50": tinymodels.mbart50,
    "madlad": tinymodels.madlad,
    "t5": tinymodels.t5,
    "mt5": tinymodels.mt5,
    "umt5": lambda folder: tinymodels.t5(folder, "UMT5", feed_forward_proj="gated-gelu"),
    "whisper": tinymodels.whisper,
}


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
@pytest.mark.parametrize("name", BUILDERS)
def test_same_as_by_the_converter_of_ctranslate2(name: str, tmp_path: Path) -> None:
    checkpoint = BUILDERS[name](tmp_path / name)
    ours, theirs = network(checkpoint), reference(checkpoint)
    for spec in (ours, theirs):
        spec.validate()
    one, other = ours.variables(), theirs.variables()
    chosen = {"decoder/alignment_heads", "decoder/alignment_layer"}  # ours: those that align best
    assert {key for key in one if one[key].dtype != other[key].dtype} == set()
    assert one.keys() == other.keys()
    for key in one.keys() - chosen:
        np.testing.assert_allclose(one[key].numpy(), other[key].numpy(), rtol=1e-5, atol=1e-5, err_msg=key)
    assert settings(ours) == settings(theirs)
    kept = [[token for token in tokens if not token.startswith(FILLERS)] for tokens in vocabularies(ours)]
    assert kept == [[token for token in tokens if not token.startswith(FILLERS)] for tokens in vocabularies(theirs)]


FILLERS = ("<filler_", "madeupword", "<extra_id_", "<unused_")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("marian", "lm_head.weight"),
        ("marian", "model.decoder.embed_tokens.weight"),
        ("nllb", "lm_head.weight"),
        ("madlad", "decoder.embed_tokens.weight"),
    ],
)
def test_arrays_that_are_one_may_be_stored_under_any_of_their_names(name: str, kept: str, tmp_path: Path) -> None:
    checkpoint = BUILDERS[name](tmp_path / name)
    expected = network(checkpoint)
    rename(checkpoint, "shared.weight" if name == "madlad" else "model.shared.weight", kept)
    found = network(checkpoint)
    for spec in (expected, found):
        spec.validate()
    one, other = expected.variables(), found.variables()
    assert all(np.array_equal(one[key].numpy(), other[key].numpy()) for key in one)


def test_no_pytorch_is_needed(tmp_path: Path) -> None:
    checkpoint = tinymodels.nllb(tmp_path / "nllb")
    program = f"""
import sys
sys.modules["torch"] = sys.modules["transformers"] = None  # importing them fails
from pathlib import Path
from subtrans.engines.models.convert import Origin, convert_checkpoint
convert_checkpoint(Path({str(checkpoint)!r}), Path({str(tmp_path / "light")!r}), Origin("nllb"))
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    convert_checkpoint(checkpoint, tmp_path / "full", Origin("nllb"))
    for file in (tmp_path / "full").iterdir():
        assert (tmp_path / "light" / file.name).read_bytes() == file.read_bytes()


def test_half_precision_and_shards(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    checkpoint = tinymodels.nllb(tmp_path / "nllb")
    whole = load_file(checkpoint / "model.safetensors")
    halves = {
        name: array.bfloat16() if number % 2 else array.half() for number, (name, array) in enumerate(whole.items())
    }
    names = sorted(halves)
    shards = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, part in shards.items():
        save_file({name: halves[name] for name in part} | {"step": torch.tensor([7])}, checkpoint / file)
    (checkpoint / "model.safetensors").unlink()
    index = {"weight_map": {name: file for file, part in shards.items() for name in part}}
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps(index))
    found = Weights(checkpoint)
    assert set(found) == set(whole)
    for name, array in halves.items():
        assert np.array_equal(found[name], array.float().numpy())
        assert found[name].dtype == (np.float32 if array.dtype == torch.bfloat16 else np.float16)


def test_a_recogniser_with_the_parts_of_its_tokenizer_alone(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    checkpoint = tinymodels.whisper(tmp_path / "whisper")
    whole = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    content = json.loads((checkpoint / "tokenizer.json").read_text(encoding="utf-8"))
    (checkpoint / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"has no tokenizer\.json"):
        convert_checkpoint(checkpoint, tmp_path / "none", Origin("whisper"))
    merges = [" ".join(pair) for pair in content["model"]["merges"]]
    (checkpoint / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]), encoding="utf-8")
    tinymodels.write_json(checkpoint / "vocab.json", content["model"]["vocab"])
    added = {token["content"]: token["id"] for token in content["added_tokens"]}
    tinymodels.write_json(checkpoint / "added_tokens.json", added)
    convert_checkpoint(checkpoint, tmp_path / "ct2", Origin("whisper"))
    made = Tokenizer.from_file(str(tmp_path / "ct2" / "tokenizer.json"))
    assert made.get_vocab() == whole.get_vocab()
    for text in (*tinymodels.LINES, "<|startoftranscript|><|zh|><|transcribe|><|0.02|> one <|endoftext|>"):
        numbers = made.encode(text).ids
        assert numbers == whole.encode(text).ids
        assert made.decode(numbers) == whole.decode(numbers)


@pytest.mark.parametrize("listed", ["added_tokens.json", "tokenizer_config.json", "special_tokens_map.json"])
def test_nllb_with_its_sentencepiece_model_alone_has_the_numbers_of_fairseq(listed: str, tmp_path: Path) -> None:
    checkpoint = tinymodels.nllb(tmp_path / "nllb")
    expected = vocabularies(network(checkpoint))
    content = json.loads((checkpoint / "tokenizer.json").read_text(encoding="utf-8"))
    added = {token["content"]: token["id"] for token in content["added_tokens"]}
    (checkpoint / "tokenizer.json").unlink()
    if listed == "special_tokens_map.json":  # as it was before numbers were listed: the mask is behind the languages
        codes = [token for token in added if "_" in token]
        tinymodels.write_json(checkpoint / listed, {"additional_special_tokens": codes})
        expected = [[token for token in tokens if token != "<mask>"] + ["<mask>"] for tokens in expected]
    elif listed == "tokenizer_config.json":
        settings = json.loads((checkpoint / listed).read_text(encoding="utf-8"))
        numbered = {str(number): {"content": token, "special": True} for token, number in added.items()}
        tinymodels.write_json(checkpoint / listed, settings | {"added_tokens_decoder": numbered})
    else:
        tinymodels.write_json(checkpoint / listed, added)
    assert vocabularies(network(checkpoint)) == expected


@pytest.mark.parametrize("length", [0, 5, 100, 5000])
def test_a_file_cut_short(length: int, tmp_path: Path) -> None:
    checkpoint = tinymodels.nllb(tmp_path / "nllb")
    file = checkpoint / "model.safetensors"
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged or not complete"):
        convert_checkpoint(checkpoint, tmp_path / "ct2", Origin("nllb"))
    assert not (tmp_path / "ct2").exists()


def test_an_array_that_is_missing(tmp_path: Path) -> None:
    checkpoint = tinymodels.marian(tmp_path / "marian")
    rename(checkpoint, "model.encoder.layers.1.fc1.weight", "something.else")
    with pytest.raises(ModelError, match=r"cannot convert .*fc1\.weight.*is the checkpoint complete"):
        convert_checkpoint(checkpoint, tmp_path / "ct2", Origin("marian"))


def test_padding_is_not_said_where_tokens_were_added_behind_it(tmp_path: Path) -> None:
    import torch
    from transformers import MarianMTModel

    checkpoint = tinymodels.marian(tmp_path / "marian")
    model = MarianMTModel.from_pretrained(checkpoint)
    padding, size = model.config.pad_token_id, model.config.vocab_size
    model.resize_token_embeddings(size + 2)
    with torch.no_grad():  # all words are unlikely, and what padding has is nought
        model.model.shared.weight[padding] = 0
        model.final_logits_bias[:] = -40
        model.final_logits_bias[0, padding] = 0
    model.save_pretrained(checkpoint)
    tinymodels.write_json(checkpoint / "added_tokens.json", {"<a>": size, "<b>": size + 1})
    convert_checkpoint(checkpoint, tmp_path / "ct2", Origin("marian"))
    options = TranslatorOptions(device="cpu", compute_type="float32", beam_size=1, max_length=12)
    translator = load_translator(tmp_path / "ct2", source="en", target="de", options=options)
    assert all(found.text for found in translator.translate(tinymodels.TEXTS))


def rename(checkpoint: Path, old: str, new: str) -> None:
    from safetensors.torch import load_file, save_file

    arrays = load_file(checkpoint / "model.safetensors")
    arrays[new] = arrays.pop(old)
    save_file(arrays, checkpoint / "model.safetensors", metadata={"format": "pt"})


def reference(checkpoint: Path) -> Any:
    """What CTranslate2's converter makes of a checkpoint, told what transformers 5 no longer keeps."""
    from ctranslate2.converters import TransformersConverter

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, path: str, **more: Any) -> Any:
            model = model_class.from_pretrained(path, **more)
            if model.config.model_type == "mbart":
                model.config.normalize_before = model.config.normalize_embedding = True
                model.config.tokenizer_class = "MBart50Tokenizer"
            elif model.config.model_type in {"t5", "mt5", "umt5"}:
                scales = getattr(model.config, "scale_decoder_outputs", model.config.model_type == "umt5")
                model.config.tie_word_embeddings = bool(scales)
            return model

    return Converter(str(checkpoint))._load()


def settings(spec: Any) -> dict[str, Any]:
    found = {key: value for key, value in spec.config.to_dict().items() if value is not None}
    found.pop("bos_token", None)  # nothing begins with it
    return found


def vocabularies(spec: Any) -> list[list[str]]:
    found = getattr(spec, "_vocabularies", None)
    return [tokens for part in found.values() for tokens in part] if found else [spec._vocabulary]
