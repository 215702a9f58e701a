"""Safety before ranking: every phrase of docs/urgent.yml brings up its box, with a typing error too, and everyday words that sound alike do not."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.compose.search import urgent_phrases
from generator.content.addresses import page_of, web_path
from generator.content.load import load
from generator.content.model import Clinic, Urgent
from generator.text import speller
from tests.conftest import REPO, TODAY, real, rewrite, run
from tests.tools import search_report

pytestmark = pytest.mark.xdist_group("search")

# What should happen to whole sentences that people may type; the keys of the helps, in the order in which they are shown.
TYPED = {
    "wanna die": ["crisis"],
    "dont want to be here anymore": ["crisis"],
    "i just dont want to be here any more": ["crisis"],
    "cant go on": ["crisis"],
    "I can't go on like this": ["crisis"],
    "numb down below": ["cauda-equina"],
    "cant feel my bum": ["cauda-equina"],
    "my bum has gone numb": ["cauda-equina"],
    "numb between legs back pain cant wee": ["cauda-equina"],
    "cnat feel my bottom": ["cauda-equina"],
    "took too many tablets": ["overdose"],
    "ive taken to many pils, too many pills": ["overdose"],
    "mum took too many of her codeine": ["overdose"],
    "my back is killing me and i want to die": ["crisis"],
    "he wants to kill him self": ["crisis"],
    "u ok? i wana end it": ["crisis"],
    "suicidal took an overdose": ["overdose", "crisis"],
    "how many cocodamol to end pain": ["overdose"],
    "took my mums oxycodone": ["overdose"],
    "wish i wouldnt wake up": ["crisis"],
    "im a burden": ["crisis"],
    "my partner hits me": ["abuse"],
    "i am not safe at home": ["abuse"],
    "husband strangled me": ["abuse"],
    "he wont let me have my tablets": ["abuse"],
    "my physio hurts me": [],
    "bladder numb": ["cauda-equina"],
    "i want out": ["crisis"],
    "at the end of my tether": ["crisis"],
    "i want to go out more": [],
    "jaw pain when chewing": ["soon"],
    "hurts to brush my hair": ["soon"],
    "i keep droping things": ["soon"],
    "cant do up my buttons": ["soon"],
    "cancer and back pain": ["soon"],
    "band round my chest": ["emergency"],
    "ripping back pain": ["emergency"],
    "sudden tummy pain and faint": ["emergency"],
    "my leg has gone cold and white": ["emergency"],
    "stopped my steroids": ["emergency"],
    "ran out of baclofen": ["soon"],
    "fit after stopping diazepam": ["emergency"],
    "child has my patch": ["overdose"],
    "stiff neck and a rash": ["emergency"],
    "stiff neck from my desk": [],
    "electric blanket and my patch": ["overdose"],
    "seeing things on tramadol": ["emergency"],
    "stopped my baclofen and shaking": ["soon"],
    "my leg is dragging": ["cauda-equina"],
    "no tablets left to try": [],
    "i have nothing left to try": ["crisis"],
    "run out of energy": [],
    "no feeling when i wipe": ["cauda-equina"],
    "my legs have gone numb": ["cauda-equina"],
    "the pain hits me at night": [],
    "whats the point of exercise": [],
    "chest pain when i walk": ["emergency"],
    "pain in the chest": ["emergency"],
    "back pain and a fever": ["soon"],
    "my back is killing me": [],
    "this pain is killing me": [],
    "dying for a good night's sleep": [],
    "i am dying for a cup of tea": [],
    "dead leg after sitting": [],
    "when will the pain die down": [],
    "is this the end of the road": [],
    "how do i do more without overdoing it": [],
    "i overdo it then im in bed for days": [],
    "scared to death of moving": [],
    "cant sleep with pain": [],
    "will i damage my back if i bend": [],
    "can i go on a course": [],
    "cant go on holiday because of pain": [],
    "what exercises can i do sitting down": [],
    "am i on too many tablets": [],
    "want to live better": [],
}


@pytest.fixture(scope="module")
def urgent() -> Urgent:
    found = real().library.urgent
    assert found
    assert len(found.helps) >= 4
    return found


@pytest.fixture(scope="module", params=["served", "from a folder"])
def search(request: pytest.FixtureRequest, browser: Browser, address: str, real_site: Path) -> Iterator[Page]:
    """The search page, served and opened from a folder on disk."""
    page = browser.new_page()
    page.goto(f"{address}search/" if request.param == "served" else (real_site / "search" / "index.html").as_uri())
    yield page
    page.close()


def phrases(urgent: Urgent, clinic: Clinic | None = None) -> list[tuple[str, str]]:
    """The phrases with the key of their help, the helplines of the clinic included: the one of the real site where none is named."""
    clinic = clinic or real().library.clinic
    assert clinic
    return [(help.key, phrase) for help in urgent.helps for phrase in urgent_phrases(help, [clinic])]


def mistyped(phrase: str, chance: random.Random) -> str:
    """One error in the longest word, of those that make no other right word; a phrase of short words stays as it is."""
    word = max(phrase.split(), key=len)
    if len(word) < 5 or not word.isalpha():
        return phrase
    made = search_report.slip(word.lower(), chance)
    while speller.is_english(made):
        made = search_report.slip(word.lower(), chance)
    return phrase.replace(word, made)


def test_every_urgent_phrase_brings_up_its_box_first(search: Page, urgent: Urgent) -> None:
    listed = phrases(urgent)
    assert len(listed) > 200
    missed = []
    answers = search_report.ask_all(search, [(phrase, "patients") for _, phrase in listed])
    for (help, phrase), answer in zip(listed, answers, strict=True):
        message = next(one.message for one in urgent.helps if one.key == help)
        if help not in answer.urgent or not answer.status.startswith("Urgent help is shown first."):
            missed.append(f"{phrase}: {answer.urgent}")
        elif web_path(page_of(message)) not in answer.links[: len(answer.urgent)]:
            missed.append(f"{phrase}: {answer.links[:2]}")
    assert missed == []


def test_so_it_does_with_a_typing_error_for_either_audience(search: Page, urgent: Urgent) -> None:
    chance = random.Random(7)
    tried = [(help, phrase, wrong) for help, phrase in phrases(urgent) if not re.search(r"\d", phrase) and (wrong := mistyped(phrase, chance)) != phrase]
    assert len(tried) > 150
    answers = search_report.ask_all(search, [(wrong, chance.choice(("patients", "referrers"))) for _, _, wrong in tried])
    missed = [f"{phrase} as {wrong}: {answer.urgent}" for (help, phrase, wrong), answer in zip(tried, answers, strict=True) if help not in answer.urgent]
    assert missed == []


def test_everyday_words_that_sound_alike_bring_up_nothing(search: Page, urgent: Urgent) -> None:
    assert len(urgent.not_urgent) > 20
    answers = search_report.ask_all(search, [(phrase, "patients") for phrase in urgent.not_urgent])
    assert [phrase for phrase, answer in zip(urgent.not_urgent, answers, strict=True) if answer.urgent] == []


def test_what_people_type_gets_the_right_box(search: Page) -> None:
    answers = search_report.ask_all(search, [(words, "patients") for words in TYPED])
    assert {words: list(answer.urgent) for words, answer in zip(TYPED, answers, strict=True)} == TYPED


@pytest.mark.parametrize("start", ["patients/sleep/", "from a folder"])
def test_the_box_of_the_header_hands_every_word_on(browser: Browser, address: str, real_site: Path, urgent: Urgent, start: str) -> None:
    """Where it would go is the search page with the phrase as it was typed, which the tests above ask for each phrase. The first of each kind goes there."""
    page = browser.new_page()
    home = (real_site / "index.html").as_uri() if start == "from a folder" else address + start
    target = (real_site / "search" / "index.html").as_uri() if start == "from a folder" else f"{address}search/"
    page.goto(home)
    page.evaluate("() => { navigation.onnavigate = (event) => { window.wentTo = event.destination.url; event.preventDefault(); }; }")
    field = page.get_by_role("banner").get_by_role("searchbox")
    listed = [phrase for _, phrase in phrases(urgent)] + list(urgent.not_urgent)
    went = field.evaluate(
        """async (field, listed) => {
          const went = [];
          for (const phrase of listed) {
            field.value = phrase;
            field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
            await new Promise((done) => setTimeout(done));
            went.push(window.wentTo);
          }
          return went;
        }""",
        listed,
    )
    for phrase, address_there in zip(listed, went, strict=True):
        where, _, fragment = address_there.partition("#")
        assert where == target
        assert parse_qs(fragment)["q"] == [phrase]
    for key, phrase in [*{key: (key, phrase) for key, phrase in reversed(phrases(urgent))}.values(), ("", urgent.not_urgent[0])]:
        page.goto(home)
        field.fill(phrase)
        field.press("Enter")
        expect(page.locator("#search-status")).not_to_be_empty()
        shown = page.evaluate("[...document.querySelectorAll('#urgent:not([hidden]) > :not([hidden])')].map((part) => part.dataset.help)")
        assert shown == ([key] if key else [])
    page.close()


def test_the_box_stands_above_the_answers_and_on_the_first_screen(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{address}search/#q=i+wanna+die&for=patients")
    box = page.locator("#urgent")
    expect(box.get_by_text("call 999").locator("visible=true")).to_be_in_viewport(ratio=1)
    expect(box.get_by_text("Samaritans")).to_be_in_viewport(ratio=1)
    assert page.locator("#urgent").bounding_box()["y"] < page.locator("#results").bounding_box()["y"]  # type: ignore[index]
    page.goto(f"{address}search/#q=suicidl zzxqwv&for=patients")
    expect(box).to_be_visible()
    page.goto(f"{address}search/#q=sleep&for=patients")
    expect(box).to_be_hidden()
    page.close()


def test_suggestions_never_lie_over_urgent_help(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}search/")
    page.locator("#search-words").press_sequentially("overdose")
    expect(page.locator("#urgent")).to_be_visible()
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.close()


def test_a_clinic_abroad_has_the_same_boxes_with_its_own_numbers(browser: Browser, real_copy: Path, urgent: Urgent) -> None:
    """Every phrase, each with a slip, and all that sounds alike, where the shipped content is built for a clinic in another country."""
    shutil.copy(REPO / "tests" / "small" / "docs" / "clinics" / "abroad.yml", real_copy / "docs" / "clinics")
    rewrite(real_copy / "mkdocs.yml", [["clinic: sample", "clinic: abroad"]])
    outcome = run("pmp", "build", "--no-handouts", "--today", str(TODAY), cwd=real_copy)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    library, _, _ = load(real_copy)
    clinic = library.clinic
    assert clinic
    assert clinic.key == "abroad"
    chance = random.Random(7)
    listed = phrases(urgent, clinic)
    assert ("crisis", "pieta") in listed
    slips = [(help, mistyped(phrase, chance)) for help, phrase in listed if not re.search(r"\d", phrase)]
    page = browser.new_page()
    page.goto((real_copy / "site" / "search" / "index.html").as_uri())
    asked = [*listed, *slips, *(("", phrase) for phrase in urgent.not_urgent)]
    answers = search_report.ask_all(page, [(words, "patients") for _, words in asked])
    missed = [
        f"{words}: {answer.urgent}" for (help, words), answer in zip(asked, answers, strict=True) if (help not in answer.urgent if help else answer.urgent)
    ]
    assert missed == []
    said = page.locator("#urgent").text_content() or ""
    page.close()
    assert [number for number in ("112 or 999", "1800 247 247", "1800 341 900", "your out-of-hours doctor") if number not in said] == []
    assert [number for number in ("111", "116 123", "Samaritans", "0808 2000 247") if number in said] == []
