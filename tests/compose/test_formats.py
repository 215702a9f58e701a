"""One recipe, every format: large print, easy read, plain text, a letter, a pack."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest

from generator.compose.site import Site
from generator.compose.views import said_once
from generator.content.model import Section
from generator.content.problems import Place
from generator.text import plain
from tests.conftest import Project, built, real, rewrite

EASY = "\n\n## Easy read\n\n- bed: Your pain is real.\n- doctor: Ask your doctor about it."
WITH_EASY_READ = {
    "docs/messages/pain/real-pain.md": [["\n\n## For patients", f"{EASY}\n\n## For patients"]],
    "docs/messages/pain/alarm.md": [["\n\n## For patients", f"{EASY.replace('Your pain is real.', 'An alarm can be wrong.')}\n\n## For patients"]],
}


def composed(root: Path) -> Site:
    outcome = built(root)
    assert outcome.site, outcome.problems
    return outcome.site


def text(site: Site, uri: str) -> str:
    return next(twin.text for twin in site.texts if twin.uri == uri)


def test_every_format_that_applies_is_made(project: Project) -> None:
    site = composed(project(WITH_EASY_READ))
    assert {made.uri for made in site.handed_out} == {
        "handouts/real.pdf", "handouts/real-large-print.pdf", "handouts/real-easy-read.pdf", "handouts/real.txt",
        "handouts/touch.pdf", "handouts/doctors.pdf", "handouts/doctors-letter.txt", "handouts/packs/both.pdf",
    }  # fmt: skip


def test_easy_read_has_one_idea_a_line_beside_its_picture_and_says_nothing_twice(project: Project) -> None:
    html = next(sheet.html for sheet in composed(project(WITH_EASY_READ)).prints if sheet.format == "easy-read")
    lines = re.findall(r'<div class="picture"><img src="asset:pictures/([a-z-]+)\.svg" alt="([^"]+)"></div><p>([^<]+)</p>', html)
    assert [line[0] for line in lines[:3]] == ["bed", "doctor", "bed"]
    assert [line[2] for line in lines[:3]] == ["Your pain is real.", "Ask your doctor about it.", "An alarm can be wrong."]
    assert all(line[1] for line in lines), "each picture says what it is"
    assert "The body has an alarm." not in html, "the wording for other formats stays away"


def test_plain_text_is_the_sheet_without_marks(project: Project) -> None:
    plain = text(composed(project()), "handouts/real.txt")
    assert plain.startswith("Sample content. Not clinically approved. Not for patient use.\n\nPAIN IS REAL\n\nThis sheet says that pain is real.\n")
    assert "It is not in your head" in plain
    assert "URGENT HELP\n\nCall 999" in plain
    for mark in ("<", "**", "](", "None", "\n\n\n", "## "):
        assert mark not in plain
    assert len(max(plain.splitlines(), key=len)) > 80, "screens and braille displays wrap it, not we"


def test_a_letter_holds_only_words_for_patients(project: Project) -> None:
    letter = text(composed(project()), "handouts/doctors-letter.txt")
    assert "We talked about your long-term pain." in letter
    assert "- Your pain is real" in letter
    assert "Call 999" in letter
    for secret in ("Central mechanisms", "I believe you", "Not yet"):
        assert secret not in letter


def test_a_letter_lists_no_warning_signs_as_if_they_were_the_patients(project: Project) -> None:
    letter = text(composed(project({"handouts/doctors.md": [["pain/late]", "safety/red-flags]"]]})), "handouts/doctors-letter.txt")
    told, _, urgent = letter.partition("URGENT HELP")
    assert "- Your pain is real" in told
    assert "New numbness" not in told
    assert "New numbness" in urgent


def test_a_letter_has_places_for_this_visit_and_says_nothing_twice(project: Project) -> None:
    twice = {
        "docs/messages/pain/alarm.md": [["The alarm is set too high.", "Your pain is real. The alarm is set too high. Do not stop suddenly: ask first."]],
        "handouts/doctors.md": [["pain/late]", "pain/tablets, pain/alarm]"]],
        "docs/messages/pain/tablets.md": [
            ["only: patients\n", ""],
            ["Do not stop a strong painkiller suddenly.", "Your pain is real. Do not stop suddenly."],
            ["Talk with your pharmacist first. Do not stop suddenly.\n", "Talk first. Do not stop suddenly.\n\n## For referrers\n\nTaper with the patient.\n"],
        ],
    }
    letter = text(composed(project(twice)), "handouts/doctors-letter.txt")
    told, _, _ = letter.partition("URGENT HELP")
    assert "- Your pain is real.\n- Do not stop suddenly.\n- The alarm is set too high.\n\nWhat we found:\n\nThe plan we agreed:\n" in told


def test_a_point_is_known_by_three_words_before_a_colon_and_falls_away_when_all_of_it_was_said() -> None:
    points = ["Do not stop suddenly: ask. Go on.", "Do not stop suddenly.", "For example: a walk.", "For example: a swim. Go on!"]
    said = said_once(Section(point, Place("a.md", 1)) for point in points)
    assert list(said) == ["Do not stop suddenly: ask. Go on.", "For example: a walk.", "For example: a swim."]


FORM = "layout: form\nprompts:\n  - {ask: Safe to exercise, hint: Who said so., choices: ['Yes', With limits], lines: 2}\n  - {ask: Meanwhile}"


def test_a_form_is_numbered_and_comes_as_text_to_paste(project: Project) -> None:
    site = composed(project({"handouts/doctors.md": [["layout: referrer-sheet", FORM]]}))
    html = next(sheet.html for sheet in site.prints if sheet.uri == "handouts/doctors.pdf")
    assert re.findall(r'name="([^"]+)" title="([^"]+)"', html.partition("<form")[2]) == [
        ("doctors-1-choice-1", "Safe to exercise: Yes"),
        ("doctors-1-choice-2", "Safe to exercise: With limits"),
        ("doctors-1", "Safe to exercise"),
        ("doctors-2", "Meanwhile"),
    ]
    pasted = text(site, "handouts/doctors.txt")
    assert "\n1. Safe to exercise:\n[ ] Yes\n[ ] With limits\n\n2. Meanwhile:\n" in pasted
    page = next(page for page in site.pages if page.uri == "handouts/doctors.md").markdown
    assert "With limits" in page.rpartition('<pre class="letter">')[2], "to copy"
    for for_patients in ("Urgent help".upper(), "Patients read clinic letters"):
        assert for_patients not in pasted


def test_a_sheet_for_referrers_names_its_sources_in_short_and_its_page_has_them_in_full(project: Project) -> None:
    site = composed(project({"mkdocs.yml": [["site_name: Small", "site_name: Small\nsite_url: https://example.org/"]]}))
    html = next(sheet.html for sheet in site.prints if sheet.uri == "handouts/doctors.pdf")
    assert "[1] Green 2020. Each in full, with its limits: at the address below, or by the code at the top." in html
    assert "Journal of Doors" not in html
    assert 'class="code"' in html
    assert "Journal of Doors" in next(page for page in site.pages if page.uri == "handouts/doctors.md").markdown


def test_markdown_as_text() -> None:
    table = "| When | What |\n| --- | --- |\n| Day | **walk** |\n| Night | rest |"
    written = f"See [the *sheet*](handout:a).\n\n1. one\n2. two\n\n![A bell](diagram:bell)\n\n{table}"
    assert plain.to_text(written, lambda name, caption: f"Picture: {name}, {caption}") == (
        "See the sheet.\n\n1. one\n2. two\n\nPicture: bell, A bell\n\nWhen: Day\nWhat: walk\n\nWhen: Night\nWhat: rest"
    )


def test_paper_and_plain_text_tell_the_address_of_another_site(project: Project) -> None:
    here = "It rings. See [the bell](https://www.example.org/a?b=1&c=2), https://example.org/d and [what is real](message:pain/real-pain)."
    site = composed(
        project({"docs/messages/pain/alarm.md": [["The body has an alarm.", here]], "handouts/touch.md": [["[standard]", "[standard, plain-text]"]]})
    )
    html = next(sheet.html for sheet in site.prints if sheet.uri == "handouts/touch.pdf")
    assert "the bell</a> (example.org/a?b=1&amp;c=2), " in html
    assert "example.org/d (" not in html
    assert "See the bell (example.org/a?b=1&c=2), https://example.org/d and what is real." in text(site, "handouts/touch.txt")


@pytest.mark.parametrize("layout", ["leaflet", "worksheet", "ladder", "diary"])
def test_a_sheet_may_carry_no_message(project: Project, layout: str) -> None:
    asked = "grid:\n  rows: [Monday]\n  columns: [Morning]\n" if layout == "diary" else "prompts:\n  - {ask: What, lines: 2}\n"
    head = f"---\ntitle: Alone\naudience: patients\nlayout: {layout}\nmessages: []\n{'' if layout == 'leaflet' else asked}pages: 1\n---\n"
    site = composed(project({"handouts/alone.md": head}))
    html = next(sheet.html for sheet in site.prints if sheet.uri == "handouts/alone.pdf")
    assert "<h1>Alone</h1>" in html
    listed = next(page.markdown for page in site.pages if page.uri == "handouts/index.md")
    assert "### [Alone](" in listed


def test_a_diary_has_a_row_that_a_made_up_person_filled_in(project: Project) -> None:
    head = "---\ntitle: Week\naudience: patients\nlayout: diary\nmessages: [pain/real-pain]\npages: 1\nformats: [standard, plain-text]\ngrid:\n"
    cells = "  rows: [Monday]\n  columns: [Morning, Evening]\n  example: [Walked for 10 minutes, Rested]\n---\n"
    root = project({"handouts/week.md": head + cells})
    site = composed(root)
    html = next(sheet.html for sheet in site.prints if sheet.uri == "handouts/week.pdf")
    assert '<tr class="written"><th scope="row">Example</th><td>Walked for 10 minutes</td><td>Rested</td></tr>' in html
    assert html.count("This is an example, not advice.") == 1
    assert "- Morning: Walked for 10 minutes" in text(site, "handouts/week.txt")
    assert html.index('class="introduction act"') < html.index("<table"), "the main message leads it"
    rewrite(root / "handouts/week.md", [["Walked for 10 minutes", "Walked"]])
    short = composed(root)
    assert next(sheet.made.version for sheet in short.prints if sheet.uri == "handouts/week.pdf") != next(
        sheet.made.version for sheet in site.prints if sheet.uri == "handouts/week.pdf"
    )


def test_a_leaflet_on_which_nothing_is_drawn_has_its_main_message_in_pictures(project: Project) -> None:
    root = project(WITH_EASY_READ)
    html = next(sheet.html for sheet in composed(root).prints if sheet.uri == "handouts/real.pdf")
    drawn = html.partition("In pictures")[2].partition("</section>")[0]
    assert re.findall(r"asset:pictures/([a-z-]+)\.svg", drawn) == ["bed", "doctor"]
    assert "An alarm can be wrong." not in html, "of the first message alone"
    assert '<h3>What I will try, and when</h3>\n<div class="rule">' in html, "and a line to write on"
    rewrite(root / "docs/messages/pain/real-pain.md", [["## Try this", "## Steps\n\n1. bed: Lie down.\n\n## Stop if\n\n- It feels odd.\n\n## Try this"]])
    assert "In pictures" not in next(sheet.html for sheet in composed(root).prints if sheet.uri == "handouts/real.pdf")


def test_a_worksheet_for_professionals_needs_no_short_form(project: Project) -> None:
    """Theirs is what to say, which not every message has."""
    head = "---\ntitle: Ours\naudience: referrers\nlayout: worksheet\nmessages: [pain/alarm]\nprompts:\n  - {ask: What, lines: 2}\npages: 1\n---\n"
    html = next(sheet.html for sheet in composed(project({"handouts/ours.md": head})).prints if sheet.uri == "handouts/ours.pdf")
    assert 'class="introduction act"' not in html
    assert "Low-threshold evoked pain" in html


def test_a_pack_joins_sheets_behind_a_contents_page(project: Project) -> None:
    site = composed(project())
    pack = next(sheet for sheet in site.prints if sheet.uri == "handouts/packs/both.pdf")
    assert re.findall(r'<li><a href="#([a-z]+)"', pack.html) == ["real", "touch"]
    assert [part.uri for part in pack.parts] == ["handouts/real.pdf", "handouts/touch.pdf"]
    assert all(part in site.prints and pack.urgent_help in part.html for part in pack.parts), "each sheet keeps its own box, for whoever takes it out"
    assert not any(sheet.uri == "handouts/packs/both-large-print.pdf" for sheet in site.prints), "one of its sheets has no large print"
    assert any(page.uri == "handouts/packs/both.md" for page in site.pages)


def test_the_real_packs_number_their_pages_through_and_say_where_each_sheet_begins(real_site: Path) -> None:
    packs = {pack.key: pack for pack in real().library.packs}
    assert len(packs) >= 2
    for key, pack in packs.items():
        sides = [side.extract_text() for side in pypdf.PdfReader(real_site / "handouts" / "packs" / f"{key}.pdf").pages]
        for number, side in enumerate(sides, 1):
            assert f"Pack page {number} / {len(sides)}" in side
        begins = dict(re.findall(r"^\d+\. *(.+?), page (\d+)$", sides[0], re.MULTILINE))
        assert len(begins) == len(pack.sheets)
        for title, number in begins.items():
            assert title in sides[int(number) - 1]
