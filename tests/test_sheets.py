"""The real sheets, as a clinic would receive them: accessible, in our fonts, on as many sides as promised, with urgent help."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import page
import pypdf
import pytest

from tests.conftest import REPO, built


@pytest.fixture(scope="module")
def sheets(real_site: Path) -> list[Path]:
    found = sorted((real_site / "handouts").rglob("*.pdf"))
    assert len(found) >= 10
    return found


def test_every_sheet_is_pdf_ua(sheets: list[Path]) -> None:
    for file in sheets:
        report = page.validate_pdf(str(file), profile="ua1")
        assert report.rules.total > 100
        assert report.is_compliant, (file.name, [str(failure) for failure in report.failures])


def test_every_sheet_is_sound(sheets: list[Path]) -> None:
    for file in sheets:
        outcome = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert (outcome.returncode, "WARNING" in outcome.stdout + outcome.stderr) == (0, False), outcome.stdout


def test_every_sheet_says_what_it_is(sheets: list[Path]) -> None:
    titles = {handout.key: handout.title for handout in built(REPO).library.handouts}
    for file in sheets:
        document = pypdf.PdfReader(file)
        assert document.metadata
        assert document.metadata.title == titles[file.stem.removesuffix("-large-print")]
        root = document.root_object
        assert str(root["/Lang"]) == "en-GB"
        assert "True" in str(root["/MarkInfo"])
        assert sorted(round(float(length)) for length in document.pages[0].mediabox[2:]) == [595, 842]


def test_only_our_fonts_are_used_and_each_is_embedded(sheets: list[Path]) -> None:
    for file in sheets:
        lines = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
        assert lines
        for line in lines:
            assert "Atkinson" in line.split()[0], line
            assert line.split()[-5:-3] == ["yes", "yes"], f"embedded and subset: {line}"


def test_sheets_keep_their_promises(real_site: Path) -> None:
    recipes = {handout.key: handout for handout in built(REPO).library.handouts}
    rows = json.loads((real_site / "handouts" / "index.json").read_text(encoding="utf-8"))
    for row in rows:
        text = "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(real_site / "handouts" / row["file"]).pages)
        assert "Sample content. Not clinically approved. Not for patient use." in text
        assert f"Page {row['pages']} of {row['pages']}" in text
        assert (real_site / "handouts" / row["file"]).stat().st_size < 200_000
        if row["format"] == "standard":
            assert row["pages"] <= recipes[row["file"].removesuffix(".pdf")].pages
        if row["audience"] == "patients":
            assert "Urgent help" in text
            for number in ("999", "111", "116 123"):
                assert number in text


def test_large_print_is_set_anew_with_the_same_words(real_site: Path) -> None:
    for large in (real_site / "handouts").glob("*-large-print.pdf"):
        standard = large.with_name(large.name.replace("-large-print", ""))
        texts = ["\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(file).pages) for file in (standard, large)]
        words = [set(re.findall(r"[A-Za-z]{4,}", text)) for text in texts]
        assert len(words[0]) > 80
        assert words[0] == words[1]
        assert len(pypdf.PdfReader(large).pages) >= len(pypdf.PdfReader(standard).pages)
