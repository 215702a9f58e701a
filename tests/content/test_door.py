"""What comes into a project: files of it and nothing else, within bounds, and told in words that do nothing to a terminal."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from generator.content.problems import MOST, Place, Problem, as_json, as_text, did_you_mean
from tests.conftest import REPO, Project, built, rewrite, run, tree

PLACES = ("docs/linked.md", "docs/messages/pain/linked.md", "docs/clinics/linked.yml", "docs/assets/linked.svg", "handouts/linked.md", "templates/linked.j2")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}>{}</svg>'


def told(root: Path) -> list[str]:
    return [line for line in as_text(built(root, sheets=False).problems).splitlines() if not line.startswith(" ")]


def link(file: Path, target: Path | str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.symlink_to(target)


@pytest.mark.parametrize("place", PLACES)
def test_a_link_that_leads_out_of_the_project_is_followed_by_nobody(project: Project, tmp_path: Path, place: str) -> None:
    root = project()
    (tmp_path / "secret").write_text("---\ntitle: A secret\n---\n\nSecret words.\n", encoding="utf-8")
    link(root / place, tmp_path / "secret")
    assert told(root) == [f"{place}:1: this link leads out of the project"]


@pytest.mark.parametrize("place", ["docs/linked", "docs/messages/linked", "docs/assets/linked", "handouts/linked", "templates/linked"])
def test_a_linked_folder_outside_is_followed_by_nobody(project: Project, tmp_path: Path, place: str) -> None:
    root = project()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "index.md").write_text("---\ntitle: A secret\n---\n\nSecret words.\n", encoding="utf-8")
    link(root / place, tmp_path / "outside")
    assert f"{place}:1: this link leads out of the project" in told(root)
    assert "Secret" not in str(built(root, sheets=False).library)


def test_a_whole_folder_of_content_that_is_elsewhere_is_one_problem(project: Project, tmp_path: Path) -> None:
    root = project()
    shutil.move(root / "handouts", tmp_path / "elsewhere")
    link(root / "handouts", tmp_path / "elsewhere")
    assert told(root) == ["handouts:1: this link leads out of the project"]


def test_a_link_to_a_file_of_the_project_is_as_good_as_the_file(project: Project) -> None:
    root = project()
    shutil.move(root / "docs" / "about.md", root / "about.md")
    link(root / "docs" / "about.md", "../about.md")
    shutil.move(root / "docs" / "messages" / "safety", root / "shared")
    link(root / "docs" / "messages" / "safety", root / "shared")
    assert told(root) == []


@pytest.mark.parametrize("place", PLACES)
def test_links_that_lead_nowhere_or_round_in_a_circle_are_problems(project: Project, place: str) -> None:
    root = project()
    link(root / place, "gone")
    assert told(root) == [f"{place}:1: this link leads nowhere"]
    (root / place).unlink()
    link(root / place, Path(place).name)
    assert told(root) == [f"{place}:1: this link leads nowhere"]


def test_folders_that_lead_back_to_themselves_end(project: Project) -> None:
    root = project()
    for name in ("one", "two", "three"):  # with three, a walk that follows them doubles and doubles
        link(root / "docs" / "assets" / name, "..")
    link(root / "handouts" / "again", ".")
    link(root / "templates" / "up", "../templates")
    assert told(root) == [
        *(f"docs/assets/{name}:1: this link leads to a folder that is read already" for name in ("one", "three", "two")),
        "handouts/again:1: this link leads to a folder that is read already",
        "templates/up:1: this link leads to a folder that is read already",
    ]


@pytest.mark.parametrize(
    "place", [*PLACES, "docs/urgent.yml", "docs/glossary.yml", "docs/messages/pain/alarm.md", "templates/words/en-GB.yml", "templates/theme/base.html"]
)
def test_a_pipe_or_a_socket_is_never_opened(project: Project, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project()
    (root / place).unlink(missing_ok=True)
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(root / place)
    assert f"{place}:1: this is no file, but a pipe, a socket or a device" in told(root)
    (root / place).unlink()
    monkeypatch.chdir((root / place).parent)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(Path(place).name)
        assert f"{place}:1: this is no file, but a pipe, a socket or a device" in told(root)


@pytest.mark.parametrize("place", ["docs/urgent.yml", "docs/glossary.yml", "docs/clinics/sample.yml", "docs/about.md", "templates/pages/front.md.j2"])
def test_a_folder_in_the_place_of_a_file_is_told(project: Project, place: str) -> None:
    root = project()
    (root / place).unlink(missing_ok=True)
    (root / place).mkdir(parents=True)
    found = told(root)
    assert [line for line in found if line.startswith(f"{place}:1")] or place in {"docs/clinics/sample.yml", "docs/about.md"}
    (root / place / "inner.txt").write_text("x", encoding="utf-8")
    assert [line for line in told(root) if line.startswith((f"{place}:1", f"{place}/inner.txt:1"))]


def test_a_file_in_the_place_of_a_folder_is_told(project: Project) -> None:
    root = project({"templates/pages": "x", "docs/assets": "x"})
    assert told(root) == ["docs/assets:1: this is a file, and a folder belongs here", "templates/pages:1: this is a file, and a folder belongs here"]


@pytest.mark.parametrize(
    "place",
    [
        "docs/runs/green-2020.txt",
        "templates/pages/front.md.j2",
        "templates/theme/base.html",
        "templates/handouts/print.css",
        "docs/assets/own.css",
        "mkdocs.yml",
    ],
)
def test_text_that_is_none_is_told(project: Project, place: str) -> None:
    root = project({place: "caf\xe9".encode("latin-1")})
    assert told(root) == [f"{place}:1: the file is not UTF-8 text"]


def test_every_known_kind_of_file_is_published_as_it_is_and_nothing_else(project: Project) -> None:
    drawing = SVG.format(
        'viewBox="0 0 9 9"', '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs><g style="fill:url(#a)"/>'
    )
    kinds = {
        "images/a.png": b"\x89PNG\r\n\x1a\nx",
        "images/a.jpg": b"\xff\xd8\xffx",
        "images/a.jpeg": b"\xff\xd8\xffx",
        "images/a.gif": b"GIF89ax",
        "images/a.webp": b"RIFF\0\0\0\0WEBPx",
        "images/a.avif": b"\0\0\0\x1cftypavifx",
        "images/a b.ico": b"\0\0\1\0x",
        "images/a.svg": drawing.encode(),
        "fonts/a.woff2": b"wOF2x",
        "fonts/LICENSE.txt": b"Free.\n",
        "styles/a.css": b"p{color:red}\n",
        "scripts/a.js": b"quiet();\n",
    }
    left = {"docs/.hidden.html": "x", "docs/~draft.md": "x", "docs/assets/images/a.png~": "x", "docs/assets/.DS_Store": "x"}
    root = project({f"docs/assets/{name}": content for name, content in kinds.items()} | left)
    before = tree(root)
    outcome = run("pmp", "build", "--no-handouts", cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    site = tree(root / "site")
    assert {name: site[f"assets/{name}"] for name in kinds} == kinds
    assert not [name for name in site if "hidden" in name or "~" in name or "DS_Store" in name or name.startswith(("messages", "clinics", "runs"))]
    assert run("pmp", "export", "--no-handouts", root / "out", cwd=root).returncode == 0
    exported = tree(root / "out" / "docs")
    assert {name for name in exported if name.startswith("assets/")} == {name for name in site if name.startswith("assets/")}
    assert not [name for name in exported if name.startswith(("messages", "clinics", "runs")) or name.endswith(".yml")]
    assert {name: content for name, content in tree(root).items() if not name.startswith(("site/", "out/", ".cache/"))} == before


def test_what_drawing_programs_write_may_be_a_logo(project: Project) -> None:
    inkscape = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape -->
<svg width="60mm" height="20mm" viewBox="0 0 60 20" version="1.1" id="svg1" xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg" xml:space="preserve">
  <defs id="defs1"><clipPath id="c"><rect x="0" y="0" width="5" height="5"/></clipPath></defs>
  <g id="layer1" transform="translate(-75.2,-138.7)" clip-path="url(#c)">
    <path style="fill:#0c4a52;fill-opacity:1;stroke:none;stroke-width:0.26" d="m 75.2,138.7 h 5e-3 v -1.5 z" id="p1"/>
    <text style="font-size:5px;font-family:'Atkinson Hyperlegible', sans-serif" fill="rgb(10%, 20%, 30%)"><tspan x="1" y="2">Hillside &amp; Co: care</tspan></text>
  </g>
</svg>"""
    assert told(project({"docs/assets/logos/ours.svg": inkscape})) == []


