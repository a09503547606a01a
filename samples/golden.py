"""What the models that ship make of these samples, into golden/: `python samples/golden.py`.

With `--check` nothing is written: the output is compared with golden/, what differs is printed as a diff, and the
exit code is 1. Another processor may choose another word where two are nearly as good.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
SUBTRANS = (sys.executable, "-c", "from subtrans.cli import main; main()")


def make(folder: Path) -> None:
    """Run the three commands on the samples; every output is a file in `folder`."""
    talk = ["subtitle", str(HERE / "talk.mp4"), "--from", "en", "--to", "zh", "--transcript", "--overwrite"]
    subtrans(*talk, "--output-dir", str(folder))
    memo = subtrans("speech", str(HERE / "memo.flac"), "--from", "en", "--to", "zh", "--with-source")
    (folder / "memo.zh.tsv").write_bytes(memo)
    letter = subtrans("text", "--file", str(HERE / "letter.txt"), "--from", "en", "--to", "zh")
    (folder / "letter.zh.txt").write_bytes(letter)


def subtrans(*arguments: str) -> bytes:
    done = subprocess.run([*SUBTRANS, *arguments], check=False, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"subtrans {' '.join(arguments)} ended with {done.returncode}")
    return done.stdout


def differences(folder: Path) -> list[str]:
    """A unified diff from golden/ to `folder`."""
    lines: list[str] = []
    for name in sorted({path.name for path in (*GOLDEN.iterdir(), *folder.iterdir())}):
        expected, found = ((place / name) for place in (GOLDEN, folder))
        texts = [path.read_text("utf-8").splitlines() if path.exists() else [] for path in (expected, found)]
        lines += difflib.unified_diff(*texts, f"golden/{name}", f"now/{name}", lineterm="")
    return lines


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        with tempfile.TemporaryDirectory() as temporary:
            make(Path(temporary))
            changes = differences(Path(temporary))
        print("\n".join(changes) if changes else "golden/ is what comes out")
        sys.exit(1 if changes else 0)
    GOLDEN.mkdir(exist_ok=True)
    make(GOLDEN)
    for path in sorted(GOLDEN.iterdir()):
        print(f"{path}\n{path.read_text('utf-8')}")
