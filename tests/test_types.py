"""What the values that walk refuse where they are made."""

from __future__ import annotations

import numpy as np
import pytest

from subtrans import Cue, Span


@pytest.mark.parametrize(("start", "end"), [(1.5, 3.0), (1, 3.0), (-1, 3), (3, 1), (np.int64(1), 3)])
def test_a_span_is_in_whole_milliseconds_from_zero_on(start, end) -> None:
    with pytest.raises((TypeError, ValueError), match="a span "):
        Span(start, end)


@pytest.mark.parametrize("lines", ["one", ["one"], (), (" ",), ("one\ntwo",)])
def test_a_cue_has_lines_of_text(lines) -> None:
    with pytest.raises((TypeError, ValueError), match="cue"):
        Cue(Span(0, 1000), lines)
