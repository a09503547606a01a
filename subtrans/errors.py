"""Every failure that a user can cause or meet, with the exit code that a script can rely on.

    SubtransError            1   anything else that is known to go wrong
    |-- InputError           3   no such file, a directory, empty, not media, no audio, unreadable text
    |-- LanguageError        4   unknown language, or no model for the pair
    |-- ModelError           5   no such model, damaged, of the wrong kind, or not to be fetched
    |-- OutputError          6   exists already, or cannot be written
    |-- DeviceError          7   the device asked for cannot be used
    |-- MissingExtraError    8   a feature whose optional packages are not installed
    `-- ConfigError          9   a configuration file or a value in it is wrong

Wrong usage (an unknown option, a missing argument) is Click's, with exit code 2; an interrupt gives 130.
A message is one line: what failed, then what to do about it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class SubtransError(Exception):
    """The base of all errors that are told to the user in one line."""

    exit_code = 1


class InputError(SubtransError):
    """The input cannot be used."""

    exit_code = 3


class LanguageError(SubtransError):
    """The language is unknown or the models at hand cannot do it."""

    exit_code = 4


class ModelError(SubtransError):
    """A model is missing, damaged, of the wrong kind or cannot be fetched."""

    exit_code = 5


class OutputError(SubtransError):
    """The output exists already or cannot be written."""

    exit_code = 6


class DeviceError(SubtransError):
    """The processor asked for cannot be used."""

    exit_code = 7


class MissingExtraError(SubtransError):
    """A feature needs packages of an extra that is not installed."""

    exit_code = 8

    def __init__(self, feature: str, extra: str = "", install: str = "") -> None:
        super().__init__(feature, extra, install)  # what another process makes it of again
        self.feature = feature
        self.extra = extra
        self.install = install or pip_install(f'"subtrans[{extra}]"')

    def __str__(self) -> str:
        return f"{self.feature} needs packages that are not installed: {self.install}"


class ConfigError(SubtransError):
    """A configuration file, or a value in it, is wrong."""

    exit_code = 9


@contextmanager
def packages_for(feature: str, extra: str) -> Iterator[None]:
    """Around the imports of what a feature needs: MissingExtraError where the packages of the extra are not there."""
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(feature, extra) from error


def brief(error: BaseException) -> str:
    """What an error of another library says, as part of a message: on one line, and no longer than that."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def pip_install(what: str) -> str:
    """The command that installs packages where this program is, whichever `pip` a shell would find.

    Elsewhere `subtrans` would be what PyPI has under that name, which is another project.
    """
    python = sys.executable or "python"
    return f'"{python}" -m pip install {what}' if " " in python else f"{python} -m pip install {what}"