def test_every_drawing_that_comes_with_the_program_may_stay() -> None:
    assert len(list(REPO.glob("templates/**/*.svg"))) > 40
    assert told(REPO) == []


def test_a_drawing_of_a_million_laughs_costs_nothing(project: Project) -> None:
    entities = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
    bomb = f'<!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]>{SVG.format("", "<title>&a11;</title>")}'
    utf16 = SVG.format("", "<script>alert(1)</script>").encode("utf-16")
    found = told(project({"docs/assets/bomb.svg": bomb, "docs/assets/wide.svg": utf16}))
    assert [line.split(":")[0] for line in found] == ["docs/assets/bomb.svg", "docs/assets/wide.svg"]


@pytest.mark.parametrize(
    "content",
    [
        "a: " + "[" * 100_000,
        "".join(f"a{number}: b\n" for number in range(100_000)),
        "a: " + "b" * 10_000_000,
        "---\n---\n\n## In short\n\n## a" + " " * 9_000 + "b",
    ],
    ids=lambda content: content[:24],
)
def test_no_file_takes_long_to_be_refused(project: Project, content: str) -> None:
    """Each took from seconds to for ever, or named as many problems as it has lines."""
    found = told(project({"docs/messages/pain/alarm.md": content, "docs/clinics/sample.yml": content}))
    assert {line.split(":")[0] for line in found} == {"docs/clinics/sample.yml", "docs/messages/pain/alarm.md"}
    assert len(found) <= 3


