"""Nothing leaves the machine: what the libraries would tell of their use is off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_onnxruntime_reports_to_nobody(tmp_path) -> None:
    # Where it reports, it keeps an identifier of the machine and a queue in the cache folder.
    program = "import subtrans, onnxruntime; onnxruntime.get_device(); print(len(onnxruntime.get_all_providers()))"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    assert list(tmp_path.iterdir()) == []


def test_a_user_may_say_otherwise() -> None:
    program = "import os, subtrans; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = dict(os.environ, ORT_DISABLE_TELEMETRY="0")
    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=environment, capture_output=True)
    assert done.stdout.split() == [b"0"]
