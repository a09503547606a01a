"""A command with many options in; a help that has them in sections, by what they are about, out."""

from __future__ import annotations

import click

from subtrans.cli.parameters import flag

SECTIONS = {
    "Input": "file list watch part audio-track by-channel track list-devices microphone replay replay-speed pcm",
    "Languages": "to from via allow-language multilingual",
    "Output": """
        output output-dir overwrite skip-existing format transcript json with-source bilingual forced sdh mux burn font
        text-file save record report
    """,
    "Web page": "serve host port token",
    "Layout": "profile max-cps shots",
    "Recogniser": "asr hotwords align",
    "Translator": "mt formality glossary memory",
    "Machine": "device asr-device mt-device compute-type beam-size batch-size threads offline no-journal",
}
"""The options in each section and their order there; what every command has comes last, as Options."""


class SectionedCommand(click.Command):
    """A command whose help has its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sections of which the command has options."""
        left = {flag(option): option for option in self.get_params(ctx) if isinstance(option, click.Option)}
        known = {title: [left.pop(name) for name in names.split() if name in left] for title, names in SECTIONS.items()}
        for title, options in {**known, "Options": left.values()}.items():
            records = [record for option in options if (record := option.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
