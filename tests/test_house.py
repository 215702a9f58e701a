"""Who may import whom: each outside thing is known to one room, and data goes one way."""

from __future__ import annotations

import ast
import re

from tests.conftest import REPO

HOUSE = REPO / "generator"
ROOMS = {file.relative_to(HOUSE).with_suffix("").as_posix().replace("/", "."): file for file in sorted(HOUSE.rglob("*.py")) if file.stem != "__init__"}
ORDER = (
    "unchanged",
    "remembered",
    "text",
    "content",
    "rules",
    "compose",
    "paper",
    "build",
    "web",
    "scaffold",
    "cli",
    "start",
    "__main__",
)  # a folder may import itself and those before it
ONLY = {
    "babel": {"text.language"},
    "markdown": {"text.markup"},
    "syllapy": {"text.readability"},
    "spellchecker": {"text.speller"},
    "phonenumbers": {"text.telephone"},
    "ruamel": {"content.documents"},
    "yaml": {"content.fields"},
    "xml": {"content.drawings", "text.markup", "text.plain"},
    "pydantic": {"content.model", "content.validation"},
    "jinja2": {"compose.templating"},
    "segno": {"compose.sheets"},
    "weasyprint": {"paper.typeset"},
    "pikepdf": {"paper.finish", "paper.joining"},
    "pypdfium2": {"paper.preview"},
    "multiprocessing": {"paper.workers"},
    "signal": {"paper.workers", "web.stopping"},
    "filelock": {"paper.cache", "web.swap"},
    "rjsmin": {"web.packing"},
    "rcssmin": {"web.packing"},
    "mkdocs": {"web.mkdocs_plugin", "web.rendered", "web.piecewise", "web.live", "cli"},  # cli starts it, and hands it what it has built
    "watchdog": {"web.live"},
    "typer": {"cli"},
    "rich": {"cli"},
    "distributed": {"paper.cluster"},
}
# What belongs to the first programme, its country, its organisation or its main source, and so to content alone.
# A painkiller is a kind of medicine, and pain in the chest a sign of danger, in any programme.
FIRST_PROGRAMME = re.compile(
    r"(?<!chest )\bpain(?!killer)|nhs\b|a&(?:amp;)?e\b|(?<![#\d.])(?:999|111)(?![\d.])|samarit|\bgps?\b|en[-_]gb|united kingdom|gauntlett|\barticle'?s\b",
    re.IGNORECASE,
)
ITS_PLACES = {
    "templates/words/": "words of a language, and a language is of a country",
    "templates/new/countries.yml": "the numbers of each country",
    "generator/scaffold.py": "the language that a new project has if nothing else is said",
    "generator/text/language.py": "an example of a tag",
    "generator/content/voice.py": "an example of a tag",
    "generator/text/telephone.py": "a number of a plan that reaches nobody in one part of it",
}


def imports() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for room, file in ROOMS.items():
        names = found.setdefault(room, set())
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_each_outside_thing_is_known_to_its_room_only() -> None:
    seen = imports()
    assert len(seen) > 40
    for outside, rooms in ONLY.items():
        users = {room for room, names in seen.items() if any(name.split(".")[0] == outside for name in names)}
        assert users <= rooms, outside
        assert users, f"no room uses {outside}: take it out of this list, and out of pyproject.toml"


def test_every_package_that_is_imported_is_declared_and_no_other() -> None:
    """`distributed` is an extra; Material is named in a setting, and its name is all we use."""
    declared = set(re.findall(r'^  "([a-z0-9-]+)[<>=]', (REPO / "pyproject.toml").read_text(encoding="utf-8").split("[project.optional")[0], re.MULTILINE))
    packages = {
        "babel",
        "click",
        "filelock",
        "jinja2",
        "markdown",
        "markupsafe",
        "mkdocs",
        "mkdocs-material",
        "nh3",
        "phonenumberslite",
        "pikepdf",
        "pillow",
        "pydantic",
    }
    packages |= {"pypdfium2", "pyspellchecker", "pyyaml", "rcssmin", "rich", "rjsmin", "ruamel.yaml", "segno", "syllapy", "typer", "watchdog", "weasyprint"}
    assert declared | {"ruamel.yaml"} == packages
    used = {name.split(".")[0] for names in imports().values() for name in names}
    names = {"phonenumberslite": "phonenumbers", "pyspellchecker": "spellchecker", "pyyaml": "yaml", "ruamel.yaml": "ruamel"}
    indirect = {"click", "mkdocs-material", "pillow"}  # a version that typer needs, the theme's name, and what turns a bitmap of pypdfium2 into a PNG
    assert {names.get(package, package) for package in packages - indirect} <= used


def test_data_goes_one_way() -> None:
    level = {folder: number for number, folder in enumerate(ORDER)}
    seen = imports()
    assert {room.split(".")[0] for room in seen} == set(level)
    checked = 0
    for room, names in seen.items():
        for name in names:
            if name.startswith("generator."):
                checked += 1
                assert level[name.split(".")[1]] <= level[room.split(".")[0]], f"{room} may not import {name}"
    assert checked > 150


def test_only_the_command_line_prints_and_exits() -> None:
    for room, file in ROOMS.items():
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        used = {call.func.id for call in calls if isinstance(call.func, ast.Name)} | {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        assert not used & {"print", "exit"} or room in {"cli", "start"}, room
        assert "_exit" not in used or room == "paper.workers", "a worker ends itself when its parent is gone"


def test_nothing_of_the_first_programme_is_left_in_the_generator() -> None:
    """Another clinic, another country or another programme takes the same generator and writes content only."""
    endings = {".py", ".j2", ".html", ".css", ".js", ".svg", ".yml"}
    files = [file for folder in ("generator", "templates") for file in sorted((REPO / folder).rglob("*")) if file.suffix in endings]
    assert len(files) > 150
    found = []
    for file in files:
        path = file.relative_to(REPO).as_posix()
        if path.startswith(tuple(ITS_PLACES)) or path == "templates/theme/assets/vendor/minisearch.js":
            continue
        lines = file.read_text(encoding="utf-8").splitlines()
        found += [f"{path}:{number}: {line.strip()[:120]}" for number, line in enumerate(lines, 1) if FIRST_PROGRAMME.search(line)]
    assert found == []


def test_the_look_for_it_finds_it_where_it_belongs() -> None:
    for file in ("docs/programme.yml", "docs/clinics/sample.yml", "templates/words/en-GB.yml"):
        assert FIRST_PROGRAMME.search((REPO / file).read_text(encoding="utf-8")), file


def test_words_of_a_language_tell_of_no_programme() -> None:
    for file in sorted((REPO / "templates" / "words").glob("*.yml")):
        assert not re.search(r"(?<!chest )\bpain(?!killer)|nhs\b|a&e|samarit|\b999\b|\b111\b", file.read_text(encoding="utf-8"), re.IGNORECASE), file.name


def test_the_theme_escapes_what_it_prints_wherever_it_is_used() -> None:
    """Our plugin switches escaping on; an engine that builds an exported site knows no plugin."""
    printed = [
        found for file in (REPO / "templates/theme").rglob("*.html") for found in re.findall(r"\{\{-?\s*(.*?)\s*-?\}\}", file.read_text(encoding="utf-8"))
    ]
    assert len(printed) > 40
    safe = {"page.content | safe", "config.extra.mark | safe", "leaf(item)", "doors()"}  # finished HTML, and macros of our own
    assert {found for found in printed if not found.endswith("| e")} == safe
