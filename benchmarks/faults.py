"""Damage media files at random and give each to `subtrans speech` with the models that ship.

    python benchmarks/faults.py [--files 320] [--seed 1] [--seconds 8]

Each must end by itself, with an exit code of the table in the README and no traceback. Exits with 1 unless all do.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import functools
import subprocess
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from subtrans import engines
from subtrans.cli.group import subtrans
from subtrans.media.ffmpeg import executable

ROOT = Path(__file__).parent.parent
PICTURE = ("-f", "lavfi", "-i", "color=size=64x36:rate=5:duration={}")
FORMS = {
    "mp4": (*PICTURE, "-c:a", "aac"),
    "mkv": (*PICTURE, "-c:a", "aac"),
    "webm": (*PICTURE, "-c:a", "libopus"),
    "mp3": (),
    "ogg": ("-c:a", "libvorbis"),
    "flac": (),
    "wav": (),
}
ALLOWED = {0, 1, 3}
HANG = 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=320)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    sys.path.append(str(ROOT / "tests"))
    from mutations import mutations

    # The models are loaded once; what is tried is all that comes before and after them.
    detector = functools.cache(engines.load_detector)
    recogniser = engines.load_transcriber("asr-en-nano", language="en")
    translator = engines.load_translator("mt-en-zh-nano", source="en", target="zh")
    engines.load_detector = lambda *asked: detector()
    engines.load_transcriber = lambda *asked, **more: recogniser
    engines.load_translator = lambda *asked, **more: translator
    codes: dict[str, collections.Counter[int]] = {}
    bad = []
    each = -(-options.files // len(FORMS))
    with tempfile.TemporaryDirectory() as folder:
        for seed, form in enumerate(FORMS):
            source = make(Path(folder), form, options.seconds)
            codes[form] = collections.Counter()
            for name, data in mutations(source.read_bytes(), each, options.seed * 100 + seed):
                path = Path(folder, f"{name}.{form}")
                path.write_bytes(data)
                faulthandler.dump_traceback_later(HANG, exit=True)
                command = ["speech", str(path), "--from", "en", "--to", "zh", "--no-journal"]
                result = CliRunner().invoke(subtrans, command)
                faulthandler.cancel_dump_traceback_later()
                codes[form][result.exit_code] += 1
                if result.exit_code not in ALLOWED or "Traceback" in result.stderr or "unexpected" in result.stderr:
                    bad.append((path.name, result.exit_code, result.stderr))
                path.unlink()
    print("| | files | " + " | ".join(f"exit code {code}" for code in sorted(ALLOWED)) + " |")
    print("| --- " * (2 + len(ALLOWED)) + "|")
    for form, found in codes.items():
        print(f"| {form} | {each} | " + " | ".join(str(found[code]) for code in sorted(ALLOWED)) + " |")
    print(f"\n{each * len(FORMS)} files, {len(bad)} that ended otherwise")
    for line in bad:
        print(*line)
    return 1 if bad else 0


def make(folder: Path, form: str, seconds: int) -> Path:
    path = folder / f"source.{form}"
    options = [option.format(seconds) for option in FORMS[form]]
    command = [executable(), "-v", "error", "-t", str(seconds), "-i", str(ROOT / "samples/memo.flac"), *options]
    subprocess.run([*command, str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


if __name__ == "__main__":
    sys.exit(main())
