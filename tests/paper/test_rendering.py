"""Sheets: rendered once, the same bytes each time, nothing from outside, and never longer than promised."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from PIL import Image

from generator.compose.site import Print
from generator.paper import finish, typeset
from generator.paper.rendering import Rendering
from generator.paper.workers import Workers
from tests.conftest import Project, built, changed, rewrite


@contextmanager
def ending(workers: Workers) -> Iterator[None]:
    try:
        yield
    finally:
        workers.end()


def prints(root: Path) -> tuple[Print, ...]:
    outcome = built(root)
    assert outcome.site, outcome.problems
    return outcome.site.prints


def test_a_second_build_renders_nothing_and_an_edit_renders_only_what_carries_it(project: Project) -> None:
    root = project()
    first = Rendering(root, prints(root), jobs=1)
    assert first.count == 5
    sheets, problems = first.wait()
    assert problems == []
    assert [sheet.pages for sheet in sheets] == [1, 1, 2, 1, 3]

    assert Rendering(root, prints(root)).count == 0

    rewrite(root / "docs/messages/pain/late.md", [["can wait until it has been met", "may wait until then"]])
    again = Rendering(root, prints(root), jobs=1)
    assert again.count == 1  # only the sheet for doctors
    again.wait()

    rewrite(root / "docs/messages/pain/alarm.md", [["The alarm is set too high.", "Your alarm is set too high."]])
    edited = Rendering(root, prints(root), jobs=1)
    assert edited.count == 4  # the pack, the leaflet that leads with its short form, and the sheet that shows it, in both formats
    edited.wait()


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 90"><title>A bell</title><desc>A bell that rings.</desc><rect fill="#eef4f2" x="9" y="9" width="99" height="60"/></svg>'
BELL = {"docs/assets/diagrams/bell.svg": DRAWING, "docs/messages/pain/alarm.md": [["set it off.", "set it off.\n\n![A bell](diagram:bell)"]]}
NEW = {
    "docs/messages/pain/bell.md": "---\ntitle: A bell\nsources: [green-2020]\nreviewed: 2026-02-10\nreviewer: A. Tester\nonly: patients\n---\n\n## In short\n\nA bell rings.\n\n## For patients\n\nA bell rings, and you wake up.\n",
    "handouts/bell.md": "---\ntitle: The bell\naudience: patients\nlayout: leaflet\nmessages: [pain/bell]\npages: 1\nformats: [standard]\n---\n",
    "handouts/bells.md": "---\ntitle: Bells\naudience: patients\nlayout: leaflet\nmessages: [pain/bell, pain/alarm]\npages: 1\nformats: [standard]\n---\n",
    "docs/assets/diagrams/gong.svg": DRAWING,
}
PATIENTS = {"handouts/touch.pdf", "handouts/real.pdf", "handouts/real-large-print.pdf", "handouts/packs/both.pdf"}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"docs/messages/pain/alarm.md": [["The body has", "A body has"]]}, {"handouts/touch.pdf", "handouts/packs/both.pdf"}),
        (NEW, {"handouts/bell.pdf", "handouts/bells.pdf"}),
        ({"docs/assets/diagrams/bell.svg": DRAWING.replace('"99"', '"98"')}, {"handouts/touch.pdf", "handouts/packs/both.pdf"}),
        ({"docs/clinics/sample.yml": [["Samaritans 116 123", "Samaritans 116 123 or 0113 496 0002"]]}, PATIENTS),
    ],
    ids=["a message", "a message, its sheets and a diagram", "a diagram", "a number of the clinic"],
)
def test_an_edit_renders_what_it_reaches_and_nothing_else(project: Project, edit: dict[str, Any], expected: set[str]) -> None:
    root = project(BELL)
    workers = Workers(1)
    with ending(workers), Rendering(root, prints(root), executor=workers) as rendering:
        before = dict(rendering.files())
        assert rendering.count == 5
        assert rendering.wait()[1] == []
        for path, change in edit.items():
            rewrite(root / path, change)
        with Rendering(root, prints(root), executor=workers) as again:
            after = dict(again.files())
            assert {uri for uri, file in after.items() if uri.endswith(".pdf") and file != before.get(uri)} == expected
            assert again.count == len(expected)
            assert again.wait()[1] == []


def test_a_changed_style_or_font_renders_all(project: Project) -> None:
    root = project()
    Rendering(root, prints(root), jobs=1).wait()
    rewrite(root / "templates/handouts/print.css", [["14pt/1.34", "14pt/1.40"]])
    changed = Rendering(root, prints(root), jobs=1)
    assert changed.count == 5
    changed.wait()


def test_the_same_input_gives_the_same_bytes_in_other_processes(project: Project) -> None:
    root = project()
    found = []
    for jobs in (1, 2):
        sheets, _ = Rendering(root, prints(root), jobs=jobs).wait()
        found.append([sheet.file.read_bytes() for sheet in sheets])
        shutil.rmtree(root / ".cache")
    assert found[0] == found[1]


def test_a_sheet_that_is_too_long_says_by_how_much_and_leaves_no_file(project: Project) -> None:
    line = "A marmalade jar can set off the alarm on any day of the week.  \n"
    root = project({"docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", line * 40]]})
    sheets, problems = Rendering(root, prints(root), jobs=1).wait()
    assert [(str(problem.place), problem.rule) for problem in problems] == [("handouts/touch.md:6", "too-long")]
    told = re.search(
        r'takes 2 sides, and its recipe allows 1: (\d+) lines too many. Its longest message is "pain/alarm", with (\d+) lines', problems[0].message
    )
    assert told
    over, lines = int(told[1]), int(told[2])
    assert 40 <= lines <= 46
    assert "handouts/touch.pdf" not in {sheet.print.uri for sheet in sheets}
    again = Rendering(root, prints(root), jobs=1)
    assert again.count == 2, "a sheet that is too long is never taken from the cache, and its pack is not made"
    again.wait()
    rewrite(root / "docs/messages/pain/alarm.md", [[line * 40, line * (40 - over)]])
    assert Rendering(root, prints(root), jobs=1).wait()[1] == [], "shortened as told, it fits"


def test_a_recipe_that_allows_less_than_the_cache_holds_is_told_by_how_much(project: Project) -> None:
    long = "\n\n".join(["The body has an alarm, and a marmalade jar can set it off on any day."] * 40)
    root = project({"docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", long]], "handouts/touch.md": [["pages: 1", "pages: 2"]]})
    assert Rendering(root, prints(root), jobs=1).wait()[1] == []
    rewrite(root / "handouts/touch.md", [["pages: 2", "pages: 1"]])
    assert [problem.rule for problem in Rendering(root, prints(root), jobs=1).wait()[1]] == ["too-long"]


@pytest.mark.parametrize("address", ["https://example.org/x.png", "file:///etc/passwd", "asset:../../mkdocs.yml", "asset:none.svg"])
def test_a_sheet_takes_nothing_from_outside_of_the_assets(project: Project, address: str) -> None:
    root = project()
    sheet = prints(root)[0]
    asking = changed(sheet, html=sheet.html.replace("<h1>", f'<img alt="x" src="{address}"><h1>'))
    sheets, problems = Rendering(root, [asking], jobs=1).wait()
    assert sheets == []
    assert "a sheet may only use pictures" in problems[0].message


def test_a_warning_of_the_renderer_is_a_problem(project: Project) -> None:
    root = project()
    sheet = prints(root)[0]
    odd = changed(sheet, html=sheet.html.replace("<h1>", '<p style="colour: red">x</p><h1>'))
    sheets, problems = Rendering(root, [odd], jobs=1).wait()
    assert sheets == []
    assert [problem.rule for problem in problems] == ["sheet"]


def test_old_sheets_leave_the_cache(project: Project) -> None:
    root = project()
    Rendering(root, prints(root), jobs=1).wait()
    old = root / ".cache" / "sheets" / "old.pdf"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))
    Rendering(root, prints(root)).wait()
    assert not old.exists()
    assert len(list((root / ".cache" / "sheets").glob("*.pdf"))) == 5


def test_links_print_and_header_cells_have_a_scope(project: Project) -> None:
    table = "Central mechanisms contribute in many of these people.\n\n| Sign | Meaning |\n| --- | --- |\n| one | two |\n\nSee [more](https://example.org/)."
    changed = [["Central mechanisms contribute in many of these people, as one old study of hinges suggests.", table]]
    root = project({"docs/messages/pain/real-pain.md": changed})
    sheets, problems = Rendering(root, prints(root), jobs=1).wait()
    assert problems == []
    doctors = next(sheet for sheet in sheets if sheet.print.uri == "handouts/doctors.pdf")
    with pikepdf.open(doctors.file) as document:
        cells = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/TH"]
        links = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Link"]
        assert len(cells) == 2
        assert links
        assert all(cell.A.Scope == pikepdf.Name.Column for cell in cells)
        assert all(int(link.F) & 4 for link in links)
    assert "Meaning" in pypdf.PdfReader(doctors.file).pages[0].extract_text()


@pytest.mark.parametrize(
    "address", ["http://example.org/", "message:pain/alarm", "javascript:alert(1)", "JavaScript:alert(1)", "file:///etc/passwd", "data:text/html,x"]
)
def test_a_link_that_leads_where_none_should_is_a_problem_of_its_sheet(project: Project, address: str) -> None:
    root = project()
    sheet = prints(root)[0]
    leading = changed(sheet, html=sheet.html.replace("<h1>", f'<p><a href="{address}">there</a></p><h1>'))
    sheets, problems = Rendering(root, [leading], jobs=1).wait()
    assert sheets == []
    assert [(problem.place, problem.rule) for problem in problems] == [(sheet.recipe.place, "sheet")]
    assert f"a link leads to {address}" in problems[0].message


def test_links_to_the_web_a_mailbox_a_telephone_and_a_place_in_the_sheet_are_good(project: Project) -> None:
    root = project()
    sheet = prints(root)[0]
    addresses = ("https://example.org/", "HTTPS://example.org/", "mailto:a@example.org", "tel:01632960000", "#there")
    links = "".join(f'<p><a href="{address}">there</a></p>' for address in addresses)
    sheets, problems = Rendering(root, [changed(sheet, html=sheet.html.replace("<h1>", f'{links}<p id="there">Here.</p><h1>'), limit=None)], jobs=1).wait()
    assert problems == []
    with pikepdf.open(sheets[0].file) as document:
        found = [str(link.A.URI) for link in document.pages[0].Annots if "/A" in link]
    assert found == list(addresses[:4])


@pytest.mark.parametrize(
    ("content", "line", "rule"), [(None, 1, "unreadable"), (b"p { color: black }\n/* caf\xe9 */\n", 2, "encoding")], ids=["a folder", "not UTF-8"]
)
def test_a_style_for_sheets_that_cannot_be_read_is_a_problem(project: Project, content: bytes | None, line: int, rule: str) -> None:
    root = project()
    style = root / "templates" / "handouts" / "print.css"
    style.parent.mkdir(parents=True)
    style.mkdir() if content is None else style.write_bytes(content)
    assert [(str(problem.place), problem.rule) for problem in built(root).problems] == [(f"templates/handouts/print.css:{line}", rule)]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator reads everything")
def test_a_style_for_sheets_that_may_not_be_read_is_a_problem(project: Project) -> None:
    root = project({"templates/handouts/print.css": []})
    (root / "templates/handouts/print.css").chmod(0)
    assert [(str(problem.place), problem.rule) for problem in built(root).problems] == [("templates/handouts/print.css:1", "unreadable")]


def test_a_mark_of_the_encoding_before_a_style_is_no_part_of_it(project: Project) -> None:
    root = project({"templates/handouts/print.css": []})
    style = root / "templates" / "handouts" / "print.css"
    sheet = prints(root)[0]
    Rendering(root, [sheet], jobs=1).wait()
    style.write_bytes(b"\xef\xbb\xbf" + style.read_bytes())
    assert Rendering(root, [sheet], jobs=1).count == 0


class DeadPool(Executor):
    """Workers that were ended from outside, by a machine that is short of memory."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("a process was ended"))
        return future


