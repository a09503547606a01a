"""Texts in encodings from before Unicode, known by their language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.text.encoding import decode, old_encoding
from subtrans.text.languages import language

TEXTS = {
    "ru": "Доброе утро! Как вы спали? Мне кажется, что сегодня будет хороший день.\n",
    "uk": "Доброго ранку! Як вам спалося? Мені здається, що сьогодні буде гарний день.\n",
    "el": "Καλημέρα! Πώς κοιμηθήκατε; Μου φαίνεται ότι σήμερα θα είναι μια καλή μέρα.\n",
    "he": "בוקר טוב! איך ישנתם? נראה לי שהיום יהיה יום טוב.\n",
    "ar": "صباح الخير! كيف نمت؟ يبدو لي أن اليوم سيكون يوما جيدا.\n",
    "th": "สวัสดีตอนเช้า คุณนอนหลับเป็นอย่างไรบ้าง วันนี้น่าจะเป็นวันที่ดี\n",
    "zh": "早上好！你睡得怎么样？我觉得今天会是个好日子。\n我们一起去公园散步吧。\n",
    "zh-Hant": "早安！你睡得怎麼樣？我覺得今天會是個好日子。\n我們一起去公園散步吧。\n",
    "ja": "おはようございます。よく眠れましたか。今日はいい日になりそうです。\n",
    "ko": "좋은 아침입니다! 잘 주무셨어요? 오늘은 좋은 날이 될 것 같아요.\n",
    "de": "Guten Morgen! Wie haben Sie geschlafen? Heute wird ein schöner Tag, glaube ich – für uns.\n",
    "es": "¡Buenos días! ¿Cómo ha dormido? Me parece que mañana será un buen día, señor.\n",
    "pl": "Dzień dobry! Jak się spało? Myślę, że dzisiaj będzie ładny dzień. Są źli?\n",
    "cs": "Dobré ráno! Jak jste se vyspali? Myslím, že dnes bude hezký den. Příliš žluťoučký kůň.\n",
    "sk": "Dobré ráno! Ako ste sa vyspali? Dnes bude pekný deň, však? Ľudia tu šťastne žijú.\n",
    "tr": "Günaydın! Nasıl uyudunuz? Bence bugün güzel bir gün olacak, değil mi? Şaşırdım.\n",
    "lv": "Labrīt! Kā jūs gulējāt? Man šķiet, ka šodien būs laba diena.\n",
}
ENCODINGS = [
    ("ru", "cp1251"),
    ("ru", "koi8_r"),
    ("ru", "cp866"),
    ("ru", "iso8859_5"),
    ("uk", "cp1251"),
    ("el", "cp1253"),
    ("he", "cp1255"),
    ("ar", "cp1256"),
    ("th", "cp874"),
    ("zh", "gb18030"),
    ("zh-Hant", "big5"),
    ("zh-Hant", "gb18030"),
    ("ja", "cp932"),
    ("ja", "euc_jp"),
    ("ja", "iso2022_jp"),
    ("ko", "cp949"),
    ("de", "cp1252"),
    ("es", "cp1252"),
    ("pl", "cp1250"),
    ("pl", "iso8859_2"),
    ("cs", "cp1250"),
    ("cs", "iso8859_2"),
    ("sk", "cp1250"),
    ("sk", "iso8859_2"),
    ("tr", "cp1254"),
    ("lv", "cp1257"),
]


@pytest.mark.parametrize(("tag", "encoding"), ENCODINGS)
def test_a_text_is_read_as_its_language_was_written(tag, encoding) -> None:
    text = "".join(f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{TEXTS[tag]}\n" for number in range(1, 6))
    data = text.encode(encoding)
    with pytest.raises(InputError, match="line 3 of a is not UTF-8 text: convert it first"):
        decode(data, "a")
    found = old_encoding(data, language(tag))
    assert found is not None
    assert data.decode(found) == text


@given(st.text(alphabet="ab \n\ufeffé世", max_size=20))
def test_unicode_is_what_its_mark_says(text) -> None:
    assert decode(text.encode("utf-8-sig"), "a") == text
    assert decode(b"\xff\xfe" + text.encode("utf-16-le"), "a") == text


def test_what_is_no_text_is_in_no_encoding() -> None:
    assert old_encoding(bytes(range(256)) * 8, language("ja")) is None
