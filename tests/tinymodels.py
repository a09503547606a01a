"""Small checkpoints of each architecture with random weights and real tokenizer files, as the hub has them.

Each builder fills a new folder with safetensors and the files that the original's repository holds. The weights are
drawn wide enough that outputs depend on every input token.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LINES = (
    *(
        "Good morning, how are you?",
        "The weather is nice today.",
        "I would like a cup of coffee.",
        "We are going home.",
    ),
    *("Where is the station?", "She reads a book every evening.", "It is ten past nine.", "Thank you very much!"),
    *(
        "早上好，你好吗？",
        "今天天气很好。",
        "我想要一杯咖啡。",
        "车站在哪里？",
        "我们现在回家。",
        "Guten Morgen, wie geht es?",
    ),
)
TEXTS = ("Good morning, how are you?", "We are going home.", "The book.", "Where is the station? It is ten past nine.")
SIZE: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "init_std": 0.5,
    "dropout": 0.0,
}


def marian(folder: Path, targets: tuple[str, ...] = (), *, apart: bool = False) -> Path:
    """Two SentencePiece models and one vocabulary; `targets` are language tokens such as `>>cmn_Hans<<`.

    `apart`: each side has a vocabulary and embeddings of its own.
    """
    from transformers import MarianConfig, MarianMTModel

    source, target = sentencepiece("unigram", 150), sentencepiece("unigram", 130)
    folder.mkdir(parents=True)
    (folder / "source.spm").write_bytes(source)
    (folder / "target.spm").write_bytes(target)
    read, said = pieces(source)[3:], pieces(target)[3:]
    sides = (read, said[::-1]) if apart else ([*read, *said],) * 2
    vocabulary, written = (
        {token: number for number, token in enumerate(dict.fromkeys(["</s>", "<unk>", *side, *targets, "<pad>"]))}
        for side in sides
    )
    write_json(folder / "vocab.json", vocabulary)
    names = {"tokenizer_class": "MarianTokenizer", "model_max_length": 512}
    if apart:
        write_json(folder / "target_vocab.json", written)
        names["separate_vocabs"] = True
    write_json(folder / "tokenizer_config.json", names)
    pad = written["<pad>"]
    config = MarianConfig(
        **SIZE,
        vocab_size=len(vocabulary),
        decoder_vocab_size=len(written),
        share_encoder_decoder_embeddings=not apart,
        tie_word_embeddings=not apart,
        max_position_embeddings=64,
        pad_token_id=pad,
        eos_token_id=0,
        bos_token_id=0,
        decoder_start_token_id=pad,
        forced_eos_token_id=None,
        scale_embedding=True,
        static_position_embeddings=True,
    )
    return save(MarianMTModel, config, folder, bad_words_ids=[[pad]])


def nllb(folder: Path) -> Path:
    """A SentencePiece model and the `tokenizer.json` made of it, as NLLB's repositories have both."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

    languages = ("eng_Latn", "zho_Hans", "zho_Hant", "deu_Latn", "fra_Latn", "jpn_Jpan")
    return _fairseq(folder, "bpe", NllbTokenizer, M2M100ForConditionalGeneration, M2M100Config, languages)


def mbart50(folder: Path) -> Path:
    """A SentencePiece model alone: mBART-50's repositories have no `tokenizer.json`."""
    from transformers import MBart50Tokenizer, MBartConfig, MBartForConditionalGeneration

    _fairseq(folder, "unigram", MBart50Tokenizer, MBartForConditionalGeneration, MBartConfig)
    (folder / "tokenizer.json").unlink()
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "MBart50Tokenizer"})
    return folder


