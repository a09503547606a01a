"""A configuration and parallel text in; a translation model for `--mt`, measured on a held-out test, out."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli.parameters import PATH
from subtrans.cli.screen import note, results
from subtrans.errors import MissingExtraError

if TYPE_CHECKING:
    from subtrans.evaluate.report import Report as Findings
    from subtrans.finetune.trackers import Evaluation, Progress

NEEDED = ("torch", "transformers", "safetensors", "sacrebleu", "rouge_score", "tomli_w", "ctranslate2")


@click.command()
@click.argument("config", type=PATH)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a key, such as training.steps=1000; repeatable.",
)
@click.option("-o", "--output", type=PATH, metavar="DIR", help="Where the model goes.  [default: runs/NAME]")
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def command(config: Path, overrides: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Train or fine-tune a translation model on parallel text.

    CONFIG is a TOML file that names the data and the settings. The result is a folder for subtrans text --mt DIR.
    You can stop at any moment: the same command continues from the last checkpoint.
    """
    if any(util.find_spec(package) is None for package in NEEDED):
        raise MissingExtraError("fine-tuning", "train")
    from subtrans.finetune.config import read_config
    from subtrans.finetune.run import run

    settings = read_config(config, overrides)
    folder = output or Path("runs") / settings.name
    done = run(config, overrides, folder, command=_typed(config, overrides), note=note, show=_show)
    if done is None:  # another process of this run speaks
        return
    rows, report = done
    if as_json:
        found = {"model": str(folder), "scores": rows, "report": asdict(report)}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    _print_table(report)
    note(f"{folder / 'report.html'} shows the curves and the sentences that changed most")
    click.echo(folder)


def _print_table(report: Findings) -> None:
    """Every metric of every set, before and after."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table("Set", "Metric", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Before", "After", "Change", "p"):
        table.add_column(name, justify="right")
    for found in (*report.sets, *report.robustness):
        for index, change in enumerate(found.changes):
            difference = "" if change.before is None else f"{change.after - change.before:+.2f}"
            table.add_row(
                f"{found.name}, {found.sentences} sentences" if not index else "",
                change.name,
                "" if change.before is None else f"{change.before:.2f}",
                f"{change.after:.2f}",
                difference,
                "" if change.p is None else f"{change.p:.3f}",
            )
    # A table that goes to a file or a pipe keeps its lines whole.
    results(table, Console(width=None if sys.stdout.isatty() else 160, highlight=False))


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
        if key.strip() == "data.folder":
            value = "DATA"
        elif key.strip() in {"model.base", "model.encoder", "model.decoder", "back_translation.model"}:
            value = Path(value).name
        parts += ["--set", f"{key}={value}"]
    return shlex.join(parts)
