import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.breaks import atoms
from subtrans.text.function_words import FUNCTION_WORDS
from subtrans.text.languages import language
from subtrans.text.profiles import width


def cut(text, tag, limit=42):
    return [atom.text for atom in atoms(text, language(tag), limit)]


def costs(text, tag):
    """The cost of the break before each atom, by the atom's text."""
    return {atom.text: atom.cost for atom in atoms(text, language(tag), 42)}


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("It is 5 km, Mr. Smith", "en", ["It", "is", "5 km,", "Mr. Smith"]),
        ("veo al Sr. López", "es", ["veo", "al", "Sr. López"]),
        ("for 25 million dollars a year", "en", ["for", "25 million dollars", "a", "year"]),
        ('He said—and I—"well, no—"', "en", ["He", "said—", "and", "I—", '"well,', 'no—"']),
        ("by J. K. Rowling", "en", ["by", "J. K. Rowling"]),
        ("10 000 euros « ici » ?", "fr", ["10 000 euros", "« ici » ?"]),
        ("10\u202f000\u00a0km plus", "fr", ["10\u202f000\u00a0km", "plus"]),
        ("Er kam - um 9 Uhr - an", "de", ["Er", "kam -", "um", "9 Uhr -", "an"]),
        ("- No.\n- Yes.", "en", ["- No.", "- Yes."]),
        ("他说：“好。”用GPT-4写3个。", "zh", ["他", "说：", "“好。”", "用", "GPT-4", "写", "3个。"]),
        ("これはコンピューターです", "ja", ["こ", "れ", "は", "コンピューター", "で", "す"]),
        ("第3章花了 20 元", "zh", ["第3章", "花", "了", "20 元"]),
        ("２０２５年に", "ja", ["２０２５年", "に"]),
        ("မြန်မာသည်သတ္တ ၂၅", "my", ["မြန်", "မာ", "သည်", "သတ္တ", "၂၅"]),
        ("សួស្តី", "km", ["សួ", "ស្តី"]),
        ("ຈະໄປ ໒໕", "lo", ["ຈະ", "ໄປ", "໒໕"]),
        ("안녕하세요 여러분", "ko", ["안녕하세요", "여러분"]),
        ("", "en", []),
        (" \n\u00a0\t ", "en", []),
    ],
)
def test_what_no_line_parts(text, tag, expected):
    assert cut(text, tag) == expected


@pytest.mark.parametrize(
    ("text", "tag", "limit", "expected"),
    [
        # 30 characters in lines of 12: three parts of 10, moved to the slashes and full stops near by.
        ("https://example.com/very/long/", "en", 12, ["https://", "example.com/", "very/long/"]),
        # 24 characters in lines of 20: two parts of 12.
        ("Donaudampfschifffahrtend", "de", 20, ["Donaudampfsc", "hifffahrtend"]),
        ("ああああ", "ja", 1, ["あ", "あ", "あ", "あ"]),
        ("!!!!!", "en", 2, ["!!", "!", "!!"]),
        # Of the two even parts, the second would begin with a small letter, or the middle dot is near by.
        ("アアアアアッアアアア", "ja", 9, ["アアアア", "アッアアアア"]),
        ("ギガギャラクティック・コンピュータ", "ja", 13, ["ギガギャラクティック・", "コンピュータ"]),
        ("👩‍👩‍👧👩‍👩‍👧", "en", 1, ["👩‍👩‍👧", "👩‍👩‍👧"]),
    ],
)
def test_what_is_wider_than_a_line_is_broken_all_the_same(text, tag, limit, expected):
    assert cut(text, tag, limit) == expected


def test_breaks_are_best_after_clauses_then_before_conjunctions_then_before_prepositions():
    cost = costs("I came home, she went and they stayed in old houses.", "en")
    assert cost["she"] < cost["and"] < cost["in"] < cost["stayed"] + 1
    assert cost["they"] > 60  # after a conjunction
    assert cost["houses."] > 60  # alone at the end


def test_breaks_keep_articles_with_what_follows():
    cost = costs("we saw the river near an old town", "en")
    assert cost["river"] > cost["near"]
    assert cost["old"] > cost["town"]


small = st.sampled_from(sorted(FUNCTION_WORDS)).flatmap(
    lambda tag: st.tuples(
        st.just(tag),
        st.sampled_from(sorted(word for word in FUNCTION_WORDS[tag].leading if "." not in word)),
        st.sampled_from(["bakoro", *sorted(FUNCTION_WORDS[tag].all - FUNCTION_WORDS[tag].clinging)]),
    )
)


