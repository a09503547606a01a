"""Text in, speech out: espeak-ng and flite called through their C libraries, with the start of every word.

A voice is one string: `espeak:en-us+f3` (an accent and a variant of espeak-ng) or `flite:slt` (a voice of flite, built
from recordings of a person). `speak` gives mono float32 samples at 16 kHz and the start of each white-space separated
word in milliseconds, as the synthesiser itself planned it. Debian's packages: espeak-ng and flite.
"""

from __future__ import annotations

import ctypes
import functools
import re
from dataclasses import dataclass

import numpy as np
from scipy.signal import resample_poly

SAMPLE_RATE = 16_000

ACCENTS = (
    "en-us", "en", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029", "en-us-nyc",
)  # fmt: skip
VARIANTS = (
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "klatt", "klatt2", "klatt3",
    "adam", "Alex", "Alicia", "Andrea", "Andy", "Annie", "belinda", "benjamin", "boris", "caleb", "david", "Denis",
    "Diogo", "ed", "edward", "Gene", "Henrique", "Hugo", "iven", "Jacky", "john", "Lee", "linda", "Marco", "Mario",
    "max", "Michael", "michel", "miguel", "mike", "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert",
    "sandro", "shelby", "steph", "steph2", "travis", "victor", "Zac", "anika", "grandma", "grandpa", "croak",
)  # fmt: skip
FLITE_VOICES = ("slt", "rms", "awb", "kal16")
VOICES = (
    *(f"espeak:{accent}+{variant}" for accent in ACCENTS for variant in VARIANTS),
    *(f"flite:{v}" for v in FLITE_VOICES),
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech and the start of each white-space separated word of its text, in milliseconds.

    A start is None where the synthesiser ran two words together ("in the") and gave both one time.
    """

    samples: np.ndarray
    words: tuple[str, ...]
    starts: tuple[int | None, ...]
    end: int


def speak(text: str, voice: str, speed: float = 1.0, pitch: float = 1.0) -> Utterance:
    """Say `text`; `speed` and `pitch` are factors on the voice's own. ValueError where word times cannot be had."""
    engine, _, name = voice.partition(":")
    samples, rate, starts = _ENGINES[engine](text, name, speed, pitch)
    samples = _resample(samples, rate)
    samples, cut = _trim(samples)
    starts = [None if start is None else max(0, round(start * 1000) - cut) for start in starts]
    words = text.split()
    known = [start for start in starts if start is not None]
    if len(starts) != len(words) or starts[0] is None or known != sorted(known):
        raise ValueError(f"word times do not fit the words: {text!r} by {voice}")
    return Utterance(samples, tuple(words), tuple(starts), round(len(samples) * 1000 / SAMPLE_RATE))


def _resample(samples: np.ndarray, rate: int) -> np.ndarray:
    if rate == SAMPLE_RATE:
        return samples
    common = np.gcd(rate, SAMPLE_RATE)
    return resample_poly(samples, SAMPLE_RATE // common, rate // common).astype(np.float32)


def _trim(samples: np.ndarray, floor: float = 0.004) -> tuple[np.ndarray, int]:
    """Cut silence at both ends, all but 30 ms; also gives the milliseconds cut from the front."""
    loud = np.flatnonzero(np.abs(samples) > floor)
    if not len(loud):
        raise ValueError("the voice said nothing")
    margin = SAMPLE_RATE * 30 // 1000
    first, last = max(0, loud[0] - margin), min(len(samples), loud[-1] + margin)
    return samples[first:last], round(first * 1000 / SAMPLE_RATE)


class _EspeakEvent(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("string", ctypes.c_char * 8),
    ]  # fmt: skip


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_EspeakEvent))


