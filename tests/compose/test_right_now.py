"""The page for right now, and the voices of real people: what stands on them, and where nothing of them stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from generator.compose.site import Page, Site
from generator.content.load import load
from tests.conftest import REPO, Project, built, rewrite, run

MESSAGE, PROGRAMME = "docs/messages/pain/slow-breathing.md", "docs/programme.yml"


@pytest.fixture
def practice(project: Project) -> Path:
    """The small project with doors for right now, and with a voice."""
    root = shutil.copytree(REPO / "tests" / "practice", project(), dirs_exist_ok=True)
    return shutil.copytree(REPO / "tests" / "moments", root, dirs_exist_ok=True)


def made(root: Path) -> Site:
    outcome = built(root)
    assert outcome.site, outcome.problems
    return outcome.site


def page(site: Site, uri: str) -> Page:
    return next(page for page in site.pages if page.uri == uri)


def test_the_page_has_its_doors_then_the_steps_and_folds_nothing(practice: Path) -> None:
    text = page(made(practice), "patients/right-now.md").markdown
    assert re.findall(r"^- \[(.*?)\]\(#(.*?)\)", text, re.MULTILINE) == [("I am breathless", "slow-breathing"), ("I cannot go on", "crisis-help")]
    assert text.index("</nav>") < text.index("## I am breathless { #slow-breathing }") < text.index("New chest pain?") < text.index("## I cannot go on")
    assert text.count('<ol class="steps">') == 2
    assert "Feel your feet on the\nfloor." in text
    assert 'aria-label="A person breathing out"' in text
    for folded in re.findall(r"<details.*?</details>", text, re.DOTALL):
        assert "Breathe out slowly." not in folded
    assert "](../patients/pain/slow-breathing.md)" in text
    assert "](../patients/safety.md#crisis-help)" in text
    assert "Sit with your back" not in text, "the other steps stand on the page of the message"


def test_who_cannot_go_on_reads_first_whom_to_ring_and_all_others_read_the_signs_beside_their_steps(practice: Path) -> None:
    breathless, crisis = page(made(practice), "patients/right-now.md").markdown.split('<section class="moment"')[1:]
    assert crisis.index('<a href="tel:999">') < crisis.index('<ol class="steps">')
    assert '<a href="tel:999">' in breathless[breathless.index('<ol class="steps">') :]


def test_the_page_is_one_tap_from_where_people_come_in_and_in_the_menu(practice: Path) -> None:
    site = made(practice)
    for uri in ("index.md", "patients/index.md"):
        text = page(site, uri).markdown
        assert 'class="right-now"' in text, uri
        assert "I am breathless · I cannot go on" in text, uri
    assert page(site, "patients/right-now.md").listed
    patients = next(branch for branch in site.nav if isinstance(branch, dict) and "For patients" in branch)["For patients"]
    assert patients[:2] == ["patients/index.md", "patients/right-now.md"]


def test_a_programme_without_doors_has_no_such_page_and_no_way_to_it(project: Project) -> None:
    site = made(project())
    assert not [page for page in site.pages if "right-now" in page.uri or "right-now" in page.markdown]


def test_the_search_leads_patients_to_the_steps_and_urgent_help_stays_where_it_is(practice: Path) -> None:
    files = made(practice).files
    assert '"url":"patients/right-now/#slow-breathing"' in files["search/patients.js"]
    assert '"where":"Right now"' in files["search/patients.js"]
    assert '"url":"patients/safety/#crisis-help"' in files["search/patients.js"]
    assert '"url":"referrers/pain/#slow-breathing"' in files["search/referrers.js"]
    assert "right-now" not in files["search/referrers.js"]


def test_steps_for_right_now_are_on_no_sheet_and_no_page_for_professionals(practice: Path) -> None:
    site = made(practice)
    for text in (
        *(sheet.html for sheet in site.prints),
        *(twin.text for twin in site.texts),
        *(page.markdown for page in site.pages if page.uri.startswith("referrers/")),
    ):
        assert "Leave it if it is hard." not in text


def test_a_voice_stands_on_the_page_of_its_message_alone_and_is_not_folded(practice: Path) -> None:
    site = made(practice)
    with_voice = [page.uri for page in site.pages if "I did it on the bus" in page.markdown]
    assert with_voice == ["patients/pain/slow-breathing.md"]
    text = re.sub(r"<details.*?</details>", "", page(site, "patients/pain/slow-breathing.md").markdown, flags=re.DOTALL)
    assert "<p>It did not take my pain away.</p>" in text
    assert "Maggie, who came in spring. Shared with consent." in text
    everything = [*(page.markdown for page in site.pages), *(sheet.html for sheet in site.prints), *(twin.text for twin in site.texts), *site.files.values()]
    assert not [text for text in everything if "signed form" in text], "how consent was given is for the clinic"
    assert not [text for text in everything[len(site.pages) :] if "on the bus." in text and "silly" in text], (
        "paper cannot be taken back, and an answer has no name below it"
    )


def test_a_voice_on_a_message_without_steps_stands_in_its_topic_outside_what_folds(project: Project) -> None:
    voice = "## A voice\n\n> I felt believed.\n\nwho: Sam\nconsent: 2026-01-08, on paper, in the office\n\n## For referrers"
    root = project({"docs/messages/pain/real-pain.md": [["## For referrers", voice], ["See [the alarm]", f"{'It is real. ' * 300}See [the alarm]"]]})
    text = page(made(root), "patients/pain.md").markdown
    assert "<details" in text
    assert "I felt believed." in re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)


def test_a_recording_has_native_controls_and_does_not_begin_by_itself(practice: Path) -> None:
    voices = practice / "docs/assets/voices"
    voices.mkdir(parents=True)
    (voices / "maggie.mp3").write_bytes(b"ID3\x03 sound")
    (voices / "maggie.jpg").write_bytes(b"\xff\xd8\xff picture")
    rewrite(practice / MESSAGE, [["who: Maggie", "photo: voices/maggie.jpg\naudio: voices/maggie.mp3\nwho: Maggie"]])
    outcome = run("pmp", "build", "--no-handouts", "--today", "2026-11-29", cwd=practice)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    html = (practice / "site/patients/pain/slow-breathing/index.html").read_text(encoding="utf-8")
    assert '<audio controls preload="none" src="../../../assets/voices/maggie.mp3" aria-label="Recording: Maggie, who came in spring"></audio>' in html.replace(
        'controls=""', "controls"
    )
    assert "autoplay" not in html
    assert "media-src 'self'" in html
    assert 'alt="Photo: Maggie, who came in spring"' in html
    assert (practice / "site/assets/voices/maggie.mp3").read_bytes() == b"ID3\x03 sound"


def test_no_word_of_ours_stands_among_those_of_a_real_person(practice: Path) -> None:
    """A term of the glossary is explained in our own words, and not in a voice."""
    rewrite(practice / MESSAGE, [["I thought it was silly", "I thought of marmalade"]])
    text = page(made(practice), "patients/pain/slow-breathing.md").markdown
    assert 'class="term"' not in text[text.index("<blockquote>") : text.index("</blockquote>")]


def test_what_a_voice_says_keeps_its_lines(practice: Path) -> None:
    voice = next(message.voice for message in load(practice)[0].messages if message.voice)
    line = (practice / MESSAGE).read_text(encoding="utf-8").splitlines().index("> I thought it was silly, and I did it on the bus.") + 1
    assert voice.words.place.line == line
    assert (voice.who, voice.photo, voice.audio) == ("Maggie, who came in spring", None, None)