@given(small, st.sampled_from(["", "(", "«"]))
def test_what_ends_no_phrase_ends_no_line(words, opening):
    tag, leading, following = words
    *_, last = atoms(f"{leading} {opening}{following}", language(tag), 42)
    assert last.cost >= 100 or not last.spaced  # more than any two words of content


@pytest.mark.parametrize(
    ("text", "tag", "before", "torn"),
    [
        ("the area of that figure", "en", "of", "that"),
        ("the thing is that they left", "en", "is", "that"),
        ("il parle de ce qui arrive", "fr", "de", "qui"),
        ("la raison pour laquelle le problème est que tu pars", "fr", "est", "que"),
        ("partir parce que tout est fini", "fr", "parce", "que"),
        ("pensaba en lo que dijeron", "es", "en", "que"),
        ("die Stadt in welcher wir leben", "de", "in", "welcher"),
        ("he sang the (old) song", "en", "the", "(old)"),
    ],
)
def test_a_relative_goes_with_what_it_completes(text, tag, before, torn):
    cost = costs(text, tag)
    assert cost[torn] >= 100 > cost[before]


@pytest.mark.parametrize(
    ("text", "tag", "better", "worse"),
    [
        ("the families of these men and women who were given", "en", "who", "and"),
        ("from all the arts and crafts represented", "en", "represented", "and"),
        ("he saw the stars and they all shone", "en", "and", "all"),
        ("all the figures and the other things", "en", "and", "other"),
        ("brings out the starry hosts one by one and calls", "en", "hosts", "by"),
        ("in the middle of the 15th century may", "en", "may", "century"),
        ("the cause in which they died will continue", "en", "will", "continue"),
        ("or 42 line Bible of about 1455 has never been", "en", "has", "about"),
        ("los puntos y los vectores", "es", "y", "vectores"),
        ("this book has never been read", "en", "has", "been"),
        ("he knows the names of the seven souls we mourn", "en", "we", "souls"),
        ("more beautiful letters than in the others", "en", "than", "in"),
    ],
)
def test_words_joined_by_a_small_one_stay_together(text, tag, better, worse):
    cost = costs(text, tag)
    assert cost[better] < cost[worse]


def test_the_small_words_of_a_language_are_sorted_once():
    for row in FUNCTION_WORDS.values():
        assert not row.leading & row.bound
        assert row.complements <= row.conjunctions


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("near New York and Los Angeles", "en", ["near", "New York", "and", "Los Angeles"]),
        ("Then Ada Lovelace, Alan Turing", "en", ["Then", "Ada Lovelace,", "Alan Turing"]),
        ("She met Émile Zola there", "fr", ["She", "met", "Émile Zola", "there"]),
        ("das Alte Haus", "de", ["das", "Alte", "Haus"]),  # every noun has a capital
        ("NOT ALL CAPITALS", "en", ["NOT", "ALL", "CAPITALS"]),
        ("他是史蒂夫·乔布斯", "zh", ["他", "是", "史", "蒂", "夫·乔", "布", "斯"]),
    ],
)
def test_no_line_parts_a_name(text, tag, expected):
    assert cut(text, tag) == expected


def test_chinese_words_and_particles_stay_whole():
    cost = costs("我们需要学习的方法", "zh")
    assert cost["们"] == cost["要"] == cost["习"] == cost["法"] == 140  # inside words
    assert cost["的"] > max(cost["需"], cost["方"])  # a particle leans on what comes before


def test_traditional_chinese_breaks_where_simplified_does():
    traditional = atoms("臺灣的軟體工程師說他們沒有辦法", language("zh-Hant"), 32)
    simplified = atoms("台湾的软体工程师说他们没有办法", language("zh"), 32)
    assert [atom.cost for atom in traditional] == [atom.cost for atom in simplified]
    assert "".join(atom.text for atom in traditional) == "臺灣的軟體工程師說他們沒有辦法"


@pytest.mark.parametrize(
    ("text", "tag", "best"),
    [
        ("如果你想知道答案我们就得先看看它的定义", "zh", "我"),  # where a clause begins, and not behind its pronoun
        ("우리가 이것을 알고 있다면 다음 문제는 아주 쉬워집니다", "ko", "다음"),  # behind a clause
        ("彼が来れば私たちは一緒に出かけます", "ja", "私"),
        ("La dérivée de cette fonction avec la règle", "fr", "avec"),  # and not before "de"
        ("the first part of this book about music", "en", "about"),
    ],
)
def test_the_best_break_is_where_people_break(text, tag, best):
    _, *rest = atoms(text, language(tag), 42)
    assert min(rest, key=lambda atom: atom.cost).text == best


