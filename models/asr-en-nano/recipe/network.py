"""Log-mel features in, token and character scores out: Whisper's network with a character CTC head on its encoder.

Parameters carry the names of transformers' WhisperForConditionalGeneration, so that a state dict moves over as it is.
Unlike that class it takes windows of any length, which is what makes the first stage of training cheap. Radford et al.
2022 (Whisper), Watanabe et al. 2017 (joint CTC and attention).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CHARACTERS = " abcdefghijklmnopqrstuvwxyz0123456789'"
"""What the CTC head spells, after the blank at index 0."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network, by the names of transformers' WhisperConfig."""

    vocab_size: int
    d_model: int = 320
    encoder_layers: int = 4
    decoder_layers: int = 2
    attention_heads: int = 4
    ffn_dim: int = 1280
    num_mel_bins: int = 80
    max_source_positions: int = 1500
    max_target_positions: int = 448


class Attention(nn.Module):
    """Multi-head attention with Whisper's biases (none on the keys)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, memory: Tensor | None = None, causal: bool = False) -> Tensor:
        memory = x if memory is None else memory
        query, key, value = self.split(self.q_proj(x)), self.split(self.k_proj(memory)), self.split(self.v_proj(memory))
        if query.is_cuda or query.dtype == torch.float32:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=causal)
        else:  # on a processor plain products: their backward in bf16 is several times as fast as the fused one
            scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
            if causal:
                scores = scores + torch.full_like(scores[0, 0], -1e4).triu(1)
            mixed = scores.softmax(-1, dtype=scores.dtype) @ value
        return self.out_proj(mixed.transpose(1, 2).flatten(2))

    def first_head(self, x: Tensor, memory: Tensor) -> Tensor:
        """Log-probabilities (batch, tokens, frames) of where head 0 looks."""
        width = x.shape[-1] // self.heads
        query = F.linear(x, self.q_proj.weight[:width], self.q_proj.bias[:width])
        key = F.linear(memory, self.k_proj.weight[:width])
        return (query @ key.transpose(1, 2)).float().div(math.sqrt(width)).log_softmax(-1)


class EncoderLayer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.self_attn = Attention(shape.d_model, shape.attention_heads)
        self.self_attn_layer_norm = nn.LayerNorm(shape.d_model)
        self.fc1 = nn.Linear(shape.d_model, shape.ffn_dim)
        self.fc2 = nn.Linear(shape.ffn_dim, shape.d_model)
        self.final_layer_norm = nn.LayerNorm(shape.d_model)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x))
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class DecoderLayer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.self_attn = Attention(shape.d_model, shape.attention_heads)
        self.self_attn_layer_norm = nn.LayerNorm(shape.d_model)
        self.encoder_attn = Attention(shape.d_model, shape.attention_heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(shape.d_model)
        self.fc1 = nn.Linear(shape.d_model, shape.ffn_dim)
        self.fc2 = nn.Linear(shape.ffn_dim, shape.d_model)
        self.final_layer_norm = nn.LayerNorm(shape.d_model)

    def forward(self, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        x = x + self.self_attn(self.self_attn_layer_norm(x), causal=True)
        asked = self.encoder_attn_layer_norm(x)
        looks = self.encoder_attn.first_head(asked, memory)
        x = x + self.encoder_attn(asked, memory)
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x)))), looks


class Encoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(shape.num_mel_bins, shape.d_model, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.d_model, shape.d_model, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(shape.max_source_positions, shape.d_model)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        self.layer_norm = nn.LayerNorm(shape.d_model)

    def forward(self, features: Tensor, shift: Tensor) -> Tensor:
        x = F.gelu(self.conv2(F.gelu(self.conv1(features)))).transpose(1, 2)
        positions = shift[:, None] + torch.arange(x.shape[1], device=x.device)
        x = x + self.embed_positions(positions)
        for layer in self.layers:
            x = layer(x)
        return self.layer_norm(x)


class Decoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocab_size, shape.d_model)
        self.embed_positions = nn.Embedding(shape.max_target_positions, shape.d_model)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.layer_norm = nn.LayerNorm(shape.d_model)

    def forward(self, tokens: Tensor, memory: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        looks = []
        for layer in self.layers:
            x, look = layer(x, memory)
            looks.append(look)
        return F.linear(self.layer_norm(x), self.embed_tokens.weight), looks


class Recogniser(nn.Module):
    """Encoder, decoder and CTC head, initialised so that CTC begins to align at once."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.ctc = nn.Linear(shape.d_model, len(CHARACTERS) + 1)
        self.initialise()

    def initialise(self) -> None:
        """He's rule for convolutions, 1/sqrt(fan-in) for matrices, positions small enough not to drown the sound."""
        for name, module in self.named_modules():
            if isinstance(module, nn.Conv1d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Linear):
                last = name.endswith(("out_proj", "fc2"))
                nn.init.normal_(module.weight, std=(0.5 if last else 1.0) / math.sqrt(module.in_features))
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        width = self.shape.d_model
        nn.init.normal_(self.decoder.embed_tokens.weight, std=1 / math.sqrt(width))
        nn.init.normal_(self.decoder.embed_positions.weight, std=0.2 / math.sqrt(width))
        with torch.no_grad():
            self.encoder.embed_positions.weight.copy_(0.2 * sinusoids(self.shape.max_source_positions, width))
        self.encoder.embed_positions.weight.requires_grad_(False)

    def forward(self, features: Tensor, shift: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Scores of characters (batch, frames, 38), of tokens (batch, tokens, vocabulary), and where head 0 looks.

        `features`: (batch, 80, frames); `shift`: (batch,), the first encoder position of each window.
        """
        memory = self.encoder(features, shift)
        scores, looks = self.decoder(tokens, memory)
        return self.ctc(memory), scores, looks


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's encoder positions."""
    step = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
