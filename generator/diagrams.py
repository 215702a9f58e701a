"""One hand-made SVG file -> a Diagram, or a Picture for easy read. The only room that knows SVG.

A diagram is drawn once and used on the web and on paper. Colours are classes, each with its presentation attribute: paper shows the
attributes, the site's style overrides them by class. What could run, load or clash with a page is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from generator.model import Diagram, Picture
from generator.problems import Place, Problem, Report

SHAPES = ("g", "path", "line", "rect", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "title", "desc")
_SVG = "{http://www.w3.org/2000/svg}"
_REFUSED = re.compile(r"on\w+|style|id|(?:xlink:|\{.*\})?href", re.IGNORECASE)


def read_diagram(file: Path, root: Path, report: Report) -> Diagram | None:
    """The diagram of a file; None, with every problem reported, where it cannot be used."""
    drawn = _drawn(file, root, {"title": "what it is, in a few words", "desc": "what it shows, for someone who cannot see it"}, report)
    if drawn is None:
        return None
    labels = tuple(" ".join("".join(text.itertext()).split()) for text in drawn.iter(f"{_SVG}text"))
    return Diagram(file.stem, _place(file, root), _words(drawn, "title"), _words(drawn, "desc"), labels, _for_pages(drawn))


def read_picture(file: Path, root: Path, report: Report) -> Picture | None:
    """The picture of a file; None, with every problem reported, where it cannot be used."""
    drawn = _drawn(file, root, {"title": "what is drawn, in a few words"}, report)
    return None if drawn is None else Picture(file.stem, _place(file, root), _words(drawn, "title"))


def _place(file: Path, root: Path) -> Place:
    return Place(file.relative_to(root).as_posix(), 1)


def _drawn(file: Path, root: Path, told: Mapping[str, str], report: Report) -> ElementTree.Element | None:
    """A drawing that may be used. `told` are the elements that say what it is, and what each is for."""
    place = _place(file, root)
    try:
        drawn = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - authored files; what they may hold is checked below
    except (OSError, UnicodeDecodeError, ElementTree.ParseError) as error:
        line = error.position[0] if isinstance(error, ElementTree.ParseError) else 1
        report(Problem(Place(place.path, line), f"this picture cannot be read: {error}", "Export it again as plain SVG.", "diagram"))
        return None
    faults = list(_faults(drawn, told))
    for what, cure in faults:
        report(Problem(place, what, cure, "diagram"))
    return None if faults else drawn


def _faults(drawn: ElementTree.Element, told: Mapping[str, str]) -> list[tuple[str, str]]:
    faults = []
    if drawn.tag != f"{_SVG}svg" or not re.fullmatch(r"0 0 \d+ \d+", drawn.get("viewBox", "")) or {"width", "height"} & set(drawn.attrib):
        faults.append(("a picture is an <svg> with a viewBox that begins at 0 0, and no size of its own", 'Write <svg xmlns="…" viewBox="0 0 360 260">.'))
    for name, says in told.items():
        if not _words(drawn, name):
            faults.append((f"the picture has no <{name}>", f"Add <{name}> at its beginning: {says}."))
    for shape in drawn.iter():
        name = shape.tag.removeprefix(_SVG)
        if shape is not drawn and name not in SHAPES:
            faults.append((f"a picture may not hold <{name}>", f"Draw with {', '.join(SHAPES)} only."))
        faults += [
            (f'<{name}> has "{attribute}", which a picture may not have', "Take it out: colours are classes, and nothing in a picture has a name or a link.")
            for attribute, value in shape.attrib.items()
            if _REFUSED.fullmatch(attribute) or "url(" in value
        ]
    return faults


def _words(drawn: ElementTree.Element, name: str) -> str:
    return " ".join((drawn.findtext(f"{_SVG}{name}") or "").split())


def _for_pages(drawn: ElementTree.Element) -> str:
    """As it stands in a page: named by its title and description, on one line, so that Markdown leaves it alone."""
    drawn.set("role", "img")
    drawn.set("aria-label", f"{_words(drawn, 'title')}. {_words(drawn, 'desc')}")
    for told in [shape for shape in drawn if shape.tag in (f"{_SVG}title", f"{_SVG}desc")]:
        drawn.remove(told)  # the label says both; a title would also pop up under the mouse
    ElementTree.register_namespace("", _SVG[1:-1])
    return re.sub(r">\s+<", "><", ElementTree.tostring(drawn, encoding="unicode", short_empty_elements=False)).replace("\n", " ")
