"""A checkpoint's tokenizer files in; all tokens of its model, each at its number, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from subtrans.engines.models.contents import listed_tokens, read_json
from subtrans.engines.translation.tokenisation import SENTENCEPIECE, load_sentencepiece
from subtrans.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MBART50 = (
    "ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT lv_LV my_MM ne_NP nl_XX"
    " ro_RO ru_RU si_LK tr_TR vi_VN zh_CN af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN"
    " pl_PL ps_AF pt_XX sv_SE sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI"
)
"""mBART-50's languages by number (Tang et al. 2020): its repositories do not always list them."""


MOST = 10_000_000
"""Tokens, more than any model has; a number beyond is damage, and would take all memory."""


def vocabulary(checkpoint: Path, config: Mapping[str, Any]) -> list[str]:
    """The tokens in the order of their numbers, as many as the model has; ModelError where files are missing."""
    numbered = listed_tokens(checkpoint) or _of_sentencepiece(checkpoint, str(config["model_type"]))
    if not numbered:
        raise ModelError(f"{checkpoint} has no tokenizer.json, vocab.json or SentencePiece model: add its tokenizer")
    return _in_order(numbered, int(config["vocab_size"]), checkpoint, config)


def target_vocabulary(checkpoint: Path, config: Mapping[str, Any]) -> list[str] | None:
    """The same of what is said, where a Marian model has a vocabulary of its own for that."""
    if config.get("share_encoder_decoder_embeddings", True):
        return None
    numbered = {str(token): int(number) for token, number in read_json(checkpoint / "target_vocab.json").items()}
    return _in_order(numbered, int(config.get("decoder_vocab_size") or len(numbered)), checkpoint, config)


def _in_order(numbered: Mapping[str, int], wanted: int, checkpoint: Path, config: Mapping[str, Any]) -> list[str]:
    size = max(numbered.values()) + 1
    if max(wanted, size) > MOST or min(numbered.values()) < 0:
        raise ValueError(f"no vocabulary has {max(wanted, size):,} tokens")
    tokens = ["" for _ in range(size)]
    for token, number in numbered.items():
        tokens[number] = token
    codes = [token for token in _special_tokens(checkpoint) if token not in numbered]
    tokens += codes if config["model_type"] == "m2m_100" else []
    # Matrices are padded, and Whisper's tokenizer leaves out its marks of time.
    name, step = ("<|{:.2f}|>", 0.02) if config["model_type"] == "whisper" else ("<filler_{}>", 1)
    tokens += [name.format(index * step) for index in range(wanted - len(tokens))]
    return [token or f"<missing_{number}>" for number, token in enumerate(tokens[:wanted])]


def _of_sentencepiece(checkpoint: Path, architecture: str) -> dict[str, int]:
    """The pieces of a SentencePiece model; mBART's and NLLB's numbers are fairseq's, with the languages behind them."""
    file = next((checkpoint / name for name in SENTENCEPIECE if (checkpoint / name).is_file()), None)
    if file is None:
        return {}
    processor = load_sentencepiece(file)
    pieces = [processor.id_to_piece(number) for number in range(len(processor))]
    added = _added_tokens(checkpoint)
    if architecture in {"mbart", "m2m_100"}:
        pieces = ["<s>", "<pad>", "</s>", "<unk>", *pieces[3:]]
        languages = [token for token in _special_tokens(checkpoint) if "_" in token]
        languages = languages or (MBART50.split() if architecture == "mbart" else [])
        pieces += [token for token in (*languages, "<mask>") if token not in added]
    return {piece: number for number, piece in enumerate(pieces)} | added


def _added_tokens(checkpoint: Path) -> dict[str, int]:
    """The tokens with their numbers that a tokenizer has beside its SentencePiece model, where it lists them."""
    listed = read_json(checkpoint / "tokenizer_config.json", {}).get("added_tokens_decoder") or {}
    listed = {str(token["content"]): int(number) for number, token in listed.items()}
    return listed | read_json(checkpoint / "added_tokens.json", {})


def _special_tokens(checkpoint: Path) -> list[str]:
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        content = read_json(checkpoint / name, {})
        found = content.get("additional_special_tokens") or content.get("extra_special_tokens")
        if isinstance(found, list):
            return [str(token["content"] if isinstance(token, dict) else token) for token in found]
    return []
