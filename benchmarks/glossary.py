"""A glossary's reach: how many of the terms in held-out sentences come out as prescribed, and what it costs.

    python benchmarks/glossary.py DATA [--mt mt-en-zh-nano] [--sentences 996]

DATA holds text/tatoeba-en-zh/cmn.txt, split as for mt-en-zh-nano. The terms are nouns and names of the held-out
sentences with the translation that the training pairs suggest and the reference has; once more, harder, with the
translations shuffled among the terms, in the references too, which no model would come to by itself. Each means is
measured alone, then all in turn.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import sacrebleu

from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.translation.terms import TermOptions, TermTranslator
from subtrans.finetune.corpus import CorpusOptions, Pair, load_corpus
from subtrans.text.glossary import Glossary, Term, says

MEANS = {
    "wide beam": ("beam",),
    "words of the term alone": ("words",),
    "attention": ("attention",),
    "target prefix": ("prefix",),
    "beam, words, attention": ("beam", "words", "attention"),
    "all in turn": TermOptions().means,
}
DETERMINERS = set("the a an my your his her our their this that these those some any no every".split())  # noqa: SIM905
FOLLOWING = set("in on at of to for with from and or is was are were has had will that by as about".split())  # noqa: SIM905


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--mt", default="mt-en-zh-nano")
    parser.add_argument("--sentences", type=int, default=996)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    folder = str(options.data / "text/tatoeba-en-zh")
    corpus = load_corpus(
        CorpusOptions(train=("cmn.txt",), folder=folder, simplify=True, dev_share=0.0195, test_share=0.0385)
    )
    pairs = corpus.test[: options.sentences]
    terms = suggest(corpus.train)
    engine = load_translator(
        options.mt, source="en", target="zh", options=TranslatorOptions(device="cpu", threads=options.threads)
    )
    before = [one.text for one in engine.translate([pair.source for pair in pairs])]
    prescribed = {index: here for index, pair in enumerate(pairs) if (here := present(pair, terms))}
    names = sorted({term for here in prescribed.values() for term in here}, key=lambda term: term.source)
    print(f"{len(names)} terms, in {len(prescribed)} of {len(pairs)} sentences, {total(prescribed)} times")
    others = random.Random(1).sample(names, len(names))
    shuffled = {one: Term(one.source, two.target) for one, two in zip(names, others, strict=True)}
    print("| terms | means | as prescribed | BLEU with terms | BLEU without terms | others that changed |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind, table in (("as in the references", {term: term for term in names}), ("shuffled", shuffled)):
        asked = [
            Pair(pair.source, exchanged(pair.target, table, prescribed.get(index, ())))
            for index, pair in enumerate(pairs)
        ]
        wanted = {index: [table[term] for term in here] for index, here in prescribed.items()}
        glossary = Glossary(tuple(table.values()))
        row(kind, "none", asked, wanted, before, before, glossary)
        for name, means in MEANS.items():
            translator = TermTranslator(engine, glossary, "zh", TermOptions(means))  # type: ignore[arg-type]
            after = [one.text for one in translator.translate([pair.source for pair in pairs])]
            row(kind, name, asked, wanted, before, after, glossary)


def row(  # noqa: PLR0917
    kind: str,
    name: str,
    pairs: Sequence[Pair],
    wanted: dict[int, list[Term]],
    before: Sequence[str],
    after: Sequence[str],
    glossary: Glossary,
) -> None:
    kept = sum(says(after[index], term) for index, here in wanted.items() for term in here)
    plain = [index for index, pair in enumerate(pairs) if not glossary.find(pair.source)]
    changed = sum(before[index] != after[index] for index in plain)
    print(
        f"| {kind} | {name} | {100 * kept / total(wanted):.1f} % ({kept} of {total(wanted)}) "
        f"| {bleu(pairs, after, wanted):.2f} | {bleu(pairs, after, plain):.2f} | {changed} of {len(plain)} |",
        flush=True,
    )


def bleu(pairs: Sequence[Pair], texts: Sequence[str], indices: Iterable[int]) -> float:
    chosen = list(indices)
    references = [[pairs[index].target for index in chosen]]
    return float(sacrebleu.corpus_bleu([texts[index] for index in chosen], references, tokenize="zh").score)


def total(wanted: dict[int, list[Term]]) -> int:
    return sum(map(len, wanted.values()))


def exchanged(reference: str, table: dict[Term, Term], here: Iterable[Term]) -> str:
    """The reference with the prescribed translations in the place of its own."""
    own = {term.target: table[term].target for term in here}
    return re.sub("|".join(map(re.escape, own)), lambda match: own[match[0]], reference) if own else reference


def present(pair: Pair, terms: Glossary) -> list[Term]:
    """The terms of the source that the reference says as prescribed."""
    return list(dict.fromkeys(one.term for one in terms.find(pair.source) if says(pair.target, one.term)))


def suggest(pairs: Sequence[Pair], least: int = 4, likeness: float = 0.4) -> Glossary:
    """Nouns and names with the string of Chinese characters that goes with them most (Dice's coefficient)."""
    counts: Counter[str] = Counter()
    nouns: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    together: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        words = re.findall(r"\w+|[^\w\s]", pair.source)
        for first, word, last in zip(["", *words], words, [*words[1:], "."], strict=False):
            name = word[:1].isupper() and first and first.isalpha() and len(word) > 2
            noun = first.lower() in DETERMINERS and (last in FOLLOWING or not last.isalpha())
            nouns[word if name else word.lower()] += bool(name or noun)
        runs = re.findall(r"[一-鿿]+", pair.target)
        here = {run[a : a + n] for run in runs for n in range(2, 5) for a in range(len(run) - n + 1)}
        said = {word if word[:1].isupper() and nouns[word] else word.lower() for word in words}
        grams.update(here)
        for word in said:
            counts[word] += 1
            together[word].update(here)
    found = []
    for word, count in nouns.items():
        if count < least or counts[word] < least or not word.isalpha() or len(word) < 3:
            continue
        dice = {gram: 2 * both / (counts[word] + grams[gram]) for gram, both in together[word].items() if both > 2}
        best = max(dice, key=lambda gram: (round(dice[gram], 2), len(gram)), default="")
        if best and dice[best] >= likeness:
            found.append(Term(word, best))
    return Glossary(tuple(found))


if __name__ == "__main__":
    main()
