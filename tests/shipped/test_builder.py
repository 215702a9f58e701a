"""A sheet for one patient: built on its page in a real browser, and by `pmp sheet`, with the same words in the same order on as many sides."""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from generator.build import templates_of
from generator.compose import choices, guard
from generator.compose.sheets import Sheets
from generator.content.codes import code, topic_code
from generator.content.settings import load_settings
from generator.paper.rendering import Rendering
from generator.rules.prose import plain_words
from tests.conftest import REPO, TODAY, Project, built, real, run, served, texts, watched
from tests.tools import axe

pytestmark = pytest.mark.xdist_group("builder")

WORRIES = ("Is it all in my head?", "What can I do when pain wakes me?", "Why am I being sent to a psychologist?")
PATH = "referrers/build-a-sheet/"
WITH_A_CODE = "docs/messages/pain/real-pain.md"
SHOWN = """() => {
    const sides = [...document.getElementById("paper").shadowRoot.querySelectorAll(".side")].map((side) => side.cloneNode(true));
    for (const side of sides) for (const part of side.querySelectorAll(".margin, .again, .room")) part.remove();
    return [sides.length, sides.map((side) => side.innerHTML).join("\\n")];
}"""

FLAT = """() => [...document.getElementById("paper").shadowRoot.querySelectorAll(".picture > *")]
    .filter((picture) => !picture.matches(".in-box") && picture.getBoundingClientRect().height < 8).length"""  # of pictures that nobody can see


@pytest.fixture(scope="module")
def clinics(every_clinic: Path) -> Iterator[str]:
    """The address of the site with the sheets of each clinic."""
    with served(every_clinic) as address:
        yield address


@pytest.fixture
def builder(browser: Browser, clinics: str) -> Iterator[Page]:
    with watched(browser, clinics, viewport={"width": 1280, "height": 900}) as page:
        page.goto(clinics + PATH)
        page.locator("[data-ready]").wait_for(state="attached")
        yield page


def choose(page: Page, fragment: str) -> None:
    page.evaluate("(asked) => { document.getElementById('sides').textContent = ''; location.hash = asked; }", fragment)
    page.wait_for_function("document.getElementById('sides').textContent")


def test_thirty_random_choices_come_out_alike(builder: Page) -> None:
    """What the page shows and what `pmp sheet` prints: the same text in the same order, on as many sides."""
    library = real().library
    sheets = Sheets(library, load_settings(REPO, lambda _: None), templates_of(REPO, library), TODAY)
    lot = random.Random(18)
    clinic = next(clinic for clinic in library.clinics if clinic.key == "hillside")
    prints = []
    for _ in range(30):
        picked = sorted(lot.sample(choices.messages(library), lot.randint(1, choices.MOST)), key=lambda message: message.is_practice)
        choice = choices.Choice(picked, lot.choice([None, None, *choices.worksheets(library)]), lot.random() < 0.5, lot.random() < 0.5)
        prints.append(sheets.for_patient(choice, lot.choice(["standard", "large-print", "easy-read"]), lot.choice([None, clinic])))
    with Rendering(REPO, prints, jobs=1) as rendering:
        made, problems = rendering.wait()
    assert problems == []
    for sheet in made:
        choose(builder, sheet.print.recipe.fragment)  # type: ignore[union-attr]
        sides, shown = builder.evaluate(SHOWN)
        paper = re.sub(r'<section class="room".*?</section>', "", sheet.print.html.partition("<body>")[2], flags=re.DOTALL)
        assert plain_words(shown) == plain_words(paper)
        assert sides == sheet.pages, sheet.print.recipe
        assert builder.evaluate(FLAT) == 0, sheet.print.recipe


def test_the_keyboard_alone_leads_to_the_paper(builder: Page, tmp_path: Path) -> None:
    """Three worries, one moved, in large print: the text of the PDF is theirs in order, with clinic, urgent help, banner and version."""
    for worry in WORRIES:
        builder.get_by_label("Find a worry, in any words").focus()
        builder.keyboard.press("ControlOrMeta+a")
        builder.keyboard.type(worry)
        box = builder.get_by_label(worry, exact=True)
        for _ in range(8):
            builder.keyboard.press("Tab")
            if box.evaluate("(box) => box === document.activeElement"):
                break
        builder.keyboard.press("Space")
        expect(box).to_be_checked()
    builder.get_by_role("button", name=f"Move up: {WORRIES[2]}").focus()
    builder.keyboard.press("Enter")
    expect(builder.get_by_role("button", name=f"Move up: {WORRIES[2]}")).to_be_focused()
    expect(builder.locator("#told")).to_have_text(f"{WORRIES[2]} is now number 2 of 3.")
    builder.locator(".more-choices summary").focus()
    builder.keyboard.press("Enter")
    builder.get_by_label("Standard").focus()
    builder.keyboard.press("ArrowDown")
    expect(builder.get_by_label("Large print")).to_be_checked()
    expect(builder.locator("#sides")).to_have_text("Runs to 2 sides, by about 26 lines")
    file = tmp_path / "sheet.pdf"
    builder.pdf(path=file, prefer_css_page_size=True)
    sides = texts(file)
    assert len(sides) == 2
    text = " ".join(" ".join(sides).split())
    found = [text.index(worry) for worry in (WORRIES[0], WORRIES[2], WORRIES[1])]
    assert found == sorted(found)
    for part in (
        "Sample Pain Management Service",
        "Call 999 or go to A&E",
        "Samaritans",
        "Not clinically approved",
        "Version ",
        "Made from:",
        "Nothing about you was",
    ):
        assert part in text, part
    plain = plain_words(text)
    assert not [sentence for sentence in guard.referrer_sentences(real().library) if f" {sentence} " in plain]


