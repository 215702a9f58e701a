"""`make bench` itself: that it counts all that a command takes, and leaves nothing out in silence."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from generator import remembered
from generator.content.load import load
from generator.rules import recipes
from generator.rules.prose import texts
from generator.text import markup
from tests.conftest import REPO, TODAY, built, copy_of_the_repo, real
from tests.tools import bench, workload
from tests.tools.cost import Cost, UnmeasuredError, spent
from tests.tools.times import grow

BUSY = "import time\nheld = bytearray(150_000_000)\nwhile time.process_time() < 0.5: pass"


def test_what_a_command_starts_is_counted_whether_it_waits_for_it_or_not(tmp_path: Path) -> None:
    for start in ("run", "Popen"):
        cost = spent("python", "-c", f"import subprocess, sys, time; subprocess.{start}([sys.executable, '-c', {BUSY!r}]); time.sleep(0.5)", cwd=tmp_path)
        assert cost.cpu > 0.5, start
        assert cost.worker > 150 > cost.main, start


def test_a_command_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(UnmeasuredError, match="no such thing"):
        spent("python", "-c", "raise SystemExit('no such thing')", cwd=tmp_path)


def test_the_table_says_what_is_held_and_what_is_missing() -> None:
    found = bench.Results(1, {"M": {0: Cost(2)}, "unchanged": {0: Cost(0.05)}, "check": {0: Cost(1.5)}}, {"Typst": "not here: typst"})
    shown = io.StringIO()
    Console(file=shown, width=200).print(bench.table([found]))
    rows = {line.split("│")[1].strip(): line for line in shown.getvalue().splitlines() if line.startswith("│")}
    assert "0.025" in rows["nothing changed"]
    assert "yes" in rows["nothing changed"]
    assert "NO" in rows["check, from nothing"]
    assert "not here: typst" in rows["Typst: one leaflet, cold process"]


def test_a_figure_is_measured_with_what_it_is_held_against() -> None:
    assert bench.with_peers(["edit"]) == ["M", "L", "edit"]
    assert bench.with_peers([]) == list(bench.FIGURES)


def test_what_is_edited_stands_on_the_page_and_the_sheet_that_are_looked_for() -> None:
    site = real().site
    assert site
    page = next(page for page in site.pages if page.uri == f"{workload.PAGE.rstrip('/')}.md")
    sheet = next(sheet for sheet in site.prints if sheet.uri == workload.SHEET)
    for text in ((REPO / workload.MESSAGE).read_text(encoding="utf-8"), page.markdown, sheet.html):
        assert len(workload.EDITED.findall(text)) == 1


def test_there_is_room_in_memory_for_ten_times_the_content(real_project: Path) -> None:
    """A memory that is too small for one round of the rules keeps nothing."""
    answers = json.loads((real_project / ".cache" / "answers.json").read_text(encoding="utf-8").split("\n", 1)[1])
    pieces = {section.markdown for section, _ in texts(real().library)}
    room = markup.blocks.cache_info().maxsize
    assert 10_000 < len(answers) < remembered.MOST / 20
    assert 1_000 < len(pieces) < (room or 0) / 20


def test_the_content_several_times_over_is_as_good(tmp_path: Path) -> None:
    """Each copy keeps every rule, under names, titles and words of its own; and as many as are measured can be read."""
    project = copy_of_the_repo(tmp_path / "ten")
    grow(project, 10)
    library, _, problems = load(project)
    assert [*problems, *recipes.codes_are_told_apart(library)] == []
    project = copy_of_the_repo(tmp_path / "project")
    once = built(project, TODAY, sheets=False)
    grow(project, 2)
    twice = built(project, TODAY, sheets=False)
    assert twice.problems == ()
    urgent = next(topic for topic in once.library.topics if topic.is_urgent)
    assert len(twice.library.messages) == 2 * len(once.library.messages) - len(urgent.messages)
    assert len(twice.library.handouts) == 2 * len(once.library.handouts)
    titles = [message.title for message in twice.library.messages]
    assert len({*titles}) == len(titles)
