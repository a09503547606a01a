"""What the guards find fault with, and what they let pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.guards import FAULTS, faults
from subtrans.text.languages import language
from subtrans.text.numbers import readable, respell, stated

EN, ZH, DE, RU = (language(tag) for tag in ("en", "zh", "de", "ru"))


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("She is eighty-one years old.", "她现在八岁了。", "numbers"),
        ("It costs $1,500.", "它要500美元。", "numbers"),
        ("It costs $15.", "它要15。", "numbers"),
        ("Good morning, everyone.", " 。", "empty"),
        ("Good morning, everyone.", "Good morning everyone", "copied"),
        ("We are going home.", "мы идем домой", "script"),
        ("Your suggestion seems reasonable.", "你的建议似乎似乎似乎似乎很合理。", "looping"),
        ("We are very, very happy today.", "我们非常非常非常非常高兴。", "looping"),
        ("The committee has decided to postpone the meeting.", "会。", "short"),
        ("We are going home now.", "我们现在要回家了因为天已经很晚了而且外面下着大雨所以我们不想再等下去了", "long"),
        ("We are going home.", "我们⁇回家。", "unknown"),
    ],
)
def test_faults(source: str, text: str, found: str) -> None:
    assert " ".join(faults(source, text, EN, ZH)) == found


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("It costs $1,500.50.", "它要1500.5美元。"),
        ("Two hundred and fifty people came.", "来了二百五十人。"),
        ("He was born in nineteen ninety.", "他出生于1990年。"),
        ("1.5 million people live there.", "那里住着150万人。"),
        ("It is 7:30.", "现在七点半。"),
        ("It is already 7:00.", "已经七点了。"),
        ("I have two cats.", "我有两只猫。"),
        ("One of them is here.", "他们中有人在这里。"),
        ("No, no, no, no!", "不，不，不，不！"),
        ("Tom.", "Tom。"),
        ("Marie is at IBM.", "Marie在IBM。"),
        ("Yes.", "是的，我当然愿意和你一起去。"),
        ("...", ""),
        ("10,000 km is far.", "一万公里很远。"),
    ],
)
def test_what_is_right_passes(source: str, text: str) -> None:
    assert faults(source, text, EN, ZH) == ()


def test_other_languages() -> None:
    assert faults("三百二十人来了", "320 people came.", ZH, EN) == ()
    assert faults("三百二十人来了", "32 people came.", ZH, EN) == ("numbers",)
    assert faults("万一有紧急情况，联系我。", "In an emergency, call me.", ZH, EN) == ()
    assert faults("I have three cats and 12 dogs.", "Ich habe drei Katzen und zwölf Hunde.", EN, DE) == ()
    assert faults("He is 37.", "Er ist 73.", EN, DE) == ("numbers",)
    assert faults("We are going home.", "Мы идём домой.", EN, RU) == ()
    assert faults("We are going home.", "我们回家。", EN, RU) == ("script",)
    assert faults("Dear Tom,", "Tom에게,", EN, language("ko")) == ()
    assert faults("Dear Tom,", "Dear에게,", EN, language("ko")) == ()
    assert faults("Dear Tom,", "Lieber에,", EN, language("ko")) == ("script",)
    assert faults("Hey, hey, hey!", "Hey, hey, hey!", EN, DE) == ()


@pytest.mark.parametrize(
    ("pair", "source", "text"),
    [
        ("en-zh", "In the 1990s it was cheap.", "九十年代很便宜。"),
        ("zh-en", "20世纪90年代", "the 1990s"),
        ("zh-en", "他祖父九十多岁了。", "His grandfather is in his nineties."),
        ("zh-en", "星期一是他的三十岁生日。", "Monday is his thirtieth birthday."),
        ("ja-en", "第二十一回です。", "It is the twenty-first."),
        ("en-zh", "Until March thirty-first.", "到3月31日为止。"),
        ("en-zh", "About 12.5 percent.", "大约百分之十二点五。"),
        ("en-zh", "It takes 1.5 hours.", "要一个半小时。"),
        ("en-zh", "Half a million people.", "五十万人。"),
        ("zh-en", "一百五", "A hundred and fifty"),
        ("zh-en", "城市离这里五十千米。", "The city is fifty kilometres from here."),
        ("zh-en", "天上有数十亿的星星。", "There are billions of stars in the sky."),
        ("en-zh", "We have 7 billion people.", "我们有 70 亿人。"),
        ("ja-en", "1億2000万人", "120 million people"),
        ("ja-en", "この薬は１日に２万３千円です。", "This medicine costs 23,000 yen a day."),
        ("ko-en", "3백만 달러, 25만 명", "3 million dollars, 250,000 people"),
        ("hi-en", "लगभग 2,50,000, यानी 2.5 लाख", "about 250,000"),
        ("de-en", "3,5 Millionen im 21. Jahrhundert", "3.5 million in the 21st century"),
        ("de-en", "Um 15.45 Uhr.", "At 3:45 pm."),
        ("en-zh", "Meet me at 3:30 pm.", "15:30见。"),
        ("en-zh", "It's a quarter to three.", "现在是两点四十五分。"),
        ("en-ar", "about 15,500 or 3.75", "حوالي ١٥٬٥٠٠ أو ٣٫٧٥"),
        ("en-nl", "About 25% for $25.", "Ongeveer 25 procent voor 25 dollar."),
    ],
)
def test_the_same_number_in_other_words_passes(pair: str, source: str, text: str) -> None:
    one, other = (language(tag) for tag in pair.split("-"))
    assert "numbers" not in faults(source, text, one, other)


@pytest.mark.parametrize(
    ("pair", "source", "text"),
    [
        ("ja-en", "1億2000万人", "12 million people"),
        ("ko-en", "25만 명", "25,000 people"),
        ("zh-en", "他二十一岁。", "He is twenty-two."),
        ("de-en", "3,5 Millionen", "35 million"),
        ("de-en", "Um 15.45 Uhr.", "At 4:45 pm."),
        ("en-zh", "He is 21.", "他二十二岁。"),
        ("en-zh", "Half a million people.", "一百万人。"),
        ("en-zh", "We met at 3.", "我们15点见面了。"),
        ("en-de", "About 25%.", "Ungefähr 25."),
    ],
)
def test_another_number_does_not(pair: str, source: str, text: str) -> None:
    one, other = (language(tag) for tag in pair.split("-"))
    assert faults(source, text, one, other) == ("numbers",)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_judged(source: str, text: str) -> None:
    for one, other in ((EN, ZH), (ZH, EN), (EN, DE), (DE, EN)):
        found = faults(source, text, one, other)
        assert set(found) <= set(FAULTS)
        assert "numbers" not in faults(source, source, one, other)


@given(st.text("0123456789.,:' 一二十百千万亿半点年代几数百分之만억 aehlftuoqrsy-½/%$pm", max_size=30))
def test_a_text_says_its_own_numbers(text: str) -> None:
    for one in (EN, ZH, DE):
        assert stated(text, one) <= readable(text)


@given(st.integers(0, 999_999))
def test_numbers_are_read(number: int) -> None:
    for text in (f"{number:,}", f"{number}", f"about {number} of"):
        assert stated(text, EN) == {number}
    assert number in readable(f"共{number}人")


@given(st.text(alphabet="abc 0123456789.,two five\n", max_size=40))
def test_respelled_text_knows_where_it_stood(text: str) -> None:
    written, places = respell(text)
    assert len(places) == len(written)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


def test_respelling() -> None:
    assert respell("The 7 dwarfs and twenty-one cats, 1,500 birds.")[0] == (
        "The seven dwarfs and twenty-one cats, 1,500 birds."
    )
    assert respell("He has two dogs.")[0] == "He has 2 dogs."