def test_nothing_is_kept_and_nothing_is_asked_for_once_it_is_loaded(builder: Page, clinics: str) -> None:
    asked: list[str] = []
    builder.context.route("**/mark.svg", lambda route: route.fulfill(status=204))  # which Chromium asks for behind our back
    builder.on("request", lambda request: asked.append(request.url))
    builder.context.set_offline(True)
    choose(builder, "s=kshjgr.xydjxj&f=easy-read&n=1")
    builder.get_by_label(WORRIES[2]).check()
    expect(builder.locator("#order li")).to_have_count(3)
    kept = builder.evaluate("async () => [document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, window.name]")
    assert kept == ["", 0, 0, 0, ""]
    assert builder.context.cookies() == []
    assert [url for url in asked if not url.endswith("mark.svg")] == []


def test_it_works_from_a_folder_on_disk(browser: Browser, every_clinic: Path) -> None:
    with watched(browser, "file:") as page:
        page.goto(f"{(every_clinic / PATH / 'index.html').as_uri()}#s=kshjgr.xydjxj")
        expect(page.locator("#sides")).to_contain_text("sides")
        assert page.evaluate(SHOWN)[0] == 2


def test_a_code_that_is_gone_offers_its_neighbours_and_old_words_say_so(builder: Page) -> None:
    sleep = topic_code("sleep")
    choose(builder, f"s=kshjgr.{sleep}bbbb")
    expect(builder.locator("#told")).to_contain_text("is gone. Others of its topic: Why do I sleep so badly with pain?")
    expect(builder.locator("#order li")).to_have_count(1)
    choose(builder, "s=kshjgr&v=0000")
    expect(builder.locator("#told")).to_contain_text("have changed since version 0000 was printed")


def test_a_medicine_comes_with_its_warning_and_benefits_with_risks(builder: Page) -> None:
    library = real().library
    by_key = {message.key: message for message in library.messages}
    for key, beside in (("about-programmes/pmp-evidence", "risks"), ("about-programmes/pmp-risks", "benefits"), ("mood-and-mind/low-mood-common", None)):
        choice = choices.Choice([by_key[key]])
        others = choices.beside(library, choice)
        assert [message.role for message in others] == ([beside] if beside else [message.role for message in others])
        choose(builder, f"s={code(by_key[key])}")
        assert builder.locator("#order > li").count() == 1 + len(others)


def test_seven_are_one_too_many(builder: Page) -> None:
    codes = [code(message) for message in choices.messages(real().library)][:6]
    choose(builder, f"s={'.'.join(codes)}")
    builder.get_by_label("Will exercise help my pain?").click()
    expect(builder.locator("#told")).to_have_text("A sheet holds six. Take one out first.")
    expect(builder.get_by_label("Will exercise help my pain?")).not_to_be_checked()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_no_state_breaks_a_rule_of_axe(browser: Browser, clinics: str, scheme: str, width: int) -> None:
    with watched(browser, clinics, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 800}) as page:
        page.goto(clinics + PATH)
        page.locator("[data-ready]").wait_for(state="attached")
        for fragment in ("s=kshjgr.xydjxj.fvfxwr&n=1", "s=kshjgr&f=easy-read", "s=zzzzzz"):
            choose(page, fragment)
            page.locator(".more-choices").evaluate("(fold) => { fold.open = true; }")
            assert [(fragment, rule, elements[:3]) for rule, elements in axe.look(page).broken] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator("#build :is(button, summary, label, select, input[type=text]):visible").evaluate_all(
            "(targets) => targets.map((target) => target.getBoundingClientRect()).filter(({ width, height }) => width < 44 || height < 44).length"
        )
        assert small == 0


