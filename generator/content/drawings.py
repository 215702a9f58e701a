"""One hand-made SVG file -> a Diagram, a Picture for easy read, or a drawing that is published as it stands. The only room that knows SVG.

A diagram is drawn once and used on the web and on paper. Colours are classes, each with its presentation attribute: paper shows the
attributes, the site's style overrides them by class. A drawing holds only the shapes and the attributes that are listed here, by their
full names: what could run, load, lead away or clash with a page is on no list.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from generator.content import files, layers
from generator.content.model import Diagram, Picture
from generator.content.problems import Place, Problem, Report
from generator.remembered import remembered

DEEPEST = 30  # groups in groups
SHAPES = ("g", "path", "line", "rect", "circle", "ellipse", "polyline", "polygon", "text", "tspan", "title", "desc")
LOGO_SHAPES = ("defs", "linearGradient", "radialGradient", "stop", "clipPath")  # what drawing programs write besides
WORDS = {"role", "aria-label", "aria-hidden", "focusable", "version"}  # may say anything: nothing reads them as an address
LOOKS = {
    "clip-rule", "color", "display", "dominant-baseline", "fill", "fill-opacity", "fill-rule", "font-family", "font-size", "font-style", "font-weight",
    "letter-spacing", "opacity", "shape-rendering", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "text-decoration", "vector-effect", "visibility", "word-spacing",
}  # fmt: skip
MEASURES = {
    "cx", "cy", "d", "dx", "dy", "height", "lengthAdjust", "pathLength", "points", "preserveAspectRatio", "r", "rotate", "rx", "ry", "textLength",
    "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip
LOGO_LOOKS = {
    "clip-path", "color-interpolation", "enable-background", "font-stretch", "font-variant", "isolation", "overflow", "stop-color", "stop-opacity",
}  # fmt: skip
LOGO_MEASURES = {
    "clipPathUnits", "data-name", "fr", "fx", "fy", "gradientTransform", "gradientUnits", "id", "offset", "spreadMethod", "style",
    "{http://www.w3.org/XML/1998/namespace}space",
}  # fmt: skip
# What each of them tells
DIAGRAM = {"title": "what it is, in a few words", "desc": "what it shows, for someone who cannot see it"}
PICTURE = {"title": "what is drawn, in a few words"}
_SVG = "{http://www.w3.org/2000/svg}"
_NAMES = re.compile(r"[\w\s-]*")  # of classes
_VALUE = re.compile(r"""[\w\s.,#%()+'"-]*""")  # numbers, names and colours: no address, no escape
_FUNCTION = re.compile(r"\b(?:matrix|translate|scale|rotate|skew[XY]|rgba?|hsla?)\(")
_LOCAL = re.compile(r"""url\(\s*["']?#[\w.-]+["']?\s*\)""")  # a part of the same drawing
# What is no part of a drawing but of the machinery around it: types of document, entities, instructions, other encodings
_MACHINERY = re.compile(r"<!(?!--|\[CDATA\[)|<\?(?!xml\s)|\A<\?xml\s[^>]*?encoding\s*=(?!\s*[\"']utf-8[\"'])", re.IGNORECASE)


def read_diagram(file: Path, root: Path, report: Report) -> Diagram | None:
    """The diagram of a file; None, with every problem reported, where it cannot be used."""
    said = _said(file, root, _diagram, DIAGRAM, report)
    if not said:
        return None
    title, description, labels, svg = said
    return Diagram(file.stem, _place(file, root), title, description, tuple(labels), svg)


@remembered(list, list)
def _diagram(text: str) -> list[Any]:
    """The title of a diagram, its description, the words drawn in it, and how it stands in a page; nothing where it cannot be used."""
    drawn = _drawn(text, Place(""), DIAGRAM, lambda _: None)
    if drawn is None:
        return []
    title, description = _words(drawn, "title"), _words(drawn, "desc")
    labels = [" ".join("".join(words.itertext()).split()) for words in drawn.iter(f"{_SVG}text")]
    return [title, description, labels, _for_pages(drawn, f"{title}. {description}")]


def read_picture(file: Path, root: Path, report: Report) -> Picture | None:
    """The picture of a file; None, with every problem reported, where it cannot be used."""
    said = _said(file, root, _picture, PICTURE, report)
    return Picture(file.stem, _place(file, root), *said) if said else None


@remembered(list, list)
def _picture(text: str) -> list[Any]:
    """The title of a picture, how it stands in a page, and whether it shows an easier way; nothing where it cannot be used."""
    drawn = _drawn(text, Place(""), PICTURE, lambda _: None)
    if drawn is None:
        return []
    has_easier = any("easier" in shape.get("class", "").split() for shape in drawn.iter())
    return [_words(drawn, "title"), _for_pages(drawn, _words(drawn, "title")), has_easier]


def read_ornament(file: Path, root: Path, report: Report, name: str, size: int | None = None) -> str | None:
    """A drawing that tells nothing, such as the sign of the site, as it stands in a page; None, with every problem reported, where it cannot be used.

    `name` is the class by which styles know it, `size` its width and height in pixels where it keeps one.
    """
    drawn = _read(file, root, {}, report)
    if drawn is None:
        return None
    drawn.attrib.update({"class": name, "aria-hidden": "true", "focusable": "false"} | ({"width": str(size), "height": str(size)} if size else {}))
    return _inline(drawn)


def read_drawing(file: Path, root: Path, report: Report) -> bytes | None:
    """A drawing that is published as it stands, or a logo, as a drawing program may make it; None, with every problem reported, where it may not."""
    text = _text(file, root, report)
    return text.encode() if text is not None and _drawn(text, _place(file, root), {}, report, plain=False) is not None else None


def _place(file: Path, root: Path) -> Place:
    return Place(layers.shown(root, file), 1)


def _said(file: Path, root: Path, read: Callable[[str], list[Any]], told: Mapping[str, str], report: Report) -> list[Any]:
    """What `read` has of a drawing that tells what is `told`; nothing, with every problem reported, where it cannot be used."""
    text = _text(file, root, report)
    said = read(text) if text is not None else []
    if text is not None and not said:
        _drawn(text, _place(file, root), told, report)
    return said


def _read(file: Path, root: Path, told: Mapping[str, str], report: Report) -> ElementTree.Element | None:
    text = _text(file, root, report)
    return None if text is None else _drawn(text, _place(file, root), told, report)


def _text(file: Path, root: Path, report: Report) -> str | None:
    return files.read_text(file, root, report, longest=None)  # the points of a path stand on one line


def _drawn(text: str, place: Place, told: Mapping[str, str], report: Report, *, plain: bool = True) -> ElementTree.Element | None:
    """A drawing that may be used. `told` are the elements that say what it is, and what each is for; one that is not `plain` may be what a drawing program makes of it."""
    if found := _MACHINERY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = "a picture may not hold types of document, entities or instructions, nor name another encoding than UTF-8"
        report(Problem(Place(place.path, line), what, "Export it again as plain SVG.", "diagram"))
        return None
    try:
        drawn, depth = _parsed(text)
    except ElementTree.ParseError as error:
        report(Problem(Place(place.path, error.position[0]), f"this picture cannot be read: {error}", "Export it again as plain SVG.", "diagram"))
        return None
    if depth > DEEPEST:
        report(Problem(place, f"the groups of this picture are nested more than {DEEPEST} deep", "Ungroup some of them.", "diagram"))
        return None
    faults = list(_faults(drawn, told, plain))
    for what, cure in faults:
        report(Problem(place, what, cure, "diagram"))
    return None if faults else drawn


def _parsed(text: str) -> tuple[ElementTree.Element, int]:
    """The root of a drawing, and how deep it is nested; one that is too deep is read no further."""
    depth = deepest = 0
    opened: list[ElementTree.Element] = []
    for event, element in ElementTree.iterparse(io.BytesIO(text.encode()), ("start", "end")):  # noqa: S314 - there are no entities any more
        opened.append(element)
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        if depth > DEEPEST:
            break
    return opened[0], deepest


def _faults(drawn: ElementTree.Element, told: Mapping[str, str], plain: bool) -> Iterator[tuple[str, str]]:
    of_a_kind = re.fullmatch(r"0 0 \d+(?:\.\d+)? \d+(?:\.\d+)?", drawn.get("viewBox", "")) and not {"width", "height"} & set(drawn.attrib)
    if drawn.tag != f"{_SVG}svg" or (plain and not of_a_kind):
        yield "a picture is an <svg> with a viewBox that begins at 0 0, and no size of its own", 'Write <svg xmlns="…" viewBox="0 0 360 260">.'
    for name, says in told.items():
        if not _words(drawn, name):
            yield f"the picture has no <{name}>", f"Add <{name}> at its beginning: {says}."
    shapes = SHAPES if plain else (*SHAPES, *LOGO_SHAPES)
    again = "" if plain else " Drawing programs can export plain SVG, with presentation attributes instead of styles."
    for shape in drawn.iter():
        name = shape.tag.removeprefix(_SVG)
        if shape is not drawn and (name not in shapes or name == shape.tag):
            yield f"a picture may not hold <{name}>", f"Draw with {', '.join(SHAPES)} only.{again}"
            continue
        if name in {"title", "desc"} and len(shape):
            yield f"<{name}> holds more than words", "Write its words alone."
        for attribute, value in shape.attrib.items():
            if not _may_stand(attribute, plain):
                yield f'<{name}> has "{attribute}", which a picture may not have', f"Take it out: nothing in a picture runs, loads or leads anywhere.{again}"
            elif not _is_harmless(attribute, value, plain):
                yield f'<{name}> has {attribute}="{value}", which a picture may not have', f"Write names, numbers and colours only.{again}"


def _may_stand(attribute: str, plain: bool) -> bool:
    return attribute in {"class"} | WORDS | LOOKS | MEASURES or (not plain and attribute in LOGO_LOOKS | LOGO_MEASURES)


def _is_harmless(attribute: str, value: str, plain: bool) -> bool:
    """Whether a value says how something looks, and no more. A style is such values, written another way."""
    if attribute in WORDS:
        return True
    if attribute == "class":
        return bool(_NAMES.fullmatch(value))
    if attribute == "style":
        rules = [rule.partition(":") for rule in value.split(";") if rule.strip()]
        return all(name.strip() in LOOKS | LOGO_LOOKS and _is_harmless(name.strip(), look, plain) for name, _, look in rules)
    rest = value if plain else _LOCAL.sub("", value)
    return bool(_VALUE.fullmatch(rest)) and not re.search(r"\w\(", _FUNCTION.sub("", rest))


def _words(drawn: ElementTree.Element, name: str) -> str:
    return " ".join((drawn.findtext(f"{_SVG}{name}") or "").split())


def _for_pages(drawn: ElementTree.Element, label: str) -> str:
    """As it stands in a page, named by its title, and by its description where it has one."""
    drawn.set("role", "img")
    drawn.set("aria-label", label)
    for told in [shape for shape in drawn if shape.tag in (f"{_SVG}title", f"{_SVG}desc")]:
        drawn.remove(told)  # the label says it; a title would also pop up under the mouse
    return _inline(drawn)


def _inline(drawn: ElementTree.Element) -> str:
    """On one line, so that Markdown leaves it alone."""
    ElementTree.register_namespace("", _SVG[1:-1])
    return re.sub(r">\s+<", "><", ElementTree.tostring(drawn, encoding="unicode", short_empty_elements=False)).replace("\n", " ")
