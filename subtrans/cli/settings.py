"""The user's file of settings in; the defaults of a command's options, as Click takes them, out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli.hints import meant
from subtrans.cli.parameters import ModelType, ProfileType, flag
from subtrans.errors import ConfigError, InputError, SubtransError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Table = Mapping[str, Any]


def place() -> str:
    """The file of settings where no other is named."""
    return os.path.join(click.get_app_dir("subtrans"), "settings.toml")  # noqa: PTH118 - without importing pathlib


class Settings:
    """A file of settings: a key is an option, above all tables for every command that has it, in [NAME] for that one.

    Raises ConfigError for what is not TOML, a key that is no option and a value that its option does not take.
    """

    def __init__(self, file: str, group: click.Context) -> None:
        self.file = file
        self._group = group
        self._content = self._read()

    def defaults(self, name: str, commands: Iterable[str]) -> Table:
        """What holds for the command `name`, one of the `commands` of the group."""
        tables = {key: value for key, value in self._content.items() if key in commands and isinstance(value, dict)}
        general = {key: value for key, value in self._content.items() if key not in tables}
        unknown = set(general)
        for one in (name, *commands):  # the others are imported only to look for what the first does not know
            if unknown:
                unknown -= _keys(self._command(one))
        if unknown:
            raise self._unknown(min(unknown), commands)
        return {name: self._chosen(self._command(name), general, tables.get(name, {}), name)}

    def _unknown(self, key: str, commands: Iterable[str]) -> ConfigError:
        if isinstance(self._content[key], dict):
            hint = meant(key, list(commands)) or "`subtrans --help` lists them"
            return self._error(f"{key} is neither a command nor a value: {hint}")
        hint = meant(key, set().union(*(_keys(self._command(one)) for one in commands)))
        return self._error(f"no command has an option --{key}: {hint or '`subtrans COMMAND --help` lists them'}")

    def _read(self) -> Table:
        from pathlib import Path

        from subtrans.text.paths import reason
        from subtrans.text.reading import read_toml

        try:
            return read_toml(Path(self.file))
        except OSError as error:
            raise InputError(f"the settings {self.file} cannot be read: {reason(error)}: check --settings") from error
        except ValueError as error:
            raise self._error(str(error)) from error

    def _command(self, name: str) -> click.Command:
        command = self._group.command.get_command(self._group, name)  # type: ignore[attr-defined]
        assert isinstance(command, click.Command)  # noqa: S101 - the name is one of the list
        return command

    def _chosen(self, command: click.Command, general: Table, own: Any, where: str) -> Table:
        """The values by the names of the parameters; those of the commands below a group by the names of these."""
        if not isinstance(own, dict):
            raise self._error(f"{where} is a command: write a table, [{where}]")
        options, below = _options(command), _below(command)
        for key in sorted(own.keys() - options.keys() - below.keys()):
            hint = meant(key, options) or f"`subtrans {where} --help` lists what it has"
            raise self._error(f"{where} has no option --{key}: {hint}")
        given = {key: value for key, value in {**general, **own}.items() if key in options}
        chosen = {str(options[key].name): self._value(options[key], key, value) for key, value in given.items()}
        for name, one in below.items():
            chosen[name] = self._chosen(one, general, own.get(name, {}), f"{where} {name}")
        return chosen

    def _value(self, option: click.Option, key: str, value: Any) -> Any:
        """A value as Click takes it, if the option does."""
        if isinstance(value, dict):
            raise self._error(f"{key} is neither a command nor a value")
        values = [self._beside(option, one) for one in (value if isinstance(value, list) else [value])]
        given = values if option.multiple else values[0] if len(values) == 1 else ",".join(map(str, values))
        try:
            option.type_cast_value(self._group, given)
        except (click.BadParameter, SubtransError, OverflowError) as error:
            raise self._error(f"{key}: {error.message if isinstance(error, click.BadParameter) else error}") from error
        return given

    def _beside(self, option: click.Option, value: Any) -> Any:
        """A value as one types it; a file, a folder or a model is looked for beside the settings first."""
        if not (isinstance(value, bool) and (option.is_flag or option.count)):
            value = str(value)
        if not isinstance(option.type, click.Path | ModelType | ProfileType):
            return value
        beside = os.path.join(os.path.dirname(self.file), os.path.expanduser(str(value)))  # noqa: PTH111, PTH118, PTH120
        return beside if value and os.path.exists(beside) else value  # noqa: PTH110

    def _error(self, what: str) -> ConfigError:
        return ConfigError(f"{self.file}: {what}")


def _below(command: click.Command) -> Mapping[str, click.Command]:
    return command.commands if isinstance(command, click.Group) else {}


def _options(command: click.Command) -> dict[str, click.Option]:
    return {flag(one): one for one in command.params if isinstance(one, click.Option)}


def _keys(command: click.Command) -> set[str]:
    """The options of a command and of those below it."""
    return set(_options(command)).union(*map(_keys, _below(command).values()))
