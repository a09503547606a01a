"""A text in, the numbers that it holds out, whether in digits, in English words or in Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subtrans.text.languages import Language

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_WORDS = {word: value for value, word in enumerate(_SMALL)} | {word: 10 * (n + 2) for n, word in enumerate(_TENS)}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_NUMERALS = {one: value for value, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_EAST = "".join((*_NUMERALS, *_UNITS, *_MYRIADS))

_DIGITS = re.compile(r"\d+(?:[.,'  ]\d{3})*(?!\d)(?:[.,]\d+)?|\d+")
_CHINESE = re.compile(rf"\d+(?:\.\d+)?[{''.join(_MYRIADS)}]|[{_EAST}]+")


def stated(text: str, language: Language) -> set[float]:
    """The numbers that a text surely means: not those of 'one' and of numerals that are part of other words."""
    line = _fold(text)
    found = in_digits(text)
    if language.base == "en":
        found |= {value for value in _english(line) if value != 1}
    elif language.base in {"zh", "ja", "yue"}:
        found |= {value for run in _CHINESE.findall(line) if _counts(run) for value in _chinese(run) if value > 10}
    return found


def in_digits(text: str) -> set[float]:
    """The numbers that are written in digits."""
    return set(_digits(_fold(text)))


def readable(text: str) -> set[float]:
    """All that a reader may take for a number in a text: digits, English words and months, Chinese numerals."""
    line = _fold(text)
    found = {value for run in _CHINESE.findall(line) for value in _chinese(run)}
    found |= set(_digits(line)) | set(_english(line))
    words = re.findall(r"[a-z]+", line)
    found |= {number for number, month in enumerate(_MONTHS, 1) if month in words}
    extra = {"半": (30, 0.5), "双": (2,), "对": (2,), "刻": (15, 45), "quarter": (15,), "half": (30, 0.5), "once": (1,)}
    extra |= {"twice": (2,), "both": (2,), "couple": (2,), "dozen": (12,), "noon": (12,), "midnight": (12, 0)}
    return found.union(*(values for mark, values in extra.items() if mark in line))


def respell(text: str) -> tuple[str, list[int]]:
    """English with its small numbers written the other way, words as digits and back; where each character stood."""
    pieces, places, end = [], [], 0
    for match in re.finditer(r"(?<![\w.,:])(?:\d{1,2}|[a-z]+)(?![\w,:]|\.\d|-\w)", text, re.IGNORECASE):
        word = match[0].lower()
        if word.isdecimal() and 1 < int(word) < 20:
            other = _SMALL[int(word)]
        elif word in _WORDS and word != "one":
            other = str(_WORDS[word])
        else:
            continue
        pieces += [text[end : match.start()], other]
        places += [*range(end, match.start()), *([match.start()] * len(other))]
        end = match.end()
    return "".join([*pieces, text[end:]]), [*places, *range(end, len(text))]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _digits(line: str) -> Iterator[float]:
    """Numbers in digits; separators of thousands are taken as such where three digits follow."""
    for match in _DIGITS.finditer(line):
        if match[0] == "00" and line[match.start() - 1] == ":":
            continue  # o'clock
        run = re.sub(r"[.,'  ](?=\d{3}(?!\d))", "", match[0]).replace(",", ".")
        if run.count(".") <= 1:
            following = re.match(rf"\s*({'|'.join(_SCALES)})\b|\s*([{''.join(_MYRIADS)}])", line[match.end() :])
            scale = (_SCALES | _MYRIADS).get((following[1] or following[2]) if following else "", 1)
            yield round(float(run) * scale, 6)


def _english(line: str) -> Iterator[float]:
    for run in re.findall(r"[a-z]+(?:(?:\s+|-|\s+and\s+)[a-z]+)*", line):
        words = re.split(r"[\s-]+", run)
        spoken: list[str] = []
        for position, word in enumerate([*words, ""]):
            follows = words[position + 1 : position + 2]
            joins = word == "and" and spoken and spoken[-1] in _SCALES and follows and follows[0] in _WORDS
            if word in _WORDS or (word in _SCALES and spoken):
                spoken.append(word)
            elif word in _SCALES and position and words[position - 1] == "a":
                spoken = ["one", word]
            elif spoken and not joins:
                yield from _said(spoken)
                spoken = []


def _said(words: Sequence[str]) -> Iterator[float]:
    """The numbers in consecutive number words: 'twenty five', 'two hundred', 'nineteen ninety', 'three four'."""
    values: list[float] = []
    total = current = 0.0
    last = 0
    for word in words:
        if word in _SCALES:
            scale = _SCALES[word]
            current = (current or 1) * scale
            if scale > 100:
                total, current = total + current, 0
            last = scale
            continue
        value = _WORDS[word]
        fits = not last or last >= 100 or (last >= 20 and last % 10 == 0 and 0 < value < 10)
        if not fits:
            values.append(total + current)
            total = current = 0
        current += value
        last = value
    values.append(total + current)
    if len(values) == 2 and 13 <= values[0] < 100 and 10 <= values[1] < 100:
        values = [values[0] * 100 + values[1]]  # a year
    yield from values


def _counts(run: str) -> bool:
    """Whether a run of numerals is a number for sure, which 万一, 三 in 三明治 and 一一 are not."""
    return run[0].isdecimal() or (len(run) > 1 and run[0] in {*_NUMERALS, "十"} and any(one in _UNITS for one in run))


def _chinese(run: str) -> Iterator[float]:
    """The numbers in a run of numerals: 二十三, 两千三百, 二零二四, 3万; a lone unit counts as one of it."""
    match = re.fullmatch(rf"(\d+(?:\.\d+)?)([{''.join(_MYRIADS)}])", run)
    if match:
        yield round(float(match[1]) * _MYRIADS[match[2]], 6)
        return
    if all(one in _NUMERALS for one in run):
        yield float("".join(str(_NUMERALS[one]) for one in run))
        yield from (float(_NUMERALS[one]) for one in run)
        return
    total = section = 0
    digit: int | None = None
    for one in run:
        if one in _NUMERALS:
            digit = _NUMERALS[one]
        elif one in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[one]
            digit = None
        else:
            total = (total + section + (digit or 0) or 1) * _MYRIADS[one]
            section, digit = 0, None
    yield float(total + section + (digit or 0))
