"""A shell's name in, the script out that completes commands, options, languages and models in it."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(
    epilog='bash: eval "$(subtrans completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc; '
    "fish: subtrans completion fish > ~/.config/fish/completions/subtrans.fish"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes subtrans in a shell."""
    from subtrans.cli.group import subtrans

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - Click has all three
    click.echo(kind(subtrans, {}, "subtrans", "_SUBTRANS_COMPLETE").source())