def test_workers_that_die_are_one_problem_with_a_cure(project: Project) -> None:
    root = project()
    sheets, problems = Rendering(root, prints(root), executor=DeadPool()).wait()
    assert sheets == []
    assert [(problem.rule, "--jobs 1" in problem.cure) for problem in problems] == [("worker", True)]


def test_text_that_no_screen_reader_would_read_is_a_problem(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> bytes:
        raise finish.UntaggedTextError("2 pieces of text are in no tag, and the margins have 1")

    monkeypatch.setattr(finish, "finish", lost)
    root = project()
    with ThreadPoolExecutor(1) as here:
        sheets, problems = Rendering(root, prints(root)[:1], executor=here).wait()
    assert sheets == []
    assert [(problem.rule, "in no tag" in problem.message) for problem in problems] == [("sheet", True)]


def test_a_sheet_a_few_lines_too_long_is_set_closer_and_one_that_is_longer_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project()
    sheet = next(made for made in prints(root) if made.uri == "handouts/real.pdf")

    def with_lines(count: int) -> Print:
        return changed(sheet, html=sheet.html.replace("</header>", "</header>" + "<p>One line.</p>" * count), limit=1)

    outcomes = {count: Rendering(root, [with_lines(count)], jobs=1).wait() for count in (1, 3, 5, 7, 9, 12, 40)}
    fits = [count for count, (sheets, _) in outcomes.items() if sheets]
    assert 40 not in fits
    assert fits
    assert all(sheets[0].pages == 1 for sheets, _ in outcomes.values() if sheets)
    assert [problem.rule for problem in outcomes[40][1]] == ["too-long"]
    shutil.rmtree(root / ".cache")
    monkeypatch.setattr(typeset, "CLOSER", "")
    with ThreadPoolExecutor(1) as here:
        _, problems = Rendering(root, [with_lines(max(fits))], executor=here).wait()
    assert [problem.rule for problem in problems] == ["too-long"], "without that, it would not fit"


HIGH = '<div style="break-inside: avoid; {}"><p style="height: {}mm">One block.</p></div>'
PICTURE = '<figure style="break-inside: avoid"><img style="height: 200mm" src="asset:pictures/bed.svg" alt="A bed."></figure>'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p>One line.</p>" * 10 + HIGH.format("", 230), ["side 1"]),
        ("<p>One line.</p>" * 18 + HIGH.format("", 230), []),
        ("<p>One line.</p>" * 18 + HIGH.format("break-after: page", 90) + HIGH.format("", 230), ["side 2"]),
        (f"<section>{'<p>One line.</p>' * 6}{PICTURE}{'<p>Another line.</p>' * 40}</section>", []),
        (f"<section>{'<p>One line.</p>' * 6}{PICTURE}</section>{HIGH.format('', 230)}", ["side 1"]),
    ],
    ids=["a block that leaves a gap", "and one that leaves less", "on the second side", "words go before a picture", "unless none are left"],
)
def test_a_side_that_is_too_empty_is_a_problem_and_the_last_may_be(project: Project, body: str, told: list[str]) -> None:
    root = project()
    sheet = next(made for made in prints(root) if made.uri == "handouts/real.pdf")
    html = re.sub("</header>.*</article>", lambda _: f"</header>{body}</article>", sheet.html, flags=re.DOTALL)
    sheets, problems = Rendering(root, [changed(sheet, html=html, limit=None)], jobs=1).wait()
    assert [re.findall(r"handouts/real.pdf leaves \d+% of (side \d) empty", problem.message) for problem in problems] == [[side] for side in told]
    assert {problem.rule for problem in problems} <= {"empty-side"}
    assert len(sheets) == 1 - len(told)


