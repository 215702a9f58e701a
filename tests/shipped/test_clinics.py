"""Each clinic has its own sheets: its contact and numbers, and nobody else's; what it leaves out leaves no gap."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from generator.content.model import Clinic
from tests.conftest import TODAY, Project, built, real, run, texts

BARE = "name: Bare Clinic\ncountry: England\nurgent_help: {emergency: '999', advice: '111', mental_health: '111, option 2', listening: 'Samaritans, 116 123'}\n"
CLINICS: dict[str, Clinic] = {clinic.key: clinic for clinic in real().library.clinics}


def own_words(clinic: Clinic) -> set[str]:
    """What only this clinic's sheets may say."""
    return {text for text in (clinic.name, clinic.phone, clinic.email, *clinic.address) if text}


def plain(file: Path) -> str:
    text = file.read_text(encoding="utf-8") if file.suffix == ".txt" else " ".join(texts(file))
    return " ".join(text.split())


def test_two_clinics_with_different_programmes_ship() -> None:
    assert len(CLINICS) >= 2
    assert len({clinic.programme for clinic in CLINICS.values()}) == len(CLINICS)
    assert not set.intersection(*(own_words(clinic) for clinic in CLINICS.values()))


@pytest.mark.parametrize("key", CLINICS)
def test_a_clinics_sheets_carry_its_contact_and_no_other(every_clinic: Path, key: str) -> None:
    own = every_clinic / "handouts" / "clinics" / key
    folder = own if own.is_dir() else every_clinic / "handouts"  # the clinic of the site has the sheets of the site
    files = [file for pattern in ("*.pdf", "*.txt", "packs/*.pdf") for file in folder.glob(pattern)]
    assert len(files) > 60
    others = {word for other, clinic in CLINICS.items() if other != key for word in own_words(clinic)}
    for file in files:
        text = plain(file)
        assert CLINICS[key].name in text, file.name
        assert CLINICS[key].phone in text, file.name  # type: ignore[operator]
        assert not [word for word in others if word in text], file.name


def test_a_clinics_page_says_how_to_reach_it_and_leads_to_its_sheets(every_clinic: Path) -> None:
    page = (every_clinic / "handouts/clinics/hillside/index.html").read_text(encoding="utf-8")
    for words in ("0131 496 0123", "8 weeks, two hours a week", "You can refer yourself by phone"):
        assert words in page
    links = re.findall(r'href="([^"]+\.(?:pdf|txt))"', page)
    assert len(links) > 40
    assert all((every_clinic / "handouts/clinics/hillside" / link).resolve().is_file() for link in links)


def test_a_clinic_that_says_only_what_it_must_leaves_no_gap(project: Project) -> None:
    local = [["local: [team]", "local: [team, programme, referral, medicines, contact, urgent-help]"]]
    root = project({"docs/clinics/bare.yml": BARE, "docs/messages/pain/alarm.md": local, "mkdocs.yml": [["clinic: sample", "clinic: bare"]]})
    outcome = run("pmp", "build", "--all-clinics", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    files = [*(root / "site").rglob("*.pdf"), *(root / "site").rglob("*.txt"), *(root / "site").rglob("*.html")]
    assert len(files) > 20
    for file in files:
        text = re.sub(r"<[^>]+>", "\n", file.read_text(encoding="utf-8")) if file.suffix == ".html" else plain(file)
        assert not re.search(r"\bNone\b|\{\{|\}\}|Phone *(?:\.|$)|, *,|\( *\)|: *\.", text), (file, text[:400])


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        ("team: Doctor", 4, "`team` must be a list"),
        ("programme: twelve weeks", 4, "`programme` must be a group of keys"),
        ("phone: [0113, 496]", 4, "`phone` must be one piece of text"),
        ("phone: ask at the desk", 4, '"ask at the desk" is not a telephone number in England'),
        ("phone: '01632'", 4, '"01632" is not a telephone number in England'),
        ("approved_on: 3/4/2026", 4, '"3/4/2026" is not a date'),
        ("email: nobody", 4, "`email` is not of the right form"),
        ("logo: none.svg", 4, "there is no picture none.svg"),
    ],
)
def test_a_wrong_value_is_named_with_place_and_cure(project: Project, wrong: str, line: int, says: str) -> None:
    problems = built(project({"docs/clinics/other.yml": f"{BARE}{wrong}\n"})).problems
    assert [(str(problem.place), problem.message) for problem in problems] == [(f"docs/clinics/other.yml:{line}", says)]
    assert problems[0].cure


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("'99'", "there is no telephone number under `emergency`"),
        ("'111'", '"111" is not the emergency number of England'),
        ("999x or 12345", "cannot be rung"),
    ],
)
def test_the_emergency_number_must_bring_help(project: Project, number: str, says: str) -> None:
    problems = built(project({"docs/clinics/other.yml": BARE.replace("'999'", number, 1)})).problems
    assert len(problems) == 1
    assert says in problems[0].message


def test_the_code_on_paper_is_the_address_of_the_sheets_page(every_clinic: Path, tmp_path: Path) -> None:
    for key in ("sleep-and-pain", "goal-ladder", "explain-long-term-pain"):
        file = every_clinic / "handouts/clinics/hillside" / f"{key}.pdf"
        subprocess.run(["pdftoppm", "-gray", "-r", "150", "-f", "1", "-l", "1", "-png", str(file), str(tmp_path / key)], check=True)
        codes = zxingcpp.read_barcodes(Image.open(next(tmp_path.glob(f"{key}-*.png"))))
        assert [code.text for code in codes] == [f"https://pain.example.org/handouts/{key}/"]
        assert f"pain.example.org/handouts/{key}" in plain(file), "for who has no camera"


def test_a_sheet_of_a_site_without_an_address_has_no_code(every_clinic: Path, tmp_path: Path) -> None:
    subprocess.run(["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", str(every_clinic / "handouts/sleep-and-pain.pdf"), str(tmp_path / "a")], check=True)
    assert zxingcpp.read_barcodes(Image.open(next(tmp_path.glob("a-*.png")))) == []
