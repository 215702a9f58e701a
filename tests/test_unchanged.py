"""A command that was asked before, in a project where nothing has changed since: it answers at once, and never wrongly."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import unchanged
from tests.conftest import TODAY, Project, rewrite, run

CHECK = ("check", "--today", str(TODAY))
BUILD = ("build", "--no-handouts", "--today", str(TODAY))


@pytest.fixture
def asked(project: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, of which `check` was asked once."""
    root = project()
    monkeypatch.chdir(root)
    question = unchanged.question([*CHECK])
    assert question
    assert question.said() is None
    question.note(0, "Said.\n")
    assert again() == (0, "Said.\n")
    return root


def again(*arguments: str) -> tuple[int, str] | None:
    question = unchanged.question([*(arguments or CHECK)])
    assert question
    return question.said()


CHANGES: dict[str, Callable[[Path], object]] = {
    "a sentence": lambda root: rewrite(root / "docs/about.md", [["---\n\n", "---\n\nOne more. "]]),
    "a file more": lambda root: (root / "docs/more.yml").write_text("a: b\n"),
    "a file less": lambda root: (root / "docs/glossary.yml").unlink(),
    "a name": lambda root: (root / "docs/glossary.yml").rename(root / "docs/glossaries.yml"),
    "a template of one's own": lambda root: rewrite(root / "templates/pages/front.md.j2", "x"),
    "a setting": lambda root: rewrite(root / "mkdocs.yml", [["site_name: ", "site_name: Our "]]),
    "a sheet": lambda root: rewrite(root / "handouts/touch.md", [["title: ", "title: Our "]]),
    "a note that was damaged": lambda root: (root / ".cache/unchanged/check").write_text("x"),
    "a note that was cut": lambda root: os.truncate(root / ".cache/unchanged/check", 2000),
    "a place": lambda root: os.chdir(root / "docs"),
    "a package": lambda root: sys.path.append(str(_packages(root))),
}


def _packages(root: Path) -> Path:
    folder = root.parent / "site-packages"
    (folder / "weasyprint-71.dist-info").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_is_seen(asked: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    change(asked)
    assert again(*CHECK, *([] if Path.cwd() == asked else ["--project", str(asked)])) is None


def test_a_file_that_keeps_its_size_and_its_day_has_changed_all_the_same(asked: Path) -> None:
    file = asked / "docs/about.md"
    before = file.stat()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("e", "i", 1), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert again() is None


def test_another_question_is_another_question(asked: Path) -> None:
    assert again(*CHECK, "--strict") is None
    assert again("check", "--today", "2026-11-27") is None
    assert unchanged.question(["serve"]) is None
    assert unchanged.question(["check", "--help"]) is None


def test_what_editors_leave_beside_a_file_changes_nothing(asked: Path) -> None:
    for name in (".about.md.swp", "about.md~", "~about.md"):
        (asked / "docs" / name).write_text("x")
    assert again() == (0, "Said.\n")


def test_check_says_the_same_again_with_its_status(project: Project) -> None:
    root = project({"docs/index.md": None})
    first, second = (run("pmp", *CHECK, cwd=root, fresh=True) for _ in range(2))
    assert (second.returncode, second.stdout) == (first.returncode, first.stdout) == (1, first.stdout)
    assert "docs/" in first.stdout
    as_json = [run("pmp", *CHECK, "--format", "json", cwd=root, fresh=True).stdout for _ in range(2)]
    assert json.loads(as_json[0]) == json.loads(as_json[1]) != []


def test_a_site_is_built_anew_when_it_is_not_as_it_was_left(project: Project) -> None:
    root = project()
    site = root / "site"

    def nothing_changed() -> bool:
        outcome = run("pmp", *BUILD, cwd=root, fresh=True)
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout.startswith("Nothing has changed: ")

    assert not nothing_changed()
    page = (site / "index.html").read_bytes()
    assert nothing_changed()
    for spoil in (lambda: (site / "index.html").write_bytes(b"x"), (site / "search/words.js").unlink, lambda: shutil.rmtree(site)):
        spoil()
        assert not nothing_changed()
        assert (site / "index.html").read_bytes() == page
    assert nothing_changed()
    assert run("pmp", "build", "--no-handouts", "--today", "2026-12-01", cwd=root, fresh=True).stdout.startswith("22 pages and")
    assert not nothing_changed(), "the site is of another day now"


def test_a_build_with_a_warning_tells_it_every_time(project: Project) -> None:
    late = ("--today", "2029-06-01")
    root = project()
    first, second = (run("pmp", "build", "--no-handouts", *late, cwd=root, fresh=True) for _ in range(2))
    assert "overdue" in first.stdout
    assert second.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]


def test_what_mkdocs_warns_of_is_told_every_time(project: Project) -> None:
    """Also of a page that it rendered before."""
    root = project()
    assert run("pmp", *BUILD, cwd=root, fresh=True).returncode == 0
    heading = '<div class="masthead" markdown="1">'
    rewrite(root / "templates/pages/glossary.md.j2", [[heading, f"[there](/patients/pain/)\n\n{heading}"]])
    for _ in range(2):
        outcome = run("pmp", *BUILD, cwd=root, fresh=True)
        assert outcome.returncode == 0, outcome.stderr
        assert "glossary.md' contains an absolute link '/patients/pain/'" in outcome.stderr


MORE = """
from markdown import Extension

class More(Extension):
    def extendMarkdown(self, md):
        pass

def makeExtension(**_):
    return More()

def on_page_content(html, **_):
    return html
"""


@pytest.mark.parametrize(
    ("setting", "is_plain"),
    [
        ("hooks: [more.py]", False),
        ("markdown_extensions: [more]", False),
        ("site_author: !ENV [NAME, nobody]", False),
        ("site_author: Hello, you!", True),
        ("markdown_extensions: [tables]", True),
    ],
)
def test_a_site_that_rests_on_more_than_the_project_is_built_every_time(project: Project, setting: str, is_plain: bool) -> None:
    root = project({"more.py": MORE})
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write(f"{setting}\n")
    outcome = run("pmp", *BUILD, cwd=root, env={"PYTHONPATH": os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])})
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert (root / ".cache/unchanged/build").exists() == is_plain
