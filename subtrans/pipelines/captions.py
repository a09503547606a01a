"""Words as they are settled in, captions out: final ones a sentence at a time, and a draft of what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from subtrans.pipelines.text import translate_lines
from subtrans.ports import DraftTranslator, Translator
from subtrans.text.agreement import steady_text
from subtrans.text.languages import language
from subtrans.text.sentences import SentenceJoiner, SentenceOptions, sentences
from subtrans.types import Caption, Hypothesis, Sentence, Word

Said = tuple[Caption, tuple[Word, ...]]
"""A caption and its committed words."""


class Captioner:
    """Numbers the sentences of a talk from 1; at most one draft stands at a time, behind all final captions."""

    def __init__(self, translator: Translator, target: str, options: SentenceOptions) -> None:
        self._translator = translator
        self._spaced = language(target).spaced
        self._options = options
        self._joiner = SentenceJoiner(options)
        self._number = 1
        self._draft: Caption | None = None
        self._target = ""  # the last translation of the draft
        self._shown = ""  # what is shown of it

    @property
    def pending(self) -> tuple[Word, ...]:
        """The committed words that are in no final caption yet."""
        return self._joiner.pending

    def add(self, words: Iterable[Word]) -> list[Said]:
        """Take the next committed words; give the captions that are final now."""
        return self._finish(sentence for word in words for sentence in self._joiner.add(word))

    def wait(self, silence: int) -> list[Said]:
        """The caption that is final if nothing is said for `silence` milliseconds."""
        return self._finish(self._joiner.wait(silence))

    def end(self) -> list[Said]:
        """The last caption: nothing more is said."""
        return self._finish(self._joiner.end())

    def draft(self, uncertain: Sequence[Word], *, translated: bool) -> Said | None:
        """What is said behind the last final caption, as far as it is known; None if it is what it was.

        `translated`: there is time to translate it; else the translation stays what it was.
        """
        words = (*self.pending, *uncertain)
        if not words:
            gone, self._draft = self._draft, None
            return (Caption(gone.number, gone.span, "", "", False), ()) if gone else None
        said = Sentence(words)
        if not (self._draft and self._draft.source == said.text) and translated:
            self._translate(words)
        draft = Caption(self._number, said.span, said.text, self._shown, False)
        known, self._draft = self._draft, draft
        return (draft, self.pending) if known is None or known != draft else None

    def _translate(self, words: Sequence[Word]) -> None:
        """Translate the draft anew, as it will be when it is final: what is held to now would be taken back then."""
        before = self._target
        said = [sentence.text for sentence in sentences(words, self._options)]
        self._target = (" " if self._spaced else "").join(map(self._quickly, said))
        self._shown = steady_text(before, self._target, spaced=self._spaced)

    def _finish(self, complete: Iterable[Sentence]) -> list[Said]:
        found: list[Said] = []
        for sentence in complete:
            said = self._one(sentence.text)
            caption = Caption(self._number, sentence.span, sentence.text, said.text, True, said.faults, said.alignment)
            found.append((caption, sentence.words))
            self._number += 1
            self._draft, self._target, self._shown = None, "", ""
        return found

    def _quickly(self, text: str) -> str:
        if isinstance(self._translator, DraftTranslator):
            return " ".join(self._translator.draft(text).split())
        return self._one(text).text

    def _one(self, text: str) -> Hypothesis:
        """The translation as `subtrans text` gives it."""
        [(_, hypothesis)] = translate_lines([text], self._translator, separator=" " if self._spaced else "")
        return hypothesis
