"""Downloads against a small hub on loopback: what is fetched, which revision is pinned, no pickle ever."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import tinymodels

from subtrans.engines import load_translator
from subtrans.engines.models import hub
from subtrans.engines.models.inventory import inventory, remove
from subtrans.errors import ModelError

MAIN, REQUEST = "1" * 40, "2" * 40
Files = dict[str, bytes]


class Hub:
    """Repositories by name and commit; `asked` are the paths of all requests."""

    def __init__(self) -> None:
        self.commits: dict[str, Files] = {}
        self.author = "SFconvertbot"
        """Whose pull request REQUEST is."""
        self.asked: list[str] = []
        self.refused: str | None = None
        """How the names of files end that it does not give."""

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        url = unquote(urlsplit(path).path)
        self.asked.append(url)
        if not url.removeprefix("/api/models").startswith("/acme/model"):
            return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"
        rest = url.removeprefix("/api/models").removeprefix("/acme/model").strip("/")
        if rest == "discussions":
            return self._json(self._requests())
        action, _, rest = rest.partition("/")
        name = rest.removeprefix("refs/pr/1")
        commit = REQUEST if rest.startswith(("refs/pr/1", REQUEST)) else MAIN
        if rest and not rest.startswith(("main", MAIN, REQUEST, "refs/pr/1")):
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
        files = self.commits[commit]
        if action == "resolve" and self.refused and name.endswith(self.refused):
            return 403, {}, b"{}"
        if action == "resolve":
            content = files[name.partition("/")[2]]
            return 200, {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": commit}, content
        if action == "tree":
            rows = [{"type": "file", "path": p, "size": len(c), "oid": "0" * 40} for p, c in files.items()]
            return self._json(rows)
        siblings = [{"rfilename": name} for name in files]
        return self._json(
            {"id": "acme/model", "sha": commit, "siblings": siblings, "cardData": {"license": "cc-by-4.0"}}
        )

    def _requests(self) -> dict[str, object]:
        request = {"num": 1, "title": "Adding weights", "status": "open", "isPullRequest": True}
        request |= {"author": {"name": self.author}, "createdAt": "2023-03-01T12:00:00.000Z"}
        found = [request | {"repo": {"name": "acme/model", "type": "model"}}] if REQUEST in self.commits else []
        return {"count": len(found), "start": 0, "discussions": found}

    @staticmethod
    def _json(content: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    remote = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = remote.answer(self.path)
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", endpoint + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("SUBTRANS_CACHE", str(tmp_path / "cache"))
    yield remote
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    folder = tinymodels.marian(tmp_path / "work", (">>cmn_Hans<<",))
    return {path.name: path.read_bytes() for path in folder.iterdir()} | {"pytorch_model.bin": b"\x80", "a.gguf": b"x"}


def test_fetched_once_pinned_and_used(served: Hub, files: Files) -> None:
    served.commits = {MAIN: files}
    translator = load_translator("acme/model", source="en", target="zh")
    assert translator.translate(["We are going home."])[0].text
    assert not any(path.endswith((".bin", ".gguf")) for path in served.asked)
    snapshot = hub.find_snapshot("acme/model", None)
    assert snapshot
    assert (snapshot.commit, snapshot.licence) == (MAIN, "cc-by-4.0")
    served.asked.clear()
    load_translator("acme/model", source="en", target="zh")
    assert served.asked == []


def test_the_safetensors_of_the_convert_bot_are_taken(served: Hub, files: Files) -> None:
    pickled = {name: content for name, content in files.items() if not name.endswith(".safetensors")}
    served.commits = {MAIN: pickled, REQUEST: files}
    snapshot = hub.fetch("acme/model", None, offline=False)
    assert snapshot.commit == REQUEST
    assert hub.fetch("acme/model", None, offline=True) == snapshot
    assert not any(path.endswith(".bin") for path in served.asked)


def test_the_safetensors_of_a_stranger_are_not(served: Hub, files: Files) -> None:
    pickled = {name: content for name, content in files.items() if not name.endswith(".safetensors")}
    served.commits = {MAIN: pickled, REQUEST: files}
    served.author = "mallory"
    with pytest.raises(ModelError, match="acme/model has no safetensors"):
        hub.fetch("acme/model", None, offline=False)


def test_only_pickles(served: Hub, files: Files) -> None:
    served.commits = {MAIN: {name: content for name, content in files.items() if not name.endswith(".safetensors")}}
    with pytest.raises(ModelError, match="acme/model has no safetensors, and pickled weights are never loaded"):
        hub.fetch("acme/model", None, offline=False)
    assert not any("/resolve/" in path for path in served.asked)


def test_a_revision_by_name_and_one_that_is_not_there(served: Hub, files: Files) -> None:
    served.commits = {MAIN: files, REQUEST: files}
    assert hub.fetch("acme/model", "refs/pr/1", offline=False).commit == REQUEST
    with pytest.raises(ModelError, match="has no revision v9"):
        hub.fetch("acme/model", "v9", offline=False)
    with pytest.raises(ModelError, match="the hub has no model acme/other"):
        hub.fetch("acme/other", None, offline=False)


def test_downloads_that_were_interrupted_are_listed_and_removed(served: Hub, files: Files, tmp_path: Path) -> None:
    served.commits = {MAIN: files}
    served.refused = ".safetensors"
    with pytest.raises(ModelError, match="cannot fetch acme/model"):
        hub.fetch("acme/model", None, offline=False)
    for name in ("whisper-killed", "diffusion"):
        partial = tmp_path / "hub" / f"models--acme--{name}" / "blobs" / "0123.incomplete"
        partial.parent.mkdir(parents=True)
        partial.write_bytes(b"half")
    pickled = tmp_path / "hub" / "models--acme--whisper-pickled" / "snapshots" / MAIN / "pytorch_model.bin"
    pickled.parent.mkdir(parents=True)
    pickled.touch()
    cached = {entry.description.name: entry for entry in inventory() if entry.where == "cached"}
    assert {name: entry.description.kind for name, entry in cached.items()} == {
        "acme/model": "mt",
        "acme/whisper-killed": "asr",
    }
    for name, entry in cached.items():
        assert entry.problem == "incomplete: pull it again, or remove it"
        assert remove(name) == entry.size > 0
    assert not [entry for entry in inventory() if entry.where == "cached"]
    assert pickled.exists()
    assert partial.exists()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            (200, {"Content-Type": "text/html"}, b"<html>log in</html>"),
            "what answers is not the hub: check the network",
        ),
        ((401, {}, b"{}"), "the hub refuses your token: log in with `hf auth login`, or unset HF_TOKEN"),
        ((503, {}, b"{}"), r"\(Server error '503 Service Unavailable' for url '[^']*'\): check the network"),
    ],
)
def test_answers_that_are_no_model(served: Hub, monkeypatch: pytest.MonkeyPatch, answer, told) -> None:
    monkeypatch.setattr(served, "answer", lambda path: answer)
    with pytest.raises(ModelError, match=told):
        hub.fetch("acme/other", None, offline=False)
