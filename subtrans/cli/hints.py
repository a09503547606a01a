"""The name of an option that is none in; those that were meant out."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Collection

_ELSEWHERE = {
    "model": "asr mt",
    "language": "from lang",
    "lang": "from",
    "source": "from",
    "target": "to",
    "task": "to",
    "translate": "to",
    "output-format": "format",
    "initial-prompt": "hotwords",
    "prompt": "hotwords",
    "word-timestamps": "json",
    "max-line-width": "profile",
    "max-line-count": "profile",
    "fp16": "compute-type",
    "force": "overwrite",
    "yes": "overwrite",
    "local-files-only": "offline",
}
"""What Whisper's programs and ffmpeg call an option, and what it is called here."""


def meant(name: str, options: Collection[str], dashes: str = "") -> str:
    """Those of the `options` that `name` may stand for, as the end of a sentence; empty where none is like it."""
    name = name.replace("_", "-")
    near = [name] if name in options else [one for one in _ELSEWHERE.get(name, "").split() if one in options]
    near = near or (difflib.get_close_matches(name, options, n=1) if len(name) > 1 else [])
    return f"did you mean {' or '.join(dashes + one for one in near)}?" if near else ""


def with_hint(error: click.NoSuchOption) -> click.UsageError:
    """The error with what was meant, or where it belongs: behind the command, if it stands before one."""
    from subtrans.cli.parameters import flag

    command = error.ctx.command if error.ctx else None
    options = [flag(one) for one in command.params if isinstance(one, click.Option)] if command else []
    hint = meant(error.option_name.lstrip("-"), [*options, "help"], "--")
    if not hint and error.ctx and isinstance(command, click.Group):
        hint = f"those of a command stand behind it, {error.ctx.command_path} COMMAND {error.option_name}"
    return click.UsageError(f"no such option {error.option_name}: {hint}".removesuffix(": "), error.ctx)
