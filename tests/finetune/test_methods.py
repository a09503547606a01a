"""Adapters and frozen parts, killed and taken up again; several processes; a search; a GPU that is full."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tinymodels
from click.testing import Result

torch = pytest.importorskip("torch")

from subtrans.engines.quiet import quiet  # noqa: E402
from subtrans.errors import ConfigError, DeviceError  # noqa: E402
from subtrans.finetune.batches import Example, epoch_batches  # noqa: E402
from subtrans.finetune.config import read_config  # noqa: E402
from subtrans.finetune.corpus import load_corpus  # noqa: E402
from subtrans.finetune.mixture import Mixture  # noqa: E402
from subtrans.finetune.network import autocast, full_memory_told, make_optimiser, open_model  # noqa: E402
from subtrans.finetune.options import SearchOptions, TrainingOptions  # noqa: E402
from subtrans.finetune.parallel import join_workers  # noqa: E402
from subtrans.finetune.search import search  # noqa: E402
from subtrans.finetune.start import starting_checkpoint  # noqa: E402
from subtrans.finetune.state import random_state  # noqa: E402
from subtrans.finetune.texts import open_tokeniser  # noqa: E402
from subtrans.finetune.train import Evaluation, Outcome, Progress, Report, train  # noqa: E402
from subtrans.finetune.tuning import TuningOptions, allocate, prepare, shares, untuned  # noqa: E402

SHORT = (
    *("training.steps=20", "training.evaluate_every=5", "training.warmup_steps=2", "training.batch_tokens=300"),
    *("training.subword_sampling=0", "training.dropout=0.1", "training.max_length=30", "training.average=1"),
)


class Killed(Exception):
    pass


def tune(toy: Path, base: Path, folder: Path, report: Report, *changes: str) -> Outcome:
    config = read_config(toy, [f"model.base={base}", *SHORT, *changes])
    corpus = load_corpus(config.data)
    folder.mkdir(exist_ok=True)
    start = starting_checkpoint(config.model, corpus.train, config.languages, 1, folder / "start")
    return train(config, corpus, start, folder, report)


@pytest.mark.parametrize(
    "changes",
    [
        ("tuning.method=lora", "tuning.rank=4"),
        ("tuning.method=adalora", "tuning.rank=4"),
        ("tuning.freeze=['encoder']", "training.average=2"),
    ],
)
def test_killed_five_times_it_comes_to_the_same_numbers(toy: Path, tmp_path: Path, changes: tuple[str, ...]) -> None:
    base = tinymodels.marian(tmp_path / "base")
    tune(toy, base, tmp_path / "whole", lambda event: None, *changes)

    def kill_at(step: int) -> Report:
        def report(event: Progress | Evaluation) -> None:
            if isinstance(event, Evaluation) and event.step == step:
                raise Killed  # after the scores and before the checkpoint

        return report

    for step in (5, 10, 10, 15, 20):
        with pytest.raises(Killed):
            tune(toy, base, tmp_path / "broken", kill_at(step), *changes)
    tune(toy, base, tmp_path / "broken", lambda event: None, *changes)
    whole, broken = ((tmp_path / name / "best.safetensors").read_bytes() for name in ("whole", "broken"))
    assert whole == broken
    assert scores(tmp_path / "whole") == scores(tmp_path / "broken")


def scores(folder: Path) -> dict[int, object]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return {line["step"]: line["scores"] for line in lines if line["kind"] == "evaluation"}


def test_accumulated_batches_are_one_large_batch(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, norms = tinymodels.marian(tmp_path / "marian"), []
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", lambda parameters, _: norms.append(norm_of(parameters)))
    whole = ("training.batch_tokens=100000", "training.accumulate=1")
    parts = ("training.batch_tokens=200", f"training.accumulate={len(batches(toy, base, 'training.batch_tokens=200'))}")
    for number, changes in enumerate((whole, parts)):
        once = ("training.steps=1", "training.dropout=0", "training.precision=float32")
        tune(toy, base, tmp_path / str(number), lambda _: None, *changes, *once)
    assert norms[1] == pytest.approx(norms[0], rel=1e-3)


def norm_of(parameters: Iterable[Any]) -> float:
    return float(sum(one.grad.norm() ** 2 for one in parameters if one.grad is not None) ** 0.5)


def batches(toy: Path, base: Path, *changes: str) -> list[list[Example]]:
    config = read_config(toy, [*SHORT, *changes])
    corpus = load_corpus(config.data)
    tokeniser = open_tokeniser(base, config.languages)
    return epoch_batches(Mixture(corpus.train), tokeniser, config.noise, config.training, 0)


@pytest.mark.parametrize(
    ("base", "module"), [("marian", "lm_head"), ("nllb", "embed_tokens"), ("t5", "shared"), ("gpt", "wte")]
)
def test_an_adapter_of_embeddings_could_not_be_merged(base: str, module: str, tmp_path: Path) -> None:
    model = open_model(getattr(tinymodels, base)(tmp_path / base), 0.0)
    with pytest.raises(ConfigError, match=rf"tuning\.modules: {module} holds embeddings"):
        prepare(model, TuningOptions(method="lora", modules=(module,)), TrainingOptions())


def test_what_is_frozen_keeps_its_weights(tmp_path: Path) -> None:
    base = tinymodels.marian(tmp_path / "base")

    def learning(**changes: object) -> set[str]:
        model = prepare(open_model(base, 0.0), TuningOptions(**changes), TrainingOptions())  # type: ignore[arg-type]
        assert shares(model)[0] == sum(each.numel() for each in model.parameters() if each.requires_grad)
        return {name for name, each in model.named_parameters() if each.requires_grad}

    everything = learning()
    assert not [name for name in learning(freeze=("encoder",)) if ".encoder.layers" in name]
    assert [name for name in learning(freeze=("encoder",)) if "decoder.layers.0.encoder_attn" in name]
    assert everything - learning(freeze=("embeddings",)) == {name for name in everything if "shared" in name}
    assert all("layers.1." in name for name in learning(top_layers=1))
    assert not [name for name in learning(freeze=("*fc1*",), top_layers=1) if "fc1" in name]
    assert not [name for name in learning(freeze=("*fc1*",)) if "fc1" in name]
    with pytest.raises(ConfigError, match="no parameter of this model is called decodr"):
        learning(freeze=("decodr",))
    with pytest.raises(ConfigError, match="leaves nothing to train"):
        learning(freeze=("*",))


@pytest.mark.parametrize(
    ("method", "shrunk"), [("full", {"fc1.weight"}), ("lora", {"lora_A", "lora_B"}), ("ia3", set())]
)
def test_only_matrices_decay(method: str, shrunk: set[str], tmp_path: Path) -> None:
    model = prepare(
        open_model(tinymodels.marian(tmp_path / "base"), 0.0), TuningOptions(method=method, rank=2), TrainingOptions()
    )
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    decay, rest = (
        [names[id(one)] for one in group["params"]] for group in make_optimiser(model, TrainingOptions()).param_groups
    )
    assert all(any(part in name for name in decay) for part in shrunk)
    assert not [name for name in decay if any(part in name for part in ("bias", "norm", "ia3"))]
    assert len(decay) + len(rest) == sum(parameter.requires_grad for parameter in model.parameters())


def test_a_gpu_that_only_imitates_bfloat16_computes_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "_check_bf16_tensor_supported", lambda device: True)
    for major, low in ((7, False), (8, True)):
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _, major=major: SimpleNamespace(major=major))
        assert autocast(TrainingOptions())._enabled == low


def test_a_training_on_the_processor_does_not_wake_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda: pytest.fail("it was asked for its state"))
    assert set(random_state()) == {"cpu"}


def test_the_others_wait_as_long_as_the_first_translates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(torch.distributed, "init_process_group", lambda kind, **more: asked.update(more))
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    join_workers("cpu")
    assert asked["timeout"].days >= 7


def test_adalora_leaves_alone_what_a_step_did_not_use(tmp_path: Path) -> None:
    base = open_model(tinymodels.marian(tmp_path / "base"), 0.0)
    model = prepare(base, TuningOptions(method="adalora", rank=2), TrainingOptions(steps=20))
    model.get_encoder()(input_ids=torch.tensor([[5, 6, 7]])).last_hidden_state.sum().backward()
    decoder = [value for name, value in model.named_parameters() if ".decoder." in name and value.requires_grad]
    before = [value.detach().clone() for value in decoder]
    assert all(value.grad is None for value in decoder)
    allocate(model, 1)
    assert decoder
    assert all(value.equal(old) for value, old in zip(decoder, before, strict=True))


@pytest.mark.parametrize("kind", ["marian", "qwen3", "gpt"])
def test_a_prefix_is_seen_when_text_is_written(kind: str, tmp_path: Path) -> None:
    base = getattr(tinymodels, kind)(tmp_path / "base")
    torch.manual_seed(1)
    network = open_model(base, 0.0).eval()
    rows = {"input_ids": torch.tensor([[0, 0, 5, 7, 3, 9], [7, 8, 9, 10, 11, 12]])}
    rows["attention_mask"] = torch.tensor([[0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]])
    asked = {"max_new_tokens": 5, "min_new_tokens": 5, "do_sample": False, "num_beams": 1}
    with torch.inference_mode(), quiet():
        plain = network.generate(**rows, **asked)
    model = prepare(network, TuningOptions(method="prefix", prefix_tokens=4), TrainingOptions()).eval()
    with torch.inference_mode(), quiet():
        for parameter in model.prompt_encoder.parameters():
            parameter.mul_(4)
        with untuned(model):  # as a training does first
            assert model.generate(**rows, **asked).equal(plain)
        made = model.generate(**rows, **asked, output_logits=True, return_dict_in_generate=True)
        with untuned(model):
            assert model.generate(**rows, **asked).equal(plain)
        for place in range(5):  # what a whole pass through the network says of each token
            before = made.sequences[:, : made.sequences.shape[1] - 5 + place]
            named = {"decoder_input_ids": before} if network.config.is_encoder_decoder else {"input_ids": before}
            seen = rows["attention_mask"]
            if not network.config.is_encoder_decoder:
                seen = torch.cat([seen, torch.ones(2, place, dtype=torch.long)], dim=1)
            expected = model(**{**rows, "attention_mask": seen, **named}).logits[:, -1]
            # A language model counts its places from the padding before the prompt, so its second row alone is alike.
            first = 0 if network.config.is_encoder_decoder else 1
            torch.testing.assert_close(made.logits[place][first:], expected[first:], atol=1e-3, rtol=1e-3)
        with untuned(model):
            bare = network(**{**rows, "attention_mask": seen, **named}).logits[:, -1]
        assert not torch.allclose(bare, expected, atol=1e-2)


WATCHED = """
import sys, weakref
from subtrans.cli import main
from torch import distributed

