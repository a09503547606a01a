"""Model options and training pairs in, the folder of the checkpoint to start from out: a base, or a new Marian."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from subtrans.engines.models.cache import whole_folder
from subtrans.engines.models.families import marian_tokens
from subtrans.engines.models.layouts import ADAPTER, PEFT, describe_checkpoint, find_weights
from subtrans.engines.quiet import quiet
from subtrans.errors import InputError, ModelError
from subtrans.finetune.marian import SIDES, MarianTokeniser
from subtrans.finetune.pair import join_pretrained
from subtrans.finetune.readers import Pair
from subtrans.text.languages import language

if TYPE_CHECKING:
    from subtrans.finetune.config import Languages
    from subtrans.finetune.options import ModelOptions


def starting_checkpoint(  # noqa: PLR0917
    options: ModelOptions, pairs: Sequence[Pair], languages: Languages, seed: int, folder: Path,
    others: Mapping[str, Sequence[Pair]] = MappingProxyType({}),
) -> Path:  # fmt: skip
    """The base checkpoint, or a new one made in `folder` if it is not there yet, with further target languages."""
    if options.encoder:
        return join_pretrained(options, seed, folder)
    if options.base:
        return find_base(options)
    if not (folder / "model.safetensors").is_file():
        with whole_folder(folder) as unfinished:
            unfinished.mkdir(parents=True)
            write_vocabulary(options, pairs, languages, unfinished, others)
            make_marian(options, pairs, languages, seed, unfinished)
    return folder


def find_base(options: ModelOptions) -> Path:
    """The checkpoint inside the base's folder; ModelError if it is nothing that can be trained to translate."""
    if not Path(options.base).is_dir():
        raise ModelError(f"there is no folder {options.base}: set model.base to the folder of a checkpoint")
    layout = find_weights(Path(options.base))
    path = layout.path if layout.format == "checkpoint" else Path(options.base) / "hf"
    if not path.is_dir():
        raise ModelError(f"{options.base} holds converted weights, which cannot be trained: give their checkpoint")
    if describe_checkpoint(path, options.base).kind != "mt":
        raise ModelError(f"{options.base} is no translation model: give a sequence-to-sequence checkpoint")
    if (path / PEFT).is_file():  # transformers would load it too, and train nothing
        raise ModelError(f"{options.base} has an adapter beside its weights: merge it, or take {PEFT} away")
    if (path / ADAPTER).is_dir():
        raise ModelError(f"{options.base} has a prefix that is no part of its weights: give its own base instead")
    return path


def write_vocabulary(
    options: ModelOptions,
    pairs: Sequence[Pair],
    languages: Languages,
    folder: Path,
    others: Mapping[str, Sequence[Pair]],
) -> None:
    """Learn a SentencePiece model for each side and number the pieces of both, as MarianTokenizer reads them.

    Bytes stand for characters that have no piece, so that nothing is unknown. `</s>` is 0 and `<pad>` the last number.
    Where there are several target languages, each has a token as OPUS-MT's models have it, such as `>>deu<<`.
    """
    import sentencepiece

    numbers = {"</s>": 0, "<unk>": 1}
    sizes = (options.source_vocabulary, options.target_vocabulary)
    texts = [*pairs, *(pair for into in others.values() for pair in into)]
    for side, size, tags in zip(SIDES, sizes, ((languages.source,), (languages.target, *others)), strict=True):
        spaced = any(language(tag).spaced for tag in tags)
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter([getattr(pair, side) for pair in texts]),
                model_writer=model,
                model_type="unigram",
                vocab_size=size,
                character_coverage=1.0 if side == "source" else options.character_coverage,
                byte_fallback=True,
                split_digits=True,
                hard_vocab_limit=False,  # little data gets fewer pieces
                bos_id=-1,
                # A script without spaces needs no mark for the start of a word.
                add_dummy_prefix=spaced,
                # NFKC would make full-width punctuation narrow, and what is normalised away cannot be written.
                normalization_rule_name="nmt_nfkc" if side == "source" else "identity",
                num_threads=1,
                minloglevel=2,
            )
        except RuntimeError as error:
            reason = str(error).rpartition("] ")[2]
            raise InputError(f"model.{side}_vocabulary = {size} does not fit the training data: {reason}") from error
        (folder / f"{side}.spm").write_bytes(model.getvalue())
        processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        for index in range(processor.get_piece_size()):
            numbers.setdefault(processor.id_to_piece(index), len(numbers))
    for tag in (languages.target, *others) if others else ():
        numbers.setdefault(marian_tokens(language(tag))[0], len(numbers))
    numbers["<pad>"] = len(numbers)
    _write_json(folder / "vocab.json", numbers)
    settings: dict[str, Any] = {"source_lang": languages.source, "target_lang": languages.target}
    settings |= {"tokenizer_class": "MarianTokenizer", "model_max_length": options.max_positions}
    _write_json(folder / "tokenizer_config.json", settings)


