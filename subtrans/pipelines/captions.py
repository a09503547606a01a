"""Words as they are settled in, captions out: final ones a sentence at a time, and a draft of what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from subtrans.pipelines.text import translate_lines
from subtrans.ports import DraftTranslator, Translator
from subtrans.text.agreement import steady_text
from subtrans.text.languages import language
from subtrans.text.sentences import SentenceJoiner, SentenceOptions, sentences
from subtrans.types import Caption, Hypothesis, Sentence, Word

Said = tuple[Caption, tuple[Word, ...]]
"""A caption and its committed words."""


class Captioner:
    """Numbers the sentences of a talk from 1; each has a caption in every language that there is a translator into.

    In each language at most one draft stands at a time, behind all final captions.
    """

    def __init__(self, translators: Mapping[str, Translator], options: SentenceOptions) -> None:
        self._writers = [_Writer(translator, target, options) for target, translator in translators.items()]
        self._joiner = SentenceJoiner(options)
        self._number = 1

    @property
    def pending(self) -> tuple[Word, ...]:
        """The committed words that are in no final caption yet."""
        return self._joiner.pending

    def take_back(self) -> tuple[Word, ...]:
        """The pending words, which are forgotten: they come again."""
        words = self.pending
        self._joiner.end()
        return words

    def add(self, words: Iterable[Word]) -> Iterator[Said]:
        """Take the next committed words; give the captions that are final now, each when it is translated."""
        return self._finish(sentence for word in words for sentence in self._joiner.add(word))

    def wait(self, silence: int) -> Iterator[Said]:
        """The captions that are final if nothing is said for `silence` milliseconds."""
        return self._finish(self._joiner.wait(silence))

    def end(self) -> Iterator[Said]:
        """The last captions: nothing more is said."""
        return self._finish(self._joiner.end())

    def draft(self, uncertain: Sequence[Word], *, translated: bool) -> Iterator[Said]:
        """What is said behind the last final captions, as far as it is known, where it is not what it was.

        `translated`: there is time to translate it; else the translations stay what they were.
        """
        words = (*self.pending, *uncertain)
        for writer in self._writers:
            if (draft := writer.draft(self._number, words, translated=translated)) is not None:
                yield draft, self.pending

    def _finish(self, complete: Iterable[Sentence]) -> Iterator[Said]:
        for sentence in complete:
            for writer in self._writers:
                yield writer.final(self._number, sentence), sentence.words
            self._number += 1


class _Writer:
    """The captions in one language."""

    def __init__(self, translator: Translator, target: str, options: SentenceOptions) -> None:
        self._translator = translator
        self._target = target
        self._glue = language(target).glue
        self._options = options
        self._draft: Caption | None = None
        self._last = ""  # the last translation of the draft
        self._shown = ""  # what is shown of it

    def draft(self, number: int, words: Sequence[Word], *, translated: bool) -> Caption | None:
        """The draft of the words, which without words takes back what stands; None if it is what stands."""
        before = self._draft
        if words:
            said = Sentence(tuple(words))
            if not (before and before.source == said.text) and translated:
                self._translate(words)
            self._draft = Caption(number, said.span, said.text, self._shown, False, language=self._target)
            return self._draft if self._draft != before else None
        self._draft = None
        return Caption(before.number, before.span, "", "", False, language=self._target) if before else None

    def final(self, number: int, sentence: Sentence) -> Caption:
        """The caption that stays."""
        said = self._one(sentence.text)
        self._draft, self._last, self._shown = None, "", ""
        shown = number, sentence.span, sentence.text, said.text
        return Caption(*shown, True, said.faults, said.alignment, self._target)

    def _translate(self, words: Sequence[Word]) -> None:
        """Translate the draft anew, as it will be when it is final: what is held to now would be taken back then."""
        before = self._last
        said = [sentence.text for sentence in sentences(words, self._options)]
        self._last = self._glue.join(map(self._quickly, said))
        self._shown = steady_text(before, self._last, spaced=bool(self._glue))

    def _quickly(self, text: str) -> str:
        if isinstance(self._translator, DraftTranslator):
            return " ".join(self._translator.draft(text).split())
        return self._one(text).text

    def _one(self, text: str) -> Hypothesis:
        """The translation as `subtrans text` gives it."""
        [(_, hypothesis)] = translate_lines([text], self._translator, separator=self._glue)
        return hypothesis
