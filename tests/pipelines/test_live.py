from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from fakes import FakeDetector, FakeTranscriber, FakeTranslator, silence, spoken

from subtrans.errors import DeviceError
from subtrans.events import CaptionEvent, DegradeEvent, LagEvent
from subtrans.media.capture import Replay
from subtrans.media.clock import ComputingClock
from subtrans.pipelines.live import BEFORE, LiveOptions, live
from subtrans.pipelines.pace import STEPS
from subtrans.pipelines.text import translate_lines
from subtrans.types import Audio, Span

TALK = "one two three Stop. red green cat Why? four five six seven Again. "


class Timer:
    """Time that passes only when somebody computes."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class SlowTranscriber(FakeTranscriber):
    """Takes `cost` seconds for each second that it hears, until it has taken `until` seconds."""

    def __init__(self, timer: Timer, cost: float, until: float = 1e9) -> None:
        super().__init__()
        self.timer, self.cost, self.until = timer, cost, until
        self.heard: list[tuple[int, int]] = []

    def transcribe(self, audio, speech, language, said=""):
        self.timer.seconds += (
            len(audio.samples) / 16_000 * (self.cost if audio.span.start < self.until * 1000 else 0.01)
        )
        self.heard.append((audio.offset, audio.offset + len(audio.samples)))
        return super().transcribe(audio, speech, language)


def blocks(sound, size: int = 1600):
    for start in range(0, len(sound), size):
        yield Audio(sound[start : start + size], start)


def run(sound, *, transcriber=None, translator=None, timer=None, **options):
    source = Replay(blocks(sound), ComputingClock(timer or Timer()))
    ports = FakeDetector(), transcriber or FakeTranscriber(), {"zh": translator or FakeTranslator()}
    return list(live(source, *ports, language="en", options=LiveOptions(**options)))


def captions(events):
    return [event.caption for event in events if isinstance(event, CaptionEvent)]


def finals(events):
    return [caption for caption in captions(events) if caption.final]


def test_every_sentence_is_final_once_and_in_order() -> None:
    found = finals(run(spoken(TALK * 3)))
    assert [caption.source for caption in found] == [
        *("one two three Stop.", "red green cat Why?", "four five six seven Again."),
    ] * 3
    assert [caption.number for caption in found] == list(range(1, 10))
    assert all(one.span.end <= two.span.start for one, two in pairwise(found))


def test_final_translations_are_those_of_the_text_command() -> None:
    found = finals(run(spoken(TALK * 2)))
    translated = translate_lines([caption.source for caption in found], FakeTranslator(), separator="")
    assert [caption.text for caption in found] == [hypothesis.text for _, hypothesis in translated]


def test_every_language_has_the_captions_that_it_would_have_alone() -> None:
    def into(*targets):
        source = Replay(blocks(spoken(TALK * 2)), ComputingClock(Timer()))
        translators = {target: FakeTranslator(target) for target in targets}
        events = live(source, FakeDetector(), FakeTranscriber(), translators, language="en")
        return [event for event in events if isinstance(event, CaptionEvent)]

    together = into("zh", "de")
    for target in "zh", "de":
        assert [event for event in together if event.caption.language == target] == into(target)
    settled = [(event.caption.number, event.caption.language) for event in together if event.caption.final]
    assert settled == [(number, target) for number in range(1, 7) for target in ("zh", "de")]


def test_after_a_final_caption_only_later_ones_come() -> None:
    last = 0
    for caption in captions(run(spoken(TALK * 2))):
        assert caption.number == last + 1
        last += caption.final


def test_committed_words_never_change_and_a_draft_shows_more() -> None:
    said: tuple = ()
    for event in run(spoken(TALK)):
        if isinstance(event, CaptionEvent):
            assert [word.text for word in event.words][: len(said)] == [word.text for word in said]
            said = () if event.caption.final else event.words
            assert event.caption.source.startswith("".join(word.text for word in event.words).strip())


def test_the_end_of_a_translated_draft_is_held_back_until_two_drafts_agree_on_it() -> None:
    class Guessing(FakeTranslator):
        """Drafts a guess of what comes, which is another each time."""

        drafts = 0

        def draft(self, text):
            self.drafts += 1
            return f"zh:{text}{self.drafts:03}"

    translator = Guessing()
    shown = captions(run(spoken("one two three four five six seven Stop."), translator=translator))
    drafts = [caption for caption in shown if not caption.final and caption.source]
    assert translator.drafts > 2
    assert all(caption.text == f"zh:{caption.source}" for caption in drafts)
    assert [caption.text for caption in shown if caption.final] == ["zh:one two three four five six seven Stop."]


def test_a_sentence_without_its_mark_is_final_after_a_long_silence() -> None:
    events = run(np.concatenate([spoken("one two"), silence(4000), spoken("red Stop.")]))
    assert [caption.source for caption in finals(events)] == ["one two", "red Stop."]
    first = next(event for event in events if isinstance(event, CaptionEvent) and event.caption.final)
    assert 2000 <= first.audio - first.caption.span.end < 3500


def test_a_long_utterance_is_heard_anew_from_its_last_sentence() -> None:
    transcriber = SlowTranscriber(Timer(), 0.0)
    sound = spoken("one two three Stop. red green cat Why? " * 12, rest=40)
    events = run(sound, transcriber=transcriber)
    assert max(end - start for start, end in transcriber.heard) < 18 * 16_000
    assert (
        " ".join(c.source for c in finals(events)).split() == ("one two three Stop. red green cat Why? " * 12).split()
    )


def test_a_recogniser_is_told_the_last_words_from_before_what_it_hears() -> None:
    told: list[tuple[int, str]] = []

    class Told(FakeTranscriber):
        def transcribe(self, audio, speech, language, said=""):
            told.append((audio.span.start, said))
            return super().transcribe(audio, speech, language, said)

    talk = " ".join(["one two three four five six seven Stop.", "red green blue cat Why?"] * 10)
    run(spoken(talk, rest=40), transcriber=Told())  # one utterance, of which the beginning is left behind
    run(spoken(talk), transcriber=Told())  # many
    assert len({said for _, said in told}) > 4
    for start, said in told:
        assert (said == "") == (start < 1000)
        assert said in talk
        assert len(said.split()) <= BEFORE
    assert all(one[1] == two[1] for one, two in pairwise(told) if one[0] == two[0])


class Wavering(FakeDetector):
    """Takes every silence for speech until it has heard `sure` ms more of it."""

    def __init__(self, sure: int) -> None:
        super().__init__()
        self.sure = sure

    def detect(self, audio):
        spans = super().detect(audio)
        early = [span for span in spans if audio.span.end - span.end < self.sure]
        if len(early) > 1:
            spans = [*(span for span in spans if span not in early), Span(early[0].start, early[-1].end)]
        return spans


@pytest.mark.parametrize("sure", [2000, 4000, 8000])
def test_a_pause_that_is_found_only_later_has_nothing_said_twice_and_nothing_lost(sure) -> None:
    talk = "one two three four five six seven red green blue cat " * 9 + "Stop."
    pieces = [spoken(" ".join(part)) for part in np.array_split(talk.split(), 7)]
    sound = np.concatenate([piece for said in pieces for piece in (said, silence(700))])
    source = Replay(blocks(sound), ComputingClock(Timer()))
    events = live(source, Wavering(sure), FakeTranscriber(), {"zh": FakeTranslator()}, language="en")
    found = [event for event in events if isinstance(event, CaptionEvent) and event.caption.final]
    assert " ".join(event.caption.source for event in found).split() == talk.split()
    starts = [word.span.start for event in found for word in event.words]
    assert starts == sorted(starts)


def test_what_turns_out_to_be_no_speech_is_taken_back() -> None:
    class Deceived(FakeDetector):
        """Takes what is there for speech until it has heard three seconds."""

        def detect(self, audio):
            return super().detect(audio) if audio.span.end < 3000 else []

    source = Replay(blocks(np.concatenate([silence(1500), spoken("red cat"), silence(9000)])), ComputingClock(Timer()))
    events = live(source, Deceived(), FakeTranscriber(), {"zh": FakeTranslator()}, language="en")
    shown = captions(events)
    assert shown[0].source.startswith("red")
    assert shown[-1].source == "" or shown[-1].final


def test_marks_alone_are_no_caption() -> None:
    class Puzzled(FakeTranscriber):
        """Understands nothing before the second sentence."""

        def transcribe(self, *asked, **more):
            words = super().transcribe(*asked, **more)
            return [replace(word, text=".") if word.span.start < 1500 else word for word in words]

    shown = captions(
        run(np.concatenate([spoken("one two"), silence(1500), spoken("red cat Stop.")]), transcriber=Puzzled())
    )
    assert {caption.source for caption in shown if caption.final} == {"red cat Stop."}
    assert all(caption.source.strip(". ") for caption in shown)


def test_silence_gives_nothing_but_the_level() -> None:
    assert {type(event) for event in run(silence(5000))} == {LagEvent}


def test_a_slow_recogniser_makes_steps_come_and_go_and_no_word_is_lost() -> None:
    timer = Timer()
    # Three times slower than real time for a minute.
    transcriber = SlowTranscriber(timer, 3.0, until=60)
    talk = TALK * 60
    sound = spoken(talk)
    assert len(sound) > 180 * 16_000
    events = run(sound, transcriber=transcriber, timer=timer)

    assert " ".join(caption.source for caption in finals(events)).split() == talk.split()
    lags = [event.lag for event in events if isinstance(event, LagEvent)]
    assert max(lags) > 20_000
    assert lags[-1] < 3000
    changes = [(event.step, event.active) for event in events if isinstance(event, DegradeEvent)]
    assert changes == [*((step, True) for step in STEPS), *((step, False) for step in reversed(STEPS))]
    heard = np.zeros(len(sound), dtype=bool)
    for start, end in transcriber.heard:
        heard[start:end] = True
    assert heard[sound != 0].all()


def test_in_a_hurry_sentences_without_marks_get_them_when_an_utterance_is_over() -> None:
    class Bare(SlowTranscriber):
        """Writes no marks at first."""

        def transcribe(self, *asked, **more):
            return [replace(word, text=word.text.rstrip(".?!")) for word in super().transcribe(*asked, **more)]

    class Marking(Bare):
        def mark(self, words, audio, speech, language):
            assert [word.text for word in words] == [word.text for word in self.transcribe(audio, speech, language)]
            marks = {" Stop": ".", " Why": "?", " Again": "."}
            return [replace(word, text=word.text + marks.get(word.text, "")) for word in words]

    def said(kind: type[Bare]) -> list[str]:
        timer = Timer()
        transcriber = kind(timer, 3.0)
        source = Replay(
            blocks(np.tile(np.concatenate([spoken(TALK, rest=100), silence(900)]), 20)), ComputingClock(timer)
        )
        ports = FakeDetector(), transcriber, {"zh": FakeTranslator()}
        return [one.source for one in finals(live(source, *ports, language="en", quick=transcriber))]

    bare, marked = said(Bare), said(Marking)
    assert " ".join(bare).split() == [word.rstrip(".?") for word in (TALK * 20).split()]
    assert [word.rstrip(".?") for word in " ".join(marked).split()] == " ".join(bare).split()
    assert marked[-3:] == ["one two three Stop.", "red green cat Why?", "four five six seven Again."]


def test_without_degrading_nothing_is_given_up() -> None:
    timer = Timer()
    events = run(spoken(TALK * 4), transcriber=SlowTranscriber(timer, 2.0), timer=timer, degrade=False)
    assert not [event for event in events if isinstance(event, DegradeEvent)]


def test_a_vanished_device_is_told_after_what_was_said() -> None:
    class Vanishing(Replay):
        def take(self, least, most):
            found = super().take(least, most)
            if found is None:
                raise DeviceError("the microphone is gone")
            return found

    source = Vanishing(blocks(spoken("one two three")), ComputingClock(Timer()))
    seen = []
    events = live(source, FakeDetector(), FakeTranscriber(), {"zh": FakeTranslator()}, language="en")
    with pytest.raises(DeviceError, match="gone"):
        deque(map(seen.append, events))
    assert [caption.source for caption in finals(seen)] == ["one two three"]


def test_clocks_never_run_backwards_and_audio_is_heard_before_it_is_said() -> None:
    events = run(spoken(TALK))
    assert [event.emitted for event in events] == sorted(event.emitted for event in events)
    assert all(event.audio <= event.emitted for event in events)


def test_who_leaves_before_the_end_leaves_no_source_that_hears_on() -> None:
    source = Replay(blocks(spoken(TALK * 3)), ComputingClock(Timer()))
    events = live(source, FakeDetector(), FakeTranscriber(), {"zh": FakeTranslator()}, language="en")
    assert not finals([next(events)])
    events.close()
    assert source.take(1, 16_000) is None