def make_marian(options: ModelOptions, pairs: Sequence[Pair], languages: Languages, seed: int, folder: Path) -> None:
    """Write an untrained Marian beside its vocabulary in `folder`.

    Matrices begin with Glorot's uniform distribution, as Marian itself does it: transformers' normal distribution of
    0.02 leaves the post-norm layers too quiet to learn from little data.
    """
    import torch
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    numbers = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    pad, end = numbers["<pad>"], numbers["</s>"]
    torch.manual_seed(seed)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(numbers),
            d_model=options.width,
            encoder_layers=options.encoder_layers,
            decoder_layers=options.decoder_layers,
            encoder_attention_heads=options.heads,
            decoder_attention_heads=options.heads,
            encoder_ffn_dim=options.feed_forward,
            decoder_ffn_dim=options.feed_forward,
            max_position_embeddings=options.max_positions,
            activation_function="relu",
            attention_dropout=0.0,
            activation_dropout=0.0,
            scale_embedding=True,
            static_position_embeddings=True,
            pad_token_id=pad,
            bos_token_id=end,
            eos_token_id=end,
            decoder_start_token_id=pad,
            forced_eos_token_id=None,
        )
    )
    model.generation_config = GenerationConfig(
        pad_token_id=pad, bos_token_id=end, eos_token_id=end, decoder_start_token_id=pad, bad_words_ids=[[pad]]
    )
    embeddings = model.get_input_embeddings().weight
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2 and parameter.requires_grad and "embed" not in name and "shared" not in name:
                torch.nn.init.xavier_uniform_(parameter)
        torch.nn.init.normal_(embeddings, std=options.width**-0.5)
        if options.aligned_start:
            tokeniser = MarianTokeniser(folder, languages)
            sources = tokeniser.encode([pair.source for pair in pairs])
            targets = tokeniser.encode([pair.target for pair in pairs], target=True)
            aligned, seen = aligned_embeddings(zip(sources, targets, strict=True), len(numbers), options.width)
            noise = torch.randn(int(seen.sum()), options.width)
            embeddings[seen] = aligned[seen] + 0.02 * noise
        # Decoding starts from the padding token, which to Marian is no word but the absence of one.
        embeddings[pad] = 0
        model.final_logits_bias[0, pad] = -1e4
    with quiet():
        model.save_pretrained(folder)


def aligned_embeddings(
    token_pairs: Iterable[tuple[list[int], list[int]]], vocabulary: int, width: int
) -> tuple[Any, Any]:
    """Unit vectors (vocabulary, width) in which tokens of the same sentence pairs are near, and which were seen.

    Latent semantic indexing over both languages at once (Landauer and Littman 1990): the matrix of sentence pairs by
    tokens, weighted against frequent tokens, in its leading singular directions. A word and its translation occur in
    the same pairs, so they begin as neighbours, and the decoder need not find out which belongs to which.
    """
    import torch

    rows, columns = [], []
    for row, (source, target) in enumerate(token_pairs):
        tokens = sorted({*source[:-1], *target[:-1]})  # without the end of the sentence, which says nothing
        rows += [row] * len(tokens)
        columns += tokens
    places = torch.tensor([rows, columns])
    count = torch.bincount(places[1], minlength=vocabulary).float()
    shape = (max(rows) + 1, vocabulary)
    matrix = torch.sparse_coo_tensor(places, count[places[1]].rsqrt(), shape, check_invariants=True).coalesce()
    rank = min(width, *shape)
    _, strengths, directions = torch.svd_lowrank(matrix, q=rank, niter=6)
    vectors = torch.zeros(vocabulary, width)
    vectors[:, :rank] = torch.nn.functional.normalize(directions * strengths, dim=1)
    return vectors, count > 0


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
