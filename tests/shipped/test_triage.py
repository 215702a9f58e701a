"""The table of signs (docs/triage.yml) against all that comes out: no page, sheet, text or box is less urgent than it, for either reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5

from generator.content.model import Audience, Triage, Urgency
from generator.rules.triage import OF_ROLE, names, softened, told
from generator.text import markup
from generator.text.markup import Passage
from tests.conftest import every_page, real, texts

CLINICS = {"999": "emergency number", "A&E": "emergency department"}  # what the sample clinic's numbers stand for


@pytest.fixture(scope="module")
def triage() -> Triage:
    table = real().library.triage
    assert table
    assert len(table.signs) > 45
    return table


def told_times(text: str) -> str:
    for number, meaning in CLINICS.items():
        text = text.replace(number, meaning)
    return text


def passages_of_page(file: Path) -> Iterator[Passage]:
    root = tinyhtml5.parse(file.read_text(encoding="utf-8"), namespace_html_elements=False)
    main = next(root.iter("main"))
    for passage in markup.passages_of(visible(main)):
        yield Passage(told_times(passage.text), tuple(map(told_times, passage.above)))


def visible(element: Element) -> Element:
    for part in list(element):
        if part.tag in {"svg", "nav", "script"}:
            element.remove(part)
        else:
            visible(part)
    return element


def wrong(passages: Iterator[Passage], triage: Triage, audience: Audience) -> list[str]:
    return [f"{sign.sign} ({sign.time}) as {time}: {sentence}" for sign, time, sentence in softened(passages, triage, audience, None)]


def test_no_page_is_less_urgent_than_the_table(real_site: Path, triage: Triage) -> None:
    read, seen = 0, set()
    for page in every_page(real_site):
        audience = Audience.REFERRERS if page.startswith("referrers/") else Audience.PATIENTS
        passages = list(passages_of_page(real_site / page.lstrip("/") / "index.html"))
        assert wrong(iter(passages), triage, audience) == [], page
        named = {sign.sign for sign in triage.signs for passage in passages if names(sign, markup.spoken(passage.text), audience)}
        read += len(passages)
        seen |= {(page, sign) for sign in named}
    assert read > 2000
    assert len({sign for _, sign in seen}) == len(triage.signs)
    assert {"offline/", "search/", "patients/safety/", "referrers/safety/", "handouts/when-to-get-urgent-help/"} <= {page for page, _ in seen}


def test_the_page_for_urgent_help_tells_every_sign_with_its_own_urgency(real_site: Path, triage: Triage) -> None:
    for audience in Audience:
        sections = real_site / audience / "safety" / "index.html"
        root = tinyhtml5.parse(sections.read_text(encoding="utf-8"), namespace_html_elements=False)
        said: set[tuple[str, Urgency | None]] = set()
        roles = {message.name: OF_ROLE.get(message.role) for message in real().library.messages}
        for section in [part for part in root.iter("section") if part.get("aria-labelledby") in roles]:
            assert audience is Audience.REFERRERS or not (roles[section.get("aria-labelledby") or ""] and list(section.iter("details"))), (
                "urgent help never folds"
            )
            for passage in markup.passages_of(visible(section)):
                for sentence, time in told(passage, triage, roles[section.get("aria-labelledby") or ""]):
                    said |= {(sign.sign, time) for sign in triage.signs if names(sign, markup.spoken(sentence), audience)}
        assert [sign.sign for sign in triage.signs if (sign.sign, sign.time) not in said] == [], audience


def test_no_sheet_or_text_is_less_urgent_than_the_table(every_clinic: Path, triage: Triage) -> None:
    library = real().library
    audiences = {handout.key: handout.audience for handout in library.handouts}
    read = 0
    for text in sorted((every_clinic / "handouts").rglob("*.txt")):
        paragraphs = [Passage(told_times(" ".join(block.split()))) for block in text.read_text(encoding="utf-8").split("\n\n")]
        assert wrong(iter(paragraphs), triage, Audience.PATIENTS) == [], text.name
        read += 1
    for key, audience in audiences.items():
        for form in ("", "-large-print", "-easy-read"):
            file = every_clinic / "handouts" / f"{key}{form}.pdf"
            if file.exists():
                sides = [Passage(told_times(" ".join(block.split()))) for side in texts(file) for block in side.split("\n\n")]
                assert wrong(iter(sides), triage, audience) == [], file.name
                read += 1
    assert read > 90


def test_every_side_for_patients_has_the_numbers(every_clinic: Path) -> None:
    """9. Who holds any side of a sheet, easy read too, holds the emergency number and whom to call who cannot go on, in digits."""
    sides = 0
    for handout in real().library.handouts:
        if handout.audience is Audience.PATIENTS:
            for file in sorted((every_clinic / "handouts").glob(f"{handout.key}*.pdf")):
                for side in texts(file):
                    foot = " ".join(side.split())
                    assert "Emergency: 999. Cannot go on: 111, then choose the mental health option." in foot, file.name
                    assert "emergency number" not in foot
                    sides += 1
    assert sides > 100
