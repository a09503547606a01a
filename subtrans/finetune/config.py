"""A TOML file and `key=value` overrides in, one frozen `Config` out; whatever is not known in it is an error."""

from __future__ import annotations

import difflib
import hashlib
import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from subtrans.errors import ConfigError
from subtrans.finetune.corpus import CorpusOptions
from subtrans.finetune.mixture import BackTranslationOptions, DenoisingOptions, ReplayOptions
from subtrans.finetune.noise import NoiseOptions
from subtrans.finetune.options import ModelOptions, SearchOptions, TrainingOptions
from subtrans.finetune.tuning import TuningOptions
from subtrans.text.reading import parse_toml, read_toml

Section = TypeVar("Section")


@dataclass(frozen=True, slots=True)
class Languages:
    """What is translated into what, as BCP-47 tags."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Config:
    """All that determines a training run; equal configurations on equal data give equal models on one machine."""

    name: str
    languages: Languages
    data: CorpusOptions
    model: ModelOptions = field(default_factory=ModelOptions)
    tuning: TuningOptions = field(default_factory=TuningOptions)
    noise: NoiseOptions = field(default_factory=NoiseOptions)
    replay: ReplayOptions = field(default_factory=ReplayOptions)
    denoising: DenoisingOptions = field(default_factory=DenoisingOptions)
    back_translation: BackTranslationOptions = field(default_factory=BackTranslationOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)
    search: SearchOptions = field(default_factory=SearchOptions)
    comet: str = ""
    """A checkpoint of COMET (`.ckpt`) that scores the report too, where the program comet-score is installed."""
    card: Mapping[str, str] = field(default_factory=dict)
    """Words for the model's card: description, licence, attribution and whatever else it should say."""

    def __post_init__(self) -> None:
        if not self.name.strip() or {*self.name} & {*"/\\"} or self.name in {".", ".."}:
            raise ValueError(f"name must be one that a folder can have, not {self.name!r}")

    @property
    def fingerprint(self) -> str:
        """Equal for two configurations that train the same, up to the number of steps and where the data lies."""
        content = asdict(self)
        del content["card"], content["comet"], content["search"], content["data"]["folder"], content["data"]["general"]
        del content["training"]["steps"], content["training"]["trackers"]
        content["data"]["extra"] = [Path(path).name for path in self.data.extra]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def read_config(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read the file, then the overrides (`training.steps=100`); ConfigError names the file and the key.

    A relative path in the file starts at the file's folder; one in an override at the current directory.
    """
    try:
        table = read_toml(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): give the path of a TOML file") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    _anchor(table, path.parent)
    for override in overrides:
        _merge(table, _parse_override(override), "--set")
    return _build(Config, table, str(path), "")


ANCHORED = (
    *(("data", "folder"), ("data", "extra"), ("back_translation", "model")),
    *(("model", "base"), ("model", "encoder"), ("model", "decoder")),
)


def _anchor(table: dict[str, Any], folder: Path) -> None:
    """Make the paths of the file independent of the current directory."""
    if isinstance(comet := table.get("comet"), str) and comet:
        table["comet"] = str(folder / comet)
    if isinstance(data := table.get("data"), dict):
        data.setdefault("folder", ".")
    for section, key in ANCHORED:
        value = table[section].get(key) if isinstance(table.get(section), dict) else None
        if isinstance(value, str) and value:
            # What is no folder here may be the name of a model.
            table[section][key] = (
                str(folder / value) if section != "back_translation" or (folder / value).is_dir() else value
            )
        elif isinstance(value, list):
            table[section][key] = [str(folder / item) for item in value if isinstance(item, str)]


def _parse_override(text: str) -> dict[str, Any]:
    """`a.b=value` as a nested table; what is no TOML value is a string."""
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise ConfigError(f"--set {text}: write it as key=value, for example --set training.steps=1000")
    try:
        nested: Any = parse_toml(f"value = {value}")["value"]
    except ValueError:
        nested = value
    for part in reversed(key.strip().split(".")):
        nested = {part: nested}
    return dict(nested)


def _merge(table: dict[str, Any], extra: Mapping[str, Any], place: str) -> None:
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(table.setdefault(key, {}), dict):
            _merge(table[key], value, place)
        else:
            table[key] = value


def _build(section: type[Section], table: Mapping[str, Any], file: str, place: str) -> Section:
    known = {item.name for item in fields(section)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {place}{near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
            raise ConfigError(f"{file}: unknown key {place}{key}; {hint}")
    hints = get_type_hints(section)
    values = {key: _value(hints[key], value, file, f"{place}{key}") for key, value in table.items()}
    try:
        return section(**values)
    except TypeError as error:
        missing = ", ".join(sorted(known - table.keys() & known))
        raise ConfigError(f"{file}: {place or 'the file '}lacks a key that is needed; not given: {missing}") from error
    except ValueError as error:
        raise ConfigError(f"{file}: {place}{error}") from error


def _value(hint: Any, value: Any, file: str, key: str) -> Any:
    """The value as the type asks for it; whole numbers may stand for floats, lists for tuples."""
    if is_dataclass(hint) and isinstance(value, dict):
        return _build(hint, value, file, key + ".")  # type: ignore[arg-type]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        hint = next(argument for argument in arguments if argument is not type(None))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if origin is tuple and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if origin is Mapping and isinstance(value, dict) and get_origin(arguments[1]) is tuple:
        return {name: _value(arguments[1], item, file, f"{key}.{name}") for name, item in value.items()}
    if origin is Mapping and isinstance(value, dict):
        return value if arguments[1] is Any else {name: str(text) for name, text in value.items()}
    if isinstance(hint, type) and type(value) is hint:
        return value
    wanted = {"tuple": "a list of strings", "str": "a string", "int": "a whole number", "float": "a number"}
    name = getattr(origin or hint, "__name__", str(hint))
    raise ConfigError(f"{file}: {key} must be {wanted.get(name, 'true or false' if name == 'bool' else 'a table')}")
