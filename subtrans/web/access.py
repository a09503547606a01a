"""A request's headers and token in, the reason why it is refused, or None, out.

The captions are what somebody says in a room, so nobody reads them by accident: not another site that the browser has
open (its `Origin` is not ours), not a name that an attacker has pointed at this machine (DNS rebinding: the `Host` is
not ours), and beyond this machine nobody without the token.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

SHORTEST_TOKEN = 8
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Access:
    """Where the page is served and to whom; ValueError when it would be open to a network."""

    host: str = "127.0.0.1"
    """The address or name to listen on; 0.0.0.0 is every address of this machine."""
    port: int = 8765
    """0 takes any that is free."""
    token: str | None = None
    """What readers must have in their address, as ?token=; needed for any address but a loopback one."""

    def __post_init__(self) -> None:
        if self.token is None and not self.is_local:
            raise ValueError(f"{self.host} can be reached from other machines: a token is needed")
        if self.token is not None and len(self.token) < SHORTEST_TOKEN:
            raise ValueError(f"a token needs at least {SHORTEST_TOKEN} characters: others could guess it")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the page."""
        return _is_loopback(self.host)

    def refuse(self, headers: Mapping[str, str], token: str | None, *, secret: bool) -> str | None:
        """Why a request is not answered; `secret` says whether what it asks for needs the token."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            return "this is not the name of the page: open the address that subtrans has printed"
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{host.lower()}", f"https://{host.lower()}"}:
            return "another site may not read the captions"
        if (
            secret
            and self.token is not None
            and not secrets.compare_digest((token or "").encode(), self.token.encode())
        ):
            return "the token is missing or wrong: open the whole address, with ?token= at its end"
        return None

    def _is_ours(self, header: str) -> bool:
        """Whether a `Host` names this machine and not a name that somebody else may point at it."""
        match = _HOST.fullmatch(header.lower())
        if match is None:
            return False
        name = match["name"].strip("[]")
        if self.is_local:
            return _is_loopback(name)
        machine = socket.gethostname().lower()
        return _is_address(name) or name in {self.host.lower(), "localhost", machine, f"{machine}.local"}


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name.lower() == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)
