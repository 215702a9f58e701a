"""The real sheets, as a clinic would receive them: accessible, in our fonts, on as many sides as promised, with urgent help."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import page
import pypdf
import pytest
from PIL import Image

from generator.paper.sides import MOST_EMPTY
from tests.conftest import real, run, texts

TO_FILL_IN = "TBL-012"  # "mostly empty cells; this may not be a table": it is one that somebody fills in

RUNNING = "PAG-001"  # "a running header is tagged as content": it is the heading of a box that three sheets of a pack happen to begin a side with
HEADINGS = {"Try this", "More, in short", "My notes"}
HIDDEN = "TAG-002"  # "prose that readers skip": in a pack, how to reach the clinic, which its contents have said and each sheet repeats


def key_of(file: Path) -> str:
    """The recipe of a sheet."""
    return re.sub("-(large-print|easy-read)$", "", file.stem)


@pytest.fixture(scope="module")
def sheets(every_clinic: Path) -> list[Path]:
    """Every PDF there is: each sheet and pack, in each format, for each clinic."""
    found = sorted((every_clinic / "handouts").rglob("*.pdf"))
    assert len(found) >= 120
    return found


def test_every_sheet_is_pdf_ua(sheets: list[Path]) -> None:
    for file in sheets:
        report = page.validate_pdf(str(file), profile="ua1")
        assert report.rules.total > 100
        assert report.is_compliant, (file.name, [str(failure) for failure in report.failures])


def test_an_assistive_reader_finds_nothing_wrong(sheets: list[Path], tmp_path: Path) -> None:
    """The second gate: what a validator cannot know, such as reading order and what a table is.

    A clinic changes what stands at the foot of a sheet: of those of a clinic it looks at every pack, and at each fifth sheet.
    """
    own = [file for file in sheets if "clinics" in file.parts and "packs" not in file.parts]
    sheets = [file for file in sheets if file not in own] + own[::5]
    library = real().library
    diaries = {handout.key for handout in library.handouts if handout.grid}
    diaries |= {pack.key for pack in library.packs if diaries & {sheet.key for sheet in pack.sheets}}
    run("outloud", "--json", tmp_path / "report.json", "-q", *sheets, cwd=tmp_path)
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["results"]
    assert len(found) == len(sheets)
    to_fill_in = 0
    for file in found:
        wrong = {finding["rule"] for finding in file["findings"] if finding["severity"] in {"error", "warning"}}
        if "/packs/" in file["path"]:
            contents = " ".join(" ".join(texts(Path(file["path"]))[:2]).split())  # a side, or two in large print
            told = {RUNNING: HEADINGS.__contains__, HIDDEN: contents.__contains__}
            wrong -= {rule for rule in told if all(told[rule](finding["evidence"]) for finding in file["findings"] if finding["rule"] == rule)}
        has_table = key_of(Path(file["path"])) in diaries and not file["path"].endswith("-easy-read.pdf")
        assert wrong <= ({TO_FILL_IN} if has_table else set()), file["path"]
        to_fill_in += TO_FILL_IN in wrong  # which a table of few rows is not
    assert to_fill_in > 8, "tables are looked at"


def test_every_sheet_is_sound(sheets: list[Path]) -> None:
    for file in sheets:
        outcome = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert (outcome.returncode, "WARNING" in outcome.stdout + outcome.stderr) == (0, False), outcome.stdout


def test_every_sheet_says_what_it_is(sheets: list[Path]) -> None:
    library = real().library
    titles = {recipe.key: recipe.title for recipe in library.recipes}
    for file in sheets:
        document = pypdf.PdfReader(file)
        assert document.metadata
        assert document.metadata.title == titles[key_of(file)]
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


def test_sheets_keep_their_promises(every_clinic: Path) -> None:
    recipes = {handout.key: handout for handout in real().library.handouts}
    rows = json.loads((every_clinic / "handouts" / "index.json").read_text(encoding="utf-8"))
    assert {row["format"] for row in rows} == {"standard", "large-print", "easy-read"}
    for row in rows:
        file = every_clinic / "handouts" / row["file"]
        sides = texts(file)
        assert len(sides) == row["pages"]
        pack = "packs/" in row["file"]
        for number, side in enumerate(sides, 1):
            assert "Sample content. Not clinically approved. Not for patient use." in side
            assert (f"Pack page {number} / {row['pages']}" if pack else f"Page {number} of {row['pages']}") in side
            assert "Review by 2" in side
        assert file.stat().st_size < (700_000 if pack else 200_000)
        if row["format"] == "standard" and not pack:
            assert row["pages"] <= recipes[file.stem].pages
        if row["audience"] == "patients":
            leads = file.stem.startswith("when-to-get-urgent-help")  # begins with it, since that is what it is for; in large print it flows on
            box = " ".join(sides[:2]) if leads else sides[-1]
            assert "Urgent help" in (sides[0] if leads else sides[-1]), "in the same place on every other sheet: the foot of its last side"
            assert all(called in box for called in ("999", "111", "116 123"))


NOTES = r"My notes|What I will try, and when"


def test_large_print_is_set_anew_with_the_same_words(real_site: Path) -> None:
    for large in (real_site / "handouts").glob("*-large-print.pdf"):
        standard = large.with_name(large.name.replace("-large-print", ""))
        words = [
            set(re.findall(r"[A-Za-z]{4,}", re.sub(NOTES, "", " ".join(" ".join(texts(file)).replace("-\n", "").replace("-", "").split()))))
            for file in (standard, large)
        ]  # lines for notes: where there is room
        assert len(words[0]) > 80
        assert words[0] == words[1]
        assert len(pypdf.PdfReader(large).pages) >= len(pypdf.PdfReader(standard).pages)


Side = tuple[Image.Image, list[tuple[str, tuple[float, ...]]]]  # a side as a grey print, and its words with their places


def grey(file: Path, folder: Path) -> list[Side]:
    """Each side of a sheet as a grey print, and its words with their places."""
    subprocess.run(["pdftoppm", "-gray", "-r", str(DPI), file, folder / file.stem], check=True)
    boxes = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    words = [
        [(found[5], tuple(float(number) * DPI / 72 for number in found.groups()[:4])) for found in re.finditer(WORD, side)]
        for side in boxes.split("<page ")[1:]
    ]
    return [(Image.open(side), said) for side, said in zip(sorted(folder.glob(f"{file.stem}-*.pgm")), words, strict=True)]


DPI = 150
WORD = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>'


def luminance(shade: int) -> float:
    part = shade / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


@pytest.fixture(scope="module")
def grey_prints(real_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Side]]:
    files = sorted((real_site / "handouts").glob("*.pdf"))
    assert len(files) >= 50
    return {file.stem: grey(file, tmp_path_factory.mktemp("grey")) for file in files}


def test_every_word_stands_out_from_its_ground_in_grey(grey_prints: dict[str, list[Side]]) -> None:
    looked = 0
    for name, sides in grey_prints.items():
        for side, words in sides:
            for word, (left, top, right, bottom) in words:
                if not re.search(r"\w", word):
                    continue
                darkest, lightest = side.crop((int(left), int(top), int(right) + 1, int(bottom) + 1)).getextrema()
                contrast = (luminance(int(lightest)) + 0.05) / (luminance(int(darkest)) + 0.05)  # type: ignore[arg-type]
                assert contrast >= 4.5, (name, word, contrast)
                looked += 1
    assert looked > 15_000


def test_no_side_is_nearly_empty(grey_prints: dict[str, list[Side]]) -> None:
    """Above its footer, at least a seventh of the height of the last side is written or drawn on, and of each other all but two fifths."""
    for name, sides in grey_prints.items():
        for number, (side, _) in enumerate(sides, 1):
            body = side.crop((0, int(side.height * 0.06), side.width, int(side.height * 0.87))).point(lambda shade: 255 if shade < 200 else 0)
            box = body.getbbox()
            assert box, f"{name}, side {number} is empty"
            assert box[3] - box[1] > body.height / 7, f"{name}, side {number} is nearly empty"
            assert number == len(sides) or box[3] >= body.height * (1 - MOST_EMPTY), f"{name}, side {number} is too empty"
