"""Every mistake an author can make is found, with its place and its cure; the cases stand in broken_projects.yml."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator.content.problems import as_json, as_text
from tests.conftest import REPO, Project, built

CASES: dict[str, Any] = YAML(typ="safe").load(REPO / "tests" / "broken_projects.yml")


def with_repeats(case: dict[str, Any]) -> Any:
    """The changes of a case, with the word that `repeat` names replaced by a text many times over."""
    word, text, times = case.get("repeat", ("", "", 0))
    return {path: [[old, new.replace(word, text * times) if word else new] for old, new in change] if isinstance(change, list) else change and change.replace(word or "\0", text * times)
            for path, change in case["changes"].items()}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_broken_project_names_all_its_problems(project: Project, case: dict[str, Any]) -> None:
    problems = set(built(project(with_repeats(case))).problems)
    assert sorted(f"{problem.place} {problem.rule}" for problem in problems) == sorted(case["expect"])
    for problem in problems:
        assert problem.message
        assert problem.cure
    for cure in case.get("cures", ()):
        assert any(cure in problem.cure for problem in problems)


def test_the_small_project_itself_is_sound(project: Project) -> None:
    assert built(project()).problems == ()


def test_every_rule_has_a_broken_project() -> None:
    calls = [
        node
        for file in (REPO / "generator").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem" and len(node.args) > 3
    ]
    rules = {node.args[3].value for node in calls if isinstance(node.args[3], ast.Constant)}
    caught = {line.split()[-1] for case in CASES.values() for line in case["expect"]}
    assert len(rules) > 20
    found_elsewhere = {
        "encoding",
        "unreadable",
        "nothing-is-sent",
        "own-words",
        "sheet",
        "too-long",
        "empty-side",
        "machine",
        "worker",
        "settings",
    }  # each has a test of its own
    assert rules - caught - found_elsewhere == set()


def test_all_problems_come_at_once(project: Project) -> None:
    """Ten mistakes in ten files: one run names all of them, sorted, as text and as JSON."""
    changes = {path: change for name in ("unknown key", "unknown heading", "a bad date") for path, change in CASES[name]["changes"].items()}
    root = project(changes)
    (root / "docs" / "messages" / "pain" / "odd.md").write_bytes("---\ntitle: caf\xe9\n---\n".encode("latin-1"))
    (root / "docs" / "messages" / "pain" / "bell.md").write_bytes(b"---\ntitle: a\x07b\n---\n")
    problems = built(root).problems
    text = as_text(problems)
    places = re.findall(r"^(\S+:\d+): ", text, re.MULTILINE)
    assert places == sorted(places, key=lambda place: (place.rsplit(":", 1)[0], int(place.rsplit(":", 1)[1])))
    assert "odd.md:2: the file is not UTF-8 text" in text
    assert "bell.md:2: there is an invisible control character" in text
    assert '"rule": "encoding"' in as_json(problems)


def test_no_broken_project_raises(project: Project) -> None:
    root = project()
    for path in (Path("docs/sources.yml"), Path("docs/clinics/sample.yml"), Path("mkdocs.yml"), Path("handouts/real.md"), Path("docs/index.md")):
        kept = (root / path).read_bytes()
        for text in (b"", b"---\n---\n", b"- a\n- b\n", b"a: [1\n", b"?: x\n", b"x", b"\xff\xfe", b"a: {b: {c: [}}}", b"--- \n- x\n---\n"):
            (root / path).write_bytes(text)
            assert built(root).problems, (path, text)
        (root / path).write_bytes(kept)
