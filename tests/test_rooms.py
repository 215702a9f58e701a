"""Who may import whom: each outside thing is known to one room, and data goes one way."""

from __future__ import annotations

import ast

from tests.conftest import REPO

ROOMS = sorted((REPO / "generator").glob("*.py"))
ONLY = {
    "ruamel": {"documents"},
    "markdown": {"markup"},
    "jinja2": {"templating"},
    "xml": {"diagrams"},
    "syllapy": {"readability"},
    "spellchecker": {"speller"},
    "rjsmin": {"packing"},
    "rcssmin": {"packing"},
    "weasyprint": {"typeset"},
    "pikepdf": {"finish"},
    "pypdfium2": {"preview"},
    "segno": {"sheets"},
    "phonenumbers": {"telephone"},
    "multiprocessing": {"pdf"},
    "mkdocs": {"mkdocs_plugin", "cli"},  # cli starts it, and hands it what it has built
    "typer": {"cli"},
    "rich": {"cli"},
    "pydantic": {"model", "validation"},
    "distributed": {"cli"},
}
ORDER = [
    {"problems", "machine", "finish", "preview", "telephone", "speller", "packing"}, {"model", "typeset", "scripts"}, {"site", "documents", "diagrams", "easyread", "addresses"}, {"validation"},
    {"load", "markup", "wording", "templating"}, {"prose", "readability", "glossary"},
    {"check", "guard", "search", "views", "pdf"}, {"sheets"}, {"compose"}, {"build", "offline"}, {"export", "mkdocs_plugin", "scaffold"}, {"cli"}, {"__main__"},
]  # fmt: skip


def imports() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in ROOMS:
        names = found.setdefault(file.stem, set())
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module == "generator":
                names |= {f"generator.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    return found


def test_each_outside_thing_is_known_to_its_room_only() -> None:
    seen = imports()
    assert len(seen) > 20
    for outside, rooms in ONLY.items():
        users = {room for room, names in seen.items() if any(name.split(".")[0] == outside for name in names)}
        assert users <= rooms, outside
        assert users, f"no room uses {outside}: take it out of this list, and out of pyproject.toml"


def test_data_goes_one_way() -> None:
    level = {room: number for number, rooms in enumerate(ORDER) for room in rooms}
    seen = imports()
    assert set(seen) - {"__init__"} == set(level)
    checked = 0
    for room, names in seen.items():
        for name in names:
            if name.startswith("generator."):
                checked += 1
                assert level[name.split(".")[1]] < level[room], f"{room} may not import {name}"
    assert checked > 40


def test_only_the_command_line_prints_and_exits() -> None:
    for file in ROOMS:
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        used = {call.func.id for call in calls if isinstance(call.func, ast.Name)} | {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        assert not used & {"print", "exit", "_exit"} or file.stem == "cli", file.stem
