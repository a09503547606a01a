from __future__ import annotations

import pytest

from subtrans.web.access import Access

TOKEN = "correct horse battery"
LOCAL = Access()
OPEN = Access("0.0.0.0", token=TOKEN)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]:8765", "127.1.2.3"])
def test_a_page_of_this_machine_answers_to_its_own_names(host) -> None:
    assert LOCAL.refuse({"host": host}, None, secret=True) is None


@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.9"),
        *("[::1", "[", "0x7f.1", ":", "127.0.0.1:8765@evil.example", "evil.example@127.0.0.1", "127.0.0.1/evil"),
        *("127.0.0.1; script-src *", "127.0.0.1 evil.example"),
    ],
)
def test_a_name_that_was_pointed_here_is_refused(host) -> None:
    assert "not the name" in str(LOCAL.refuse({"host": host}, None, secret=True))


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "http://127.0.0.1:8765.evil", ""]
)
def test_another_site_is_refused(origin) -> None:
    headers = {"host": "127.0.0.1:8765", "origin": origin}
    assert "another site" in str(LOCAL.refuse(headers, None, secret=True))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_page_itself_may_read(scheme) -> None:
    headers = {"host": "127.0.0.1:8765", "origin": f"{scheme}://127.0.0.1:8765"}
    assert LOCAL.refuse(headers, None, secret=True) is None


@pytest.mark.parametrize("token", [None, "", "correct", TOKEN + " ", TOKEN.upper(), "密码"])
def test_a_wrong_token_is_refused(token) -> None:
    assert "token" in str(OPEN.refuse({"host": "192.168.1.9:8765"}, token, secret=True))


def test_the_token_opens_what_is_secret_and_the_rest_needs_none() -> None:
    assert OPEN.refuse({"host": "192.168.1.9:8765"}, TOKEN, secret=True) is None
    assert OPEN.refuse({"host": "192.168.1.9:8765"}, None, secret=False) is None


def test_an_open_page_is_safe_from_names_too() -> None:
    assert OPEN.refuse({"host": "evil.example"}, TOKEN, secret=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.9", "lecture.example"])
def test_a_network_needs_a_token(host) -> None:
    with pytest.raises(ValueError, match="a token is needed"):
        Access(host)
    with pytest.raises(ValueError, match="at least 8 characters"):
        Access(host, token="short")
    assert not Access(host, token=TOKEN).is_local
