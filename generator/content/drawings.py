"""One hand-made SVG file -> a Diagram, or a Picture for easy read. The only room that knows SVG.

A diagram is drawn once and used on the web and on paper. Colours are classes, each with its presentation attribute: paper shows the
attributes, the site's style overrides them by class. What could run, load or clash with a page is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from generator.content import layers
from generator.content.model import Diagram, Picture
from generator.content.problems import Place, Problem, Report

SHAPES = ("g", "path", "line", "rect", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "title", "desc")
_SVG = "{http://www.w3.org/2000/svg}"
LOGO_SHAPES = ("defs", "linearGradient", "radialGradient", "stop", "clipPath")  # what drawing programs write besides
_RUNS = re.compile(r"on\w+|(?:xlink:|\{.*\})?href", re.IGNORECASE)
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


def read_ornament(file: Path, root: Path, report: Report, name: str, size: int | None = None) -> str | None:
    """A drawing that tells nothing, such as the sign of the site, as it stands in a page; None, with every problem reported, where it cannot be used.

    `name` is the class by which styles know it, `size` its width and height in pixels where it keeps one.
    """
    drawn = _drawn(file, root, {}, report)
    if drawn is None:
        return None
    drawn.attrib.update({"class": name, "aria-hidden": "true", "focusable": "false"} | ({"width": str(size), "height": str(size)} if size else {}))
    return _inline(drawn)


def read_logo(file: Path, root: Path, report: Report) -> None:
    """Report what a logo may not hold. What it shows is the name of its clinic, which stands in the clinic's file."""
    _drawn(file, root, {}, report, logo=True)


def _place(file: Path, root: Path) -> Place:
    return Place(layers.shown(root, file), 1)


def _drawn(file: Path, root: Path, told: Mapping[str, str], report: Report, *, logo: bool = False) -> ElementTree.Element | None:
    """A drawing that may be used. `told` are the elements that say what it is, and what each is for; a `logo` may be what a drawing program makes of it."""
    place = _place(file, root)
    try:
        drawn = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - authored files; what they may hold is checked below
    except (OSError, UnicodeDecodeError, ElementTree.ParseError) as error:
        line = error.position[0] if isinstance(error, ElementTree.ParseError) else 1
        report(Problem(Place(place.path, line), f"this picture cannot be read: {error}", "Export it again as plain SVG.", "diagram"))
        return None
    faults = list(_faults(drawn, told, logo))
    for what, cure in faults:
        report(Problem(place, what, cure, "diagram"))
    return None if faults else drawn


def _faults(drawn: ElementTree.Element, told: Mapping[str, str], logo: bool) -> list[tuple[str, str]]:
    faults = []
    of_a_kind = re.fullmatch(r"0 0 \d+(?:\.\d+)? \d+(?:\.\d+)?", drawn.get("viewBox", "")) and not {"width", "height"} & set(drawn.attrib)
    if drawn.tag != f"{_SVG}svg" or not (of_a_kind or logo):
        faults.append(("a picture is an <svg> with a viewBox that begins at 0 0, and no size of its own", 'Write <svg xmlns="…" viewBox="0 0 360 260">.'))
    for name, says in told.items():
        if not _words(drawn, name):
            faults.append((f"the picture has no <{name}>", f"Add <{name}> at its beginning: {says}."))
    shapes = (*SHAPES, *LOGO_SHAPES) if logo else SHAPES
    for shape in drawn.iter():
        name = shape.tag.removeprefix(_SVG)
        if shape is not drawn and name not in shapes:
            faults.append((f"a picture may not hold <{name}>", f"Draw with {', '.join(shapes)} only."))
        faults += [
            (f'<{name}> has "{attribute}", which a picture may not have', "Take it out: nothing in a picture runs, loads or leads anywhere.")
            for attribute, value in shape.attrib.items()
            if (_RUNS if logo else _REFUSED).fullmatch(attribute) or re.search(r"url\((?!\s*#)" if logo else r"url\(", value)
        ]
    return faults


def _words(drawn: ElementTree.Element, name: str) -> str:
    return " ".join((drawn.findtext(f"{_SVG}{name}") or "").split())


def _for_pages(drawn: ElementTree.Element) -> str:
    """As it stands in a page: named by its title and description."""
    drawn.set("role", "img")
    drawn.set("aria-label", f"{_words(drawn, 'title')}. {_words(drawn, 'desc')}")
    for told in [shape for shape in drawn if shape.tag in (f"{_SVG}title", f"{_SVG}desc")]:
        drawn.remove(told)  # the label says both; a title would also pop up under the mouse
    return _inline(drawn)


def _inline(drawn: ElementTree.Element) -> str:
    """On one line, so that Markdown leaves it alone."""
    ElementTree.register_namespace("", _SVG[1:-1])
    return re.sub(r">\s+<", "><", ElementTree.tostring(drawn, encoding="unicode", short_empty_elements=False)).replace("\n", " ")
