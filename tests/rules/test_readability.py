"""How hard a text is to read, and that the gates look at all that a patient reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.compose import guard
from generator.content.load import load
from generator.content.model import Audience
from generator.rules import reading
from generator.rules.prose import MOST_VISIBLE, patients_pages, visible_words
from generator.text import markup
from generator.text.readability import length, read
from tests.conftest import REPO, TODAY, Project, built, real, run

PLAIN = "The cat sat on the mat. It did not move at all. Then it slept."
HARD = "Multidisciplinary rehabilitation necessitates considerable psychological flexibility."


def test_the_scores_are_those_of_the_formulas() -> None:
    reading = read([PLAIN])
    assert (reading.words, reading.sentences) == (15, 3)
    assert reading.grade == pytest.approx(0.39 * 15 / 3 + 11.8 * 15 / 15 - 15.59)
    assert reading.smog == pytest.approx(3.1291)
    assert read([HARD]).grade > 25
    assert read([HARD]).smog == pytest.approx(1.043 * (30 * 6) ** 0.5 + 3.1291)  # each of its six words has three syllables or more


def test_a_block_ends_its_sentence() -> None:
    assert read(["Three small words", "A list item", "2026"]).sentences == 3
    assert read(["It fell by 3.4 points, e.g. in spring. That is all."]).sentences == 2
    assert read([]).words == 0


def test_names_of_medicines_do_not_make_a_text_hard() -> None:
    assert read(["Ask about your amitriptyline."], re.compile("amitriptyline")).grade == pytest.approx(read(["Ask about your pill."]).grade)


def test_a_word_with_an_apostrophe_or_a_number_is_one_word() -> None:
    assert length("Don't stop: call 111 or your GP’s line.") == 8


def test_every_page_and_sheet_for_patients_is_scored() -> None:
    library, _, problems = load(REPO)
    assert problems == []
    pages = {place.path: read(block for section in sections for block in markup.blocks(section.markdown)) for place, sections in patients_pages(library)}
    assert len([path for path in pages if path.startswith("docs/messages/")]) == 11
    assert len([path for path in pages if path.startswith("handouts/")]) >= 5
    assert "docs/about.md" in pages
    assert sum(reading.is_enough for reading in pages.values()) > 12, "most pages have sentences enough for the gate"
    assert sum(reading.words for reading in pages.values()) > 9000


def test_the_gates_look_at_what_patients_read(project: Project) -> None:
    """Each gate finds its fault in every place where a patient could meet it, and in none that only referrers see."""
    long = " ".join(["word"] * 21) + "."
    places = {
        "docs/messages/pain/alarm.md": [["The body has an alarm.", long]],
        "docs/messages/pain/real-pain.md": [["Tell a friend.", long], ["Central mechanisms", f"{long} Central mechanisms"]],
        "docs/messages/pain/index.md": [["What pain is.\n", f"{long}\n"]],
        "docs/glossary.yml": [["A bell that rings when something may be wrong.", long]],
        "docs/index.md": [["---\n\n", f"---\n\n{long}\n\n"]],
        "handouts/real.md": [["This sheet says", f"{long} This sheet says"]],
        "handouts/doctors.md": [["pages: 1\n---\n", f"pages: 1\n---\n\n{long}\n"]],
    }
    found = {problem.place.path for problem in built(project(places)).problems if problem.rule == "long-sentence"}
    assert found == set(places) - {"handouts/doctors.md"}


def test_the_page_that_is_measured_is_what_is_shown() -> None:
    page = '---\ntitle: six words that nobody sees here\n---\n\n# One two\n\n<details markdown="1">\n<summary>Three<span class="for-ears"> on: x</span></summary>\n\nhidden words\n\n</details>\n\n[four](../a.md) five'
    assert visible_words(page) == 5


def test_no_page_for_patients_is_long_and_every_one_was_counted() -> None:
    outcome = real()
    assert outcome.site
    pages = [page for page in outcome.site.pages if page.audience is Audience.PATIENTS]
    counts = {page.uri: page.visible_words for page in pages}
    shown = {page.uri: visible_words(page.markdown.replace(page.urgent_help, "")) for page in pages}
    differing = {uri for uri in counts if counts[uri] != shown[uri]}
    assert differing == {"patients/safety.md", "handouts/when-to-get-urgent-help.md"}, "on which messages for who needs help are not counted"
    assert all(counts[uri] < shown[uri] for uri in differing)
    assert len(counts) > 15
    assert min(counts[uri] for uri in counts.keys() - differing) > 30
    assert min(counts.values()) > 0
    assert max(counts.values()) <= MOST_VISIBLE
    assert list(guard.patients_pages_are_short(outcome.site)) == []


def test_urgent_help_is_never_folded_away() -> None:
    site = real().site
    assert site
    safety = next(page.markdown for page in site.pages if page.uri == "patients/safety.md")
    folded = re.findall(r"<details.*?</details>", safety, re.DOTALL)
    assert folded, "what can wait is folded"
    for sign in ("weakness, numbness, tingling or pain in both legs", "new or different chest pain", "Are you in danger now"):
        assert sign in safety
        assert not any(sign in fold for fold in folded)


def test_the_table_of_the_real_project_has_every_topic_at_grade_6_or_below(real_project: Path) -> None:
    outcome = run("pmp", "check", "--today", str(TODAY), cwd=real_project)
    assert outcome.returncode == 0, outcome.stdout
    rows = re.findall(r"^([a-z-]+) +([\d.]+|-) +([\d.]+|-) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$", outcome.stdout, re.MULTILINE)
    topics = real().library.topics
    assert len(rows) == len(topics)
    assert outcome.stdout.rstrip().splitlines()[-1].startswith("safety")
    for topic, grade, _, longest, words, referrers, messages, sources in rows:
        assert int(referrers) > 0
        if not next(one for one in topics if one.key == topic).messages_for(Audience.PATIENTS):
            assert (grade, words) == ("-", "0")
            continue
        assert float(grade) <= reading.HARDEST
        assert int(longest) <= reading.LONGEST
        assert min(map(int, (words, referrers, messages, sources))) > 0
    assert sum(int(row[6]) for row in rows) >= 56
