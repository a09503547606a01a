"""The command as a program of its own, with engines without models behind it, for tests of how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "cli/with_fakes.py"


def start(folder: Path, *arguments: str, before: str = "", **environment: str) -> subprocess.Popen[str]:
    """`subtrans ARGUMENTS` in that folder, behind the lines of Python in `before`."""
    behind = f"{before}\nimport runpy\nrunpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    return subprocess.Popen(
        [sys.executable, *(["-c", behind] if before else [PROGRAM]), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def runs(process: int) -> bool:
    """Whether the process has not ended."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def children(parent: int) -> set[int]:
    """The processes, zombies too, whose parent is this one."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.add(int(stat.parent.name))
    return found
