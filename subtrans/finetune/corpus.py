"""Parallel text in, sentence pairs out: read, cleaned with a count for each rule, and split so that nothing leaks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from subtrans.errors import ConfigError, InputError
from subtrans.finetune.cleaning import check_language, clean, fold, simplify_chinese, widen_punctuation
from subtrans.finetune.readers import Columns, Pair, read_pairs
from subtrans.media.files import atomic_write
from subtrans.text.languages import language

OVERLAPS = ("error", "remove", "allow")
LARGEST_GROUP = 20


@dataclass(frozen=True, slots=True)
class CorpusOptions:
    """Where the sentence pairs are and which of them are used for what."""

    train: tuple[str, ...]
    """Files in `folder`: TSV, CSV, JSONL, TMX; `talk.{en,zh}.srt` names two, subtitles or line-aligned text. Without
    `dev` and `test`, those are split off from here."""
    folder: str = "."
    dev: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """More files, which lie anywhere and only train."""
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files of pairs into more target languages, such as `{ de = ["train.de.tsv"] }`, for a model of several; each is
    split into parts of its own. The base must have a token for each; a new model gets one."""
    general: tuple[str, ...] = ()
    """A test set of what the model could do before, which fine-tuning may make it forget: scored before and after."""
    overlap: str = "error"
    """What to do with training pairs that have a sentence of dev, test or general, and with dev pairs that have one of
    test (leakage): `error`, `remove`, or `allow`."""
    source_column: int = 0
    target_column: int = 1
    simplify: bool = False
    """Turn traditional Chinese characters of the target side into simplified ones, also in what is mixed in."""
    full_width: bool = False
    """Widen narrow punctuation after Chinese characters in all training targets; references stay as they were."""
    dev_share: float = 0.02
    test_share: float = 0.04
    """Shares of all groups of pairs, see `split_by_hash`."""
    max_characters: int = 300
    """A pair with a longer side is dropped: such lines are paragraphs or misaligned."""
    max_length_ratio: float = 9.0
    """UTF-8 bytes of the longer side over those of the shorter; with more they do not translate each other."""
    min_script_share: float = 0.2
    """Least share of a side's letters that are of its language's script; 0 takes all."""

    def __post_init__(self) -> None:
        if self.overlap not in OVERLAPS:
            raise ValueError(f"overlap must be one of {', '.join(OVERLAPS)}, not {self.overlap}")
        if self.source_column < 0 or self.target_column < 0:
            raise ValueError("source_column and target_column are counted from 0")
        if not self.dev_share + self.test_share < 1:
            raise ValueError("dev_share and test_share together must be below 1: the rest is what trains")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Disjoint parts, in either language, under `fold`: none trains on what another holds, or chooses by the test."""

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    test: tuple[Pair, ...]
    dropped: Counter[str]
    """Pairs that each rule of cleaning took."""
    general: tuple[Pair, ...] = ()
    """What the model should not forget."""
    others: Mapping[str, Corpus] = field(default_factory=dict)
    """Pairs into further target languages, by their tags."""

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each part as a file of tab-separated lines."""
        own = {name: content_hash(getattr(self, name)) for name in ("train", "dev", "test", "general")}
        return own | {
            f"{tag} {name}": digest for tag, one in self.others.items() for name, digest in one.hashes.items()
        }