def test_the_foot_stands_at_the_bottom_and_lines_for_notes_where_there_is_room(project: Project) -> None:
    """On one side with the foot, from the side before on, at the head of a side that the foot has for itself, or nowhere."""
    root = project({"docs/messages/pain/real-pain.md": [["\n## Try this\n\nTell a friend.\n", ""]]})  # else it has a line for a plan besides
    sheet = next(made for made in prints(root) if made.uri == "handouts/real.pdf")

    def with_lines(count: int) -> Print:
        return changed(sheet, uri=f"{count}.pdf", html=sheet.html.replace("</header>", "</header>" + "<p>One line.</p>" * count), limit=None)

    sheets, problems = Rendering(root, [with_lines(count) for count in range(0, 40, 2)]).wait()
    assert problems == []
    places, feet = set(), set()
    for made in sheets:
        sides = [[(word, float(top)) for top, word in re.findall(WORD, side)] for side in boxes(made.file)]
        feet.add([top for word, top in sides[-1] if word == "Urgent"][-1])
        notes = [(number, top) for number, side in enumerate(sides, 1) for word, top in side if word == "notes"]  # of their heading
        with pikepdf.open(made.file) as document:
            drawn = [len(re.findall(RULE, page.Contents.read_bytes())) for page in document.pages]
        if not notes:
            assert sum(drawn) == 0
            places.add("none")
            continue
        ((number, top),) = notes
        assert not any(drawn[: number - 1])
        assert drawn[number - 1] >= 3
        places.add("before" if number < made.pages else "alone" if top < 60 else "above")
        assert all(drawn[number - 1 :]), "up to the foot"
    assert places == {"none", "above", "before", "alone"}
    assert len(feet) == 1


WORD = r'yMin="([\d.]+)" xMax="[\d.]+" yMax="[\d.]+">([^<]+)<'
RULE = rb"0\.48235\d* 0\.56078\d* 0\.54117\d* rg"  # the colour of a line to write on


def boxes(file: Path) -> list[str]:
    """The words of each side with their places."""
    return subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout.split("<page ")[1:]


def test_only_a_sheet_that_a_page_shows_has_a_picture_and_it_has_the_colours_of_its_style(project: Project) -> None:
    root = project({"templates/handouts/print.css": [["--accent: #14524b", "--accent: #641e5a"]]})
    sheet = next(made for made in prints(root) if made.preview)
    unseen = replace(sheet, preview=None)
    sheets, _ = Rendering(root, [unseen], jobs=1).wait()
    assert not sheets[0].picture.exists()
    assert Rendering(root, [unseen]).count == 0
    with Rendering(root, [sheet, unseen], jobs=1) as rendering:
        assert rendering.count == 1, "what is the same sheet on paper is rendered once, with its picture"
        sheets, _ = rendering.wait()
    with Image.open(sheets[0].picture) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors() or []}
    assert {(255, 255, 255), (0x64, 0x1E, 0x5A)} < colours
    assert len(colours) <= 16
