"""Cues of real talks: how far they keep the norms, when they appear, and what shortening brings, beside plain layouts.

    python benchmarks/layout.py FOLDER [--talks 12] [--suber 3] [--languages zh,de,fr,es,ja,ko] [--json FILE]

FOLDER holds subtitled talks as `talks.py` reads them. The translations are people's, so that layout and times alone are
judged: `subtrans` lays them out again, and plain gives each sentence one cue of one line, as peers do it. The English
words share out the time of their sentence by their length: only the times of whole sentences are known.

Five tables: the norms kept; how well our breaks agree with the people's, where a sentence has cues of its own (the
share of theirs that are ours, and how often a place where they broke costs less than one where they did not); SubER
against the people's own cues; how far from theirs our cues begin, at the start of a sentence and inside it, with the
text spread evenly or aligned with the words; and, with the translator that ships, what reading speed gains and chrF
loses when a shorter hypothesis is taken.

SubER counts each break of a line or a cue that the other side has not. Most of these people broke no lines and made
them wider than any norm, or translated the English captions line by line, so that sentences end inside of cues. So it
is told apart for the talks whose people laid out as the norms ask, and once more with all lines of a cue joined. It
takes a minute a talk: `--suber` says for how many of each kind.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from statistics import mean, median

from lexical import align
from talks import Said, Talk, talks

from subtrans import engines
from subtrans.errors import MissingExtraError
from subtrans.evaluate.conformity import RULES, conformity
from subtrans.evaluate.scores import chrf
from subtrans.evaluate.subtitles import subtitle_scores
from subtrans.pipelines.subtitle import SubtitleOptions, subtitle_parts
from subtrans.ports import Translator, shorten
from subtrans.text.breaks import atoms
from subtrans.text.languages import Language, language
from subtrans.text.layout import cues
from subtrans.text.profiles import profile, width
from subtrans.text.retime import aligned_boundaries, boundaries, links
from subtrans.types import Cue, Hypothesis, Translation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--talks", type=int, default=12, help="how many of each language, spread over all")
    parser.add_argument("--suber", type=int, default=3, help="of how many of these, and of those with broken lines")
    parser.add_argument("--languages", default="zh,de,fr,es,ja,ko")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: dict[str, list[dict[str, object]]] = {
        "norms": [],
        "breaks": [],
        "edits": [],
        "times": [],
        "shortening": [],
    }
    for tag in options.languages.split(","):
        chosen = list(talks(options.folder, tag, options.talks))
        careful = [talk for talk in talks(options.folder, tag, 1000) if laid_out(talk, language(tag))]
        aligned = align_all(chosen + careful, language(tag))
        figures["norms"] += judge(chosen, language(tag), aligned)
        figures["breaks"].append(breaks(chosen, language(tag), aligned))
        for kind, found in (("any", chosen), ("lay out as the norms ask", careful)):
            figures["edits"] += edits(kind, found[: options.suber], language(tag), aligned)
        figures["times"].append(time(chosen, language(tag), aligned))
        if tag == "zh":
            figures["shortening"] = shortening(chosen, language(tag))
        print(f"{tag}: {len(chosen)} talks", file=sys.stderr)
    for name, rows in figures.items():
        print_table(name, rows)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


Aligned = dict[tuple[str, str], tuple[tuple[int, int], ...]]


def align_all(found: list[Talk], written: Language) -> Aligned:
    pairs = [(said.sentence.text, text_of(said, written)) for talk in found for said in talk.said if said.shared]
    return dict(zip(pairs, align(pairs), strict=True))


def text_of(said: Said, written: Language) -> str:
    """The text of its cues, in which nothing tells where the person's lines ended."""
    text = ""
    for line in (line for cue in said.cues for line in cue.lines):
        apart = written.spaced or (text[-1:].isascii() and line[:1].isascii())
        text += " " * (bool(text) and apart) + line
    return text


def translation_of(said: Said, written: Language, aligned: Aligned) -> Translation:
    text = text_of(said, written)
    return Translation(said.sentence, text, alignment=aligned.get((said.sentence.text, text), ()))


def laid_out(talk: Talk, written: Language) -> bool:
    """Whether most lines are as wide as the norm has them, a good part of the cues has two, and most sentences have
    cues of their own."""
    norms = profile(written)
    narrow = [max(width(line, written) for line in cue.lines) <= norms.characters_per_line for cue in talk.cues]
    several = [len(cue.lines) > 1 for cue in talk.cues]
    whole = [said.shared for said in talk.said if said.cues]
    return mean(narrow) >= 0.75 and mean(several) >= 0.3 and mean(whole) >= 0.75


