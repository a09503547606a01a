"""The page in a real browser: Chromium without a window, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from captions import caption

from subtrans.events import DegradeEvent, LagEvent
from subtrans.web.access import Access
from subtrans.web.server import CaptionServer

playwright = pytest.importorskip("playwright.sync_api", reason="the browser is driven by playwright: pip install it")

Browser, Page, expect = playwright.Browser, playwright.Page, playwright.expect


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium here: apt install chromium")
    with playwright.sync_playwright() as driver:
        try:
            started = driver.chromium.launch(executable_path=program)
        except playwright.Error as error:
            pytest.skip(f"no Chromium that starts here ({str(error).splitlines()[0]}): apt install chromium")
        yield started
        started.close()


@pytest.fixture
def visit(browser) -> Iterator:
    """Opens a page; what it complains of fails the test."""
    complaints: list[str] = []
    pages = []

    def visit(address: str, prepare=lambda page: None, **looks) -> Page:
        page = browser.new_page(**looks)
        pages.append(page)
        prepare(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "ERR_CONNECTION" not in said.text else None)
        page.on("request", lambda sent: complaints.append(sent.url) if "//127.0.0.1:" not in sent.url else None)
        page.goto(address)
        expect(page.locator("#status")).to_contain_text("Live")
        return page

    yield visit
    for page in pages:
        page.close()
    assert complaints == []


def texts(page: Page, where: str) -> list[str]:
    return page.locator(where).all_inner_texts()


def test_captions_appear_as_drafts_and_settle(serve, visit) -> None:
    server = serve()
    page = visit(server.address)
    expect(page.locator("#empty")).to_be_visible()
    server.show(caption(1, "Good mourning every", agreed="Good"))
    expect(page.locator("#drafts .said")).to_have_text("Good mourning every")
    assert texts(page, "#drafts .guess") == [" mourning every"]
    expect(page.locator("#empty")).to_be_hidden()
    server.show(caption(1, "Good morning everyone", "大家", agreed="Good morning"))
    expect(page.locator("#drafts .text")).to_have_text("大家")
    server.show(caption(2, "And", agreed=""))
    server.show(caption(1, "Good morning everyone.", "大家早上好。"))
    expect(page.locator("#settled .text")).to_have_text("大家早上好。")
    assert texts(page, "#settled .said") == ["Good morning everyone."]
    assert texts(page, "#drafts .said") == ["And"]
    assert page.locator(".guess").count() == 1


def test_of_several_languages_each_reader_has_their_own(serve, visit) -> None:
    server = serve(targets=["zh", "ja", "de"])
    for language, text in ("zh", "早上好。"), ("ja", "おはよう。"), ("de", "Guten Morgen."):
        server.show(caption(1, "Good morning.", text, language=language))
    page = visit(server.address, locale="ja-JP")
    expect(page.locator("#settled .text")).to_have_text(["おはよう。"])
    assert texts(page, "#lang option") == ["中文", "日本語", "Deutsch"]
    for language in "zh", "ja", "de":
        server.show(caption(2, "How are", f"{language} 2", agreed="How", language=language))
    expect(page.locator("#drafts .text")).to_have_text(["ja 2"])
    page.locator("#lang").select_option("de")
    expect(page.locator("#settled .text")).to_have_text(["Guten Morgen."])
    expect(page.locator("#drafts .text")).to_have_text(["de 2"])
    assert page.locator("#settled .text").get_attribute("lang") == "de"
    for language in "zh", "ja", "de":
        server.show(caption(2, "How are you?", f"{language} 2.", language=language))
    expect(page.locator("#settled .text")).to_have_text(["Guten Morgen.", "de 2."])
    page.reload()
    expect(page.locator("#settled .text")).to_have_text(["Guten Morgen.", "de 2."])
    other = visit(f"{server.address}?view=obs&lang=zh")
    expect(other.locator("#settled .text")).to_have_text(["早上好。", "zh 2."])


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-TW", "zh-Hant"), ("zh-CN", "zh"), ("pt-PT", "pt-BR"), ("sr-Latn-RS", "sr"), ("fi", "zh")],
)
def test_a_reader_begins_in_their_own_script(locale, language, serve, visit) -> None:
    page = visit(serve(targets=["zh", "zh-Hant", "pt-BR", "sr"]).address, locale=locale)
    expect(page.locator("#lang")).to_have_value(language)
    assert page.locator("#lang option").last.get_attribute("lang") == "sr"


def test_another_run_may_be_in_other_languages(visit) -> None:
    with CaptionServer(Access(port=0), "en", ["zh", "de"]) as server:
        port = server.port
        server.show(caption(1, "Before.", "Vorher.", language="de"))
        page = visit(server.address, locale="de")
        expect(page.locator("#settled .text")).to_have_text(["Vorher."])
    with CaptionServer(Access(port=port), "en", ["fr", "ja"]) as server:
        server.show(caption(1, "After.", "Après.", language="fr"))
        server.show(caption(1, "After.", "後で。", language="ja"))
        expect(page.locator("#settled .text")).to_have_text(["Vorher.", "Après."], timeout=20_000)
        page.locator("#lang").select_option("ja")
        expect(page.locator("#settled .text")).to_have_text(["Vorher.", "後で。"])


def test_each_language_has_its_direction_whatever_a_sentence_begins_with(serve, visit) -> None:
    server = serve(targets=["ar", "de"])
    for number, agreed in (1, None), (2, "Whisper"):
        server.show(caption(number, "Whisper is here.", "Whisper هنا.", agreed=agreed, language="ar"))
        server.show(caption(number, "Whisper is here.", "א ist hier.", agreed=agreed, language="de"))
    page = visit(f"{server.address}?lang=ar")
    expect(page.locator(".text")).to_have_count(2)
    directions = "(place) => [...document.querySelectorAll(place)].map((text) => getComputedStyle(text).direction)"
    assert page.evaluate(directions, ".text") == ["rtl", "rtl"]
    assert page.evaluate(directions, ".said") == ["ltr", "ltr"]
    bar = "getComputedStyle(document.querySelector('.draft'), '::before')"
    assert page.evaluate(f"[{bar}.left, {bar}.right].map((side) => parseFloat(side) < 0)") == [False, True]
    page.locator("#lang").select_option("de")
    expect(page.locator("#settled .text")).to_have_text("א ist hier.")
    assert page.evaluate(directions, ".text") == ["ltr", "ltr"]


def test_a_draft_that_is_taken_back_goes(serve, visit) -> None:
    server = serve()
    page = visit(server.address)
    server.show(caption(1, "noise", agreed=""))
    expect(page.locator(".draft")).to_have_count(1)
    server.show(caption(1, "", agreed=""))
    expect(page.locator(".draft")).to_have_count(0)
    server.show(caption(1, "Good morning.", "早上好。"))
    expect(page.locator("#settled .said")).to_have_text("Good morning.")


def test_captions_survive_a_restart_of_the_server(visit) -> None:
    with CaptionServer(Access(port=0), "en", ["zh"]) as server:
        port = server.port
        server.show(caption(1, "Before.", "以前。"))
        server.show(caption(2, "Never settled", agreed=""))
        page = visit(server.address)
        expect(page.locator("#drafts .said")).to_have_text("Never settled")
    expect(page.locator("#status")).to_have_text("Ended, waiting for the next captions")
    assert texts(page, "#settled .said") == ["Before."]
    with CaptionServer(Access(port=port), "en", ["zh"]) as server:
        server.show(caption(1, "After.", "以后。"))
        expect(page.locator("#status")).to_have_text("Live", timeout=20_000)
        expect(page.locator("#settled .said")).to_have_text(["Before.", "After."])
        server.show(caption(2, "Again.", "再来。"))
        expect(page.locator("#settled .text")).to_have_text(["以前。", "以后。", "再来。"])
        expect(page.locator("#drafts .said")).to_have_count(0)


def test_a_line_that_is_dead_is_left_for_another(serve, visit) -> None:
    lines = []

    def dies(line) -> None:
        lines.append(line)
        server = line.connect_to_server()
        if len(lines) == 1:  # after its greeting nothing comes any more, and nobody says so
            server.on_message(lambda message: line.send(message) if '"hello"' in message else None)

    def prepare(page) -> None:
        page.clock.install()
        page.route_web_socket("**/events", dies)

    server = serve()
    page = visit(server.address, prepare)
    server.show(caption(1, "Good morning.", "早上好。"))
    page.clock.run_for(20_000)
    assert len(lines) == 1
    page.clock.run_for(15_000)
    expect(page.locator("#settled .text")).to_have_text("早上好。")
    expect(page.locator("#status")).to_have_text("Live")
    assert len(lines) == 2


def test_who_comes_late_sees_the_last_minutes_and_the_end_of_them(serve, visit) -> None:
    server = serve()
    for number in range(1, 41):
        server.show(caption(number, f"Sentence {number}.", f"第{number}句。"))
    page = visit(server.address)
    expect(page.locator("#settled .text")).to_have_count(40)
    expect(page.locator("#settled .text").last).to_be_in_viewport()
    expect(page.locator("#latest")).to_be_hidden()
    page.locator("#scroll").press("Home")
    expect(page.locator("#latest")).to_be_visible()
    server.show(caption(41, "One more.", "还有一句。"))
    expect(page.locator("#settled .text")).to_have_count(41)
    expect(page.locator("#settled .text").last).not_to_be_in_viewport()
    page.locator("#latest").click()
    expect(page.locator("#settled .text").last).to_be_in_viewport()


def test_a_scroll_that_is_under_way_does_not_lead_away_from_the_latest(serve, visit) -> None:
    server = serve()
    for number in range(1, 41):
        server.show(caption(number, f"Sentence {number}.", f"第{number}句。"))
    page = visit(server.address)
    expect(page.locator("#settled .text").last).to_be_in_viewport()
    page.locator("#scroll").press("Home")  # which Chromium answers with an animation
    click_as_soon_as_shown = """() => new Promise((done) => {
      const latest = document.getElementById("latest");
      const look = () => { if (latest.hidden) requestAnimationFrame(look); else { latest.click(); done(); } };
      look();
    })"""
    page.evaluate(click_as_soon_as_shown)
    page.evaluate("() => new Promise((done) => setTimeout(done, 1000))")
    expect(page.locator("#settled .text").last).to_be_in_viewport()
    expect(page.locator("#latest")).to_be_hidden()
    page.locator("#scroll").press("Home")
    expect(page.locator("#latest")).to_be_visible()


def test_what_is_said_is_never_markup(serve, visit) -> None:
    server = serve()
    attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt;b&gt;'
    page = visit(server.address)
    server.show(caption(1, attack, attack))
    server.show(caption(2, attack, attack, agreed="<img"))
    expect(page.locator("#settled .text")).to_have_text(attack)
    expect(page.locator("#drafts .text")).to_have_text(attack)
    assert page.locator("main img, main script, main b").count() == 0
    assert page.title() == "Live captions"


def test_lag_and_what_is_given_up_are_told(serve, visit) -> None:
    server = serve()
    page = visit(server.address)
    server.show(LagEvent(1432, 0.2, 1, 2))
    expect(page.locator("#lag")).to_have_text("1.4 s behind")
    server.show(DegradeEvent("longer steps", True, 1, 2))
    expect(page.locator("#status")).to_have_text("Live, keeping up: longer steps")
    server.show(DegradeEvent("longer steps", False, 1, 2))
    expect(page.locator("#status")).to_have_text("Live")


def test_obs_gets_the_last_words_over_nothing(serve, visit) -> None:
    server = serve()
    for number in range(1, 6):
        server.show(caption(number, f"Sentence {number}.", f"第{number}句。"))
    server.show(caption(6, "A guess", "猜", agreed=""))
    page = visit(f"{server.address}?view=obs", viewport={"width": 1280, "height": 300})
    expect(page.locator(".text")).to_have_text(["第5句。", "猜"])
    expect(page.locator("header")).to_be_hidden()
    backgrounds = (
        "['html', 'body', 'main'].map((name) => getComputedStyle(document.querySelector(name)).backgroundColor)"
    )
    assert page.evaluate(backgrounds) == ["rgba(0, 0, 0, 0)"] * 3


def test_a_scene_of_obs_is_empty_when_nobody_says_more(serve, visit) -> None:
    server = serve()
    page = visit(f"{server.address}?view=obs", lambda page: page.clock.install())
    server.show(caption(1, "Good morning.", "早上好。"))
    server.show(caption(2, "Never settled", "从不", agreed=""))
    expect(page.locator(".text")).to_have_text(["早上好。", "从不"])
    page.clock.run_for(14_000)
    expect(page.locator(".text")).to_have_count(2)
    page.clock.run_for(2_000)
    expect(page.locator(".text")).to_have_count(0)
    server.show(caption(2, "Settled.", "定了。"))
    expect(page.locator(".text")).to_have_text(["定了。"])


def test_a_scene_of_obs_that_is_switched_to_shows_nothing_old(serve, visit) -> None:
    server = serve()
    server.show(caption(1, "Good morning.", "早上好。"))
    server.show(LagEvent(0, 0.0, 60_000, 60_000))
    page = visit(f"{server.address}?view=obs")
    server.show(caption(2, "And", "和", agreed=""))
    expect(page.locator(".text")).to_have_text(["和"])
    expect(visit(server.address).locator("#settled .text")).to_have_text(["早上好。"])


def test_looks_are_changed_by_button_and_by_key_and_are_kept(serve, visit) -> None:
    server = serve()
    server.show(caption(1, "Good morning.", "早上好。"))
    page = visit(server.address, color_scheme="dark")
    size = "getComputedStyle(document.querySelector('.text')).fontSize"
    assert page.evaluate(size) == "40px"
    page.locator("#larger").click()
    page.keyboard.press("+")
    assert page.evaluate(size) == "48px"
    page.keyboard.press("t")
    page.locator("#original").click()
    expect(page.locator(".said")).to_be_hidden()
    page.reload()
    expect(page.locator(".text")).to_be_visible()
    expect(page.locator(".said")).to_be_hidden()
    expect(page.locator("#original")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(size) == "48px"
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


@pytest.mark.parametrize("targets", [["zh"], ["zh", "pt-BR", "zh-Hant"]])
def test_it_fits_a_phone(targets, serve, visit) -> None:
    server = serve(targets)
    server.show(caption(1, "Donaudampfschifffahrtsgesellschaftskapitän " * 3, "早上好" * 40, language="zh"))
    page = visit(server.address, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    expect(page.locator(".text")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 320
    for box in page.evaluate(
        "[...document.querySelectorAll('#tools button')].map((b) => b.getBoundingClientRect().height)"
    ):
        assert box >= 44
    for inner, outer in page.evaluate(
        "[...document.querySelectorAll('#tools button')].map((b) => [b.scrollWidth, b.clientWidth])"
    ):
        assert inner <= outer  # what a button says is within it


def test_larger_letters_have_longer_lines_on_a_projector(serve, visit) -> None:
    server = serve()
    server.show(caption(1, "Good morning. " * 30, "早上好" * 60))
    page = visit(server.address, viewport={"width": 1920, "height": 1080})
    width = "document.querySelector('.text').clientWidth"
    usual = page.evaluate(width)
    for _ in range(6):
        page.keyboard.press("+")
    assert page.evaluate(width) > 1.5 * usual
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 1920


CONTRAST = """
() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = light(getComputedStyle(document.body).backgroundColor);
  return ["#status", "#lag", ".settled .said", ".settled .text", ".guess", ".draft .text"].map((name) => {
    const front = light(getComputedStyle(document.querySelector(name)).color);
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  });
}
"""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everybody_can_read_it(theme, serve, visit) -> None:
    server = serve()
    server.show(caption(1, "Good morning.", "早上好。"))
    server.show(caption(2, "A guess", "猜", agreed="A"))
    page = visit(server.address, color_scheme=theme)
    expect(page.locator(".text")).to_have_count(2)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert min(page.evaluate(CONTRAST)) >= 4.5  # WCAG 2.2, 1.4.3
    # A screen reader says what has settled, once the history is there, in its language; drafts it does not.
    expect(page.locator("#settled")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("log").locator(".draft")).to_have_count(0)
    assert page.locator("#settled .text").get_attribute("lang") == "zh"
    names = [button.get_attribute("aria-label") or button.inner_text() for button in page.get_by_role("button").all()]
    assert names == ["Smaller text", "Larger text", "Original", {"dark": "Light", "light": "Dark"}[theme]]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "smaller"


def test_the_token_goes_from_the_page_to_the_socket(serve, visit) -> None:
    server = serve(token="a/b c&d=é 词")
    server.show(caption(1, "Among us.", "我们之间。"))
    page = visit(server.address)
    expect(page.locator(".text")).to_have_text("我们之间。")
