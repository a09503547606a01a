import pytest

from subtrans.errors import LanguageError
from subtrans.text.languages import LANGUAGES, language, mistakable


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("en_XX", "en"),
        ("Chinese", "zh"),
        ("mandarin", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans", "zh"),
        ("zh_SG", "zh"),
        ("zho_Hans", "zh"),
        ("zh-Hant", "zh-Hant"),
        ("zh_TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("ZHO_HANT", "zh-Hant"),
        ("zho", "zh"),
        ("chi", "zh"),
        ("deu", "de"),
        ("ger", "de"),
        (" German ", "de"),
        ("de-CH-1996", "de"),
        ("es-419", "es"),
        ("cn", "zh"),
        ("chs", "zh"),
        ("cht", "zh-Hant"),
        ("JP", "ja"),
        ("ua", "uk"),
        ("vn", "vi"),
        ("cz", "cs"),
        ("dk", "da"),
        ("gr", "el"),
        ("pt", "pt"),
        ("por", "pt"),
        ("pt-PT", "pt"),
        ("pt_br", "pt-BR"),
        ("haitian creole", "ht"),
        ("jw", "jv"),
        ("iw", "he"),
        ("nb", "no"),
        ("nob_Latn", "no"),
        ("ns", "nso"),
        ("fil", "tl"),
        ("arb_Arab", "ar"),
        ("ara", "ar"),
        ("aze", "az"),
        ("yue-Hant-HK", "yue"),
        ("kor_Hang", "ko"),
        ("sr-Cyrl-RS", "sr"),
    ],
)
def test_a_language_is_found_by_any_of_its_names(name, tag):
    assert language(name).tag == tag


@pytest.mark.parametrize("name", ["", "xx", "klingon", "en-", "sr-Latn", "zh-Latn", "en-US-", "../en", "e", "中文"])
def test_an_unknown_language_is_an_error_and_not_its_neighbour(name):
    with pytest.raises(LanguageError, match="unknown language"):
        language(name)


def test_the_error_names_near_matches():
    with pytest.raises(LanguageError, match=r"unknown language 'chinnese': did you mean zh \(Chinese\)"):
        language("chinnese")
    with pytest.raises(LanguageError, match=r"did you mean sr \(Serbian\)"):
        language("sr-Latn")


def test_a_country_is_told_its_language_where_its_code_is_another_one_or_none():
    with pytest.raises(LanguageError, match=r"unknown language 'se': did you mean sv \(Swedish\)\?"):
        language("se")
    assert (language("KR").name, mistakable("KR")) == ("Kanuri", language("ko"))
    assert mistakable("tw") == language("zh-Hant")
    assert [mistakable(name) for name in ("ko", "jp", "se", "kanuri", "knc_Latn", "no such")] == [None] * 6


def test_a_row_holds_what_every_family_calls_the_language():
    javanese = language("jv")
    assert (javanese.whisper, javanese.nllb, javanese.m2m100, javanese.mbart, javanese.madlad) == (
        "jw",
        "jav_Latn",
        "jv",
        None,
        "jv",
    )
    traditional = language("zh-Hant")
    # Whisper hears Mandarin whatever the script; the others would write simplified characters.
    assert (traditional.whisper, traditional.nllb, traditional.m2m100, traditional.mbart, traditional.madlad) == (
        "zh",
        "zho_Hant",
        None,
        None,
        None,
    )
    assert language("yue").iso639_2 == "zho"  # ISO 639-2 knows no Cantonese
    assert language("pt-BR").base == "pt"


def test_direction_and_spacing_follow_the_script():
    assert {tag for tag in ("ar", "he", "fa", "ur", "yi", "ug", "ps") if LANGUAGES[tag].direction == "rtl"} == {
        "ar", "he", "fa", "ur", "yi", "ug", "ps",
    }  # fmt: skip
    assert [LANGUAGES[tag].direction for tag in ("en", "az", "zh", "am")] == ["ltr"] * 4
    assert [LANGUAGES[tag].spaced for tag in ("zh", "zh-Hant", "yue", "ja", "th", "lo", "km", "my")] == [False] * 8
    assert [LANGUAGES[tag].spaced for tag in ("en", "ko", "vi", "ar", "hi")] == [True] * 5


def test_every_row_is_found_by_its_own_codes():
    for tag, row in LANGUAGES.items():
        assert row.tag == tag
        assert language(tag) is row
        assert language(row.name) is row
        assert len(row.iso639_2) == 3
        assert len(row.script) == 4
        for code in (row.nllb, row.mbart):
            if code and tag != "pt-BR":
                assert language(code) is row
        assert language(row.iso639_2).base in {row.base, language(row.iso639_2).tag}


def codes(family):
    return {getattr(row, family) for row in LANGUAGES.values()} - {None}


def test_the_table_holds_exactly_the_codes_of_whisper():
    whisper = pytest.importorskip("transformers.models.whisper.tokenization_whisper")
    assert codes("whisper") == set(whisper.LANGUAGES)
    assert len(codes("whisper")) == 100
    for name, code in whisper.TO_LANGUAGE_CODE.items():
        assert language(name).whisper == code


def test_the_table_holds_exactly_the_codes_of_nllb_m2m100_and_mbart():
    nllb = pytest.importorskip("transformers.models.nllb.tokenization_nllb")
    m2m100 = pytest.importorskip("transformers.models.m2m_100.tokenization_m2m_100")
    mbart = pytest.importorskip("transformers.models.mbart50.tokenization_mbart50")
    assert codes("nllb") == set(nllb.FAIRSEQ_LANGUAGE_CODES)
    assert codes("m2m100") == set(m2m100.FAIRSEQ_LANGUAGE_CODES["m2m100"])
    assert codes("mbart") == set(mbart.FAIRSEQ_LANGUAGE_CODES)
    for code in codes("m2m100"):
        assert language(code).m2m100 == code


def test_codes_of_one_row_agree_with_each_other():
    for row in LANGUAGES.values():
        if row.mbart:
            assert row.mbart.split("_")[0] == row.base
        if row.nllb and row.script not in {"Kore", "Olck"}:  # NLLB writes Hang, and Beng by mistake
            assert row.nllb.split("_")[1] == row.script
