"""The pictures that stand in pages and sheets: diagrams, easy read, hero and mark."""

from __future__ import annotations

from pathlib import Path

from generator.content import addresses, layers
from generator.content.drawings import read_diagram, read_ornament, read_picture
from generator.content.files import authored, is_there
from generator.content.model import (
    Diagram,
    Picture,
    Programme,
)
from generator.content.problems import Problem, Report


def load_diagrams(root: Path, report: Report) -> dict[str, Diagram | None]:
    """Every picture by its name; None where it could not be used."""
    return {file.stem: read_diagram(file, root, report) for file in authored(root / "docs" / "assets" / "diagrams", root, (".svg",), report)}


def load_pictures(root: Path, report: Report) -> dict[str, Picture | None]:
    """Every picture of easy read by its name, those that came with the program and the project's own; None where it could not be used."""
    own = authored(root / "docs" / "assets" / "pictures", root, (".svg",), report)
    files = {file.stem: file for file in (*layers.files(root, "pictures", "*.svg").values(), *own)}
    return {name: read_picture(file, root, report) for name, file in sorted(files.items())}


def load_hero(root: Path, programme: Programme | None, report: Report) -> str | None:
    """The picture of the front page as it stands there, named and described as a diagram is."""
    if programme is None or programme.hero is None:
        return None
    file = root / "docs" / "assets" / "images" / programme.hero
    if not is_there(file):
        report(Problem(programme.at("hero"), f"there is no picture {programme.hero}", "Put it in docs/assets/images/, or remove the line.", "hero"))
        return None
    hero = read_diagram(file, root, report)
    return hero.svg if hero else None


def load_mark(root: Path, report: Report) -> str | None:
    """The sign of the site, beside its name on every page: the project's own, else the one that came with the program."""
    own = root / "docs" / addresses.MARK
    file = own if is_there(own) else layers.find(root, f"theme/{addresses.MARK}")
    return read_ornament(file, root, report, "mark", size=36) if file else None
