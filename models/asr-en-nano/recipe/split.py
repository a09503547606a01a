"""The translator's configuration and the folder with Tatoeba's pairs in; train.tsv, dev.tsv and test.tsv out.

    python split.py DATA OUT

The parts are those of mt-en-zh-nano, so that both models are held to the same unseen sentences; exclude.txt, beside
them, holds what is said in samples/.
"""

from __future__ import annotations

import sys
from pathlib import Path

from subtrans.finetune.config import read_config
from subtrans.finetune.corpus import load_corpus, write_tsv

ROOT = Path(__file__).resolve().parents[3]


def main(data: str, out: Path) -> None:
    config = read_config(ROOT / "models/mt-en-zh-nano/recipe/config.toml", [f"data.folder={data}"])
    corpus = load_corpus(config.data)
    out.mkdir(parents=True, exist_ok=True)
    for name, pairs in (("train", corpus.train), ("dev", corpus.dev), ("test", corpus.test)):
        write_tsv(pairs, out / f"{name}.tsv")
    said = [(ROOT / "samples" / name).read_text("utf-8") for name in ("talk.en.txt", "memo.en.txt", "letter.txt")]
    (out / "exclude.txt").write_text("".join(said), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
