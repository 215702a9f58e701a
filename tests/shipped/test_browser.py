"""The site in a real browser: search, the way from a page to its sheet, and nothing that leaves the device."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import REPO

pytestmark = pytest.mark.xdist_group("browser")


def test_the_search_box_finds_a_message_by_a_word_of_its_body(page: Page, address: str) -> None:
    assert "radio" in (REPO / "docs/messages/pain-mechanisms/pain-is-real.md").read_text(encoding="utf-8")
    page.set_viewport_size({"width": 1280, "height": 800})  # a phone has a link there, to the page of the search
    page.goto(address)
    field = page.get_by_role("banner").get_by_role("searchbox", name="Search in your own words")
    field.fill("radio that hisses")
    field.press("Enter")
    first = page.locator("#results a").first
    expect(first).to_have_text("Your pain is real")
    expect(page.get_by_role("status")).to_contain_text("for “radio that hisses”")
    assert page.url.endswith("#q=radio+that+hisses&for=patients")
    first.click()
    expect(page).to_have_url(f"{address}patients/pain-mechanisms/#pain-is-real")
    expect(page.locator("#pain-is-real")).to_be_in_viewport()


def test_the_address_alone_is_a_search(page: Page, address: str) -> None:
    page.goto(f"{address}search/#q=numb%20between%20legs%20back%20pain%20cant%20wee&for=patients")
    expect(page.locator("#results a").first).to_have_attribute("href", "../patients/safety/#red-flags")
    page.evaluate("location.hash = '#q=painsomnia&for=patients'")
    expect(page.locator("#results a").first).to_have_attribute("href", "../patients/sleep/#sleep-pain-link")


def test_patients_find_nothing_that_is_for_referrers(page: Page, address: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{address}search/#q=contraindications pain management programme&for=patients")
    expect(page.locator("#results a").first).to_be_visible()
    assert not [link for link in page.locator("#results a").all() if "referrers" in (link.get_attribute("href") or "")]
    assert f"{address}search/patients.js" in loaded
    assert f"{address}search/referrers.js" not in loaded
    page.get_by_label("people who treat long-term pain").check()
    expect(page.locator("#results a[href='../referrers/referral/#refer-not-now']")).to_be_visible()


def test_a_term_is_explained_in_place_and_in_the_glossary_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{address}patients/flare-ups/")
    term = page.locator("a[href*='glossary/#flare-up']").first
    expect(page.locator(".term", has_text="Flare-up:").first).to_be_visible()
    term.click()
    expect(page).to_have_url(f"{address}glossary/#flare-up")
    expect(page.get_by_role("heading", name="Flare-up")).to_be_in_viewport()
    context.close()


def test_the_front_door_leads_from_a_worry_to_its_answer(page: Page, address: str) -> None:
    page.goto(f"{address}patients/")
    assert page.locator(".worries li a").count() > 40
    page.get_by_role("link", name="Is it all in my head?").click()
    expect(page).to_have_url(f"{address}patients/pain-mechanisms/#pain-is-real")
    expect(page.get_by_text("It is not in your head").first).to_be_in_viewport()


def test_a_search_without_an_answer_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}search/#q=zzxqwv&for=patients")
    expect(page.get_by_role("status")).to_contain_text("Nothing found")
    expect(page.get_by_role("heading", name="Questions from A to Z")).to_be_visible()
    page.get_by_role("link", name="Get urgent help now", exact=True).click()
    expect(page.locator("#urgent-help")).to_be_in_viewport()


def test_without_scripts_there_is_a_list_instead_of_a_field(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}search/")
    assert page.locator("#search-words").is_hidden()
    assert page.locator(".questions a").count() > 25
    assert page.locator(".topics a").count() > 8
    page.locator(".a-to-z li", has_text="Fibromyalgia").get_by_role("link", name="A pain alarm set too high").click()
    expect(page).to_have_url(f"{address}patients/pain-mechanisms/#sensitised-system")
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    expect(page).to_have_url(f"{address}search/")
    context.close()


def test_a_patient_page_leads_to_its_sheet_and_the_sheet_opens(page: Page, address: str) -> None:
    page.goto(f"{address}patients/sleep/")
    page.get_by_role("main").get_by_role("link", name="Sleep and pain", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sleep and pain")
    for name, file in (("Print (PDF)", "sleep-and-pain.pdf"), ("Large print", "sleep-and-pain-large-print.pdf")):
        link = page.get_by_role("link", name=name)
        answer = page.request.get(f"{address}handouts/{file}")
        assert (link.get_attribute("href") or "").endswith(file)
        assert answer.ok
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")


def test_who_comes_for_urgent_help_sees_the_number_at_once(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("banner").get_by_role("link", name="Urgent help").click()
    for card, number in (("I cannot go on", "111"), ("Something new in my body", "999")):
        region = page.get_by_role("region", name=card)
        expect(region.get_by_role("heading")).to_be_in_viewport(ratio=1)
        expect(region.get_by_role("link", name=number, exact=True).first).to_be_in_viewport(ratio=1)
        assert region.get_by_role("link", name=number, exact=True).first.get_attribute("href") == f"tel:{number}"
    page.get_by_role("link", name="Which signs, and how fast").click()
    expect(page.get_by_role("heading", name="When to get emergency help")).to_be_in_viewport()


@pytest.mark.parametrize("start", ["", "patients/"])
def test_who_can_hardly_think_is_two_taps_from_the_first_step(page: Page, address: str, start: str) -> None:
    """On an old phone: the four doors on one screen, the steps in sight behind each, whom to ring before them for who cannot go on, and nothing to open."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(address + start)
    page.get_by_role("link", name="It is bad right now").click()
    expect(page).to_have_url(f"{address}patients/right-now/")
    doors = page.get_by_role("navigation", name="Right now").get_by_role("link")
    expect(doors).to_have_text(["A flare-up", "Awake at 3 am", "Panicking or overwhelmed", "I cannot go on"])
    for door in doors.all():
        expect(door).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for name in doors.all_text_contents():
        page.goto(f"{address}patients/right-now/")
        page.get_by_role("navigation", name="Right now").get_by_role("link", name=name).click()
        region = page.get_by_role("region", name=name)
        first = region.get_by_role("listitem").first
        expect(region.get_by_role("heading")).to_be_in_viewport(ratio=1)
        expect(first).to_be_in_viewport(ratio=1)
        expect(region.get_by_role("link", name="999", exact=True)).to_have_attribute("href", "tel:999")
        assert region.locator("details").count() == 0
        if name == "I cannot go on":
            expect(region.get_by_role("link", name="111", exact=True)).to_be_in_viewport(ratio=1)
            expect(first).to_contain_text("999")


@pytest.mark.parametrize(
    ("words", "door"),
    [
        ("overdid it", "flare-up-first-hour-day-week"),
        ("overdid it yesterday", "flare-up-first-hour-day-week"),
        ("can't move today", "flare-up-first-hour-day-week"),
        ("3am", "awake-at-3am"),
        ("panic", "overwhelmed-right-now"),
    ],
)
def test_the_search_leads_to_the_steps_for_right_now(page: Page, address: str, words: str, door: str) -> None:
    page.goto(f"{address}search/#{urlencode({'q': words, 'for': 'patients'})}")
    expect(page.locator("#results a").first).to_have_attribute("href", f"../patients/right-now/#{door}")


def test_the_two_voices_of_a_topic_lead_to_each_other(page: Page, address: str) -> None:
    page.goto(f"{address}patients/exercise/")
    page.get_by_role("navigation", name="Two wordings").get_by_role("link", name="For professionals").click()
    expect(page).to_have_url(f"{address}referrers/exercise/")
    page.get_by_role("navigation", name="Two wordings").get_by_role("link", name="For patients").click()
    expect(page).to_have_url(f"{address}patients/exercise/")