def test_a_problem_is_short_and_does_nothing_to_a_terminal() -> None:
    problem = Problem(Place("docs/a\x1b[31m\udcff.md", 3), f'there is no "{"x" * 60_000}\x1b[2J\u202e\n\n" here', f"Write {'y' * 60_000}.", "x")
    text = as_text([problem])
    assert len(text) < 3 * MOST
    assert text.isprintable() or text.count("\n") == 1
    assert text.startswith("docs/a\\x1b[31m\\udcff.md:3: there is no")
    assert '\\x1b[2J\\u202e " here' in text
    assert "…" in text
    text.encode()
    as_json([problem]).encode()


def test_thousands_of_problems_are_all_told(project: Project) -> None:
    root = project()
    for number in range(3000):
        (root / "docs" / f"x{number}\x1b[2J.html").write_text("x", encoding="utf-8")
    outcome = run("pmp", "check", cwd=root)
    assert outcome.returncode == 1
    assert outcome.stdout.count("this kind of file is not read here") == 3000
    assert "\x1b" not in outcome.stdout


def test_a_long_word_is_not_compared_with_others() -> None:
    assert did_you_mean("alram", ["alarm", "a" * 60_000], "None.") == 'Did you mean "alarm"?'
    assert did_you_mean("a" * 60_000, ["a" * 59_999] * 50, "None.") == "None."


THEME_MISTAKES = {
    "a division": [["{% block footer %}", "{{ 1 / 0 }}{% block footer %}"]],
    "itself": "{% extends 'base.html' %}",
    "an include of itself": "{% include 'base.html' %}",
    "too far": "{{ range(10 ** 30) | length }}",
    "nothing of that name": "{% extends 'gone.html' %}",
}


@pytest.mark.parametrize("change", THEME_MISTAKES.values(), ids=THEME_MISTAKES)
@pytest.mark.parametrize("command", [("pmp", "build", "--no-handouts"), ("mkdocs", "build")])
def test_a_theme_that_goes_wrong_leaves_the_old_site_as_it_was(built_project: Path, command: tuple[str, ...], change: str | list[list[str]]) -> None:
    before = tree(built_project / "site")
    rewrite(built_project / "templates/theme/base.html", change)
    outcome = run(*command, cwd=built_project)
    shown = outcome.stdout + outcome.stderr
    assert outcome.returncode == 1
    assert "templates/theme/base.html:" in shown
    assert "this template cannot be used" in shown
    assert "Traceback" not in shown
    assert tree(built_project / "site") == before


@pytest.mark.parametrize(
    "content", [b"", b"5\n", b"site_name: Small\nplugins: 5\n", b"site_name: caf\xe9\n", b"a: [1\n"], ids=["empty", "a number", "plugins", "latin", "broken"]
)
@pytest.mark.parametrize("command", [("pmp", "build"), ("pmp", "check"), ("pmp", "serve"), ("pmp", "export", "out")])
def test_settings_that_cannot_be_used_are_told(project: Project, command: tuple[str, ...], content: bytes) -> None:
    outcome = run(*command, cwd=project({"mkdocs.yml": content}))
    assert outcome.returncode in {1, 2}
    assert "mkdocs.yml" in outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_settings_that_are_a_folder_are_told(project: Project) -> None:
    root = project({"mkdocs.yml": None})
    (root / "mkdocs.yml").mkdir()
    outcome = run("pmp", "check", cwd=root)
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_an_export_keeps_settings_of_any_shape(project: Project) -> None:
    root = project({"mkdocs.yml": [["plugins:", "theme: material\nextra: 5\nplugins:"]]})
    outcome = run("pmp", "export", "--no-handouts", "out", cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
