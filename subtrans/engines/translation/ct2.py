"""Texts in, their translations by a CTranslate2 model out: Marian, NLLB, M2M100, mBART-50, MADLAD, T5 and BART.

Only CTranslate2 and a tokeniser are needed at run time. One text is one sentence to the model; a longer one is cut into
parts that fit, and nothing is ever cut off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from subtrans.engines.translation.attention import SMALL, align, borrow, choose_attention, locate
from subtrans.engines.translation.sharing import shared
from subtrans.engines.translation.splitting import SplittingTranslator, leaves_room, ranked
from subtrans.text.context import CONTEXT
from subtrans.text.typeset import typeset
from subtrans.types import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subtrans.engines.models.store import Model
    from subtrans.engines.translation.attention import Alignment
    from subtrans.engines.translation.options import TranslatorOptions


FEW = 32 << 20
"""Bytes of weights below which one thread translates one sentence soonest."""


class CTranslate2Translator(SplittingTranslator):
    """The Translator port over a CTranslate2 model, from one language to another."""

    def __init__(self, model: Model, source: str, target: str, options: TranslatorOptions) -> None:
        from subtrans.engines.models.contents import read_notes, read_vocabulary
        from subtrans.engines.models.families import MAX_POSITIONS, TRAINED_POSITIONS, frame
        from subtrans.engines.translation.habits import framed, habits_of
        from subtrans.engines.translation.tokenisation import Tokeniser, load_pieces
        from subtrans.text.languages import language

        super().__init__(target, options)
        family = model.description.family or "plain"
        known, vocabulary = model.description, read_vocabulary(model.path)
        framing = frame(family, language(source), self._language, vocabulary)
        framing = framed(framing, known, options.formality, vocabulary)
        habits = habits_of(known)
        silent = {*(known.tokens or ()), habits.formal, habits.informal}
        self._tokeniser = Tokeniser(load_pieces(model.path), framing, silent, habits.separator, vocabulary)
        told, most = read_notes(model.path).get("max_positions"), MAX_POSITIONS.get(family, TRAINED_POSITIONS)
        self._positions = told if isinstance(told, int) and told > 1 else most
        self._translator, self._lanes = _load(model, options)

    def continued(self, text: str, beginnings: Sequence[str]) -> list[Hypothesis]:
        """For each beginning the best translation that starts with it; none for a text of more than one part."""
        source = self._tokeniser.encode(text)
        if not text.strip() or len(source) > self._positions or not beginnings:
            return []
        begins = [self._tokeniser.begin(beginning) for beginning in beginnings]
        most = self._positions - 1  # the scores below read one token more
        if (longest := max(map(len, begins))) >= most:
            return []
        limit = min(self._limit(len(source), longest), most)
        results = self._decode([source] * len(begins), limit, begins)
        outputs = [result.hypotheses[0] for result in results]
        scores = self._translator.score_batch([source] * len(outputs), outputs, max_input_length=0)
        said = []
        for beginning, begin, output, score in zip(beginnings, begins, outputs, scores, strict=True):
            whole, rest = self._said(output), self._said(output[len(begin) :])
            glue = self._language.glue if output[len(begin) :][:1] and output[len(begin)].startswith("▁") else ""
            text_said = whole if whole.startswith(beginning) else beginning + glue + rest
            said.append(Hypothesis(text_said, sum(score.log_probs) / max(1, len(score.log_probs))))
        return said

    def _parts(self, text: str) -> list[str]:
        """The text with as many of its predecessors as fit; one that is too long alone, in parts."""
        while CONTEXT in text and not self._fits(text):
            text = text.partition(CONTEXT)[2]
        return [text] if CONTEXT in text else super()._parts(text)

    def _fits(self, text: str) -> bool:
        return leaves_room(len(self._tokeniser.encode(text)), self._positions)

    def _translate_parts(self, parts: list[str]) -> dict[str, Hypothesis]:
        """Texts of like length are decoded together, and the longest output allowed depends on the text alone."""
        groups: dict[int, list[tuple[str, list[str]]]] = {}
        for part in parts:
            tokens = self._tokeniser.encode(part)
            groups.setdefault(self._limit(len(tokens)), []).append((part, tokens))
        done: dict[str, Hypothesis] = {}
        for limit, members in sorted(groups.items()):
            results = self._decode([tokens for _, tokens in members], limit)
            outputs = map(ranked, self._hypotheses(members, results))
            done.update(zip((part for part, _ in members), outputs, strict=True))
        return done

    def _hypotheses(self, members: list[tuple[str, list[str]]], results: list[Any]) -> list[list[Hypothesis]]:
        """The different texts of each result, best first, aligned if so asked.

        The best is aligned by attention, which takes nearly half the time of its translation; the others, of which few
        are ever needed, as far as they are written like the best.
        """
        found = []
        for result in results:
            texts: dict[str, tuple[list[str], float]] = {}
            for tokens, score in zip(result.hypotheses, result.scores, strict=True):
                texts.setdefault(self._said(tokens), (tokens, self._options.mean(float(score), len(tokens))))
            found.append(texts)
        best = [next(iter(texts)) for texts in found]
        looks: list[Alignment] = [()] * len(found)
        if self._options.alignment:
            looks = self._look(members, [(text, texts[text][0]) for text, texts in zip(best, found, strict=True)])
        return [
            [
                Hypothesis(text, score if text else None, look if text == first else borrow(text, first, look))
                for text, (_, score) in texts.items()
            ]
            for texts, first, look in zip(found, best, looks, strict=True)
        ]

    def _said(self, tokens: list[str]) -> str:
        return typeset(self._tokeniser.decode(tokens), self._language)

    def _look(self, members: list[tuple[str, list[str]]], said: list[tuple[str, list[str]]]) -> list[Alignment]:
        """The alignment of each text, said again for it: CTranslate2 4.8 mixes up the attention of a batch's beams."""
        pairs = [(*member, *one) for member, one in zip(members, said, strict=True)]
        results = self._translator.translate_batch(
            [source for _, source, _, _ in pairs],
            target_prefix=[tokens for _, _, _, tokens in pairs],
            max_batch_size=self._batch([source for _, source, _, _ in pairs]),
            batch_type="tokens",
            beam_size=1,
            max_input_length=0,
            max_decoding_length=max(len(tokens) for _, _, _, tokens in pairs),
            return_attention=True,
        )
        return [
            self._align(result.attention[0], part, len(source), text, tokens) if text else ()
            for (part, source, text, tokens), result in zip(pairs, results, strict=True)
        ]

    def _align(self, attention: Any, part: str, count: int, text: str, tokens: list[str]) -> Alignment:
        said = self._tokeniser.said(tokens)
        rows = attention[len(tokens) - len(said) :]
        return align(rows, self._tokeniser.places(part, count), locate(said, text))

    def _limit(self, tokens: int, begun: int = 0) -> int:
        """Three times the source, in steps of powers of two, with room for short ones; behind what is `begun`."""
        step = max(16, 1 << (tokens - 1).bit_length())
        return min(begun + min(3 * step, self._options.max_length), self._positions)

    def _batch(self, sources: Sequence[Sequence[str]]) -> int:
        """The tokens of a batch: of all lanes together as many as are asked for, and none is left without."""
        if self._lanes == 1:
            return self._options.batch_tokens
        lengths = [len(source) for source in sources]
        return min(self._options.batch_tokens, sum(lengths)) // self._lanes + max(lengths)

    def _decode(self, sources: list[list[str]], limit: int, begins: list[list[str]] | None = None) -> list[Any]:
        prefix = self._tokeniser.prefix
        results: list[Any] = self._translator.translate_batch(
            sources,
            target_prefix=begins or ([prefix] * len(sources) if prefix else None),
            **self._options.search() | {"max_batch_size": self._batch(sources)},
            max_input_length=0,  # CTranslate2 would cut longer inputs without a word
            max_decoding_length=limit,
            disable_unk=True,
            return_scores=True,
        )
        return results


