"""What the pages of practices add where scripts run: a quiet practice step by step, and a first amount. Nothing of it is kept or sent."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import watched
from tests.shipped.test_pages import fits
from tests.tools import axe

pytestmark = pytest.mark.xdist_group("browser")

BREATHING, MUSCLES = "patients/mood-and-mind/slow-breathing/", "patients/mood-and-mind/muscle-relaxation/"
BASELINE = "patients/activity-management/find-my-baseline/"
VOICES = """window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => %s, cancel() { spoken.push(null); }, speak(said) { spoken.push([said.text, said.voice.name]); }, addEventListener() {},
} });"""
REMOTE = "{name: 'far', lang: 'en-GB', localService: false}"
FRENCH = "{name: 'french', lang: 'fr-FR', localService: true}"
LOCAL = "{name: 'near', lang: 'en_US', localService: true}"
KEPT = "(async () => [localStorage.length, sessionStorage.length, document.cookie, window.name, location.hash, (await indexedDB.databases()).length])()"


def step(page: Page) -> str:
    return page.locator(".now .step").inner_text()


def steps(page: Page, part: int = 0) -> list[str]:
    """The steps of one way: a list whose numbers go on belongs to the way before it."""
    ways: list[list[str]] = []
    for found in page.locator(".practice .steps").all():
        words = [words.strip() for words in found.locator(".step").all_text_contents()]
        if found.get_attribute("start"):
            ways[-1] += words
        else:
            ways.append(words)
    return ways[part]


def fill(page: Page, *tries: str, start: str = "") -> None:
    """Open the help with an amount, write into it, and let it draw."""
    if not page.locator(".amount details[open]").count():
        page.locator(".amount summary").click()
    for number, text in enumerate(tries, 1):
        page.get_by_label(f"Try {number}").fill(text)
    if start:
        page.get_by_label("My start").fill(start)
    page.wait_for_timeout(800)


# Do it with me


def test_a_practice_is_walked_by_keys_alone(page: Page, address: str) -> None:
    page.goto(address + BREATHING)
    words = steps(page)
    assert len(words) > 6
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    assert step(page) == words[0]
    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        assert step(page) == words[place]
        expect(page.get_by_text(f"Step {place + 1} of {len(words)}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    expect(page.locator(".practice")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    expect(page.locator(".practice")).to_be_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator(".now").inner_text() == ""
    page.locator("h1").click()
    page.keyboard.press("Space")
    assert page.locator(".now").inner_text() == "", "keys work only inside"


def test_it_goes_on_by_itself_and_never_in_a_pause(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(address + BREATHING)
    words = steps(page)
    page.get_by_role("button", name="Start").click()
    page.evaluate("window.told = 0; new MutationObserver(() => told++).observe(document.querySelector('.now'), {childList: true})")
    page.clock.run_for(10_000)
    assert step(page) == words[0]
    page.clock.run_for(20_000)
    assert step(page) == words[1]
    assert page.evaluate("told") == 1, "each step is announced once"
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(600_000)
    assert step(page) == words[1]
    page.get_by_role("button", name="Next").click()
    page.clock.run_for(600_000)
    assert step(page) == words[2], "in a pause one goes on by hand"
    page.get_by_label("Slower").check()
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(25_000)
    assert step(page) == words[2]
    for _ in words:
        page.clock.run_for(60_000)
    assert step(page) == words[-1], "the last one stays"
    expect(page.get_by_role("button", name="Next")).to_have_attribute("aria-disabled", "true")


def test_when_to_stop_is_one_press_away(page: Page, address: str) -> None:
    page.goto(address + BREATHING)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="When to stop").click()
    expect(page.locator(".stop-if h2")).to_be_in_viewport()
    expect(page.locator(".urgent-link")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Go on")).to_have_count(1)  # who reads it misses no step


def test_each_part_of_a_practice_can_be_chosen(page: Page, address: str) -> None:
    page.goto(address + MUSCLES)
    page.get_by_label("Version B").check()
    page.get_by_role("button", name="Start").click()
    assert step(page) == steps(page, 1)[0]
    page.get_by_label("To end").check()
    assert step(page) == steps(page, 2)[0]
    assert page.locator(".breath").count() == 0


def test_the_picture_breathes_only_while_it_runs_and_for_nobody_who_asked_for_stillness(browser: Browser, address: str) -> None:
    moving = "document.getAnimations().map((one) => one.playState)"
    for motion, going, paused in (("no-preference", ["running"], ["paused"]), ("reduce", [], [])):
        with watched(browser, address, reduced_motion=motion) as page:
            page.goto(address + BREATHING)
            assert page.evaluate(moving) == []
            page.get_by_role("button", name="Start").click()
            assert page.evaluate(moving) == going
            expect(page.locator(".breath")).to_be_visible()
            page.get_by_role("button", name="Pause").click()
            assert page.evaluate(moving) == paused


@pytest.mark.parametrize("voices", [None, "[]", f"[{REMOTE}]", f"[{FRENCH}, {REMOTE}]"])
def test_no_voice_is_offered_that_would_send_the_words_away(browser: Browser, address: str, voices: str | None) -> None:
    with watched(browser, address) as page:
        page.add_init_script(VOICES % voices if voices else "delete window.speechSynthesis; delete Window.prototype.speechSynthesis;")
        page.goto(address + BREATHING)
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".aloud")).to_be_hidden()
        assert not [said for said in page.evaluate("window.spoken ?? []") if said]


def test_the_devices_own_voice_reads_where_it_is_asked_to(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.add_init_script(VOICES % f"[{REMOTE}, {FRENCH}, {LOCAL}]")
        page.goto(address + BREATHING)
        words = steps(page)
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Next").click()
        assert not [said for said in page.evaluate("spoken") if said], "off until it is asked for"
        page.get_by_label("Read the steps aloud").check()
        page.get_by_role("button", name="Next").click()
        assert [said for said in page.evaluate("spoken") if said] == [[words[1], "near"], [words[2], "near"]]
        for name in ("Pause", "Go on", "Stop"):
            page.get_by_role("button", name=name).click()
            assert page.evaluate("spoken.at(-1)") is None, "a pause and an end are silent"


# Find my amount


def test_an_amount_is_the_readers_own_arithmetic(page: Page, address: str) -> None:
    page.goto(address + BASELINE)
    fill(page, "17", "41,5", "23")
    page.get_by_label("How I measure it").fill("pages")
    fill(page)
    help = page.locator(".amount")
    expect(page.get_by_role("img", name="Your tries were 17, 41,5 and 23. The middle one is 23 pages.")).to_be_visible()
    expect(help.get_by_text("arithmetic, not advice")).to_be_visible()
    expect(help.get_by_text("Could I do this on a bad day too?")).to_be_visible()
    assert set(re.findall(r"\d+(?:,\d+)?", re.sub(r"Try \d", "", help.inner_text()))) == {"17", "41,5", "23"}, "no number is ours"
    assert "%" not in help.inner_text()
    heights = [float(column.get_attribute("height") or 0) for column in page.locator(".column").all()]
    assert heights[0] < heights[2] < heights[1]
    assert page.locator(".middle").get_attribute("y1") == page.locator(".column").nth(2).get_attribute("y")
    expect(page.locator("line.start")).to_be_hidden()
    fill(page, start="20")
    assert float(page.locator("line.start").get_attribute("y1") or 0) > float(page.locator(".middle").get_attribute("y1") or 0)
    expect(page.get_by_text("This is not below the middle")).to_be_hidden()
    for much in ("23", "99"):
        fill(page, start=much)
        expect(page.get_by_text("This is not below the middle")).to_be_visible()


@pytest.mark.parametrize("odd", ["ten", "-4", "0", "1,000", "1e9", "99999999", "6 minutes", "²"])
def test_odd_input_is_met_kindly(page: Page, address: str, odd: str) -> None:
    page.goto(address + BASELINE)
    fill(page, "6", odd)
    expect(page.get_by_text("Please write a number above zero").first).to_be_visible()
    expect(page.get_by_label("Try 2")).to_have_attribute("aria-invalid", "true")
    fill(page, "6", "10", "8")
    expect(page.get_by_text("Please write a number above zero").first).to_be_hidden()
    expect(page.locator(".amount svg")).to_be_visible()
    fill(page, start=odd)
    expect(page.locator("#amount-start-note")).to_be_visible()
    fill(page, "6", "", "8")
    expect(page.locator(".amount svg")).to_be_hidden()
    expect(page.get_by_text("Please write a number above zero").first).to_be_hidden()


def test_an_amount_can_be_printed_with_what_keeps_it_safe(page: Page, address: str) -> None:
    page.goto(address + BASELINE)
    fill(page, "6", "10", "8", start="7")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print this").click()
    assert page.evaluate("printed")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for kept in ("h1", ".amount svg", ".amount .for-paper", ".stop-if", ".review", ".urgent-help", ".sample-banner"):
        expect(page.locator(kept).first).to_be_visible()
    for left in (".practice", ".example", ".amount .print", ".onward", ".sheets"):
        assert not page.locator(left).first.is_visible(), left
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".practice")).to_be_visible()


# Both


def use_both(page: Page, start: str, end: str = "") -> None:
    page.goto(start + BREATHING + end)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Next").click()
    assert step(page) == steps(page)[1]
    page.goto(start + BASELINE + end)
    fill(page, "6", "10", "8", start="7")
    page.get_by_label("What I want").fill("reading")
    expect(page.locator(".amount svg")).to_be_visible()


def test_nothing_is_kept_or_sent(page: Page, address: str) -> None:
    loaded: list[str] = []
    page.goto(address + BREATHING)
    page.goto(address + BASELINE)
    page.on("request", lambda request: loaded.append(request.url.removeprefix(address)))
    use_both(page, address)
    assert not [path for path in loaded if not re.search(r"^(patients/.*/|assets/.*)$", path)], loaded
    count = len(loaded)
    fill(page, "7", "11", "9", start="8")
    assert len(loaded) == count, "what is written asks for nothing"
    assert page.evaluate(KEPT) == [0, 0, "", "", "", 0]
    page.goto(address + BREATHING)
    page.go_back()
    assert [field.input_value() for field in page.locator(".amount input").all()] == [""] * 6


def test_both_work_from_a_folder_on_a_disk(browser: Browser, real_site: Path) -> None:
    start = real_site.resolve().as_uri() + "/"
    with watched(browser, start) as page:
        use_both(page, start, "index.html")


def test_without_scripts_there_are_steps_and_a_way_on_paper(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as page:
        page.goto(address + BREATHING)
        expect(page.locator(".with-me")).to_be_hidden()
        expect(page.locator(".practice .steps").first).to_be_visible()
        page.goto(address + BASELINE)
        expect(page.locator(".amount details")).to_be_hidden()
        page.locator(".amount").get_by_role("link", name="Find my baseline").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Find my baseline")


@pytest.mark.parametrize("path", [BREATHING, MUSCLES, BASELINE])
def test_a_page_with_a_tool_is_light(page: Page, address: str, real_site: Path, path: str) -> None:
    """At most 20 KB packed without fonts, as every page; no page loads the tool of another."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(address)))
    page.goto(address + path, wait_until="networkidle")
    files = {name if Path(name).suffix else f"{name}index.html" for name in loaded if not name.endswith(".woff2")}
    assert [name for name in sorted(files) if re.search("amount|with-me", name)] == [
        f"assets/{folder}/{'amount' if path == BASELINE else 'with-me'}{end}" for folder, end in (("scripts", ".js"), ("styles", ".css"))
    ]
    assert sum(len(gzip.compress((real_site / name).read_bytes())) for name in files) <= 20 * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible(browser: Browser, address: str, scheme: str) -> None:
    """axe, WCAG 2.2 A to AAA and best practice; buttons for a shaky hand; nothing scrolls sideways."""

    def look(page: Page, part: str) -> None:
        found = axe.look(page, [part])
        assert len(found.passes) > 10
        assert [(rule, elements[:2]) for rule, elements in found.broken] == []
        assert fits(page)
        small = "all => all.filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.99).map((one) => one.outerHTML)"
        assert page.locator(f"{part} :is(button, label:has(input), summary, input[type=text], .running a)").evaluate_all(small) == []

    for width in (320, 1280) if scheme == "light" else (360,):
        with watched(browser, address, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 800}) as page:
            page.add_init_script(VOICES % f"[{LOCAL}]")
            for path in (BREATHING, MUSCLES):
                page.goto(address + path)
                look(page, ".with-me")
                for button in ("Start", "Next", "Pause"):
                    page.get_by_role("button", name=button).click()
                    look(page, ".with-me")
            page.goto(address + BASELINE)
            look(page, ".amount")
            for tries, start in ((("6", "ten", ""), ""), (("6", "10", "8"), ""), (("6", "10", "8"), "9"), (("6", "10", "8"), "many")):
                fill(page, *tries, start=start)
                look(page, ".amount")
