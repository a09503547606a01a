"""Text in; the pieces that no line may part out, each with how badly a line would break before it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from subtrans.text.lexicon import BINDING_ABBREVIATIONS, FUNCTION_WORDS, UNITS, FunctionWords
from subtrans.text.profiles import graphemes, width

if TYPE_CHECKING:
    from subtrans.text.languages import Language


@dataclass(frozen=True, slots=True)
class Atom:
    """Text that stays on one line: a word with its punctuation, a number with its unit, a Chinese character."""

    text: str
    spaced: bool
    """Whether a space parts it from the atom before, when both stand on one line."""
    cost: int
    """How badly a line breaks before it: 0 after a sentence, 10 after a clause, 60 between two words, 300 inside one."""
    width: float


def atoms(text: str, language: Language, limit: int) -> list[Atom]:
    """Cut `text` at every place where a line may end; no atom is wider than `limit`, white space shrinks to one space."""
    result: list[Atom] = []
    last = ""
    for chunk, spaced in _chunks(text):
        joined = result[-1].text + " " * spaced + chunk if result else chunk
        if result and _glued(last, chunk, spaced, first=len(result) == 1) and width(joined, language) <= limit:
            before = result.pop()
            result.append(Atom(joined, before.spaced, before.cost, width(joined, language)))
        else:
            cost = _cost(result[-1].text, chunk, spaced, language) if result else 0
            for index, part in enumerate(_parts(chunk, language, limit)):
                result.append(Atom(part, spaced and not index, _INSIDE if index else cost, width(part, language)))
        last = chunk
    return result


_INSIDE = 300
_CLAUSE = ",;:、，；：،؛"
_SENTENCE = ".!?。！？．｡؟۔।॥።։;…"
_CLOSING = "\"'”’»›)]}）］｝」』】〕〉》〗"
_OPENING = "“‘«‹([{（［｛「『【〔〈《〖¿¡„‚$€£¥#@"
_NO_START = (
    _CLAUSE
    + _SENTENCE
    + _CLOSING
    + "%‰°℃·・~～-–—/／ーゝゞヽヾ々ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶะาๅๆฯำ་།"
)
_NO_END = _OPENING + "เแโใไ"
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f"
    "\U00020000-\U0003ffff…—“”‘’·]"
)


def _chunks(text: str) -> list[tuple[str, bool]]:
    """The words of `text`, and the characters of scripts without spaces; with each, whether a space comes before it."""
    chunks = []
    for token in re.split(r"[^\S\u00a0\u202f\u2007]+", text):
        spaced = True
        for run in _runs(graphemes(token)) if token.strip() else []:
            chunks.append((run, spaced and bool(chunks)))
            spaced = False
    return chunks


def _runs(clusters: list[str]) -> list[str]:
    runs = clusters[:1]
    for before, after in pairwise(clusters):
        if _parts_between(before, after):
            runs.append(after)
        else:
            runs[-1] += after
    return runs


def _parts_between(before: str, after: str) -> bool:
    if not (_UNSPACED.match(before) or _UNSPACED.match(after)):
        return False
    if _kind(before) == _kind(after) == "katakana":
        return False
    return after[0] not in _NO_START and before[-1] not in _NO_END


_GROUP = re.compile(r"\d{3}\W*")
_NUMBER = re.compile(r"[^\w\s]*\d[\d.,:/\u00a0\u202f]*")
_DASHES = ("-", "–", "—", "--")


def _glued(before: str, after: str, spaced: bool, first: bool) -> bool:
    """Whether no line may break between two chunks."""
    if all(character in _NO_START for character in after):
        return True  # French "là ?", a dash that closes a clause
    if all(character in _OPENING for character in before) or (first and before in _DASHES):
        return True
    if before.endswith(".") and before[:-1].casefold().lstrip(_OPENING) in BINDING_ABBREVIATIONS:
        return True
    if re.fullmatch(r"[^\W\d_]\.", before) and before[0].isupper():
        return True
    if _NUMBER.fullmatch(before):
        if not spaced:
            return bool(_UNSPACED.match(after))  # 3个
        return after.casefold().rstrip(_CLAUSE + _SENTENCE + _CLOSING) in UNITS or bool(_GROUP.fullmatch(after))
    return False


def _parts(chunk: str, language: Language, limit: int) -> list[str]:
    """Cut a chunk that is wider than a line into even parts, after a hyphen or slash where one is near."""
    clusters = graphemes(chunk)
    offsets = [0.0, *accumulate(width(cluster, language) for cluster in clusters)]
    parts = []
    start = 0
    while offsets[-1] - offsets[start] > limit:
        rest = offsets[-1] - offsets[start]
        ideal = rest / math.ceil(rest / limit)
        ends = [end for end in range(start + 1, len(clusters)) if offsets[end] - offsets[start] <= limit]
        separated = [
            end for end in ends if clusters[end - 1] in "-/._?&=#:,@+、，" and offsets[end] - offsets[start] > limit / 3
        ]
        end = min(separated or ends, key=lambda end: abs(offsets[end] - offsets[start] - ideal))
        parts.append("".join(clusters[start:end]))
        start = end
    return [*parts, "".join(clusters[start:])]


def _cost(before: str, after: str, spaced: bool, language: Language) -> int:
    """How badly a line breaks between two chunks, from 0 to 150."""
    end = before.rstrip(_CLOSING + " \u00a0\u202f")[-1:] or before[-1:]
    if end in _SENTENCE:
        return 0
    if end in _CLAUSE:
        return 10 if end in ",،，、" else 5
    if end in "-–—" and spaced:
        return 15
    if after[0] in "([{（［“«「『《—–" and after != before:
        return 25
    if not spaced:
        return _cost_unspaced(before, after)
    if _UNSPACED.match(before[-1]) and _UNSPACED.match(after):
        return 10  # a space in Chinese or Thai is punctuation
    if not language.spaced:
        return 60
    return _cost_spaced(before, after, FUNCTION_WORDS.get(language.base, FunctionWords()), language)


def _cost_spaced(before: str, after: str, words: FunctionWords, language: Language) -> int:
    last, following = (word.strip(_OPENING + _CLOSING).casefold().replace("’", "'") for word in (before, after))
    cost = 60
    if following in words.conjunctions:
        cost = 20
    elif following in words.prepositions:
        cost = 35
    if last in words.bound or last in words.prepositions:
        cost += 55
    elif last in words.conjunctions:
        cost += 45
    if _NUMBER.fullmatch(before):
        cost += 40  # three apples
    if before[:1].isupper() and after[:1].isupper() and language.base not in {"de", "lb"} and last not in words.bound:
        cost += 50  # New York
    return cost


def _cost_unspaced(before: str, after: str) -> int:
    kinds = _kind(before), _kind(after)
    if "latin" in kinds:
        return 55
    if kinds == ("han", "han"):
        return _cost_han(before[-1], after[0])
    return _KINDS.get(kinds, 60)


_KINDS = {  # Japanese phrases begin with a content word, in kanji or katakana, and end with particles, in hiragana
    ("hiragana", "han"): 30,
    ("hiragana", "katakana"): 30,
    ("hiragana", "hiragana"): 85,
    ("han", "hiragana"): 110,
    ("katakana", "hiragana"): 100,
    ("katakana", "han"): 75,
    ("han", "katakana"): 60,
    ("thai", "thai"): 140,
}


def _kind(text: str) -> str:
    character = text[0]
    if "\u3041" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    if "\u0e00" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff":
        return "thai"
    return "han" if _UNSPACED.match(character) else "latin"


def _cost_han(before: str, after: str) -> int:
    """Between two Chinese characters, without a dictionary: the small words that open or close a phrase tell most."""
    if before + after in _ZH_WORDS:
        return 140
    if after in "的了着过吗呢吧啊们得地个之些样种边里":
        return 110
    if before in "的":
        return 35
    if after in "和与或但而且因所如若虽在从对把被让使由为以当则就并也还都又才却及跟向比":
        return 45
    if before in "了着过们时后里上下中是有":
        return 50
    return 75


_ZH_WORDS = frozenset(
    """
    因为 所以 如果 但是 而且 并且 或者 以及 然后 虽然 那么 因此 就是 也就 以便 从而 为了 通过 关于 根据 其中 同时 不过 可是 只要
    只有 由于 即使 无论 除了 直到 现在 正在 存在 实在 反对 相对 绝对 参与 认为 作为 成为 因而 然而 并不 而是 还是 也是 都是 只是 不是
    可以 可能 没有 我们 你们 他们 她们 它们 大家 自己 这个 那个 哪个 这些 那些 这样 那样 怎样 这里 那里 哪里 什么 怎么 为何 一个 一些
    一样 一下 一起 一直 一种 一定 一般 第一 第二 两个 时候 时间 已经 非常 问题 东西 知道 觉得 看到 看见 得到 需要 应该 必须 能够 不能
    不会 不同 事情 事实 实际 其实 开始 结束 之后 之前 之间 以后 以前 以上 以下 以为 所有 所谓 任何 每个 很多 许多 多少 更多 最后 首先
    其他 另外 另一 特别 尤其 比如 例如 甚至 几乎 大约 左右 方法 方式 方面 方向 方程 函数 数学 数字 数据 计算 结果 原因 意思 意味 意义
    例子 过程 世界 国家 中国 人们 朋友 孩子 先生 女士 今天 明天 昨天 今年 去年 晚上 早上 下午 上午 工作 生活 学习 学校 学生 老师 公司
    电影 电话 电脑 系统 程序 信息 技术 科学 研究 发现 发生 发展 使用 利用 产生 变化 变成 改变 表示 表达 解释 描述 说明 理解 了解 想法
    想要 希望 喜欢 欢迎 谢谢 感谢 对于 对应 对象 对称 如何 如此 如同 与其 与此 和平 当然 当时 由此 被动 让步 使得 以及 还有 还要 都有
    也许 也会 就会 就要 才能 却是 及其 向量 方块 比较 比例 直接 间接 完全 完成 简单 复杂 重要 容易 困难 部分 整个 全部 基本 基础 空间
    位置 速度 距离 角度 大小 长度 面积 体积 平面 曲线 直线 图像 图形 图片 视频 音乐 声音 语言 英语 中文 文字 单词 句子 内容 名字 地方
    """.split()
)
