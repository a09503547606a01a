"""Where the web page of live captions is wanted in; the page as a sink, and its address told, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from subtrans.cli import options
from subtrans.cli.screen import note
from subtrans.web.access import SHORTEST_TOKEN, Access

if TYPE_CHECKING:
    from subtrans.web.server import CaptionServer

_DEFAULT = Access()

page_options = options.together(
    click.option("--serve", is_flag=True, help="Show the captions on a web page too, for browsers, phones and OBS."),
    click.option(
        "--host",
        metavar="ADDRESS",
        help=f"Where the page is served; 0.0.0.0 is the whole network and needs --token.  [default: {_DEFAULT.host}]",
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        metavar="N",
        help=f"Its port; 0 takes one that is free.  [default: {_DEFAULT.port}]",
    ),
    click.option("--token", metavar="SECRET", help="A secret in the address, without which the page does not open."),
)


def access(*, serve: bool, host: str | None, port: int | None, token: str | None) -> Access | None:
    """What was asked for by `page_options`; None without --serve."""
    if not serve:
        if host or port is not None:
            raise click.UsageError("--host and --port say where the page is: give --serve too")
        return None
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise click.UsageError(f"--token needs at least {SHORTEST_TOKEN} characters: others could guess it")
    port = _DEFAULT.port if port is None else port
    try:
        return Access(host or _DEFAULT.host, port, token)
    except ValueError as error:
        raise click.UsageError(
            f"{host} can be reached from other machines: give a --token that readers need"
        ) from error


def check_page(wanted: Access | None) -> None:
    """MissingExtraError or OutputError, before any work begins, when a page is wanted and cannot be served."""
    from subtrans.web.server import check_address, check_packages

    if wanted:
        check_packages()
        check_address(wanted)


@contextmanager
def page(wanted: Access | None, source: str, targets: Sequence[str]) -> Iterator[list[CaptionServer]]:
    """The page, if one is wanted, while it is served; its address goes to standard error."""
    from subtrans.web.server import CaptionServer

    if wanted is None:
        yield []
        return
    with CaptionServer(wanted, source, targets) as server:
        note(f"Captions are at {server.address}")
        yield [server]