def test_the_printed_link_shows_the_sheet_to_who_was_given_it(browser: Browser, clinics: str) -> None:
    with watched(browser, clinics) as page:
        page.goto(f"{clinics}sheet/#s=kshjgr.xydjxj")
        expect(page.get_by_role("heading", name=WORRIES[0])).to_be_visible()
        expect(page.locator("#text")).to_contain_text("Your pain is real.")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_each_worry_has_a_sheet(browser: Browser, clinics: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(clinics + PATH)
    links = page.locator("[data-code] a")
    assert links.count() == len(choices.messages(real().library))
    page.get_by_role("link", name=WORRIES[0]).click()
    expect(page.get_by_role("link", name="Print (PDF)")).to_be_visible()
    context.close()


def test_the_first_load_is_light_beside_its_data(browser: Browser, clinics: str, every_clinic: Path) -> None:
    """At most 20 KB packed, as of every page; its data, and the library that draws a code, once and after it."""
    loaded: list[str] = []
    with watched(browser, clinics) as page:
        page.on("request", lambda request: loaded.append(request.url.removeprefix(clinics)))
        page.goto(clinics + PATH)
        page.locator("[data-ready]").wait_for(state="attached")
    after = [name for name in loaded if name.endswith(("pieces.js", "lean-qr.js"))]
    assert sorted(after) == ["assets/vendor/lean-qr.js", "sheet/pieces.js"]
    files = {name if Path(name).suffix else f"{name}index.html" for name in loaded if not name.endswith((".woff2", ".svg")) and name not in after}
    sizes = {name: len(gzip.compress((every_clinic / name).read_bytes())) for name in files}
    assert sum(sizes.values()) <= 20_000, sizes


def test_the_data_holds_no_text_for_referrers(every_clinic: Path) -> None:
    data = (every_clinic / "sheet/pieces.js").read_text(encoding="utf-8")
    plain = plain_words(data)
    assert not [sentence for sentence in guard.referrer_sentences(real().library) if f" {sentence} " in plain]
    pieces: dict[str, Any] = json.loads(re.split(r"window\.pmpPieces ?= ?", data)[1].rstrip(";\n"))
    assert set(pieces["messages"]) >= {code(message) for message in choices.messages(real().library)}


def test_pmp_sheet_makes_one_and_knows_what_is_near(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    made = run("pmp", "sheet", "--project", REPO, "--today", str(TODAY), "--concern", "kshjgr", "--concern", "sleep/sleep-night-pain", "-o", file, cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "2 sides, version " in made.stdout
    assert WORRIES[0] in texts(file)[0]
    gone = run("pmp", "sheet", "--project", REPO, "--concern", "sleep/sleep-nightpain", cwd=tmp_path)
    assert (gone.returncode, 'Did you mean "sleep/sleep-night-pain"?' in gone.stderr) == (2, True)
    other = run("pmp", "sheet", "--project", REPO, "--concern", f"{topic_code('sleep')}bbbb", cwd=tmp_path)
    assert other.returncode == 2
    assert "of its topic there are:" in other.stderr


def test_a_printed_sheet_leads_back_to_itself_and_the_record_has_its_code(browser: Browser, project: Project, tmp_path: Path) -> None:
    """With an address: the code for a camera on the paper, a text that fits one text message however much is chosen, and a SNOMED CT code in the record."""
    root = project(
        {
            "mkdocs.yml": [["site_name: Small", "site_name: Small\nsite_url: https://pain.example.org/leaflets/"]],
            WITH_A_CODE: [["sources:", 'code: "404684003"\nsources:']],
        }
    )
    assert run("pmp", "build", "--no-handouts", "--today", str(TODAY), cwd=root).returncode == 0
    library = built(root, sheets=False).library
    asked = [message for message in choices.messages(library) if message.question]
    named = next(message for message in asked if message.code)
    fragment = f"s={'.'.join([code(named), *(code(message) for message in asked if message is not named)][: choices.MOST])}&f=large-print&n=1&h=1"
    with served(root / "site") as address, watched(browser, address) as page:
        page.goto(f"{address}{PATH}#{fragment}")
        page.locator("[data-ready]").wait_for(state="attached")
        page.evaluate("() => { window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); }; }")
        page.get_by_role("button", name="Copy a line for the record").click()
        page.get_by_role("button", name="Copy a text to send").click()
        page.get_by_role("button", name="Copy the link").click()
        page.wait_for_function("copied.length === 3")
        record, text, link = page.evaluate("copied")
        page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    assert f"{named.question} (SNOMED CT 404684003)" in record
    assert link.startswith("https://pain.example.org/leaflets/sheet/#s=")
    assert text.endswith(link)
    assert len(text) < 160
    subprocess.run(["pdftoppm", "-png", "-r", "150", "-l", "1", "-singlefile", tmp_path / "sheet.pdf", tmp_path / "sheet"], check=True)
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(tmp_path / "sheet.png"))] == [link]


def test_steps_to_try_are_counted_through_and_the_clinic_is_named_once() -> None:
    """Of the ready-made sheets, which are made as those for one patient: no number stands alone before a list of its own."""
    site = real().site
    assert site
    made = {sheet.recipe.key: sheet.html for sheet in site.prints if sheet.format == "standard" and sheet.recipe.key.startswith("visit-")}
    assert len(made) == 7
    assert [key for key, html in made.items() if re.search(r"<li[^>]*>\s*<[ou]l>", html)] == []
    assert "Try it on a few days, and write down how much you did.</li>" in made["visit-starting-to-move"]
    library = real().library
    asking = [message for message in library.messages if message.key in {"about-programmes/what-is-a-pmp", "about-programmes/first-session"}]
    assert [message.local for message in asking] == [("programme",), ("programme", "contact")]
    sheets = Sheets(library, load_settings(REPO, lambda _: None), templates_of(REPO, library), TODAY)
    html = sheets.for_patient(choices.Choice(asking), "standard", None).html
    assert html.count('class="local"') == html.count('<p class="contact">') == 1
