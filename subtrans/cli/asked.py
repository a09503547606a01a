"""What the options of a command say about the engines, as one value."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeVar

from subtrans import engines

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.engines import TranslatorOptions
    from subtrans.ports import Translator
    from subtrans.text.glossary import Glossary
    from subtrans.types import Span

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked of the engines; None where nothing was said, so that the engine's own default holds."""

    target: str
    source: str | None
    via: str | None
    mt: str
    offline: bool
    device: str | None
    compute_type: str | None
    beam_size: int | None
    batch_size: int | None
    threads: int | None
    asr: str = ""
    """The recogniser; none of a command that hears nothing."""
    align: str | None = None
    memory: Path | None = None
    no_journal: bool = False
    models: tuple[str, ...] = ()
    """Several translators of which the first that can do the pair is taken; `mt` is the first of them."""
    track: int | None = None
    part: Span | None = None
    glossary: Path | None = None
    hotwords: str | None = None
    num_hypotheses: int | None = None
    allowed: tuple[str, ...] = ()
    asr_device: str | None = None
    mt_device: str | None = None
    formality: str | None = None
    by_channel: bool = False
    multilingual: bool = False
    alone: bool | None = None
    """Whether what is heard and translated comes piece by piece, and each is waited for."""

    def on(self, device: str | None) -> Asked:
        """The same, of an engine that may have a device of its own."""
        return replace(self, device=device or self.device)

    def steer(self, options: Options) -> Options:
        """The engine's options with what was asked for in the place of their defaults."""
        known = {field.name for field in fields(options)}  # type: ignore[arg-type]
        given = {name: value for name in known if (value := getattr(self, name, None)) is not None}
        return replace(options, **given)  # type: ignore[type-var]

    def check_translator(self, name: str, source: str) -> None:
        """Whether the translator called `name` can do what was asked, from `source`; else its error."""
        engines.check_translator(name, source, self.target, self.via, offline=self.offline, formality=self.formality)

    def load_translator(
        self, name: str, source: str, options: TranslatorOptions, terms: Glossary | None, *, guarded: bool = True
    ) -> Translator:
        """That translator, with what was asked for in the place of its `options`."""
        from subtrans.engines.machine.heap import share_one_heap

        share_one_heap()
        return engines.load_translator(
            name,
            source=source,
            target=self.target,
            via=self.via,
            options=self.steer(options),
            offline=self.offline,
            glossary=terms,
            guarded=guarded,
        )
