"""What windows side by side, and memory that is kept, are worth to a recogniser on a processor, by its model's shape.

    python benchmarks/lanes.py [--shapes base small] [--windows 8] [--rounds 3] [--threads N]

The models have the shapes of Whisper's and random weights, which take as long. Each way has a process of its own, in
turn: all threads at one window, as CTranslate2 does it left alone; the same with memory kept; and windows side by side.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import report

from subtrans.engines.machine.threads import cores, lanes, rest_while_waiting, side_by_side

SHAPES = {"tiny": (384, 4, 4, 6), "base": (512, 6, 6, 8), "small": (768, 12, 12, 12), "turbo": (1280, 32, 4, 20)}
"""Width, layers of the encoder and of the decoder, heads."""
WAYS = {
    "all threads at one window": (False, False),
    "the same, memory kept": (True, False),
    "side by side, memory kept": (True, True),
}
PROMPT, TOKENS = [50258, 50259, 50359, 50363], 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", default=["base", "small"], help=", ".join(SHAPES))
    parser.add_argument("--windows", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=cores())
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(hear(Path(options.shapes[0]), options.windows, options.threads, *WAYS[options.way])))
        return
    figures: dict[str, dict[str, list[dict[str, float]]]] = {}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for shape in options.shapes:
            model = make(Path(folder), shape)
            found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
            for _ in range(options.rounds):
                for way, taken in found.items():
                    asked = ["--windows", options.windows, "--threads", options.threads, "--way", way]
                    command = [sys.executable, __file__, "--shapes", str(model), *map(str, asked)]
                    taken.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
            first = statistics.median(one["seconds"] for one in found[next(iter(WAYS))])
            for way, taken in found.items():
                seconds, work, system, peak = (statistics.median(one[key] for one in taken) for key in taken[0])
                speed = f"{first / seconds:.2f}x"
                rows.append([shape, way, f"{seconds:.2f}", speed, f"{work:.2f}", f"{system:.2f}", f"{peak:.0f}"])
            figures[shape] = found
    heads = ["shape", "way", "time, s", "as fast", "processor time, s", "of it the system's", "peak memory, MB"]
    report("lanes", heads, rows, figures, f"{options.windows} windows, {options.threads} threads.")


def make(folder: Path, shape: str) -> Path:
    """A model of that shape in CTranslate2's format; torch is done with when its process ends."""
    program = f"import lanes, pathlib; lanes.write(pathlib.Path({str(folder)!r}), {shape!r})"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent)
    return folder / shape


def write(folder: Path, shape: str) -> None:
    """Write it, with int8 weights."""
    from ctranslate2.converters.transformers import WhisperLoader
    from ctranslate2.specs import whisper_spec
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    width, encoder, decoder, heads = SHAPES[shape]
    both = {"attention_heads": heads, "ffn_dim": 4 * width}
    sizes = {f"{side}_{name}": size for side in ("encoder", "decoder") for name, size in both.items()}
    config = WhisperConfig(d_model=width, encoder_layers=encoder, decoder_layers=decoder, **sizes)
    model, loader = WhisperForConditionalGeneration(config), WhisperLoader()
    spec = whisper_spec.WhisperSpec(encoder, heads, decoder, heads)
    loader.set_encoder(spec.encoder, model.model.encoder)
    loader.set_decoder(spec.decoder, model.model.decoder)
    loader.set_linear(spec.decoder.projection, model.proj_out)
    named = {50257: "<|endoftext|>", 50258: "<|startoftranscript|>", 50362: "<|nospeech|>", 50363: "<|notimestamps|>"}
    spec.register_vocabulary([named.get(token, f"t{token}") for token in range(config.vocab_size)])
    spec.validate()
    spec.optimize(quantization="int8")
    (folder / shape).mkdir()
    spec.save(str(folder / shape))


def hear(model: Path, windows: int, threads: int, kept: bool, beside: bool) -> dict[str, float]:
    """What it takes to encode the windows, which are noise, and to write as many tokens for each."""
    import resource

    from subtrans.engines.machine.heap import share_one_heap

    if kept:
        share_one_heap()
    rest_while_waiting()
    import ctranslate2
    import numpy as np

    count, each = lanes(threads) if beside else (1, threads)
    loaded = ctranslate2.models.Whisper(str(model), compute_type="int8", inter_threads=count, intra_threads=each)
    features = np.random.default_rng(0).standard_normal((windows, loaded.n_mels, 3000), dtype=np.float32)

    def view(array: np.ndarray) -> ctranslate2.StorageView:
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))

    def decode(batch: np.ndarray) -> None:
        encoded = np.concatenate([np.array(loaded.encode(view(one[None]))) for one in batch])
        # The end is never said, so that all windows are as long.
        loaded.generate(view(encoded), [PROMPT] * len(batch), beam_size=5, max_length=TOKENS, suppress_tokens=[50257])

    decode(features[:1])  # what is slow the first time
    before, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    side_by_side(decode, np.array_split(features, count), count)
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF)
    system = after.ru_stime - before.ru_stime
    work = after.ru_utime - before.ru_utime + system
    return {"seconds": seconds, "processor": work, "system": system, "megabytes": after.ru_maxrss / 1e3}


if __name__ == "__main__":
    main()