def m2m100(folder: Path) -> Path:
    """A SentencePiece model and a vocabulary without language tokens, which the tokenizer's code adds."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    model = sentencepiece("bpe", 150)
    folder.mkdir(parents=True)
    (folder / "sentencepiece.bpe.model").write_bytes(model)
    tokens = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *pieces(model)[3:]])
    write_json(folder / "vocab.json", {token: number for number, token in enumerate(tokens)})
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "M2M100Tokenizer", "num_madeup_words": 8})
    codes = [f"__{code}__" for code in FAIRSEQ_LANGUAGE_CODES["m2m100"]]
    write_json(folder / "special_tokens_map.json", {"additional_special_tokens": codes})
    total = len(M2M100Tokenizer.from_pretrained(folder))
    config = M2M100Config(**SIZE, vocab_size=total + 8, max_position_embeddings=64, decoder_start_token_id=2)
    return save(M2M100ForConditionalGeneration, config, folder, rare=slice(len(tokens), None))


def madlad(folder: Path) -> Path:
    """T5 with `<2xx>` tokens among its pieces and the `tokenizer.json` made of them."""
    from transformers import T5Config, T5ForConditionalGeneration, T5Tokenizer

    targets = ["<2en>", "<2zh>", "<2de>"]
    model = sentencepiece(
        "unigram", 150, user_defined_symbols=targets, unk_id=0, bos_id=-1, pad_id=1, eos_id=2, pad_piece="<s>"
    )
    folder.mkdir(parents=True)
    (folder / "spiece.model").write_bytes(model)
    tokenizer = T5Tokenizer.from_pretrained(folder, extra_ids=0, pad_token="<s>")
    tokenizer.save_pretrained(folder)
    (folder / "spiece.model").unlink()
    config = T5Config(
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        vocab_size=len(tokenizer),
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        dropout_rate=0.0,
    )
    save(T5ForConditionalGeneration, config, folder)
    return _untie(folder)


def t5(folder: Path, kind: str = "T5", *, bytewise: bool = False, **settings: Any) -> Path:
    """T5, mT5 or UMT5, with its SentencePiece model and the `tokenizer.json` made of it; T5 is made for German.

    `bytewise`: what has no piece is written in bytes, as in mT5 and UMT5.
    """
    import transformers

    numbers = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
    model = sentencepiece("unigram", 406 if bytewise else 150, **numbers, byte_fallback=bytewise)
    folder.mkdir(parents=True)
    (folder / "spiece.model").write_bytes(model)
    transformers.T5Tokenizer.from_pretrained(folder, extra_ids=0).save_pretrained(folder)
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
    config = getattr(transformers, f"{kind}Config")(
        **sizes, **settings, vocab_size=len(pieces(model)) + 8, decoder_start_token_id=0, dropout_rate=0.0
    )
    if kind == "T5":
        config.task_specific_params = {"translation_en_to_de": {"prefix": "translate English to German: "}}
    return save(getattr(transformers, f"{kind}ForConditionalGeneration"), config, folder)


def mt5(folder: Path) -> Path:
    """mT5, which was made for no pair."""
    return t5(folder, "MT5", feed_forward_proj="gated-gelu")


def bert2bert(folder: Path) -> Path:
    """An encoder-decoder pair of two BERTs, for which CTranslate2 has no converter."""
    from transformers import BertConfig, EncoderDecoderConfig, EncoderDecoderModel

    side = BertConfig(
        vocab_size=_letters(folder),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    config = EncoderDecoderConfig.from_encoder_decoder_configs(side, side)
    config.decoder_start_token_id, config.pad_token_id, config.eos_token_id = 2, 0, 3
    config.decoder.decoder_start_token_id, config.decoder.eos_token_id = 2, 3
    return save(EncoderDecoderModel, config, folder, decoder_start_token_id=2, pad_token_id=0, eos_token_id=3)


def bert(folder: Path) -> Path:
    """A pretrained encoder over letters, as BERT's repositories lay it out; also a decoder, by its language head."""
    from transformers import BertConfig, BertForMaskedLM

    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64}
    return save(BertForMaskedLM, BertConfig(**sizes, vocab_size=_letters(folder), max_position_embeddings=128), folder)


def _letters(folder: Path) -> int:
    """A new folder with a WordPiece tokenizer over letters in it; the size of its vocabulary."""
    from transformers import BertTokenizer

    folder.mkdir(parents=True)
    letters = sorted({letter for line in LINES for letter in line.lower() if not letter.isspace()})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(tokens), encoding="utf-8")
    BertTokenizer.from_pretrained(folder).save_pretrained(folder)
    return len(tokens)


def gpt(folder: Path) -> Path:
    """A language model over bytes, as GPT-2's repositories lay it out."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=_bytes(folder), n_embd=32, n_layer=2, n_head=4, n_positions=256, bos_token_id=0, eos_token_id=0
    )
    return save(GPT2LMHeadModel, config, folder)


def qwen3(folder: Path) -> Path:
    """A language model over bytes with rotary positions and grouped heads."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    sizes |= {"intermediate_size": 64, "max_position_embeddings": 256, "head_dim": 8, "initializer_range": 0.5}
    config = Qwen3Config(**sizes, vocab_size=_bytes(folder), bos_token_id=0, eos_token_id=0, tie_word_embeddings=False)
    return save(Qwen3ForCausalLM, config, folder)


def _bytes(folder: Path) -> int:
    """A new folder with a byte-level tokenizer in it; the size of its vocabulary."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = _byte_level(400, special_tokens=["<|endoftext|>"])
    folder.mkdir(parents=True)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(folder)
    return int(tokenizer.get_vocab_size())


def _byte_level(size: int, **more: Any) -> Any:
    """A byte-level tokenizer of so many pieces."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(LINES, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, **more))
    return tokenizer


