"""A text in, the numbers that it holds out, whether in digits, in English words or in Chinese numerals."""

from __future__ import annotations

import math
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
_ORDINALS = {"first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine"}
_ORDINALS |= {"twelfth": "twelve"}
_HALVES = {"thousand": "five hundred", "million": "five hundred thousand", "billion": "five hundred million"}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_NUMERALS = {one: value for value, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_EAST = "".join((*_NUMERALS, *_UNITS, *_MYRIADS))
_BEHIND = _UNITS | _MYRIADS | {"백": 100, "천": 1000, "만": 10**4, "억": 10**8}
"""What may stand behind digits, several in a row and before more digits too: 3百万, 1億2000万, 3백만."""
_LETTERS = _SCALES | {"k": 1000, "grand": 1000, "lakh": 10**5, "crore": 10**7, "लाख": 10**5, "करोड़": 10**7}

_KILO = "(?![米克瓦赫卡帕伏兆])"
"""千 before these is a part of another unit: 五十千米 is fifty kilometres."""
_DIGITS = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?!\d)|\d+(?:[.,'  ٬]\d{3})*(?!\d)(?:[.,٫]\d+)?|\d+")
_SCALED = re.compile(rf" ?((?:[{''.join(_BEHIND)}]{_KILO})+)|\s*({'|'.join(_LETTERS)})(?![a-z])")
_CHINESE = re.compile(rf"(?:[{_EAST}](?<!千)|千{_KILO})+")
_PAST = re.compile(r"quarter (?:to|of|before|till) (\w+)")
_CLOCK = re.compile(r"\d[:h]\d\d|\b[ap]\.?m\b|o'clock|uhr|час|\d\s*h\b|[\d十百一二三四五六七八九][点點時时시]")


def stated(text: str, language: Language) -> set[float]:
    """The numbers that a text surely means: not those of 'one' and of numerals that are part of other words."""
    line = _fold(text)
    if language.base == "en":  # what is a quarter to eight is 7:45
        line = re.sub(rf"{_PAST.pattern}|\b\w+ and a half (?={'|'.join(_SCALES)})", " ", line)
        return set(_digits(line)) | {value for value in _english(line) if value != 1}
    found = set(_digits(line)) - {1}
    if language.base in {"zh", "ja", "yue"}:
        for match in _CHINESE.finditer(line):
            about = line[: match.start()][-1:] in {*"数數几幾好上"} or line[: match.start()][-1:].isdigit()
            values = set(_chinese(match[0]))
            found |= {value for value in values if _counts(match[0]) and not about and len(values) == 1 and value > 10}
    return found


def in_digits(text: str) -> set[float]:
    """The numbers that are written in digits."""
    return set(_digits(_fold(text)))


def readable(text: str) -> set[float]:
    """All that a reader may take for a number in a text: digits, English words and months, Chinese numerals."""
    line = _fold(text)
    found = {value for run in re.findall(f"[{_EAST}]+", line) for value in _chinese(run)}
    found |= {value for match in re.finditer(rf"([{_EAST}]+)点([{_EAST}]+)", line) for value in _with_point(match)}
    found |= {value + 0.5 for match in re.finditer(rf"([{_EAST}\d]+)\D?半", line) for value in _either(match[1])}
    found |= {year + value for year in (1800, 1900, 2000) for value in _decades(line)}
    for match in re.finditer(r"(\d\d)(\d0)'?s\b", line):  # 1990s: the nineties of the 20th century
        found |= {float(match[2]), float(match[1]) + 1}
    found |= {value for run in re.findall(r"[\d.,]+", line) for value in map(float, re.findall(r"\d+", run))}
    found |= {value for run in _DIGITS.findall(line) for value in _digits(run)}
    found |= set(_digits(line)) | set(_english(line)) | set(_english(_cardinal(line)))
    found |= {value - 1 for match in _PAST.finditer(line) for value in (*_digits(match[1]), *_english(match[1]))}
    words = re.findall(r"[a-z]+", line)
    found |= {number for number, month in enumerate(_MONTHS, 1) if month in words}
    extra = {"半": (30, 0.5), "双": (2,), "对": (2,), "刻": (15, 45), "quarter": (15, 45), "half": (30, 0.5)}
    extra |= {"once": (1,), "twice": (2,), "both": (2,), "couple": (2,), "dozen": (12,), "noon": (12,)}
    extra |= {"midnight": (12, 0)}
    return found.union(*(values for mark, values in extra.items() if mark in line))


def same_hour(source: str, value: float, found: set[float]) -> bool:
    """Whether a number of a text that tells the time is among others on a clock of twelve hours, or of 24."""
    return value <= 24 and bool({value - 12, value + 12} & found) and _CLOCK.search(_fold(source)) is not None


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
    line = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\b(\d\d?)\.(\d\d)(?=\s*uhr\b)", r"\1:\2", line).replace("1⁄2", "½").replace("1/2 ", "½ ")


def _digits(line: str) -> Iterator[float]:
    """Numbers in digits; separators of thousands are taken as such where three digits follow."""
    whole, end = 0.0, -1  # of a number in parts, and where its next one would begin
    for match in _DIGITS.finditer(line):
        if match[0] == "00" and line[match.start() - 1] == ":":
            continue  # o'clock
        run = re.sub(r"[.,'  ٬](?=\d{3}(?!\d))|,(?=\d\d,)", "", match[0]).replace(",", ".").replace("٫", ".")
        if run.count(".") > 1:
            continue
        scale, reach = 1.0, -1
        if behind := _SCALED.match(line, match.end()):
            scale = _LETTERS.get(behind[2], 1) * math.prod(_BEHIND[unit] for unit in behind[1] or "")
            reach = behind.end() if behind[1] else -1
        if end not in (-1, match.start()):
            yield whole
        whole = round((whole if end == match.start() else 0) + float(run) * scale, 6)
        end = reach
        if reach < 0:
            yield whole
    if end >= 0:
        yield whole


def _decades(line: str) -> Iterator[float]:
    """九十年代 and 90年代."""
    for match in re.finditer(rf"([{_EAST}]+|\d0)年代", line):
        yield from _either(match[1])


def _either(run: str) -> Iterator[float]:
    """The numbers of a run of digits or of numerals."""
    yield from _digits(run)
    for numerals in re.findall(f"[{_EAST}]+", run):
        yield from _chinese(numerals)


def _with_point(match: re.Match[str]) -> Iterator[float]:
    """十二点五 is 12.5 as well."""
    behind = "".join(str(_NUMERALS.get(one, "")) for one in match[2])
    yield from (float(f"{value:.0f}.{behind or 0}") for value in _chinese(match[1]))


def _cardinal(line: str) -> str:
    """English with ordinals and decades as cardinals: 'twenty-first', 'her twenties'."""
    return re.sub(r"t(?:ieth|ies)\b", "ty", re.sub(r"\b[a-z]+", _cardinally, line))


def _cardinally(ordinal: re.Match[str]) -> str:
    return _ORDINALS.get(ordinal[0]) or re.sub(r"(?<=[nrxd])th$", "", ordinal[0])


def _english(line: str) -> Iterator[float]:
    line = re.sub(r"(?<=ty-)[a-z]+", _cardinally, line)
    line = re.sub(rf"\bhalf an? ({'|'.join(_HALVES)})\b", lambda half: _HALVES[half[1]], line)
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
    return len(run) > 1 and run[0] in {*_NUMERALS, "十"} and any(one in _UNITS for one in run)


def _chinese(run: str) -> Iterator[float]:
    """The numbers in a run of numerals: 二十三, 两千三百, 二零二四; a lone unit counts as one of it.

    What ends with one digit behind a unit is short for tens of it, hundreds ...: 一百五 is 150 in Chinese.
    """
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
    unit = (_UNITS | _MYRIADS).get(run[-2:-1], 10)
    if digit and unit > 10:
        yield total + section + digit * unit / 10
