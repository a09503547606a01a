"""Parallel text in, sentence pairs out: read, cleaned with a count for each rule, and split so that nothing leaks."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from subtrans.errors import InputError, MissingExtraError

WIDE = {",": "，", "!": "！", "?": "？", ";": "；", ":": "："}


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class CorpusOptions:
    """Where the sentence pairs are and which of them are used for what."""

    train: tuple[str, ...]
    """TSV files in `folder`; without `dev` and `test`, those are split off from here."""
    folder: str = "."
    dev: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """More TSV files (source, target), which lie anywhere and only train."""
    source_column: int = 0
    target_column: int = 1
    simplify: bool = False
    """Turn traditional Chinese characters of the target side into simplified ones."""
    full_width: bool = False
    """Widen narrow punctuation after Chinese characters in training targets; references stay as they were written."""
    dev_share: float = 0.02
    test_share: float = 0.04
    """Shares of all groups of pairs, see `split_by_hash`."""
    max_characters: int = 300
    """A pair with a longer side is dropped: such lines are paragraphs or misaligned."""
    max_length_ratio: float = 9.0
    """UTF-8 bytes of the longer side over those of the shorter; with more they do not translate each other."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Disjoint parts: no sentence of `dev` or `test` occurs in `train`, in either language, under `fold`."""

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    test: tuple[Pair, ...]
    dropped: Counter[str]
    """Pairs that each rule of cleaning took."""

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each part as a file of tab-separated lines."""
        return {name: content_hash(getattr(self, name)) for name in ("train", "dev", "test")}


def load_corpus(options: CorpusOptions) -> Corpus:
    """Read, clean and split all that `options` name; InputError names the file and the line."""
    dropped: Counter[str] = Counter()
    folder = Path(options.folder)

    def load(paths: Iterable[Path], source: int, target: int) -> list[Pair]:
        pairs = [pair for path in paths for pair in read_tsv(path, source, target)]
        kept, counts = clean(simplify_chinese(pairs) if options.simplify else pairs, options)
        dropped.update(counts)
        return kept

    def load_files(names: Sequence[str]) -> list[Pair]:
        return load((folder / name for name in names), options.source_column, options.target_column)

    if bool(options.dev) != bool(options.test):
        raise InputError("give files for both dev and test, or for neither: then they are split off from train")
    train = load_files(options.train)
    if options.dev:
        dev, test = load_files(options.dev), load_files(options.test)
    else:
        train, dev, test = split_by_hash(train, options.dev_share, options.test_share)
    train += load((Path(path) for path in options.extra), 0, 1)
    seen = train
    train = remove_overlap(train, [*dev, *test])
    dropped["also in dev or test"] += len(seen) - len(train)
    if options.full_width:
        train = [Pair(pair.source, widen_punctuation(pair.target)) for pair in train]
    for name, part in (("train", train), ("dev", dev), ("test", test)):
        if not part:
            raise InputError(f"no sentence pair is left for {name}: give more data, or larger shares of it")
    return Corpus(tuple(train), tuple(dev), tuple(test), +dropped)


def read_tsv(path: Path, source_column: int = 0, target_column: int = 1) -> list[Pair]:
    """Read pairs from a UTF-8 file with tab-separated columns, counted from 0; quotes have no meaning in it."""
    needed = max(source_column, target_column) + 1
    pairs = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
                if not row:
                    continue
                if len(row) < needed:
                    raise InputError(
                        f"{path}, line {number}: {len(row)} columns, {needed} needed; separate them by tabs"
                    )
                pairs.append(Pair(row[source_column], row[target_column]))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 ({error.reason} at byte {error.start}); convert it first") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if not pairs:
        raise InputError(f"{path} holds no sentence pairs")
    return pairs


def write_tsv(pairs: Iterable[Pair], path: Path) -> None:
    """Write one pair a line, source then target."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), encoding="utf-8", newline="\n")
    temporary.replace(path)


