"""Texts in, their translations by transformers out: for sequence-to-sequence checkpoints that cannot be converted.

Slower than CTranslate2 and in need of torch, but behind the same port. Weights come from safetensors alone, and no code
from the checkpoint is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from subtrans.engines.models.families import frame
from subtrans.engines.quiet import quiet
from subtrans.engines.translation.attention import align, aligning_layer, locate, unfold
from subtrans.engines.translation.hf_model import load_network
from subtrans.engines.translation.splitting import SplittingTranslator, leaves_room, ranked
from subtrans.engines.translation.tokenisation import joined_text, numbers_between, plain_marks
from subtrans.text.languages import language
from subtrans.text.typeset import typeset
from subtrans.types import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subtrans.engines.models.store import Model
    from subtrans.engines.translation.attention import Alignment
    from subtrans.engines.translation.options import TranslatorOptions


class TransformersTranslator(SplittingTranslator):
    """The Translator port over AutoModelForSeq2SeqLM, from one language to another."""

    def __init__(self, model: Model, source: str, target: str, options: TranslatorOptions) -> None:
        super().__init__(target, options)
        self._tokenizer, self._target, self._model = load_network(model, options)
        self._reads = not self._model.config.is_encoder_decoder
        # Whose attention to the source can be seen: a language model has none apart, and a prefix stands in its way.
        self._adapters = tuple(getattr(self._model, "peft_config", {}).values())
        self._attends = not self._reads and not self._adapters
        family = model.description.family or "plain"
        vocabulary = self._tokenizer.get_vocab()
        self._plain = plain_marks(self._tokenizer.tokenize, vocabulary)
        self._framing = framing = frame(family, language(source), self._language, vocabulary)
        # Words and Marian's tokens are written as text; languages that both sides begin with are set as numbers.
        self._prefix = "" if framing.target else framing.text or "".join(framing.before)
        self._suffix = framing.behind
        unknown = self._tokenizer.unk_token_id
        self._unwanted = None if unknown is None else [unknown]
        config = self._model.config
        config = getattr(config, "encoder", None) or config.get_text_config(encoder=True)
        self._positions = int(getattr(config, "max_position_embeddings", 0) or 512)

    def _translate_parts(self, parts: list[str]) -> dict[str, Hypothesis]:
        done: dict[str, Hypothesis] = {}
        for batch in self._batches(parts):
            done.update(zip(batch, self._generate(batch), strict=True))
        return done

    def _fits(self, text: str) -> bool:
        if self._reads:  # the translation goes on from the prompt
            return 2 * self._length(text) <= self._positions
        return leaves_room(self._length(text), self._positions)

    def _length(self, text: str) -> int:
        return len(self._numbers([text])[0])

    def _numbers(self, texts: Sequence[str]) -> list[list[int]]:
        lines = [self._line(text) for text in texts]
        if self._framing.target:
            return numbers_between(self._tokenizer, lines, self._framing.before, self._framing.after)
        rows: list[list[int]] = self._tokenizer(lines)["input_ids"]
        return rows

    def _line(self, text: str) -> str:
        return self._prefix + " ".join(text.translate(self._plain).split()) + self._suffix

    def _batches(self, parts: list[str]) -> Iterator[list[str]]:
        """Texts of like length together, as many as the token budget takes with their padding."""
        batch: list[str] = []
        for part in sorted(parts, key=lambda part: (self._length(part), part)):
            if batch and (len(batch) + 1) * self._length(part) > self._options.batch_tokens:
                yield batch
                batch = []
            batch.append(part)
        if batch:
            yield batch

    def _generate(self, batch: list[str]) -> list[Hypothesis]:
        import torch

        with quiet():  # that one call for texts would be faster is not true of framed ones
            inputs = self._tokenizer.pad({"input_ids": self._numbers(batch)}, return_tensors="pt")
        length = inputs["input_ids"].shape[1]
        told = self._tokenizer.convert_tokens_to_ids(list(self._framing.target))
        forced = {"forced_bos_token_id": told[0]} if told else {}
        with torch.inference_mode(), quiet():
            output = self._model.generate(
                input_ids=inputs["input_ids"].to(self._model.device),
                attention_mask=inputs["attention_mask"].to(self._model.device),
                num_beams=max(self._options.beam_size, self._options.num_hypotheses),
                num_return_sequences=self._options.num_hypotheses,
                do_sample=False,
                max_new_tokens=max(1, min(self._options.max_length, max(48, 3 * length), self._room(length))),
                length_penalty=self._options.length_penalty,
                repetition_penalty=self._options.repetition_penalty,
                no_repeat_ngram_size=self._options.no_repeat_ngram,
                suppress_tokens=self._unwanted,
                return_dict_in_generate=True,
                output_scores=True,
                **forced,
            )
        written = output.sequences[:, length:] if self._reads else output.sequences
        if self._target is self._tokenizer:
            texts = self._tokenizer.batch_decode(written, skip_special_tokens=True)
        else:
            texts = [joined_text(self._target, row) for row in written.tolist()]
        texts = [typeset(text.strip(), self._language) for text in texts]
        several = self._options.num_hypotheses
        looks: list[Alignment] = [()] * len(texts)
        if self._options.alignment and self._attends:
            looks = self._look(batch, inputs, output.sequences, texts)
        rows = zip(texts, self._scores(output), looks, strict=True)
        said = [Hypothesis(text, score if text else None, look) for text, score, look in rows]
        return [ranked(said[first : first + several]) for first in range(0, len(said), several)]

    def _look(self, batch: list[str], inputs: Any, sequences: Any, texts: list[str]) -> list[Alignment]:
        """The alignment of each text, from the attention of a decoder that is given what it said."""
        import torch

        several = self._options.num_hypotheses
        with torch.inference_mode():
            output = self._model(
                input_ids=inputs["input_ids"].repeat_interleave(several, dim=0).to(self._model.device),
                attention_mask=inputs["attention_mask"].repeat_interleave(several, dim=0).to(self._model.device),
                decoder_input_ids=sequences,
                output_attentions=True,
            )
        layers = output.cross_attentions
        attention = layers[aligning_layer(len(layers))].mean(dim=1).float().cpu()
        special = set(self._target.all_special_ids)
        numbered = zip(batch, inputs["input_ids"].tolist(), strict=True)
        places = [self._places(part, numbers) for part, numbers in numbered]
        looks = []
        for number, (text, said) in enumerate(zip(texts, sequences[:, 1:].tolist(), strict=True)):
            kept = [position for position, token in enumerate(said) if token not in special]
            tokens = self._target.convert_ids_to_tokens([said[position] for position in kept])
            tokens = [token or "" for token in tokens]  # none at the end of a padded matrix
            rows = attention[number, kept].tolist()
            looks.append(align(rows, places[number // several], locate(tokens, text)) if text else ())
        return looks

    def _places(self, text: str, numbers: list[int]) -> list[int | None]:
        """For each token of the source, the character of the text that it begins with; None for what frames it."""
        special = set(self._tokenizer.all_special_ids)
        where = unfold(text)
        begins = locate(self._tokenizer.convert_ids_to_tokens(numbers), self._line(text))
        begins = [begin - len(self._prefix) for begin in begins]
        return [
            where[begin] if 0 <= begin < len(where) and number not in special else None
            for begin, number in zip(begins, numbers, strict=True)
        ]

    def _room(self, length: int) -> int:
        """The positions of the decoder that a prompt or a prefix leaves to a translation."""
        config = self._model.config.get_text_config(decoder=True)
        positions = int(getattr(config, "max_position_embeddings", 0) or 0)
        if not positions:  # T5 has none, and no end
            return self._options.max_length
        taken = length if self._reads else 0
        return positions - 1 - taken - sum(int(each.num_virtual_tokens) for each in self._adapters)

    def _scores(self, output: Any) -> list[float]:
        """Mean log-probability of the tokens of each sequence that were chosen by the model."""
        steps = self._model.compute_transition_scores(
            output.sequences, output.scores, getattr(output, "beam_indices", None), normalize_logits=True
        )
        tokens = output.sequences[:, -steps.shape[1] :]
        chosen = (tokens != self._model.generation_config.pad_token_id) & steps.isfinite()
        steps = steps.where(chosen, steps.new_zeros(()))
        return [float(value) for value in steps.sum(dim=1) / chosen.sum(dim=1).clamp(min=1)]
