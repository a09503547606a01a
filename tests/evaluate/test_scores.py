"""The wrapped metrics against numbers worked out by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random

import pytest
from sacrebleu.significance import PairedTest

from subtrans.errors import InputError, MissingExtraError
from subtrans.evaluate.normalisers import Normaliser, normalise_words, plain, whisper
from subtrans.evaluate.scores import bleu, bleu_tokenizer, cer, chrf, rouge_l, sacrebleu_metric, ter, wer
from subtrans.evaluate.significance import METRICS, compare


def test_bleu_of_words() -> None:
    # 5/6 words, 4/5 pairs, 3/4 triples and 2/3 quadruples are right, no brevity penalty:
    # the product is 1/3, its fourth root 0.7598.
    score = bleu(["the cat sat on the mat"], ["the cat sat on the rug"], "de")
    assert score.value == pytest.approx(75.98, abs=0.01)
    assert "tok:13a" in score.signature
    assert "nrefs:1" in score.signature


def test_bleu_of_chinese_counts_characters() -> None:
    # 4/5 characters, 2/4 pairs, 1/3 triples; no quadruple of 2, smoothed to 1/(2*2): the fourth root of 1/30 is 0.4273.
    score = bleu(["我喜欢猫。"], ["我喜欢狗。"], "zh")
    assert score.value == pytest.approx(42.73, abs=0.01)
    assert "tok:zh" in score.signature


def test_bleu_of_the_reference_itself() -> None:
    assert bleu(["今天天气很好。"], ["今天天气很好。"], "zh").value == pytest.approx(100)


def test_japanese_and_korean_say_how_they_were_cut() -> None:
    assert bleu_tokenizer("ja") in {"ja-mecab", "char"}
    assert bleu_tokenizer("ko") in {"ko-mecab", "char"}
    score = bleu(["今日は天気がいいです"], ["今日は天気がいいです"], "ja")
    assert f"tok:{bleu_tokenizer('ja')}" in score.signature


def test_chrf() -> None:
    # Letters: 1 of 2 right; pairs of letters: 0 of 1; longer ones do not exist. Precision = recall = (1/2 + 0) / 2.
    assert chrf(["ab"], ["ac"]).value == pytest.approx(25.0)


def test_word_error_rate() -> None:
    # One of the four words of the reference is missing; case and the full stop do not count.
    score = wer(["the cat sat"], ["The cat sat down."])
    assert score.value == pytest.approx(25.0)
    assert "jiwer" in score.signature


def test_word_error_rate_is_of_the_corpus() -> None:
    # 1 edit in 1 word and 0 in 3 are 1 in 4, not the mean of 100 % and 0 %.
    assert wer(["no", "a b c"], ["yes", "a b c"]).value == pytest.approx(25.0)


def test_what_is_heard_where_nothing_was_said_is_inserted() -> None:
    # 2 insertions in the 2 words that were said.
    assert wer(["a b", "thank you"], ["a b", ""]).value == pytest.approx(100.0)
    assert cer(["ab", "c"], ["ab", "..."]).value == pytest.approx(50.0)
    with pytest.raises(InputError, match="needs words in the references: there are none"):
        wer(["a"], ["..."])


def test_character_error_rate() -> None:
    # One of five characters is another one.
    assert cer(["今天天汽好"], ["今天天气好"]).value == pytest.approx(20.0)


@pytest.mark.parametrize("rule", [whisper, plain])
def test_spaces_are_no_characters_where_they_say_nothing(rule: Callable[[str], Normaliser]) -> None:
    # One of five characters is another one, and no mark and no space counts.
    found = cer(["今天 天汽好。"], ["今天，天气好"], rule("zh"))
    assert found.value == pytest.approx(20.0)
    assert "|space:no|" in found.signature
    assert cer(["a c"], ["a b"], rule("en")).value == pytest.approx(100 / 3)


@pytest.mark.parametrize("rule", [whisper, plain])
def test_marks_that_are_part_of_a_word_count(rule: Callable[[str], Normaliser]) -> None:
    # One word of five has another sign.
    assert wer(["मैं घर जा रहा हूं"], ["मैं घर जा रहा हूँ।"], rule("hi")).value == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Don't  stop! ", "don't stop"),
        ("It\u2019s 5,000 — really", "it's 5 000 really"),
        ("'quoted' words'", "quoted words"),
        ("ＡＢＣ，你好。", "abc 你好"),
        ("", ""),
    ],
)
def test_normaliser(text: str, expected: str) -> None:
    assert normalise_words(text) == expected


def test_unequal_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="2 hypotheses for 1 references"):
        bleu(["a", "b"], ["a"], "en")
    with pytest.raises(InputError, match="nothing to score"):
        chrf([], [])
    for score in bleu, chrf, rouge_l, ter, wer, cer:
        with pytest.raises(TypeError, match=r"give \[text\]"):
            score("abc", "abd", *["en"] * (score in {bleu, rouge_l, ter}))


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics", None)
    with pytest.raises(MissingExtraError, match=r"subtrans\[evaluate\]"):
        bleu(["a"], ["a"], "en")
    monkeypatch.setitem(sys.modules, "jiwer", None)
    with pytest.raises(MissingExtraError, match=r"subtrans\[evaluate\]"):
        wer(["a"], ["a"])


def test_translation_edit_rate() -> None:
    # One of six words is another one; in Chinese one of five characters, the full stop among them.
    assert ter(["the cat sat on the mat"], ["the cat sat on the rug"], "en").value == pytest.approx(100 / 6)
    assert ter(["我喜欢猫。"], ["我喜欢狗。"], "zh").value == pytest.approx(20.0)


def test_rouge_l() -> None:
    # The longest common subsequence is 3 of 4 tokens on both sides, whatever their case; in Chinese 4 of 5 characters.
    assert rouge_l(["The cat sat down"], ["the cat lay down"], "en").value == pytest.approx(75.0)
    score = rouge_l(["我喜欢猫。"], ["我喜欢狗。"], "zh")
    assert score.value == pytest.approx(80.0)
    assert "tok:zh" in score.signature


def test_two_empty_lines_are_equal() -> None:
    assert rouge_l(["我喜欢猫。", ""], ["我喜欢猫。", " "], "zh").value == pytest.approx(100.0)
    # An empty line beside one that is not has nothing in common with it: the mean of 0 and 1.
    assert rouge_l(["", "a"], ["a", "a"], "en").value == rouge_l(["a", "a"], ["", "a"], "en").value == 50.0


def test_whisper_normaliser_spells_english_out_and_cuts_chinese_into_letters() -> None:
    english, chinese = whisper("en"), whisper("zh")
    assert wer(["It's twenty five dollars, colour"], ["it is $25 color"], english).value == 0
    # Words are letters there: one of five is another one.
    assert wer(["今天天汽好"], ["今天天气好。"], chinese).value == pytest.approx(20.0)
    assert "whisper-english" in wer(["a"], ["a"], english).signature


def test_a_system_that_is_better_everywhere_differs_by_more_than_chance() -> None:
    references = [f"sentence number {n} is about the sea and the sky" for n in range(40)]
    worse = [f"sentence number {n} was on a lake or some clouds" for n in range(40)]
    found = {one.name: one for one in compare(worse, references, references, "en")}
    assert set(found) == {"BLEU", "chrF2", "TER"}
    assert found["BLEU"].system == pytest.approx(100)
    assert all(one.p < 0.05 for one in found.values())
    assert "bs:1000" in found["BLEU"].signature
    assert all(one.p > 0.05 for one in compare(references, references, references, "en"))


@pytest.mark.parametrize("target", ["en", "zh"])
def test_the_figures_of_a_comparison_are_those_of_sacrebleu_s_own_test(target: str) -> None:
    random = Random(7)

    def changed(text: str) -> str:
        return "".join(letter for letter in text if random.random() > 0.1)

    references = [f"line {n}: {'the sea 我们去看海。 ' * (n % 5)}and the sky" for n in range(60)] + [""]
    one, other = ([changed(line) for line in references] for _ in range(2))
    metrics = {name: sacrebleu_metric(name, target) for name in METRICS}
    signatures, found = PairedTest([("one", one), ("other", other)], metrics, [references], "bs")()
    assert [
        (one.name, one.baseline, one.system, one.p, one.signature) for one in compare(one, other, references, target)
    ] == [
        (name, found[name][0].score, found[name][1].score, found[name][1].p_value, str(signatures[name]))
        for name in METRICS
    ]
    assert any(0.01 < found[name][1].p_value < 0.99 for name in METRICS)
