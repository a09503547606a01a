"""Sources, translations and references in; COMET out, by Unbabel's own program if that is there (Rei et al. 2022).

It is asked as a program and not imported: its packages want an environment of their own (`pipx install unbabel-comet`),
and its weights are a pickle, which only the program itself opens.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from subtrans.engines.machine.devices import cuda_problem
from subtrans.errors import MissingExtraError, ModelError, SubtransError
from subtrans.evaluate.scores import Score, check_lengths

PROGRAM = "comet-score"


def check_comet(model: Path) -> str:
    """The path of the program; an error if it, or the model's checkpoint (`.ckpt`), is not there."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingExtraError("COMET", install="pipx install unbabel-comet")
    if not model.is_file():
        raise ModelError(f"{model} is no COMET model: give its .ckpt file, such as wmt22-comet-da's")
    return program


def comet(sources: Sequence[str], hypotheses: Sequence[str], references: Sequence[str], model: Path) -> Score:
    """The mean of the model's scores for the sentences, times 100; SubtransError if the program fails."""
    program = check_comet(model)
    check_lengths(hypotheses, references)
    check_lengths(sources, references)
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--quiet", "--gpus", "0" if cuda_problem() else "1", "--model", str(model.resolve())]
        for option, texts in (("-s", sources), ("-t", hypotheses), ("-r", references)):
            file = Path(folder, f"texts{option}")
            file.write_text("".join(f"{' '.join(text.split())}\n" for text in texts), encoding="utf-8")
            command += [option, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    found = re.findall(r"\tscore: (-?\d+\.\d+)\s*$", done.stdout, flags=re.MULTILINE)
    if done.returncode or not found:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise SubtransError(f"{PROGRAM} failed ({said[:200]}): check that it works on its own")
    return Score("COMET", 100 * float(found[-1]), f"nrefs:1|model:{model.parent.parent.name}/{model.name}")
