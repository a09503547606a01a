from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from captions import caption
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from subtrans.errors import MissingExtraError, OutputError
from subtrans.events import LagEvent
from subtrans.web.access import Access
from subtrans.web.server import CaptionServer

TOKEN = "correct horse battery"


def get(address: str, path: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of what a browser would ask for."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", path or f"{parts.path}?{parts.query}", headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def look(server: CaptionServer, **options) -> ClientConnection:
    """A reader's socket."""
    parts = urlsplit(server.address)
    query = f"?{parts.query}" if parts.query else ""
    return connect(f"ws://{parts.netloc}/events{query}", proxy=None, open_timeout=10, **options)


def receive(reader: ClientConnection) -> dict:
    return json.loads(reader.recv(timeout=10))


def test_the_page_and_its_parts_come_from_here_alone(serve) -> None:
    server = serve()
    status, headers, page = get(server.address)
    assert status == 200
    assert "<script src=" in page
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    for name in ("captions.css", "captions.js", "icon.svg"):
        status, headers, body = get(server.address, f"/{name}")
        assert status == 200
        assert "//" not in body.replace("http://www.w3.org/2000/svg", "").replace("}://", "").replace("// ", "")
    assert get(server.address, "/../server.py")[0] == 404


def test_events_reach_every_reader(serve) -> None:
    server = serve()
    with look(server) as first, look(server) as second:
        for reader in (first, second):
            assert receive(reader)["captions"] == []
        server.show(caption(1, "Good morning.", "早上好。"))
        server.show(LagEvent(1400, 0.5, 2000, 3400))
        for reader in (first, second):
            assert receive(reader)["text"] == "早上好。"
            assert receive(reader)["lag"] == 1400
    with look(server) as late:
        assert [one["source"] for one in receive(late)["captions"]] == ["Good morning."]


def test_the_last_caption_arrives_before_the_end(serve) -> None:
    with ExitStack() as watching:
        with CaptionServer(Access(port=0)) as server:
            reader = watching.enter_context(look(server))
            receive(reader)
            server.show(caption(1, "Goodbye."))
        assert receive(reader)["source"] == "Goodbye."
        with pytest.raises(ConnectionClosed):
            reader.recv(timeout=10)
    server.show(caption(2, "Nobody is there."))


def test_what_readers_say_changes_nothing(serve) -> None:
    server = serve()
    with look(server) as reader:
        receive(reader)
        reader.send('{"event": "caption"}')
        reader.send(b"\x00")
        server.show(caption(1, "Still here."))
        assert receive(reader)["source"] == "Still here."


def test_other_sites_and_names_are_turned_away(serve) -> None:
    server = serve()
    assert get(server.address, Host="evil.example")[0] == 403
    with pytest.raises(InvalidStatus, match="403"), look(server, origin="http://evil.example"):
        pass


def test_what_is_no_http_is_refused_and_is_no_news(serve, caplog) -> None:
    parts = urlsplit(serve().address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as browser:
        browser.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # as one that tries https
        assert browser.recv(100).startswith(b"HTTP/1.1 400")
    assert caplog.records == []


def test_without_the_token_there_is_no_page_and_no_socket(serve) -> None:
    server = serve(host="0.0.0.0", token=TOKEN)
    port = urlsplit(server.address).port
    status, _, body = get(server.address, "/?token=wrong")
    assert (status, body) == (403, "the token is missing or wrong: open the whole address, with ?token= at its end\n")
    with pytest.raises(InvalidStatus, match="403"), connect(f"ws://127.0.0.1:{port}/events", proxy=None):
        pass
    assert get(server.address)[0] == 200
    with look(server) as reader:
        assert receive(reader)["event"] == "hello"


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OutputError, match=f"cannot be served at 127.0.0.1:{port} .*choose another --port"):
            CaptionServer(Access(port=port)).__enter__()


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(OutputError, match=r"cannot be served at 203\.0\.113\.1:0 \(.+\): check --host"):
        CaptionServer(Access("203.0.113.1", 0, TOKEN)).__enter__()


def test_without_the_extra_it_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MissingExtraError, match=r"subtrans\[live\]"):
        CaptionServer(Access(port=0)).__enter__()


def test_its_loop_is_the_same_everywhere(serve, monkeypatch) -> None:
    # That of Windows shows a traceback for a reader that breaks off, and may take in no further one.
    monkeypatch.setattr(asyncio, "new_event_loop", lambda: pytest.fail("the loop of this system"))
    assert get(serve().address)[0] == 200


def test_its_thread_ends_with_it(serve) -> None:
    with CaptionServer(Access(port=0)):
        assert any(thread.name == "captions page" for thread in threading.enumerate())
    assert not any(thread.name == "captions page" for thread in threading.enumerate())


def idle(server: CaptionServer) -> socket.socket:
    """A connection that asks for nothing."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def is_ended(connection: socket.socket) -> bool:
    """Whether the server ends it; False if it still holds it when that takes too long."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def test_who_only_connects_does_not_take_all_the_files_that_the_process_may_open(serve, monkeypatch) -> None:
    monkeypatch.setattr("subtrans.web.server.CONNECTIONS", 3)
    server = serve()
    with ExitStack() as stack:
        reader = stack.enter_context(look(server))
        receive(reader)
        for _ in range(2):
            stack.enter_context(idle(server))
        assert is_ended(stack.enter_context(idle(server)))
        server.show(caption(1, "Hello."))
        assert receive(reader)["number"] == 1


def test_a_connection_that_asks_for_nothing_is_ended_and_a_reader_is_not(serve, monkeypatch) -> None:
    monkeypatch.setattr("subtrans.web.server.PATIENCE", 0.1)
    server = serve()
    with look(server) as reader, idle(server) as connection:
        receive(reader)
        assert is_ended(connection)
        server.show(caption(1, "Hello."))
        assert receive(reader)["number"] == 1


def test_an_address_that_only_looks_like_another_needs_the_token(serve) -> None:
    server = serve(token=TOKEN)
    for path in ("/%0A", "/events%0A", "//", "/captions.js/"):
        assert get(server.address, path)[0] == 403
    assert get(server.address, "/captions.js")[0] == 200
