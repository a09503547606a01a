"""The command as a program of its own, with engines without models behind it, for tests of how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
