"""A command's name in, the command, imported when asked for, out; what it raises becomes a line and an exit code."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from subtrans import __version__
from subtrans.cli.failures import DEBUG, is_unread, say, tell
from subtrans.cli.parameters import flag
from subtrans.cli.settings import Settings, place
from subtrans.errors import InputError

COMMANDS = {
    "subtitle": "Subtitle audio or video in another language.",
    "speech": "Translate recorded speech to text, a line a sentence.",
    "check": "Check subtitles against the norms of their language.",
    "sync": "Move subtitles to when somebody speaks in a recording.",
    "live": "Caption in another language while somebody is still speaking.",
    "text": "Translate a line, a file or standard input.",
    "learn": "Learn from a person's corrections of subtitles.",
    "memory": "List what the translation memory knows; add to it, export it, forget sentences.",
    "finetune": "Train or fine-tune a translation model on parallel text.",
    "evaluate": "Score translations, transcripts, subtitles, live captions and models.",
    "models": "List the models that ship and those in the cache; fetch, look at and remove them.",
    "cache": "List and clear the stored results from which an interrupted run continues.",
    "doctor": "Check that everything subtrans needs is here.",
    "completion": "Print the script that completes subtrans in a shell.",
}
"""In the order of the help, with the first line of their own help, so that the list of commands imports none.

Each is the object `command` of the module of its name in the folder commands.
"""


class Terminated(KeyboardInterrupt):
    """The system asked the program to end (SIGTERM, SIGHUP); whatever can stop well at Ctrl-C can stop well here."""


class LazyGroup(click.Group):
    """Imports a command when it is asked for, and tells its failures in a line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, with the options that every command has."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"subtrans.cli.commands.{cmd_name}").command
        _complete(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As Click does it, with a hint: a file where a command belongs is the first thing that people try."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "subtrans --help lists them"
            if os.path.exists(args[0]):  # noqa: PTH110 - any text, not only what can be a path
                hint = f"subtrans subtitle {args[0]} --to LANG"
            ctx.fail(f"{args[0]} is not a command: {hint}")
        name, command, rest = super().resolve_command(ctx, args)
        file = ctx.params["settings"]
        if name and not ctx.resilient_parsing and (file or os.path.exists(place())):  # noqa: PTH110
            ctx.default_map = dict(Settings(file or place(), ctx).defaults(name, COMMANDS))
        return name, command, rest

    def main(self, *named: Any, **extra: Any) -> Any:
        """As Click does it; what it answers a shell that completes, before all else, may not be written either."""
        try:
            with _telling():
                return super().main(*named, **extra)
        except click.exceptions.Exit as end:
            raise SystemExit(end.exit_code) from None

    def make_context(self, *named: Any, **extra: Any) -> click.Context:
        """Read the group's own options, of which some print something: --help, --version."""
        with _telling():
            return super().make_context(*named, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; without a folder to run it in CTranslate2 would end the process as it loads."""
        with _telling():
            try:
                os.getcwd()  # noqa: PTH109 - without importing pathlib
            except OSError as error:
                raise InputError("the current folder is gone: go to another one") from error
            return super().invoke(ctx)


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong is told, and leaves as `click.exceptions.Exit`."""
    try:
        yield
    except click.NoSuchOption as error:
        from subtrans.cli.hints import with_hint

        raise with_hint(error) from None
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt as stop:
        number = signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT
        how = "terminated" if number == signal.SIGTERM else "interrupted"
        say(f"{how}: {stop}" if str(stop) else how)
        raise click.exceptions.Exit(128 + number) from None
    except Exception as error:  # noqa: BLE001 - the last line of defence
        if is_unread(error):
            # The reader of our results has seen enough. Python would complain when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(128 + 13) from None
        raise click.exceptions.Exit(tell(error)) from None


def _complete(command: click.Command) -> None:
    """What every command has, those below another too: the common options, and SUBTRANS_DEVICE for --device."""
    if not any(option in command.params for option in _COMMON):
        command.params.extend(_COMMON)
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None:
            option.envvar = "SUBTRANS_" + flag(option).replace("-", "_").upper()
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            subcommand.short_help = (subcommand.help or "").partition("\n\n")[0]  # Click's own would be cut short
            _complete(subcommand)


def _set_debug(ctx: click.Context, option: click.Parameter, chosen: bool) -> None:
    if chosen:
        ctx.meta[DEBUG] = True


def _set_verbosity(ctx: click.Context, option: click.Parameter, count: int) -> None:
    """Lines of the package's own loggers on standard error: warnings always, what is done with -v, details with -vv."""
    if count or ctx.parent is None:
        log = logging.getLogger("subtrans")
        log.handlers = [_Lines()]
        log.setLevel(max(logging.DEBUG, logging.WARNING - 10 * count))


class _Lines(logging.Handler):
    """Writes records where standard error is now: a progress bar may have put itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"{record.levelname.lower()}: {record.getMessage()}" if record.levelno > 20 else record.getMessage())


_COMMON = (
    click.Option(
        ["-v", "--verbose"],
        envvar="SUBTRANS_VERBOSE",
        count=True,
        expose_value=False,
        callback=_set_verbosity,
        help="Say what is done; -vv: more.",
    ),
    click.Option(
        ["--debug"],
        envvar="SUBTRANS_DEBUG",
        is_flag=True,
        expose_value=False,
        callback=_set_debug,
        help="Show the traceback of a failure.",
    ),
)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.option(
    "--settings",
    envvar="SUBTRANS_SETTINGS",
    metavar="FILE",
    help="Defaults for the options of commands.  [default: settings.toml where `subtrans doctor` says]",
)
def subtrans(settings: str | None) -> None:
    """Turn speech into translated, time-aligned subtitles, offline.

    Every option can be set in the environment as well, SUBTRANS_DEVICE=cpu is --device cpu, and in a file of
    settings, device = "cpu".
    """


subtrans.params.extend(_COMMON)
