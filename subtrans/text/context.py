"""A text that is to be seen with those before it, as one text; the text and its predecessors apart.

Each predecessor has `CONTEXT` behind it. So the text of a question is all that its answer depends on, and a translator
that knows no context never meets one.
"""

from __future__ import annotations

CONTEXT = "\x02"
"""The control character that says that the text begins behind it."""


def own(text: str) -> str:
    """A text without its predecessors."""
    return text.rpartition(CONTEXT)[2]


def predecessors(text: str) -> str:
    """What stands before a text, to the last `CONTEXT`."""
    return text[: len(text) - len(own(text))]