def layouts_of(found: list[Talk], written: Language, aligned: Aligned) -> dict[str, list[list[Cue]]]:
    """The same text in four layouts: ours, plain, the same with its lines filled up, and the people's own."""
    norms = profile(written)
    layouts: dict[str, list[list[Cue]]] = {"subtrans": [], "plain": [], "wrapped": [], "people": []}
    for talk in found:
        translations = [translation_of(said, written, aligned) for said in talk.said if said.cues]
        layouts["subtrans"].append(list(cues(translations, norms, written)))
        layouts["plain"].append([Cue(one.sentence.span, (one.text,)) for one in translations])
        layouts["wrapped"].append(
            [Cue(one.sentence.span, filled(one.text, written, norms.characters_per_line)) for one in translations]
        )
        layouts["people"].append([cue for said in talk.said for cue in said.cues])
    return layouts


def filled(text: str, written: Language, limit: int) -> tuple[str, ...]:
    """The text in lines that are as full as they may be."""
    lines = [""]
    for atom in atoms(text, written, limit):
        longer = lines[-1] + " " * (atom.spaced and bool(lines[-1])) + atom.text
        if lines[-1] and width(longer, written) > limit:
            lines.append(atom.text)
        else:
            lines[-1] = longer
    return tuple(lines)


def judge(found: list[Talk], written: Language, aligned: Aligned) -> list[dict[str, object]]:
    """How the layouts of the same text keep the norms."""
    rows = []
    for name, laid in layouts_of(found, written, aligned).items():
        reports = [conformity(each, profile(written), written) for each in laid]
        total = sum(report.cues for report in reports)
        row: dict[str, object] = {"language": written.tag, "layout": name, "talks": len(laid), "cues": total}
        for rule in RULES:
            row[f"{rule} %"] = round(100 * sum(one.share(rule) * one.cues for one in reports) / total, 2)
        rows.append(row)
    return rows


def breaks(found: list[Talk], written: Language, aligned: Aligned) -> dict[str, object]:
    """How well our breaks inside of sentences agree with the people's, and the costs of all places with them."""
    norms, ours, theirs, both = profile(written), 0, 0, 0
    costs: list[tuple[int, bool]] = []
    for talk in found:
        for said in talk.said:
            if not said.shared:
                continue
            person = ends(said.cues)
            laid = ends(cues([translation_of(said, written, aligned)], norms, written))
            ours, theirs, both = ours + len(laid), theirs + len(person), both + len(laid & person)
            reached = 0
            for before, after in pairwise(atoms(text_of(said, written), written, norms.characters_per_line)):
                reached += len("".join(before.text.split()))
                costs.append((after.cost, reached in person))
    return {
        "language": written.tag,
        "breaks of people": theirs,
        "ours too %": round(100 * both / theirs, 1),
        "of ours %": round(100 * both / ours, 1),
        "cheaper than where they did not break %": round(100 * cheaper(costs), 1),
    }


def ends(laid: Iterable[Cue]) -> set[int]:
    """After how many characters, white space aside, a line ends; the last is left out."""
    return set(list(accumulate(len("".join(line.split())) for cue in laid for line in cue.lines))[:-1])


def cheaper(costs: list[tuple[int, bool]]) -> float:
    """How often a break costs less than no break, of all pairs of the two; equal costs count half (AUC)."""
    total, passed, won = Counter(chosen for _, chosen in costs), 0, 0.0
    for _, group in groupby(sorted(costs), key=lambda one: one[0]):
        here = Counter(chosen for _, chosen in group)
        passed += here[False]
        won += here[True] * (total[False] - passed + here[False] / 2)
    return won / max(1, total[True] * total[False])


def edits(kind: str, found: list[Talk], written: Language, aligned: Aligned) -> list[dict[str, object]]:
    """How much there is to edit in each layout to make it the people's, as it is and with lines joined."""
    layouts, glue, rows = layouts_of(found, written, aligned), " " if written.spaced else "", []
    people = layouts.pop("people")
    for name, laid in layouts.items() if found else ():
        row: dict[str, object] = {"language": written.tag, "the people": kind, "layout": name, "talks": len(found)}
        for column, join in (("SubER", False), ("SubER, lines joined", True)):
            sides = [
                [[Cue(cue.span, (glue.join(cue.lines),)) for cue in one] if join else one for one in side]
                for side in (laid, people)
            ]
            try:
                scores = [subtitle_scores(a, b, written.tag)[0] for a, b in zip(*sides, strict=True)]
            except MissingExtraError:
                return []
            row |= {column: round(mean(score.value for score in scores), 2), "signature": scores[0].signature}
        rows.append(row)
    return rows


