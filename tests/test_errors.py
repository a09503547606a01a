"""Errors say the same in another process, as those of a pool's workers do."""

from __future__ import annotations

import pickle

import pytest

from subtrans.errors import InputError, MissingExtraError, SubtransError
from subtrans.media.ffmpeg import FFmpegError


@pytest.mark.parametrize(
    "error",
    [
        InputError("talk.mp4 does not exist: check the name"),
        MissingExtraError("COMET", install="pipx install unbabel-comet"),
        MissingExtraError("Training", "train"),
        FFmpegError(-9, ()),
        FFmpegError(1, ("talk.mp4: Invalid data", "more")),
    ],
)
def test_an_error_that_went_to_another_process_is_the_same(error: SubtransError) -> None:
    there = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert str(there) == str(error)
    assert vars(there) == vars(error)
