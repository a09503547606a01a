"""All that a run found, from words to cues, to JSON and back.

    {
      "version": 1,
      "source": {"file": "talk.mp4", "language": "en", "duration": 73012},
      "sentences": [
        {"start": 310, "end": 1980, "text": "Good morning.",
         "words": [{"start": 310, "end": 700, "text": " Good", "probability": 0.98}, ...]}, ...],
      "targets": [
        {"language": "zh",
         "translations": [{"text": "早上好。", "score": -0.21}, ...],
         "cues": [{"start": 310, "end": 1980, "lines": ["早上好。"]}, ...]}, ...]
    }

Times are integer milliseconds. The words of a sentence, joined, are its text; `translations[i]` is that of
`sentences[i]`. A probability is between 0 and 1; a score is the mean log-probability of a token, or null where the
engine gives none; a translation that is surely wrong has `faults`, by the names in `text.guards.FAULTS`. A word with
which another person begins to speak has `"turn": true`; where the language may change, each word has its `language`.
Where the engine tells, a translation has an `alignment`: pairs of a character of its text and one of the sentence's. A
cue has of `italic`, `anchor`, `position`, `style` and `speaker` what is not as usual, see `types.Look`. `duration` and
`file` may be null.
New fields may come within a version; readers ignore what they do not know.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from typing import Any

from subtrans.errors import InputError
from subtrans.types import Cue, Look, Sentence, Span, Translation, Word

VERSION = 1


@dataclass(frozen=True, slots=True)
class Target:
    """What one target language got: a translation for each sentence of the document, and the cues made of them."""

    language: str
    translations: tuple[Translation, ...]
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a run heard in one file, and what it made of it."""

    file: str | None
    language: str
    duration: int | None
    sentences: tuple[Sentence, ...]
    targets: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        for target in self.targets:
            if tuple(translation.sentence for translation in target.translations) != tuple(self.sentences):
                raise ValueError(f"the translations into {target.language} are not those of the sentences")


def write_document(document: Document) -> str:
    """`document` as indented JSON, a final line feed included."""
    return json.dumps(document_to_dict(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def document_to_dict(document: Document) -> dict[str, Any]:
    """`document` as dicts, lists, strings and numbers, in the shape that this file's head shows."""
    return {
        "version": VERSION,
        "source": {"file": _text(document.file), "language": document.language, "duration": document.duration},
        "sentences": [sentence_to_dict(sentence) for sentence in document.sentences],
        "targets": [
            {
                "language": target.language,
                "translations": [
                    {
                        "text": _text(translation.text),
                        "score": _number(translation.score),
                        **_told(alignment=list(map(list, translation.alignment)), faults=list(translation.faults)),
                    }
                    for translation in target.translations
                ],
                "cues": [
                    {
                        "start": cue.span.start,
                        "end": cue.span.end,
                        "lines": [_text(line) for line in cue.lines],
                        **_look(cue.look),
                    }
                    for cue in target.cues
                ],
            }
            for target in document.targets
        ],
    }


def sentence_to_dict(sentence: Sentence) -> dict[str, Any]:
    """One element of `sentences`."""
    return {
        "start": sentence.span.start,
        "end": sentence.span.end,
        "text": _text(sentence.text),
        "words": [
            {
                "start": word.span.start,
                "end": word.span.end,
                "text": _text(word.text),
                "probability": _number(word.probability),
                **_told(turn=word.turn, language=word.language, note=word.note),
            }
            for word in sentence.words
        ],
    }


def translation_to_line(translation: Translation, file: str | None = None) -> str:
    """One translated sentence as one line of JSON, without a line feed: its times, its source, its text and its score.

    With `file`, the name of the recording comes first.

    {"start": 310, "end": 1980, "source": "Good morning.", "text": "早上好。", "score": -0.21}
    """
    span = translation.sentence.span
    line = {
        **({} if file is None else {"file": _text(file)}),
        "start": span.start,
        "end": span.end,
        "source": _text(translation.sentence.text),
        "text": _text(translation.text),
        "score": _number(translation.score),
        **_told(faults=list(translation.faults)),
    }
    return json.dumps(line, ensure_ascii=False, allow_nan=False)


def _told(**found: Any) -> dict[str, Any]:
    """What there is of it."""
    return {name: value for name, value in found.items() if value}


def _look(look: Look) -> dict[str, Any]:
    """What is not as usual."""
    found = {field.name: getattr(look, field.name) for field in fields(look)}
    return {name: value for name, value in found.items() if value != getattr(Look(), name)}


def _text(text: str | None) -> str | None:
    """`text` without halves of surrogate pairs, such as undecodable bytes of a file name, which UTF-8 cannot hold."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


def _number(value: float | None) -> float | None:
    """`value` to six digits; JSON has no infinity and no NaN."""
    return round(float(value), 6) if value is not None and math.isfinite(value) else None


def read_document(text: str) -> Document:
    """The document that `text`, written by `write_document`, holds; InputError where it holds none."""
    try:
        return document_from_dict(json.loads(text.removeprefix("\ufeff")))
    except json.JSONDecodeError as error:
        raise InputError(f"line {error.lineno}: not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise InputError("not a document of subtrans: its JSON goes too deep or holds a number too long") from error


def document_from_dict(data: Any) -> Document:
    """The inverse of `document_to_dict`; InputError for any other shape, and for a version that is not ours."""
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise InputError("not a document of subtrans: it has no version")
    if data["version"] != VERSION:
        raise InputError(f"a document of version {data['version']}, and this program reads {VERSION}: update it")
    try:
        sentences = tuple(Sentence(tuple(_word(word) for word in sentence["words"])) for sentence in data["sentences"])
        targets = tuple(_target(target, sentences) for target in data["targets"])
        source = data["source"]
        return Document(source["file"], source["language"], source["duration"], sentences, targets)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"a document of subtrans is damaged: {type(error).__name__}: {error}") from error


def _target(data: Any, sentences: tuple[Sentence, ...]) -> Target:
    if len(data["translations"]) != len(sentences):
        raise ValueError(f"{len(data['translations'])} translations of {len(sentences)} sentences")
    pairs = zip(sentences, data["translations"], strict=True)
    return Target(
        language=data["language"],
        translations=tuple(
            Translation(
                sentence,
                item["text"],
                item["score"],
                alignment=tuple((there, here) for there, here in item.get("alignment", ())),
                faults=tuple(item.get("faults", ())),
            )
            for sentence, item in pairs
        ),
        cues=tuple(Cue(_span(cue), tuple(cue["lines"]), _look_from(cue)) for cue in data["cues"]),
    )


def _look_from(cue: Any) -> Look:
    position = cue.get("position")
    return Look(
        bool(cue.get("italic", False)),
        cue.get("anchor", Look().anchor),
        (float(position[0]), float(position[1])) if position else None,
        cue.get("style", Look().style),
        str(cue.get("speaker", "")),
    )


def _word(data: Any) -> Word:
    turn, note = bool(data.get("turn", False)), bool(data.get("note", False))
    return Word(data["text"], _span(data), _probability(data), turn, data.get("language"), note)


def _span(data: Any) -> Span:
    return Span(data["start"], data["end"])


def _probability(data: Any) -> float:
    value = data["probability"]
    return 0.0 if value is None else float(value)
