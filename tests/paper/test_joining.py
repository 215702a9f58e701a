"""Packs: the sheets as they are, in one PDF that reads and works as one."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pypdf
import pytest

from generator.compose.site import Print
from generator.paper.rendering import Rendering, Sheet
from tests.conftest import Project, built, rewrite, run, texts

TABLE = "A marmalade jar can set it off.\n\n| Sign | Meaning |\n| --- | --- |\n| one | two |\n| three | four |\n\nSee [more](https://example.org/)."
WITH_MORE = {
    "docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", TABLE], ["green-2020", "moss-2019"]],
    "docs/sources.yml": [
        [
            "brown-2021:",
            "moss-2019:\n  status: checked\n  type: report\n  short: Moss 2019\n  author: [Moss C]\n  title: Bells\n  finding: Bells ring.\n\nbrown-2021:",
        ]
    ],
    "handouts/tables.md": "---\ntitle: Tables\naudience: patients\nlayout: leaflet\nmessages: [pain/alarm]\npages: 1\nformats: [standard]\n---\n",
    "handouts/days.md": "---\ntitle: My days\naudience: patients\nlayout: diary\nmessages: [pain/real-pain]\ngrid:\n  rows: [Monday, Tuesday, Wednesday]\n  columns: [Morning, Noon, Evening]\npages: 2\nformats: [standard]\n---\n",
    "handouts/steps.md": "---\ntitle: My steps\naudience: patients\nlayout: ladder\nmessages: [pain/real-pain]\nprompts:\n  - {ask: The top, lines: 2}\npages: 2\nformats: [standard]\n---\n",
    "handouts/packs/both.md": [["[real, touch]", "[real, tables, days, steps]"]],
}
SHEETS = ("real", "tables", "days", "steps")


def rendered(root: Path) -> tuple[Sheet, dict[str, Sheet]]:
    """The pack of a project, and all its sheets by key."""
    outcome = built(root)
    assert outcome.site, outcome.problems
    sheets, problems = Rendering(root, outcome.site.prints, jobs=1).wait()
    assert problems == []
    return next(sheet for sheet in sheets if sheet.print.parts), {sheet.print.recipe.key: sheet for sheet in sheets if sheet.print.format == "standard"}


def elements(kids: Any) -> list[Any]:
    found = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *elements(kid.get("/K", pikepdf.Array()))]
    return found


@pytest.fixture
def pack(project: Project) -> tuple[Sheet, dict[str, Sheet]]:
    return rendered(project(WITH_MORE))


def test_a_pack_is_its_contents_and_its_sheets_as_they_are_numbered_right_through(pack: tuple[Sheet, dict[str, Sheet]]) -> None:
    whole, sheets = pack
    contents, *sides = texts(whole.file)
    assert whole.pages == 1 + sum(sheets[key].pages for key in SHEETS) == len(sides) + 1 >= 6
    assert f"Pack page 1 / {whole.pages}" in contents
    of_sheets = [(key, number, side) for key in SHEETS for number, side in enumerate(texts(sheets[key].file), 1)]
    for at, ((key, number, alone), side) in enumerate(zip(of_sheets, sides, strict=True), 2):
        assert f"Pack page {at} / {whole.pages}" in side
        assert f"Page {number} of {sheets[key].pages}" in side
        assert Counter(alone.split()) == Counter(side.replace(f"Pack page {at} / {whole.pages}", "", 1).split())
    begins = dict(re.findall(r"^\d+\. *(.+?), page (\d+)$", contents, re.MULTILINE))
    assert list(begins) == [sheets[key].print.recipe.title for key in SHEETS]
    for title, at in begins.items():
        assert title in sides[int(at) - 2]


def test_it_reads_and_works_as_one_document(pack: tuple[Sheet, dict[str, Sheet]], tmp_path: Path) -> None:
    whole, sheets = pack
    assert page_validation.validate_pdf(str(whole.file), profile="ua1").is_compliant
    run("outloud", "--json", tmp_path / "report.json", "-q", whole.file, cwd=tmp_path)
    (looked,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["results"]
    assert {finding["rule"] for finding in looked["findings"] if finding["severity"] in {"error", "warning"}} <= {"TBL-012"}, "a diary is mostly empty"
    checked = subprocess.run(["qpdf", "--check", whole.file], capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stdout + checked.stderr) == (0, False), checked.stdout

    reader = pypdf.PdfReader(whole.file)
    fields = reader.get_fields() or {}
    assert len(fields) == sum(len(pypdf.PdfReader(sheets[key].file).get_fields() or {}) for key in SHEETS) > 4
    outline = [(item.title, reader.get_destination_page_number(item)) for item in reader.outline if not isinstance(item, list)]
    starts = [1 + sum(sheets[key].pages for key in SHEETS[:at]) for at in range(len(SHEETS))]
    assert outline == [("Both sheets", 0), *zip((sheets[key].print.recipe.title for key in SHEETS), starts, strict=True)]
    links = [annotation.get_object() for annotation in reader.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    leads = [reader.get_destination_page_number(reader.named_destinations[link["/Dest"]]) for link in links if "/Dest" in link]
    assert list(dict.fromkeys(leads)) == starts

    with pikepdf.open(whole.file) as document:
        tree = elements(document.Root.StructTreeRoot.K)
        pages = {side.objgen for side in document.pages}
        assert len([element for element in tree if element.S == "/H1"]) == 1 + len(SHEETS)
        assert all(element.Pg.objgen in pages for element in tree if "/Pg" in element)
        names = [str(cell.ID) for cell in tree if cell.S in ("/TH", "/TD") and "/ID" in cell]
        assert len(names) == len(set(names)) > 6
        headers = {str(name) for cell in tree if "/A" in cell and "/Headers" in cell.A for name in cell.A.Headers}
        assert headers
        assert headers <= set(names)
        owners = document.Root.StructTreeRoot.ParentTree.Nums
        assert list(map(int, owners[::2])) == sorted({*map(int, owners[::2])})


def test_what_contents_and_sheets_all_say_is_read_once_and_urgent_help_each_time(pack: tuple[Sheet, dict[str, Sheet]]) -> None:
    whole, _ = pack
    with pikepdf.open(whole.file) as document:
        tree = elements(document.Root.StructTreeRoot.K)
        before_first_sheet = [element.S for element in tree[: [element.S == "/H1" for element in tree].index(True)]]
        assert "/P" in before_first_sheet, "the contents say whose they are"
        for sheet in [element for element in tree if element.S == "/Art" and any(below.S == "/H1" for below in elements(element.K))][1:]:
            below = elements(sheet.K)
            assert "/P" not in [element.S for element in below[: [element.S == "/H1" for element in below].index(True)]]
    assert all("Samaritans 116 123" in " ".join(side.split()) for side in texts(whole.file)[-1:])


def test_the_same_sheets_give_the_same_bytes_and_an_edited_one_its_packs_anew(project: Project) -> None:
    root = project(WITH_MORE)
    first, _ = rendered(root)
    before = first.file.read_bytes()
    first.file.unlink()
    again, _ = rendered(root)
    assert (again.file, again.file.read_bytes()) == (first.file, before), "joined from sheets in the cache"
    rewrite(root / "handouts/steps.md", [["The top", "The very top"]])
    edited, _ = rendered(root)
    assert edited.file != first.file
    assert "The very top" in "".join(texts(edited.file))


def test_a_pack_alone_is_rendered_with_its_sheets(project: Project) -> None:
    root = project()
    outcome = built(root)
    assert outcome.site
    alone: list[Print] = [sheet for sheet in outcome.site.prints if sheet.parts]
    with Rendering(root, alone, jobs=1) as rendering:
        assert rendering.count == 3
        assert [uri for uri, _ in rendering.files()] == ["handouts/packs/both.pdf"]
        sheets, problems = rendering.wait()
    assert problems == []
    assert [sheet.pages for sheet in sheets] == [3]