class _Espeak:
    """espeak-ng in synchronous mode; it has one state for the whole process."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(2, 0, None, 0)
        self.chunks: list[np.ndarray] = []
        self.events: list[tuple[int, int]] = []
        self.callback = _CALLBACK(self._receive)
        self.library.espeak_SetSynthCallback(self.callback)

    def _receive(self, wave, count, events) -> int:
        if wave and count:
            self.chunks.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        i = 0
        while events[i].type != 0:
            if events[i].type == 1:
                self.events.append((events[i].text_position - 1, events[i].audio_position))
            i += 1
        return 0

    def speak(self, text: str, voice: str, speed: float, pitch: float):
        if self.library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {voice}")
        self.library.espeak_SetParameter(1, int(np.clip(165 * speed, 80, 450)), 0)
        self.library.espeak_SetParameter(3, int(np.clip(50 * pitch, 0, 99)), 0)
        self.chunks, self.events = [], []
        data = text.encode()
        self.library.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        samples = np.concatenate(self.chunks).astype(np.float32) / 32768
        begins = [match.start() for match in re.finditer(r"\S+", text)]
        ends = [*begins[1:], len(text) + 1]
        starts = []
        for begin, end in zip(begins, ends, strict=True):
            hits = [time for position, time in self.events if begin <= position < end]
            starts.append(min(hits) / 1000 if hits else None)
        return samples, self.rate, starts


class _Wave(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_char_p), ("sample_rate", ctypes.c_int), ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int), ("samples", ctypes.POINTER(ctypes.c_short)),
    ]  # fmt: skip


class _Flite:
    """flite and its voices, each in a library of its own."""

    def __init__(self) -> None:
        self.library = library = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        for name in ("usenglish", "cmulex"):
            ctypes.CDLL(f"libflite_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
        library.flite_init()
        for name, result, arguments in (
            ("flite_synth_text", ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_void_p]),
            ("utt_wave", ctypes.POINTER(_Wave), [ctypes.c_void_p]),
            ("utt_relation", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
            ("relation_head", ctypes.c_void_p, [ctypes.c_void_p]),
            ("item_next", ctypes.c_void_p, [ctypes.c_void_p]),
            ("ffeature_float", ctypes.c_float, [ctypes.c_void_p, ctypes.c_char_p]),
            ("path_to_item", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
            ("delete_utterance", None, [ctypes.c_void_p]),
            ("feat_set_float", None, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    @functools.cache  # noqa: B019
    def voice(self, name: str) -> int:
        library = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
        register = getattr(library, f"register_cmu_us_{name}")
        register.restype, register.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
        return register(None)

    def speak(self, text: str, voice: str, speed: float, pitch: float):
        pointer = self.voice(voice)
        features = ctypes.cast(pointer + ctypes.sizeof(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p)).contents
        self.library.feat_set_float(features, b"duration_stretch", 1 / speed)
        self.library.feat_set_float(features, b"int_f0_target_mean", _FLITE_PITCH[voice] * pitch)
        utterance = self.library.flite_synth_text(text.encode(), pointer)
        try:
            wave = self.library.utt_wave(utterance).contents
            samples = np.ctypeslib.as_array(wave.samples, shape=(wave.num_samples,)).astype(np.float32) / 32768
            tokens, starts, clock = [], [], 0.0
            segment = self.library.relation_head(self.library.utt_relation(utterance, b"Segment"))
            while segment:
                token = self.library.path_to_item(segment, b"R:SylStructure.parent.parent.R:Token.parent")
                if token and (not tokens or tokens[-1] != token):
                    tokens.append(token)
                    starts.append(clock)
                clock = self.library.ffeature_float(segment, b"end")
                segment = self.library.item_next(segment)
            return samples, wave.sample_rate, starts
        finally:
            self.library.delete_utterance(utterance)


_FLITE_PITCH = {"slt": 167.0, "rms": 95.0, "awb": 115.0, "kal16": 105.0}


@functools.cache
def _engine(name: str):
    return {"espeak": _Espeak, "flite": _Flite}[name]()


_ENGINES = {
    "espeak": lambda *arguments: _engine("espeak").speak(*arguments),
    "flite": lambda *arguments: _engine("flite").speak(*arguments),
}