@pytest.mark.parametrize(
    ("text", "worst"),
    [
        ("하지만 그것은 사실입니다", "그것은"),
        ("할 수 있습니다", "있습니다"),
        ("매우 중요한 문제", "중요한"),
        ("설명을 듣는 것과 같습니다", "것과"),
        ("암기해야 할 규칙", "할"),
        ("유행어가 아닌 수학", "아닌"),
        ("알게 되었으면 좋겠습니다", "좋겠습니다"),
    ],
)
def test_korean_words_that_lean_on_the_next_are_not_left_behind(text, worst):
    assert costs(text, "ko")[worst] >= 100


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("次回はベクトルについての面白い概念", "つ"),
        ("ベクトルを点と見るという話", "い"),
        ("長さに引き伸ばすことを意味します", "こ"),
        ("びっくりするほど重要", "ほ"),
        ("3DのソフトでAIを使う", "を"),
    ],
)
def test_no_japanese_line_begins_with_what_leans_on_the_one_before(text, lost):
    assert costs(text, "ja")[lost] >= 110


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("基底ベクトルの取り方によって決めてしまえる", "底", "取"),
        ("意味するかを知っているかのように", "る", "知っ"),
        ("構造要素に専念するつもり", "要", "専"),
    ],
)
def test_two_cues_are_better_than_a_japanese_phrase_on_two_lines(text, first, second):
    cost = costs(text, "ja")
    assert cost[first] > 2 * cost[second]


def test_where_it_must_a_japanese_line_begins_so_sooner_than_inside_a_word():
    cost = costs("それはどういったものだ", "ja")
    assert cost["も"] < cost["の"]


def test_japanese_breaks_before_a_content_word():
    cost = costs("投影の長さを計算する", "ja")
    assert cost["長"] < cost["影"]
    assert cost["計"] < cost["算"]


@pytest.mark.parametrize(
    ("text", "tag", "phrases"),
    [
        ("วันนี้ฉันไปโรงเรียนเพราะว่าต้องสอบ", "th", ["วัน", "นี้", "ฉัน", "ไป", "โรงเรียน", "เพราะ", "ว่า", "ต้อง", "สอบ"]),
        ("昨日は雨が降ったので本を読みました", "ja", ["昨日は", "雨が", "降ったので", "本を", "読みました"]),
    ],
)
def test_lines_break_between_phrases_where_a_script_has_no_spaces(text, tag, phrases):
    found = [""]
    for atom in atoms(text, language(tag), 42):
        if atom.cost > 60 or not found[-1]:
            found[-1] += atom.text
        else:
            found.append(atom.text)
    assert found == phrases


def test_spaces_without_width_part_words():
    found = [(atom.text, atom.cost) for atom in atoms("បាន\u200bថា", language("km"), 42)]
    assert found == [("បា", 0), ("ន", 140), ("\u200b", 140), ("ថា", 40)]


def test_lao_breaks_where_a_syllable_begins_for_certain():
    found = {atom.text: atom.cost for atom in atoms("ຜົນປະໂຫຍດ", language("lo"), 42)}
    assert found["ໂຫ"] < min(cost for text, cost in found.items() if text in {"ນ", "ປະ", "ຍ", "ດ"})


def test_a_list_of_numbers_is_no_clause():
    assert costs("the point 3, 1 is here", "en")["1"] > 10


@pytest.mark.parametrize(
    ("text", "worse", "better"),
    [
        ("우리가 이것을 이해할 수 있습니다", "수", "이해할"),
        ("우리가 이것을 이해할 수 있습니다", "있습니다", "이해할"),
        ("그가 본 것은 비가 오기 때문이다", "것은", "비가"),
        ("아이가 책을 읽고 있다", "있다", "책을"),
    ],
)
def test_korean_words_that_lean_on_the_one_before(text, worse, better):
    costs = {atom.text: atom.cost for atom in atoms(text, language("ko"), 16)}
    assert costs[worse] > costs[better]


@given(
    st.text() | st.text(st.sampled_from("ab 你好。，、あいアー!?…“”«»()-—.5 km\u00a0\u200d\u0301🇫🇷👍🏽น้ำเก")),
    st.sampled_from(["en", "de", "fr", "zh", "ja", "ko", "th", "ar", "hi"]),
    st.integers(1, 42),
)
def test_atoms_fit_a_line_and_lose_nothing(text, tag, limit):
    result = atoms(text, language(tag), limit)
    assert "".join("".join(atom.text.split()) for atom in result) == "".join(text.split())
    for atom in result:
        assert atom.text.strip()
        assert atom.width == width(atom.text, language(tag)) <= limit
        assert not set(atom.text) & set("\r\n")