def load_corpus(options: CorpusOptions, source: str = "", target: str = "") -> Corpus:
    """Read, clean and split all that `options` name; InputError names the file and the line.

    With the languages' tags, text in another script or language is found, and TMX can be read.
    """
    dropped: Counter[str] = Counter()

    def read(names: Sequence[str], columns: Columns, folder: Path = Path()) -> list[Pair]:
        return [pair for name in names for pair in read_pairs(folder / name, columns)]

    def tidy(pairs: Sequence[Pair]) -> list[Pair]:
        kept, counts = clean(simplified(pairs, options), options, source, target)
        dropped.update(counts)
        return kept

    def load(names: Sequence[str], columns: Columns, folder: Path = Path()) -> list[Pair]:
        return tidy(read(names, columns, folder))

    columns, folder = Columns(options.source_column, options.target_column, source, target), Path(options.folder)
    if bool(options.dev) != bool(options.test):
        raise InputError("give files for both dev and test, or for neither: then they are split off from train")
    named = read(options.train, columns, folder)
    for tag, side in ((source, "source"), (target, "target")):
        if tag:
            check_language([getattr(pair, side) for pair in named], tag, side)
    train = tidy(named)
    if options.dev:
        dev, test = load(options.dev, columns, folder), load(options.test, columns, folder)
        dev = exclude(dev, test, options.overlap, dropped, "dev", "test")
    else:
        train, dev, test = split_by_hash(train, options.dev_share, options.test_share)
    train += load(options.extra, Columns(source=source, target=target))
    general = load(options.general, columns, folder)
    train = exclude(train, [*dev, *test, *general], options.overlap, dropped, "training", "dev, test or general")
    train = widened(train, options)
    for name, part in (("train", train), ("dev", dev), ("test", test)):
        if not part:
            counts = ", ".join(f"{count} {rule}" for rule, count in (+dropped).most_common()) or "none"
            raise InputError(
                f"no sentence pair is left for {name} (dropped: {counts}): give more data, or larger shares"
            )
    others = {tag: load_corpus(_other(options, tag, target), source, tag) for tag in options.others}
    return Corpus(tuple(train), tuple(dev), tuple(test), +dropped, tuple(general), others)


def simplified(pairs: Sequence[Pair], options: CorpusOptions) -> Sequence[Pair]:
    """The pairs with targets in simplified characters, where that is wished."""
    return simplify_chinese(pairs) if options.simplify else pairs


def widened(pairs: list[Pair], options: CorpusOptions) -> list[Pair]:
    """The pairs with targets in full-width punctuation, where that is wished."""
    return [Pair(pair.source, widen_punctuation(pair.target)) for pair in pairs] if options.full_width else pairs


def _other(options: CorpusOptions, tag: str, target: str) -> CorpusOptions:
    """The same for another target language, which has files of its own."""
    if language(tag) == language(target or "und"):
        raise ConfigError(f"data.others: {tag} is the target language itself: put its files into data.train")
    chinese = language(tag).base == "zh"
    return replace(
        options, train=options.others[tag], dev=(), test=(), extra=(), general=(), others={},
        simplify=options.simplify and chinese, full_width=options.full_width and chinese,
    )  # fmt: skip


def exclude(  # noqa: PLR0917
    pairs: list[Pair], held_out: Sequence[Pair], overlap: str, dropped: Counter[str], part: str, parts: str
) -> list[Pair]:
    """The `pairs` of a part that may stay; InputError if some are in `held_out` and that is not allowed."""
    if overlap == "allow":
        return pairs
    kept = remove_overlap(pairs, held_out)
    if len(kept) < len(pairs) and overlap == "error":
        first = next(pair for pair in pairs if pair not in set(kept))
        raise InputError(
            f"{len(pairs) - len(kept)} {part} pairs are also in {parts}, such as {first.source[:60]!r}: "
            f"set data.overlap to remove (they leave {part}) or allow"
        )
    dropped[f"also in {parts}"] += len(pairs) - len(kept)
    return kept


def write_tsv(pairs: Iterable[Pair], path: Path) -> None:
    """Write one pair a line, source then target."""
    with atomic_write(path, overwrite=True) as file:
        file.writelines(f"{pair.source}\t{pair.target}\n" for pair in pairs)


def split_by_hash(
    pairs: Sequence[Pair], dev_share: float, test_share: float
) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Train, dev and test: whole groups at a time, with one reference for each source sentence of dev and test.

    Pairs that share a sentence in either language under `fold`, directly or through others, form a group. The hash of
    the first folded source of a group in alphabetical order decides its part, so that added pairs move few others.
    Groups of more than `LARGEST_GROUP` pairs (greetings, yes and no) always train. Of several translations of one
    source sentence in dev or test, the first in the order of `pairs` is the reference.
    """
    train: list[Pair] = []
    dev: dict[str, Pair] = {}
    test: dict[str, Pair] = {}
    for group in group_pairs(pairs):
        position = hash_share(min(fold(pair.source) for pair in group))
        if len(group) > LARGEST_GROUP or position >= dev_share + test_share:
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


def hash_share(text: str) -> float:
    """A number in [0, 1) that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def content_hash(pairs: Iterable[Pair]) -> str:
    """The SHA-256 of the pairs as `write_tsv` writes them."""
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(f"{pair.source}\t{pair.target}\n".encode())
    return digest.hexdigest()
