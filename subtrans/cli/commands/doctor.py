"""This machine in; what of it works for subtrans, what does not, and the line that mends it, out."""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

import click

import subtrans
from subtrans import __version__
from subtrans.cli.options import ASR, MT
from subtrans.cli.screen import count, size
from subtrans.cli.settings import place
from subtrans.errors import MissingExtraError, SubtransError, brief, pip_install
from subtrans.text.paths import harmless

State = Literal["ok", "absent", "broken"]
MARKS: dict[State, tuple[str, str]] = {"ok": ("ok", "green"), "absent": ("-", "yellow"), "broken": ("BROKEN", "red")}
NEEDED = ("av", "ctranslate2", "faster_whisper", "onnxruntime", "sentencepiece", "huggingface_hub")
"""Packages with compiled parts or services behind them, which can be installed and still not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing; `absent` is nothing that the program needs."""

    name: str
    state: State
    detail: str
    mend: str = ""
    """A command to type, where one helps."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Check that everything subtrans needs is here.

    For each problem it prints the command that fixes it. The exit code is 1 if something that is needed does not work.
    """
    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            _show(finding)
    healthy = all(finding.state != "broken" for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": healthy, "findings": [asdict(one) for one in findings]}, indent=2))
    if not healthy:
        raise click.exceptions.Exit(1)


def examine() -> Iterator[Finding]:
    """One finding after another, the quick ones first."""
    yield Finding("subtrans", "ok", __version__)
    yield _python()
    yield _settings()
    yield from _packages()
    yield _ffmpeg()
    yield _cuda()
    yield from _models()
    yield _cache()
    yield from _extras()
    yield from _microphone()


def _show(finding: Finding) -> None:
    mark, colour = MARKS[finding.state]
    click.echo(f"{click.style(f'{mark:6}', fg=colour)} {harmless(f'{finding.name}: {finding.detail}')}")
    if finding.mend:
        click.echo(harmless(f"{'':7}{'mend' if finding.state == 'broken' else 'get'} it with: {finding.mend}"))


def _settings() -> Finding:
    """Those that hold for this run; what they say has been read by now."""
    file = click.get_current_context().find_root().params["settings"] or place()
    return Finding("settings", "ok" if Path(file).exists() else "absent", file)


def _python() -> Finding:
    version = f"{platform.python_version()} ({sys.executable})"
    if (3, 10) <= sys.version_info < (3, 15):
        return Finding("Python", "ok", version)
    return Finding("Python", "broken", f"{version}; 3.10 to 3.14 are needed", "uv venv --python 3.14")


def _packages() -> Iterator[Finding]:
    working = []
    for name in NEEDED:
        try:
            module = import_module(name)
        except Exception as error:  # noqa: BLE001, PERF203 - a broken package can raise anything
            again = pip_install(f"--force-reinstall {name}")
            yield Finding(name, "broken", f"cannot be imported ({brief(error)})", again)
        else:
            working.append(f"{name} {getattr(module, '__version__', '')}".strip())
    if working:
        yield Finding("packages", "ok", ", ".join(working))


def _ffmpeg() -> Finding:
    from subtrans.media import ffmpeg

    try:
        program = ffmpeg.executable()
        return Finding("ffmpeg", "ok", f"{ffmpeg.version(program)} ({program})")
    except SubtransError as error:
        return Finding("ffmpeg", "broken", str(error), pip_install("--force-reinstall imageio-ffmpeg"))


def _cuda() -> Finding:
    from subtrans.engines.machine.devices import cuda_problem, resolve_device

    problem = cuda_problem()
    if problem is None:
        return Finding("CUDA", "ok", f"works, and is used, in {resolve_device('cuda').compute_type}")
    mend = problem.partition(" was not found: ")[2]
    return Finding("CUDA", "absent", f"not used, models run on the processor: {problem}", mend)


def _models() -> Iterator[Finding]:
    from subtrans.engines.models.cards import check_files
    from subtrans.engines.models.catalogue import shipped
    from subtrans.engines.models.inventory import inventory

    folders = {folder.name: folder for folder in shipped()}
    for entry in inventory():
        name, problem = entry.description.name, entry.problem
        if name in folders and entry.description.card and not problem:
            try:
                check_files(folders[name], entry.description.card, checksums=True)
            except SubtransError as error:
                problem = str(error)
        if problem:
            ours = entry.where == "ships"
            mend = _restored() if ours else f"subtrans models pull {name}"
            yield Finding(f"model {name}", "broken" if ours else "absent", problem, mend)
        else:
            yield Finding(f"model {name}", "ok", f"{entry.where}, {size(entry.size)}")
    for name in (name for name in (ASR, MT) if name not in folders):
        yield Finding(f"model {name}", "broken", "is missing", _restored())


def _restored() -> str:
    """What brings the models that ship back, from where this program was installed."""
    sources = f"git -C {Path(subtrans.__file__).parent.parent} restore models"
    if not _installed("subtrans"):
        return sources
    origin = json.loads(metadata.distribution("subtrans").read_text("direct_url.json") or "{}")
    again = pip_install(f"--no-deps --force-reinstall {origin.get('url', f'subtrans=={__version__}')}")
    return sources if origin.get("dir_info", {}).get("editable") else again


def _cache() -> Finding:
    import shutil
    from tempfile import TemporaryDirectory

    from subtrans.engines.models.cache import cache_folder, folder_size

    folder = cache_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        TemporaryDirectory(dir=there).cleanup()
    except OSError:
        set_it, sign = ("setx", " ") if sys.platform == "win32" else ("export", "=")
        return Finding("cache", "broken", f"{folder} cannot be written", f"{set_it} SUBTRANS_CACHE{sign}ANOTHER/FOLDER")
    used = size(folder_size(folder)) if folder.exists() else "empty"
    return Finding("cache", "ok", f"{folder}, {used}, {size(shutil.disk_usage(there).free)} free on its disk")


def _extras() -> Iterator[Finding]:
    """The optional packages, by the extra that brings them; what is installed, not whether it works."""
    wanted: dict[str, list[str]] = {}
    ours = metadata.requires("subtrans") if _installed("subtrans") else None  # not where it runs from its sources
    for requirement in ours or ():
        name = re.match(r"[\w.-]+", requirement)
        condition = re.search(r"extra == ['\"](\w+)['\"]", requirement)
        if sys.platform == "darwin" and "darwin" in requirement:
            continue  # what there is none of for macOS
        if name and condition and condition[1] != "all":
            wanted.setdefault(condition[1], []).append(name.group())
    for extra, names in wanted.items():
        missing = ", ".join(name for name in names if not _installed(name))
        if missing:
            yield Finding(f"extra {extra}", "absent", f"not installed: {missing}", pip_install(f'"subtrans[{extra}]"'))
        else:
            yield Finding(f"extra {extra}", "ok", "installed")


def _microphone() -> Iterator[Finding]:
    """Whether one could be heard, where the packages for that are installed; wheels for Linux lack the library."""
    from subtrans.media.microphone import devices

    try:
        found = devices()
    except MissingExtraError:
        return
    except Exception as error:  # noqa: BLE001 - a driver can raise anything
        yield Finding("microphone", "absent", brief(error))
    else:
        yield Finding("microphone", "ok" if found else "absent", f"{count(found, 'device')} can record")


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
