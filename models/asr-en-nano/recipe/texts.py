"""Sentence files in, the sentences to speak out: Tatoeba's, the Tanaka corpus's with their case restored, WordNet's."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path


def training_sentences(tatoeba: Path, tanaka: Path, wordnet: Path, held_out: list[Path]) -> list[str]:
    """Unique sentences of `tatoeba` (TSV, English first), `tanaka` and `wordnet`, none that is in `held_out`."""
    banned = {fold(line.split("\t")[0]) for path in held_out for line in path.read_text("utf-8").splitlines()}
    cased = [tidy(line.split("\t")[0]) for line in tatoeba.read_text("utf-8").splitlines()]
    restore = truecaser(cased)
    sentences = cased + [restore(detokenise(line)) for line in tanaka.read_text("utf-8").splitlines()]
    unique: dict[str, str] = {}
    for sentence in sentences + examples(wordnet):
        key = fold(sentence)
        if key and key not in banned and speakable(sentence):
            unique.setdefault(key, sentence)
    return list(unique.values())


def examples(wordnet: Path) -> list[str]:
    """The examples of use in WordNet's data files, of three words and more, written as sentences."""
    found = []
    for path in sorted(wordnet.glob("data.*")):
        lines = path.read_text("utf-8").splitlines()  # not all close what they quote
        quoted = (tidy(example) for line in lines for example in re.findall(r'"([^"]+)"', line))
        found += [
            example[:1].upper() + example[1:] + ("" if example[-1] in ".!?" else ".")
            for example in quoted
            if len(example.split()) >= 3
        ]
    return found


def commonest(tatoeba: Path, words: int) -> frozenset[str]:
    """The `words` commonest words of the English side, as `fold` writes them."""
    counts = Counter(
        word for line in tatoeba.read_text("utf-8").splitlines() for word in fold(line.split("\t")[0]).split()
    )
    return frozenset(word for word, _ in counts.most_common(words))


def test_sentences(path: Path, count: int, known: frozenset[str] | None) -> list[str]:
    """`count` speakable sentences of a held-out TSV, evenly spread over the file, each once; of `known` words only."""
    unique = list(dict.fromkeys(tidy(line.split("\t")[0]) for line in path.read_text("utf-8").splitlines()))
    unique = [sentence for sentence in unique if speakable(sentence)]
    if known is not None:
        unique = [sentence for sentence in unique if known.issuperset(fold(sentence).split())]
    return [unique[i * len(unique) // count] for i in range(min(count, len(unique)))]


def fold(sentence: str) -> str:
    """A sentence without case, punctuation and spacing, to tell whether two are the same when spoken."""
    return " ".join(re.findall(r"[a-z0-9']+", sentence.lower().replace("’", "'")))


def tidy(sentence: str) -> str:
    """Straight apostrophes, no quotation marks (they are not heard), single spaces."""
    sentence = sentence.replace("’", "'").replace("‘", "'").replace("–", "-").replace("—", ", ")
    sentence = re.sub(r"[\"“”]", "", sentence)
    return re.sub(r"\s+", " ", sentence).strip()


def speakable(sentence: str) -> bool:
    """Whether a sentence is plain enough to be read in one way only."""
    return bool(re.fullmatch(r"[A-Za-z0-9 .,?!'%$:;-]+", sentence)) and 1 <= len(sentence.split()) <= 24


def detokenise(line: str) -> str:
    """Put the corpus's split tokens together again: "don 't walk , please ." -> "don't walk, please."."""
    line = re.sub(r" ('(?:s|t|m|d|re|ve|ll)\b)", r"\1", line)
    line = re.sub(r" n't\b", "n't", line)
    line = re.sub(r"\bcan not\b", "cannot", line)
    return re.sub(r"\s+([.,?!:;%])", r"\1", line).strip()


def truecaser(cased: list[str]):
    """A function that gives lower-cased sentences the case that their words mostly have inside `cased` sentences."""
    counts: dict[str, Counter[str]] = {}
    for sentence in cased:
        for word in re.findall(r"[A-Za-z][A-Za-z']*", sentence)[1:]:
            counts.setdefault(word.lower(), Counter())[word] += 1
    usual = {word: forms.most_common(1)[0][0] for word, forms in counts.items()}

    def restore(sentence: str) -> str:
        sentence = re.sub(r"[a-z][a-z']*", lambda match: usual.get(match[0], match[0]), sentence)
        sentence = re.sub(r"\bi('|\b)", r"I\1", sentence)
        return sentence[:1].upper() + sentence[1:]

    return restore