def time(found: list[Talk], written: Language, aligned: Aligned) -> dict[str, object]:
    """How far from the people's cues ours begin, in milliseconds, where a sentence has cues of its own.

    At the start of a sentence ours is the first cue of it; beside it stands how far the speech itself is. Inside, both
    texts are asked when the person's later cues begin; the distance of the sentence itself from the person's is taken
    off, so that only the spreading is judged.
    """
    starts, spoken, even, linked = [], [], [], []
    for talk in found:
        laid = list(
            cues([translation_of(said, written, aligned) for said in talk.said if said.cues], profile(written), written)
        )
        for said in talk.said:
            if not said.shared:
                continue
            ours = min(laid, key=lambda cue: abs(cue.span.start - said.sentence.span.start))
            starts.append(ours.span.start - said.cues[0].span.start)
            spoken.append(said.sentence.span.start - said.cues[0].span.start)
            if len(said.cues) == 1:
                continue
            letters = [len("".join("".join(cue.lines).split())) for cue in said.cues]
            counts = list(accumulate(letters))
            words, translation = said.sentence.words, translation_of(said, written, aligned)
            spread = boundaries([count / counts[-1] for count in counts], words)
            drawn = links(translation)
            timed = aligned_boundaries(counts, drawn, words) if drawn else spread
            offset = said.cues[0].span.start - said.sentence.span.start
            for cue, one, other in zip(said.cues[1:], spread, timed, strict=False):
                even.append(abs(one[1] + offset - cue.span.start))
                linked.append(abs(other[1] + offset - cue.span.start))
    return {
        "language": written.tag,
        "sentences": len(starts),
        "at their start: median": median(map(abs, starts)),
        "the speech itself: median": median(map(abs, spoken)),
        "inside: cues": len(even),
        "evenly: median": median(even),
        "aligned: median": median(linked),
        "evenly: mean": round(mean(even)),
        "aligned: mean": round(mean(linked)),
    }


def shortening(found: list[Talk], written: Language) -> list[dict[str, object]]:
    """What the translator that ships writes at the norm's reading speed and at two thirds of it: as it is, with the
    other hypotheses of the beam where there is no time, and with a search for short ones too."""
    options = engines.TranslatorOptions(num_hypotheses=4)
    translator = engines.load_translator(
        "mt-en-zh-nano", source="en", target=written.tag, options=options, guarded=True
    )
    translate = cache(translator.translate)
    said = [[one for one in talk.said if one.cues] for talk in found]
    references = [text_of(one, written) for each in said for one in each]
    rows: list[dict[str, object]] = []
    for share in (1, 2 / 3):
        norms = replace(profile(written), characters_per_second=profile(written).characters_per_second * share)
        options, best = SubtitleOptions(norms={written: norms}.__getitem__), list[str]()
        for name, chosen in (
            ("the best", Only(translate, alternatives=False)),
            ("of the beam", Only(translate)),
            ("and looked for", Looking(translate, translator)),
        ):
            texts, reports = [], []
            for each in said:
                sentences = [one.sentence for one in each]
                found = subtitle_parts([sentences], chosen, target=written.tag, options=options)
                *steps, last = (step for _, step in found)
                texts += [one.text for step in steps for one in step.translations]
                reports.append(conformity(last.cues, norms, written))
            best = best or texts
            score = chrf(texts, references)
            kept, total = sum(one.share("CPS") * one.cues for one in reports), sum(one.cues for one in reports)
            rows.append(
                {
                    "CPS": norms.characters_per_second,
                    "translations": name,
                    "sentences": len(references),
                    "changed": sum(now != before for now, before in zip(texts, best, strict=True)),
                    "CPS %": round(100 * kept / total, 2),
                    "chrF": round(score.value, 2),
                    "signature": score.signature,
                }
            )
    return rows


class Only:
    """The Translator port over one that could do more, without its alternatives if so asked."""

    def __init__(self, translate: Callable[[tuple[str, ...]], list[Hypothesis]], *, alternatives: bool = True) -> None:
        self._translate, self._alternatives = translate, alternatives

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As it."""
        found = self._translate(tuple(texts))
        return found if self._alternatives else [replace(one, alternatives=()) for one in found]


class Looking(Only):
    """The same, able to look for shorter words."""

    def __init__(self, translate: Callable[[tuple[str, ...]], list[Hypothesis]], translator: Translator) -> None:
        super().__init__(translate)
        self._translator = translator

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As it."""
        return shorten(self._translator, texts)


def print_table(name: str, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    columns = [column for column in rows[0] if column != "signature"]
    print(f"\n{name}\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    for row in rows:
        print("| " + " | ".join("-" if row[column] is None else str(row[column]) for column in columns) + " |")
    for signature in dict.fromkeys(row["signature"] for row in rows if row.get("signature")):
        print(f"\n`{signature}`")


if __name__ == "__main__":
    main()
