"""A configuration and parallel text in; a translation model for `--mt`, measured on a held-out test, out."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli.screen import note
from subtrans.errors import MissingExtraError, OutputError

if TYPE_CHECKING:
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.train import Evaluation, Progress

NEEDED = ("torch", "transformers", "safetensors", "sacrebleu", "tomli_w", "ctranslate2")


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a key, such as training.steps=1000; repeatable.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where the model goes.  [default: runs/NAME]"
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def command(config: Path, overrides: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Train or fine-tune a translation model on parallel text.

    CONFIG is a TOML file that names the data and the settings. The result is a folder, which subtrans text --mt DIR
    uses. Stopped at any moment, the same command goes on where the last checkpoint left it.
    """
    if any(util.find_spec(package) is None for package in NEEDED):
        raise MissingExtraError("fine-tuning", "train")
    from subtrans.finetune.config import read_config
    from subtrans.finetune.corpus import load_corpus
    from subtrans.finetune.export import export
    from subtrans.finetune.start import starting_checkpoint
    from subtrans.finetune.train import train

    settings = read_config(config, overrides)
    corpus = load_corpus(settings.data)
    note(_describe(corpus))
    folder = output or Path("runs") / settings.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made a folder ({error.strerror}): give another --output") from error
    start = starting_checkpoint(
        settings.model, corpus.train, settings.languages, settings.training.seed, folder / "start"
    )
    best = train(settings, corpus, start, folder, _show)
    note(f"translating the test set with the best weights: {best}")
    rows = export(settings, corpus, start=start, weights=best, folder=folder, command=_typed(config, overrides))
    if as_json:
        click.echo(json.dumps({"model": str(folder), "scores": rows}, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['metric']} {row['value']:.2f}  {row['precision']}  {row['test_set']}")
    click.echo(folder)


def _describe(corpus: Corpus) -> str:
    dropped = ", ".join(f"{count} {rule}" for rule, count in corpus.dropped.most_common()) or "none"
    return f"{len(corpus.train)} pairs to train, {len(corpus.dev)} dev, {len(corpus.test)} test; dropped: {dropped}"


def _show(event: Progress | Evaluation) -> None:
    """A line on standard error for each event, so that the log of a long run is a table."""
    values: dict[str, Any] = asdict(event)
    dev: dict[str, Any] = values.pop("scores", {})
    shown = (f"{key} {value:.3g}" if key == "learning_rate" else f"{key} {value}" for key, value in values.items())
    note("  ".join([*shown, *(f"dev {key} {value}" for key, value in dev.items())]))


def _typed(config: Path, overrides: tuple[str, ...]) -> str:
    """The command for the card; where things lie on this machine is nobody's business."""
    parts = ["subtrans", "finetune", config.name]
    for text in overrides:
        key, _, value = text.partition("=")
        private = {"data.folder": "DATA", "model.base": Path(value).name}
        parts += ["--set", f"{key}={private.get(key.strip(), value)}"]
    return shlex.join(parts)
