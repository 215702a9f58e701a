"""Worksheets: room to write on paper, and fields on screen that say what they are for."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from generator.content.model import Handout
from tests.conftest import real

WORKSHEETS: dict[str, Handout] = {handout.key: handout for handout in real().library.handouts if handout.is_worksheet}


def asked(handout: Handout) -> list[str]:
    """What the fields of a worksheet are for, in reading order."""
    cells = [f"{row}: {column}" for row in handout.grid.rows for column in handout.grid.columns] if handout.grid else []
    prompts = [text for prompt in handout.prompts for text in (*(f"{prompt.ask}: {choice}" for choice in prompt.choices), prompt.ask)]
    return [*prompts, *cells] if handout.layout == "skill" else [*cells, *prompts]


def test_the_worksheets_are_there() -> None:
    assert set(WORKSHEETS) >= {
        "activity-diary", "goal-ladder", "flare-up-plan", "sleep-diary", "what-i-want-my-doctor-to-know", "questions-about-my-medicines",
        "referral-letter",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "form"), [(key, form) for key, handout in WORKSHEETS.items() for form in ("", "-large-print") if not form or "large-print" in handout.made_formats]
)
def test_each_field_says_what_it_is_for_and_they_come_in_reading_order(real_site: Path, key: str, form: str) -> None:
    document = pypdf.PdfReader(real_site / "handouts" / f"{key}{form}.pdf")
    fields = [annotation.get_object() for page in document.pages for annotation in page.get("/Annots", ()) if annotation.get_object()["/Subtype"] == "/Widget"]
    assert [field["/TU"] for field in fields] == asked(WORKSHEETS[key])
    assert len({field["/T"] for field in fields}) == len(fields)
    assert {str(page["/Tabs"]) for page in document.pages} == {"/S"}
    assert all(field["/F"] & 4 for field in fields), "what was filled in is printed"


def test_what_is_filled_in_can_be_read_back(real_site: Path, tmp_path: Path) -> None:
    reader = pypdf.PdfReader(real_site / "handouts" / "flare-up-plan.pdf")
    names = list(reader.get_fields() or {})
    assert len(names) == len(WORKSHEETS["flare-up-plan"].prompts)
    writer = pypdf.PdfWriter(clone_from=reader)
    written = {name: f"Ring Zoë {index}" for index, name in enumerate(names)}
    for page in writer.pages:
        writer.update_page_form_field_values(page, written, auto_regenerate=False)
    writer.write(tmp_path / "filled.pdf")
    assert pypdf.PdfReader(tmp_path / "filled.pdf").get_form_text_fields() == written


def test_a_box_can_be_ticked(real_site: Path, tmp_path: Path) -> None:
    reader = pypdf.PdfReader(real_site / "handouts" / "referral-letter.pdf")
    boxes = {name: "/on" for name, field in (reader.get_fields() or {}).items() if field["/FT"] == "/Btn"}
    assert len(boxes) == sum(len(prompt.choices) for prompt in WORKSHEETS["referral-letter"].prompts)
    writer = pypdf.PdfWriter(clone_from=reader)
    for page in writer.pages:
        writer.update_page_form_field_values(page, boxes, auto_regenerate=False)
    writer.write(tmp_path / "ticked.pdf")
    fields = pypdf.PdfReader(tmp_path / "ticked.pdf").get_fields() or {}
    assert {str(fields[name]["/V"]) for name in boxes} == {"/on"}