def _load(model: Model, options: TranslatorOptions) -> tuple[Any, int]:
    """The model, loaded, and how many batches it translates at the same time."""
    from subtrans.engines.machine.devices import opening, resolve_device
    from subtrans.engines.machine.threads import cores, lanes

    device = resolve_device(options.device, options.compute_type, family=model.description.family)
    import ctranslate2

    count, threads = 1, options.threads or (1 if options.alone and _size(model.path) < FEW else cores())
    if device.kind == "cpu" and not options.alone:
        count, threads = lanes(threads)
    with opening(model.path, device):
        translator = shared(
            model.path,
            (device, count, threads, options.alignment),
            lambda: ctranslate2.Translator(
                str(model.path),
                device=device.kind,
                compute_type=device.compute_type,
                inter_threads=count,
                intra_threads=threads,
                files=_files(model.path) if options.alignment else None,
            ),
        )
    return translator, count


def _files(folder: Path) -> dict[str, bytes] | None:
    """A small model's files with its best attention chosen; None for a large one, which is read as it was converted."""
    if not 0 < _size(folder) <= SMALL:
        return None
    content = bytearray((folder / "model.bin").read_bytes())
    choose_attention(content)
    names = [path for path in folder.iterdir() if path.suffix in {".json", ".txt"}]
    return {"model.bin": bytes(content), **{path.name: path.read_bytes() for path in names}}


def _size(folder: Path) -> int:
    """Bytes of its weights; 0 where there are none."""
    weights = folder / "model.bin"
    return weights.stat().st_size if weights.is_file() else 0