def whisper(folder: Path) -> Path:
    """A byte-level vocabulary and all of Whisper's special tokens: languages, tasks and 1,501 times."""
    from tokenizers import AddedToken
    from transformers import (
        PreTrainedTokenizerFast,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
    )
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    tokenizer = _byte_level(300)
    languages = [f"<|{code}|>" for code in LANGUAGES]
    before, tasks = ["<|endoftext|>", "<|startoftranscript|>"], ["<|translate|>", "<|transcribe|>"]
    after = ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    tokenizer.add_special_tokens([*before, *languages, *tasks, *after])
    times = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]
    tokenizer.add_tokens([AddedToken(time, special=False, normalized=False) for time in times])

    number = tokenizer.token_to_id
    end, start = number("<|endoftext|>"), number("<|startoftranscript|>")
    config = WhisperConfig(
        **{**SIZE, "init_std": 0.3},
        vocab_size=tokenizer.get_vocab_size(),
        num_mel_bins=80,
        max_source_positions=1500,
        max_target_positions=448,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        decoder_start_token_id=start,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )
    folder.mkdir(parents=True)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(folder)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(folder)
    return save(
        WhisperForConditionalGeneration,
        config,
        folder,
        decoder_start_token_id=start,
        eos_token_id=end,
        pad_token_id=end,
        is_multilingual=True,
        lang_to_id={token: number(token) for token in languages},
        task_to_id={token[2:-2]: number(token) for token in tasks},
        no_timestamps_token_id=number("<|notimestamps|>"),
        alignment_heads=[[1, 0], [1, 1]],
        suppress_tokens=[number(token) for token in (*before[1:], *languages, *tasks, *after, *times)],
        begin_suppress_tokens=[end],
    )


def in_hub_cache(checkpoint: Path, cache: Path, repo: str, commit: str = "a" * 40, revision: str = "main") -> Path:
    """Lay a checkpoint out as the hub's cache keeps it: a revision that points to a snapshot's folder."""
    folder = cache / f"models--{repo.replace('/', '--')}"
    snapshot = folder / "snapshots" / commit
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.rename(snapshot)
    reference = folder / "refs" / revision
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text(commit)
    return snapshot


def sentencepiece(kind: str, size: int, **settings: Any) -> bytes:
    """A SentencePiece model trained on the lines."""
    from sentencepiece import SentencePieceTrainer

    stream = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(LINES * 10),
        model_writer=stream,
        model_type=kind,
        vocab_size=size,
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=1,
        **settings,
    )
    return stream.getvalue()


def pieces(model: bytes) -> list[str]:
    """All pieces of a SentencePiece model, in order."""
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_proto=model)
    return [processor.id_to_piece(number) for number in range(len(processor))]


def save(model_class: Any, config: Any, folder: Path, rare: slice = slice(0, 0), **generation: Any) -> Path:
    """Draw the weights, always the same, and save them with the generation settings; `rare` tokens are seldom said."""
    import torch
    from transformers import GenerationConfig

    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = model_class(config).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "relative_attention_bias" in name or (config.model_type == "t5" and parameter.ndim == 2):
                    parameter.normal_(0, 0.3)
            model.get_input_embeddings().weight[rare] *= 0.2
        if generation:
            settings = {**model.generation_config.to_dict(), **generation, "_from_model_config": False}
            model.generation_config = GenerationConfig(**settings)
        model.save_pretrained(folder)
    return folder


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _untie(folder: Path) -> Path:
    """Give a T5 the output layer of its own that T5 1.1 and MADLAD have; transformers draws it tied."""
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    weights["lm_head.weight"] = weights["shared.weight"].roll(1, 1) + torch.ones(1) * 0.01
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("scale_decoder_outputs", None)
    write_json(folder / "config.json", config | {"tie_word_embeddings": False})
    return folder


def _fairseq(
    folder: Path, kind: str, tokenizer_class: Any, model_class: Any, config_class: Any, languages: Sequence[str] = ()
) -> Path:
    folder.mkdir(parents=True)
    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece(kind, 150))
    tokenizer = tokenizer_class.from_pretrained(folder)
    tokenizer.add_tokens(list(languages), special_tokens=True)
    tokenizer.save_pretrained(folder)
    config = config_class(
        **SIZE,
        vocab_size=len(tokenizer),
        max_position_embeddings=64,
        decoder_start_token_id=2,
        forced_eos_token_id=None,
    )
    return save(model_class, config, folder, rare=slice(-60, None) if kind == "unigram" else slice(-7, None))


def wav2vec2(folder: Path) -> Path:
    """A checkpoint for CTC over capital letters, as facebook/wav2vec2-base-960h lays its files out."""
    from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2ForCTC

    folder.mkdir(parents=True)
    symbols = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ"]
    write_json(folder / "vocab.json", {symbol: number for number, symbol in enumerate(symbols)})
    config = Wav2Vec2Config(
        vocab_size=len(symbols),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=48,
        conv_dim=(16,) * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=4,
        pad_token_id=0,
    )
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
    return folder