def watched(destroy=distributed.destroy_process_group):
    group = weakref.ref(distributed.group.WORLD)
    destroy()
    print(f"left of the group: {group()}", file=sys.stderr)

distributed.destroy_process_group = watched
main()
"""


def test_two_processes_train_one_model(toy: Path, tmp_path: Path) -> None:
    base = tinymodels.marian(tmp_path / "base")
    (tmp_path / "watched.py").write_text(WATCHED, encoding="utf-8")
    changes = [f"model.base={base}", *SHORT, "training.steps=3", "training.evaluate_every=3", "training.trackers=[]"]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += [str(tmp_path / "watched.py"), "finetune", str(toy), "-o", str(tmp_path / "out"), "--json"]
    command += [part for one in changes for part in ("--set", one)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout[done.stdout.index("{\n") :]  # gloo itself says before that who it has met
    assert json.loads(said)["scores"]  # one process alone speaks
    assert done.stderr.count("pairs to train") == 1
    # A thread of a group that is kept can abort the process when the interpreter ends.
    assert done.stderr.count("left of the group: None") == 2
    assert list(scores(tmp_path / "out")) == [0, 3], "each evaluation is of one process"


def test_a_search_goes_on_where_it_was(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    options = SearchOptions(
        trials=4, space={"training.dropout": {"from": 0.0, "to": 0.5}, "tuning.method": ["full", "lora"]}
    )
    tried: list[list[str]] = []

    def trial(changes: list[str], folder: Path, report: Report) -> Outcome:
        tried.append(changes)
        if len(tried) == 2:
            raise KeyboardInterrupt
        return Outcome(folder, 10 - 10 * float(changes[0].partition("=")[2]), 1, {}, 1, 1, 1, 0.0, 0)

    with pytest.raises(KeyboardInterrupt):
        search(options, 1, tmp_path, trial, lambda message: None)
    best = search(options, 1, tmp_path, trial, lambda message: None)
    assert len(tried) >= 5  # four whole ones and the broken one
    assert best == min((each for number, each in enumerate(tried) if number != 1), key=lambda each: each[0])
    assert search(options, 1, tmp_path, trial, lambda message: None) == best
    with pytest.raises(ConfigError, match=r"give training\.dropout a list"):
        search(SearchOptions(trials=1, space={"training.dropout": 3}), 1, tmp_path, trial, lambda message: None)
    assert not logging.getLogger("optuna").isEnabledFor(logging.WARNING)  # which would show a traceback


def test_full_memory_is_one_line() -> None:
    with pytest.raises(DeviceError, match=r"the GPU is out of memory: lower training\.batch"), full_memory_told():
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    with pytest.raises(DeviceError, match=r"the machine is out of memory: lower training\.batch"), full_memory_told():
        torch.empty(2**60, dtype=torch.uint8)
    with pytest.raises(RuntimeError, match="something else"), full_memory_told():
        raise RuntimeError("something else")


def test_tensorboard_events_lie_in_the_folder(toy: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    base = tinymodels.marian(tmp_path / "base")
    tune(toy, base, tmp_path / "out", lambda event: None, "training.steps=2", "training.evaluate_every=2")
    assert list((tmp_path / "out" / "tensorboard").glob("events.*"))


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ("tuning.method=lorra", 9, "method must be one of full, lora"),
        ("tuning.freeze=['nothing']", 9, "no parameter of this model"),
        ("replay.share=1.5", 9, "share must be at least 0"),
        ("back_translation.texts=['x']", 9, "model must name"),
        ("model.encoder=x", 9, "encoder and decoder are given together"),
        ("denoising.target=['none.txt']", 3, "does not exist"),
        ("languages.target=ru", 3, "wrong script"),
        ("training.trackers=['paper']", 9, "trackers can be"),
        ("training.learning_rate=1e30", 1, "lower training.learning_rate"),
        ("training.accumulate=1000", 1, "lower training.accumulate"),
        ("training.max_length=2", 1, "no pair is as short as 2 pieces: raise training.max_length"),
        ("training.stesp=5", 9, "did you mean training.steps?"),
        ("data.train=['none.tsv']", 3, "does not exist"),
        ("languages.target=klingon", 4, "klingon"),
    ],
)
def test_mistakes_are_one_line(
    toy: Path, tmp_path: Path, tune: Callable[..., Result], change: str, code: int, message: str
) -> None:
    result = tune(toy, f"model.base={tinymodels.marian(tmp_path / 'base')}", *SHORT, change)
    assert result.exit_code == code, result.output
    last = result.stderr.splitlines()[-1]
    assert last.startswith("subtrans: error: ")
    assert message in last
