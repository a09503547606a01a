"""Waveforms in, log-mel features out, a batch at a time on any device: under echo, noise and codecs, of any throat.

Without disturbance the features are those of faster-whisper's extractor. All that is random comes from the generator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.fft import next_fast_len
from torch import Tensor
from torch.nn import functional as F

RATE = 16_000
HOP = 160
WARPS = torch.linspace(0.84, 1.2, 25)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """How much of what happens to the windows, each a share of them."""

    echo: float = 0.2  # of a room, 50 to 350 ms
    equaliser: float = 0.4  # up to 10 dB more or less at any frequency, as microphones differ
    narrow: float = 0.15  # the upper band missing from somewhere between 2 and 7 kHz, half of these below 300 Hz too
    mu_law: float = 0.08
    noise: float = 0.8  # of any colour, at 5 to 30 dB
    babble: float = 0.15  # of those with noise: other voices instead, at 10 to 30 dB
    throat: float = 0.5  # a longer or shorter vocal tract (Jaitly & Hinton 2013)
    masked: float = 0.3  # a band or a moment erased (Park et al. 2019)


class Ear:
    """Hears a batch of 16-bit windows; keeps its filters on `device`."""

    def __init__(self, device: str, disturbance: Disturbance, seed: int) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        self.device, self.disturbance = device, disturbance
        self.generator = torch.Generator(device).manual_seed(seed)
        self.filters = warped(torch.from_numpy(FeatureExtractor().mel_filters.astype(np.float32))).to(device)
        self.window = torch.hann_window(400, device=device)

    def hear(self, samples: Tensor, lengths: Tensor, frames: int) -> Tensor:
        """Features (batch, 80, frames) of `samples` (batch, samples) in int16, of which row i has `lengths[i]`."""
        size = samples.shape[1]
        inside = torch.arange(size, device=self.device) < lengths[:, None]
        sound = self.disturb(samples.float() / 32768, lengths) * inside
        warp = torch.where(
            self.some(len(sound), self.disturbance.throat),
            self.uniform(len(sound), 0, len(WARPS)).long(),
            torch.full((len(sound),), len(WARPS), device=self.device),
        )
        headroom = self.uniform(len(sound), -0.5, 0.6).clamp(min=0)  # by how much the rest of the file is louder
        features = self.log_mel(sound, lengths, self.filters[warp], headroom)
        features = self.mask(features, lengths)
        return F.pad(features[:, :, :frames], (0, frames - min(frames, features.shape[2])))

    def log_mel(self, sound: Tensor, lengths: Tensor, filters: Tensor, headroom: Tensor) -> Tensor:
        """As faster-whisper makes them, zeros after the end of each row."""
        spectrum = torch.stft(F.pad(sound, (0, HOP)), 400, HOP, window=self.window, return_complex=True)[..., :-1]
        logs = (filters @ spectrum.abs().square()).clamp(min=1e-10).log10()
        inside = torch.arange(logs.shape[2], device=self.device) <= lengths[:, None] // HOP
        inside = inside[:, None]
        loudest = logs.masked_fill(~inside, -10).amax((1, 2)) + headroom
        return (torch.maximum(logs, loudest[:, None, None] - 8) + 4) / 4 * inside

    def disturb(self, sound: Tensor, lengths: Tensor) -> Tensor:
        """Through a room, a microphone and a codec, among noise or other voices; where nobody speaks, noise alone."""
        batch, size = sound.shape
        clean, how = sound, self.disturbance
        padded = next_fast_len(size + RATE // 2, real=True)
        frequency = torch.linspace(0, RATE / 2, padded // 2 + 1, device=self.device)
        sound = torch.fft.irfft(torch.fft.rfft(sound, padded) * self.room(batch, padded, frequency), padded)[:, :size]
        coded = self.some(batch, how.mu_law)[:, None]
        peak = sound.abs().amax(1, keepdim=True) + 1e-6
        packed = ((sound.abs() / peak * 255).log1p() / math.log(256) * 127).round() / 127
        sound = torch.where(coded, sound.sign() * (packed * math.log(256)).expm1() / 255 * peak, sound)

        slope = self.uniform(batch, 0, 1.5)[:, None]
        noise = torch.randn(batch, size, generator=self.generator, device=self.device)
        coloured = torch.fft.rfft(noise, padded) * (frequency.clamp(min=30) / 1000) ** -slope
        noise = torch.fft.irfft(coloured, padded)[:, :size]
        others = [clean[torch.randperm(batch, generator=self.generator, device=self.device)] for _ in range(4)]
        babble = self.some(batch, how.babble)[:, None]
        noise = torch.where(babble, sum(others, torch.zeros_like(noise)), noise)
        noise = noise / (noise.square().mean(1, keepdim=True).sqrt() + 1e-9)
        power = (sound.square().sum(1) / lengths)[:, None]
        ratio = torch.where(babble, self.uniform(batch, 10, 30)[:, None], self.uniform(batch, 5, 30)[:, None])
        level = torch.where(self.some(batch, how.noise)[:, None], (power / 10 ** (ratio / 10)).sqrt(), 0.0)
        alone = torch.where(self.some(batch, 0.7), 10 ** (self.uniform(batch, -70, -10) / 20), 0.0)[:, None]
        level = torch.where(power < 1e-8, torch.where(babble, 0.0, alone), level)  # nobody speaks
        return (sound + noise * level) * 10 ** (self.uniform(batch, -12, 0) / 20)[:, None]

    def room(self, batch: int, size: int, frequency: Tensor) -> Tensor:
        """What a room, a microphone and a line make of each frequency: factors (batch, frequencies)."""
        how = self.disturbance
        length = self.uniform(batch, 0.05, 0.35)[:, None] * RATE
        time = torch.arange(int(0.35 * RATE), device=self.device)
        tail = torch.randn(batch, len(time), generator=self.generator, device=self.device)
        tail = tail * (-6.9 * time / length).exp() * self.uniform(batch, 0.02, 0.12)[:, None]
        tail = tail * self.some(batch, how.echo)[:, None]
        tail[:, 0] = 1
        decibels = self.uniform(batch * 8, -10, 10).view(batch, 1, 8) * self.some(batch, how.equaliser)[:, None, None]
        decibels = F.interpolate(decibels, len(frequency), mode="linear", align_corners=True)[:, 0]
        high = self.uniform(batch, 2000, 7000)[:, None]
        low = torch.where(self.some(batch, 0.5), 300.0, 1.0)[:, None]
        band = 1 / (1 + (frequency / high) ** 8) / (1 + (low / frequency.clamp(min=1)) ** 4)
        band = torch.where(self.some(batch, how.narrow)[:, None], band, 1.0)
        return torch.fft.rfft(tail, size) * 10 ** (decibels / 20) * band

    def mask(self, features: Tensor, lengths: Tensor) -> Tensor:
        """Erase two bands of up to 10 mels and two moments of up to 200 ms from some rows."""
        batch, bands, frames = features.shape
        chosen = self.some(batch, self.disturbance.masked)[:, None, None]
        hidden = torch.zeros(batch, bands, frames, dtype=torch.bool, device=self.device)
        band = torch.arange(bands, device=self.device)[None, :, None]
        frame = torch.arange(frames, device=self.device)[None, None]
        for _ in range(2):
            begin, width = self.uniform(batch, 0, bands)[:, None, None], self.uniform(batch, 0, 10)[:, None, None]
            hidden |= (band >= begin) & (band < begin + width)
            begin, width = self.uniform(batch, 0, 1)[:, None, None], self.uniform(batch, 0, 20)[:, None, None]
            begin = begin * (lengths // HOP)[:, None, None]
            hidden |= (frame >= begin) & (frame < begin + width)
        mean = features.mean((1, 2), keepdim=True)
        return torch.where(hidden & chosen & (frame <= (lengths // HOP)[:, None, None]), mean, features)

    def uniform(self, size: int, low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(size, generator=self.generator, device=self.device)

    def some(self, size: int, share: float) -> Tensor:
        return self.uniform(size, 0, 1) < share


def warped(filters: Tensor) -> Tensor:
    """Mel filters (warps + 1, 80, bins) that hear a voice as that of a throat of another length; the last as it is."""
    bins = filters.shape[1]
    banks = []
    for warp in [*WARPS.tolist(), 1.0]:
        place = (torch.arange(bins) * warp).clamp(max=bins - 1)
        below = place.floor().long()
        above = (below + 1).clamp(max=bins - 1)
        share = place - below
        bank = filters[:, below] * (1 - share) + filters[:, above] * share
        banks.append(bank * warp * (torch.arange(bins) * warp < bins))
    return torch.stack(banks)