def simplify_chinese(pairs: Iterable[Pair]) -> list[Pair]:
    """Turn traditional into simplified characters on the target side (OpenCC, t2s)."""
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise MissingExtraError("Chinese simplification", "train") from error
    converter = OpenCC("t2s")
    return [Pair(pair.source, converter.convert(pair.target)) for pair in pairs]


def widen_punctuation(text: str) -> str:
    """Full-width commas, question marks and their like where a Chinese character stands before them."""
    return re.sub(r"(?<=[\u3400-\u9fff”」』》）])[,!?;:]", lambda found: WIDE[found[0]], text)


def clean(pairs: Iterable[Pair], options: CorpusOptions) -> tuple[list[Pair], Counter[str]]:
    """Normalise white space and drop what cannot teach; the counter says how many pairs each rule took."""
    kept: dict[Pair, None] = {}
    dropped: Counter[str] = Counter()
    for raw in pairs:
        pair = Pair(normalise(raw.source), normalise(raw.target))
        rule = _broken_rule(pair, options) or ("duplicate" if pair in kept else "")
        if rule:
            dropped[rule] += 1
        else:
            kept[pair] = None
    return list(kept), dropped


def split_by_hash(
    pairs: Sequence[Pair], dev_share: float, test_share: float, largest_group: int = 20
) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Train, dev and test: whole groups at a time, with one reference for each source sentence of dev and test.

    Pairs that share a sentence in either language under `fold`, directly or through others, form a group. The hash of
    the first folded source of a group in alphabetical order decides its part, so that added pairs move few others.
    Groups of more than `largest_group` pairs (greetings, yes and no) always train. Of several translations of one
    source sentence in dev or test, the first in the order of `pairs` is the reference.
    """
    train: list[Pair] = []
    dev: dict[str, Pair] = {}
    test: dict[str, Pair] = {}
    for group in group_pairs(pairs):
        position = hash_share(min(fold(pair.source) for pair in group))
        if len(group) > largest_group or position >= dev_share + test_share:
            train.extend(group)
        else:
            part = test if position < test_share else dev
            for pair in group:
                part.setdefault(fold(pair.source), pair)
    return train, list(dev.values()), list(test.values())


def remove_overlap(train: Iterable[Pair], held_out: Iterable[Pair]) -> list[Pair]:
    """The pairs of `train` neither of whose sides occurs in `held_out` under `fold`."""
    sources, targets = set(), set()
    for pair in held_out:
        sources.add(fold(pair.source))
        targets.add(fold(pair.target))
    return [pair for pair in train if fold(pair.source) not in sources and fold(pair.target) not in targets]


def group_pairs(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The connected components of pairs under equal folded source or equal folded target, in order of appearance."""
    parent: dict[str, str] = {}

    def find(key: str) -> str:
        root = key
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[key] != root:
            parent[key], key = root, parent[key]
        return root

    for pair in pairs:
        parent[find("target " + fold(pair.target))] = find("source " + fold(pair.source))
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(find("source " + fold(pair.source)), []).append(pair)
    return list(groups.values())


def _broken_rule(pair: Pair, options: CorpusOptions) -> str:
    shorter, longer = sorted((len(pair.source.encode()), len(pair.target.encode())))
    if not fold(pair.source) or not fold(pair.target):
        return "empty"
    if pair.source == pair.target:
        return "identical"
    if max(len(pair.source), len(pair.target)) > options.max_characters:
        return "too long"
    return "length ratio" if longer > options.max_length_ratio * shorter else ""


def normalise(text: str) -> str:
    """One line in NFC with single spaces and no control characters."""
    visible = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def fold(text: str) -> str:
    """What is left of a sentence without case, width, punctuation and repeated spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
    letters = (one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in folded)
    return " ".join("".join(letters).split())


def hash_share(text: str) -> float:
    """A number in [0, 1) that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def content_hash(pairs: Iterable[Pair]) -> str:
    """The SHA-256 of the pairs as `write_tsv` writes them."""
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(f"{pair.source}\t{pair.target}\n".encode())
    return digest.hexdigest()
