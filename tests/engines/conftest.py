"""A hub's cache with one small checkpoint of each architecture, laid out as the hub's library keeps it; no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import tinymodels

os.environ.setdefault("OMP_NUM_THREADS", "1")

OPUS = "Helsinki-NLP/opus-mt-en-zh"
NLLB = "facebook/nllb-200-distilled-600M"
M2M100 = "facebook/m2m100_418M"
MBART = "facebook/mbart-large-50-many-to-many-mmt"
MADLAD = "google/madlad400-3b-mt"
BERT = "acme/bert2bert"
WHISPER = "openai/whisper-tiny"


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The hub's cache; conversions go beside it."""
    from huggingface_hub import constants

    root = tmp_path_factory.mktemp("hub")
    cache, work = root / "hub", root / "work"
    work.mkdir()
    checkpoints = {
        OPUS: tinymodels.marian(work / "opus", (">>cmn_Hans<<", ">>cmn_Hant<<", ">>yue_Hant<<")),
        NLLB: tinymodels.nllb(work / "nllb"),
        M2M100: tinymodels.m2m100(work / "m2m100"),
        MBART: tinymodels.mbart50(work / "mbart50"),
        MADLAD: tinymodels.madlad(work / "madlad"),
        BERT: tinymodels.bert2bert(work / "bert2bert"),
        WHISPER: tinymodels.whisper(work / "whisper"),
    }
    for repo, checkpoint in checkpoints.items():
        tinymodels.in_hub_cache(checkpoint, cache, repo)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(constants, "HF_HUB_CACHE", str(cache))
        patch.setenv("SUBTRANS_CACHE", str(root / "cache"))
        yield cache


@pytest.fixture
def snapshot(hub: Path) -> dict[str, Path]:
    """Where the files of each repository lie."""
    folders = {repo: hub / f"models--{repo.replace('/', '--')}" / "snapshots" for repo in (OPUS, NLLB, M2M100, MBART)}
    folders |= {repo: hub / f"models--{repo.replace('/', '--')}" / "snapshots" for repo in (MADLAD, BERT, WHISPER)}
    return {repo: next(folder.iterdir()) for repo, folder in folders.items()}
