from __future__ import annotations

from urllib.request import urlopen

import click
import pytest

from subtrans.cli.page import access, page
from subtrans.web.access import Access

TOKEN = "correct horse"


def test_what_was_asked_for() -> None:
    assert access(serve=False, host=None, port=None, token=None) is None
    assert access(serve=True, host=None, port=None, token=None) == Access()
    assert access(serve=True, host="0.0.0.0", port=0, token=TOKEN) == Access("0.0.0.0", 0, TOKEN)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"host": "0.0.0.0"}, "0.0.0.0 can be reached from other machines: give a --token"),
        ({"token": "short"}, "--token needs at least 8 characters"),
        ({"serve": False, "port": 80}, "give --serve too"),
    ],
)
def test_what_cannot_be(asked, message) -> None:
    with pytest.raises(click.UsageError, match=message):
        access(**{"serve": True, "host": None, "port": None, "token": None, **asked})


def test_the_address_is_told(capsys) -> None:
    with page(Access(port=0), "en", ["zh"]) as [server]:
        told = capsys.readouterr().err
        assert told == f"Captions are at {server.address}\n"
        with urlopen(server.address, timeout=10) as answer:
            assert answer.status == 200
