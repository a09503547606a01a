"""What happens while somebody speaks, as JSON lines: an event in, its line out, and back.

    {"event": "caption", "number": 3, "start": 5120, "end": 6480, "source": "Good morning.", "language": "zh",
     "text": "早上好。", "final": true, "words": [{"text": " Good", "start": 5120, "end": 5400}, ...],
     "audio": 7200, "emitted": 7410}
    {"event": "lag", "lag": 210, "level": 0.041, "audio": 7200, "emitted": 7410}
    {"event": "degrade", "step": "longer steps", "active": true, "audio": 7200, "emitted": 7410}
    {"event": "language", "language": "de", "audio": 7200, "emitted": 7410}

Times are integer milliseconds of the sound; `audio` is how much of it had been heard by then, and `emitted` the clock
since the start. A caption takes the place of the earlier one of its `number` and `language` (a BCP-47 tag); one that is
`final` stays, and a draft with an empty `source` is taken back. `words` are those that will not change any more. A
translation that may be wrong has `faults`, by the names in `text.guards.FAULTS`. `lag` is how much sound waits to be
heard, `level` how loud it is, 0 to 1; a `step` is given up to keep up, or no more. The
`language` that is spoken is told once, where it was heard and not given.
New fields may come; readers ignore what they do not know.
"""

from __future__ import annotations

import json
from typing import Any

from subtrans.events import CaptionEvent, DegradeEvent, LagEvent, LanguageEvent, LiveEvent
from subtrans.types import Caption, Span, Word


def event_to_line(event: LiveEvent) -> str:
    """One object on one line, with `event` first and the two clocks, `audio` and `emitted`, last; all in ms."""
    return json.dumps({**_facts(event), "audio": event.audio, "emitted": event.emitted}, ensure_ascii=False)


def event_from_line(line: str) -> LiveEvent:
    """The event of a line that `event_to_line` wrote; ValueError for any other."""
    try:
        return _event(json.loads(line))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"not an event of a live run: {line[:80]!r}") from error


def _facts(event: LiveEvent) -> dict[str, Any]:
    if isinstance(event, LagEvent):
        return {"event": "lag", "lag": event.lag, "level": round(event.level, 3)}
    if isinstance(event, DegradeEvent):
        return {"event": "degrade", "step": event.step, "active": event.active}
    if isinstance(event, LanguageEvent):
        return {"event": "language", "language": event.language}
    caption = event.caption
    return {
        "event": "caption",
        "number": caption.number,
        "start": caption.span.start,
        "end": caption.span.end,
        "source": caption.source,
        **({"language": caption.language} if caption.language else {}),
        "text": caption.text,
        "final": caption.final,
        **({"faults": list(caption.faults)} if caption.faults else {}),
        "words": [{"text": word.text, "start": word.span.start, "end": word.span.end} for word in event.words],
    }


def _event(found: dict[str, Any]) -> LiveEvent:
    clocks = found["audio"], found["emitted"]
    if found["event"] == "lag":
        return LagEvent(found["lag"], found["level"], *clocks)
    if found["event"] == "degrade":
        return DegradeEvent(found["step"], found["active"], *clocks)
    if found["event"] == "language":
        return LanguageEvent(str(found["language"]), *clocks)
    if found["event"] != "caption":
        raise KeyError(found["event"])
    span = Span(found["start"], found["end"])
    words = tuple(Word(word["text"], Span(word["start"], word["end"])) for word in found["words"])
    faults = tuple(map(str, found.get("faults", ())))
    shown = found["number"], span, found["source"], found["text"], found["final"]
    caption = Caption(*shown, faults, language=str(found.get("language", "")))
    return CaptionEvent(caption, words, *clocks)
