"""One sheet, from print HTML to PDF. The only room that knows WeasyPrint; it is imported in workers only.

A worker keeps one renderer: one font set, one parsed stylesheet, one fetcher that knows what came with a sheet and nothing else.
A sheet is laid out with its room for notes beside the flow, where it takes no place. Then its foot moves to the bottom of its last side,
and of the lines for notes those stay that fit above it. One that would take more sides than it may, or one more for a few lines, is laid out closer.
Where a picture would leave too much of a side empty, the words after it go first; a form, or what tells when to stop, then flows on.
"""

from __future__ import annotations

import gc
import logging
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from generator.paper import finish
from generator.paper.preview import draw, load

Files = Mapping[str, bytes]  # what a sheet is made of beside its HTML, by name: its style, fonts, and the pictures that it shows
STYLE = "print.css"

FEWEST_NOTES = 3  # lines, below which the space for notes stays white
NOTES_HEADING, NOTES_LINE = 2.2, 1.9  # as print.css has them, in em
# A sheet that is a few lines too long, such as by the longer name of a clinic's helpline, is set closer: its letters stay as large.
CLOSER = """
html, html.referrers { line-height: 1.24 }
.message { margin-top: .5em } p + p, ul + p, ol + p, p + ul, p + ol { margin-top: .28em } li + li { margin-top: .05em }
.urgent-help { padding-top: .2em; padding-bottom: .3em } .about-sheet { margin-top: .4em; line-height: 1.2 }
.easy-line { margin-top: 1.2mm } .easy-line .picture, .easy-line .picture img { width: 18mm; height: 18mm }
"""
# Of a side, below what is on it. Three may be emptier: the last, after which there is no more to say; one whose rest is lines for notes; and one before a
# foot that no side can hold, which is about its names and not about the order of the sheet.
MOST_EMPTY = 0.4
SPARED = 0.1  # what may be empty instead, while a sheet takes more sides than it may
SAVED = 0.1  # of each side, where a sheet is laid out closer
MARKS = {"LineBox", "TableCellBox", "BlockReplacedBox"}
SAFE = 1.0  # CSS pixel that is left free, so that rounding never pushes the foot to another side


@dataclass(frozen=True)
class Outcome:
    """What a worker hands back: the PDF, a picture of its first side if it was wanted, its pages, how many lines lie beyond the limit, its longest message,
    its first side that is too empty and by what share, and what WeasyPrint complained of."""

    pdf: bytes
    picture: bytes | None
    pages: int
    lines_over: int = 0
    longest: str = ""
    longest_lines: int = 0
    empty_side: int = 0
    empty: float = 0
    complaints: tuple[str, ...] = ()


def render(html: str, files: Files, limit: int | None, preview: bool) -> Outcome:
    """One sheet; runs in a worker, which sees no file of the project. `limit` is the most sides it may take, `preview` says whether a page shows it."""

    def made(renderer: _Renderer) -> Outcome:
        parsed = renderer.parse(html)
        document = renderer.render(parsed)
        style = ""
        too_long = limit is not None and len(document.pages) > limit
        if too_long or (limit is None and _has_a_side_for_a_few_lines(document.pages)):
            closer = renderer.render(parsed, CLOSER)
            if too_long or len(closer.pages) < len(document.pages):
                document, style = closer, CLOSER
        while (whole := _whole_below_a_gap(document.pages, limit)) is not None and renderer.give_way(whole, parsed):
            document = renderer.render(parsed, style)
        _settle(document)
        over = _lines_over(document.pages, limit) if limit is not None else 0
        feet = sum(any(_sections(page._page_box, "foot")) for page in document.pages)
        shares = [0 if feet > 1 or any(_sections(page._page_box, "room")) else _empty(page) for page in document.pages[:-1]]
        empty_side = next((side for side, share in enumerate(shares, 1) if share > MOST_EMPTY), 0)
        pdf = _written(document)
        image = draw(pdf, files[STYLE].decode()) if preview else None
        lines = _message_lines(document.pages)
        longest = max(lines, key=lambda key: lines[key], default="")
        return Outcome(pdf, image, len(document.pages), over, longest, lines[longest], empty_side, shares[empty_side - 1] if empty_side else 0)

    return _held(made, files)


def pack(html: str, files: Files, sheets: tuple[tuple[str, bytes], ...]) -> Outcome:
    """A pack; runs in a worker. `html` is its contents, `sheets` are the key of each finished sheet and its PDF."""
    from generator.paper import joining

    def made(renderer: _Renderer) -> Outcome:
        sides = ""
        for key, pdf in sheets:
            first, *others = ['class="side turned"' if across else 'class="side"' for across in joining.turned(pdf)]
            sides += f'<div {first} id="{key}"></div>' + "".join(f"<div {side}></div>" for side in others)
        document = renderer.render(renderer.parse(html.replace("</body>", f"{sides}</body>")))
        return Outcome(joining.join(_written(document), sheets), None, len(document.pages))

    return _held(made, files)


def _held(made: Callable[[_Renderer], Outcome], files: Files) -> Outcome:
    """What was made of some files. WeasyPrint's warnings come back as complaints, never as a silently worse sheet."""
    renderer = _renderer(tuple((name, content) for name, content in files.items() if is_fixed(name)))
    renderer.files = files
    from weasyprint.urls import FatalURLFetchingError

    with _Complaints() as complaints:
        try:
            outcome = made(renderer)
        except (FatalURLFetchingError, finish.UnfitError) as error:
            return Outcome(b"", None, 0, complaints=(str(error),))
    return replace(outcome, complaints=tuple(dict.fromkeys(complaints.messages)))


def _written(document: Any) -> bytes:
    return finish.finish(document.write_pdf(pdf_variant="pdf/ua-1", pdf_forms=True), _margin_texts(document.pages))


def get_ready() -> None:
    """Import what takes long: a worker can do that while there is nothing to render yet."""
    from generator.paper import joining  # noqa: F401

    load()
    _weasyprint()


def _weasyprint() -> Any:
    """WeasyPrint. On Linux it finds its libraries by their names, but first asks a compiler for the names that other systems give them, two dozen times."""
    import ctypes.util

    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005
    try:
        import weasyprint
    finally:
        ctypes.util.find_library = find
    return weasyprint


class _Renderer:
    """What a worker keeps from sheet to sheet: half of the cost of one sheet is here."""

    def __init__(self, fixed: Files) -> None:
        self.files = fixed
        weasyprint = _weasyprint()
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        class OurAssets(URLFetcher):  # type: ignore[misc]
            """`asset:` and the name of a file that came with the sheet, and nothing else: no network, no other file."""

            def fetch(_, url: str, headers: Any = None) -> Any:  # noqa: ARG002, N805
                content = self.files.get(url.removeprefix("asset:")) if url.startswith("asset:") else None
                if content is None:
                    raise FatalURLFetchingError(f"a sheet may only use pictures, diagrams, logos and fonts of the project, not {url}")
                return URLFetcherResponse(url, content)

        self._weasyprint = weasyprint
        self._fetcher = OurAssets(fail_on_errors=True)
        self._fonts = FontConfiguration()
        self._css = self._style(fixed[STYLE].decode())
        gc.freeze()

    def _style(self, text: str) -> Any:
        return self._weasyprint.CSS(string=text, url_fetcher=self._fetcher, font_config=self._fonts)

    def parse(self, html: str) -> Any:
        """The sheet as WeasyPrint reads it."""
        return self._weasyprint.HTML(string=html, url_fetcher=self._fetcher)

    def render(self, sheet: Any, more: str = "") -> Any:
        """A parsed sheet in pages; `more` is style of its own."""
        styles = [self._css, self._style(more)] if more else [self._css]
        return sheet.render(stylesheets=styles, font_config=self._fonts)

    def give_way(self, whole: Any, sheet: Any) -> bool:
        """Change a parsed sheet: what follows a picture in its message comes before it; what else was whole may break. False where nothing can be done."""
        root = sheet.etree_element
        parent = next(element for element in root.iter() if whole in list(element))
        at = list(parent).index(whole)
        if whole.tag != "figure" and not whole.get("style"):
            whole.set("style", "break-inside: auto")
        elif whole.tag == "figure" and at < len(parent) - 1:
            parent[at : at + 2] = [parent[at + 1], whole]
        else:
            return False
        sheet.wrapper_element = type(sheet.wrapper_element).from_html_root(root)
        return True


@lru_cache(maxsize=1)
def _renderer(fixed: tuple[tuple[str, bytes], ...]) -> _Renderer:
    return _Renderer(dict(fixed))


def is_fixed(name: str) -> bool:
    """Whether every sheet needs a file: the style, and the fonts."""
    return name == STYLE or name.startswith("fonts/")


class _Complaints(logging.Handler):
    """Collects what WeasyPrint warns of while a sheet is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> _Complaints:
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)


# What the pages of a document tell. WeasyPrint has no public way to ask where a box came to lie.


def _boxes(page: Any) -> Iterator[Any]:
    """Everything in the flow of a page, its margins left out."""
    for child in page._page_box.children:
        if type(child).__name__ != "MarginBox":
            yield child
            yield from child.descendants()


def _bottom(page: Any) -> float:
    return float(page._page_box.content_box_y() + page._page_box.height)


def _end(page: Any) -> float:
    """Where what is written, drawn or to be written on ends."""
    marks = (box for box in _boxes(page) if type(box).__name__ in MARKS or _is_line_to_write_on(box))
    return float(max((box.position_y + box.height for box in marks), default=page._page_box.content_box_y()))


def _is_line_to_write_on(box: Any) -> bool:
    return box.element is not None and box.element_tag == "div" and box.element.get("class") == "rule"


def _empty(page: Any) -> float:
    """What share of a page lies below the end of what is on it, lines for notes left out."""
    return (_bottom(page) - _end(page)) / float(page._page_box.height)


def _has_a_side_for_a_few_lines(pages: list[Any]) -> bool:
    """Whether a side could be saved: what is on it may find its place before it, where all is laid out closer."""
    empty = [_empty(page) for page in pages]
    return any(1 - empty[side] <= empty[side - 1] + SAVED * side for side in range(1, len(pages)))


def _whole_below_a_gap(pages: list[Any], limit: int | None) -> Any:
    """What is kept whole at the head of a page, and left too much of the page before it empty: a picture, a form, when to stop. None where there is none."""
    most = SPARED if limit is not None and len(pages) > limit else MOST_EMPTY
    for before, page in pairwise(pages):
        if _empty(before) > most:
            for box in _boxes(page):
                if box.element_tag in {"figure", "form"} or (box.element is not None and box.element.get("class") == "stop-if"):
                    return box.element
                if type(box).__name__ == "LineBox":
                    break
    return None


def _settle(document: Any) -> None:
    """Put the foot of a sheet at the bottom of its side, below lines for notes where there is room for some.

    They stand right above the foot. Where it is alone on its side, they may begin on the side before.
    """
    pages = document.pages
    rooms = {number: _taken_out(page) for number, page in enumerate(pages) if any(_sections(page._page_box, "room"))}
    feet = [(number, parent, foot) for number, page in enumerate(pages) for parent, foot in _sections(page._page_box, "foot")]
    if len(feet) == 1:  # else it is longer than a side, or there is none
        ((number, parent, foot),) = feet
        top, em = pages[number]._page_box.content_box_y(), foot.style["font_size"]
        heading, line = NOTES_HEADING * em, NOTES_LINE * em
        free = max(0, _bottom(pages[number]) - (foot.position_y + foot.margin_height()) - SAFE)
        alone = number > 0 and foot.position_y <= top + SAFE
        before = _bottom(pages[number - 1]) - rooms[number - 1][1].position_y - SAFE if alone and number - 1 in rooms else 0
        early = math.floor((before - heading) / line)  # lines that fit on the side before
        begins_early = early >= FEWEST_NOTES
        here = math.floor((free if begins_early else free - heading) / line)
        if rooms and (begins_early or here >= FEWEST_NOTES):
            (begins, room), (_, rest) = rooms[min(rooms)], rooms[max(rooms)]
            title, *lines = [box for _, piece in rooms.values() for box in piece.children]
            if begins_early:
                begins.children = [*begins.children, _holding(room, [title, *lines[:early]], title.position_y)]
                notes = _holding(rest, lines[early : early + here], top)
            else:
                notes = _holding(rest, [title, *lines[:here]], top + title.position_y - room.position_y if alone else title.position_y)
            at = parent.children.index(foot)
            parent.children = [*parent.children[:at], notes, *parent.children[at:]]
        foot.translate(dy=free)
    document.pages = [type(page)(page._page_box) for page in pages]  # which reads outline and links from its boxes


def _sections(box: Any, name: str) -> Iterator[tuple[Any, Any]]:
    """The sections of a class below a box, each with the box that holds it."""
    for child in box.children:
        if child.element_tag == "section" and child.element is not None and child.element.get("class") == name:
            yield box, child
        else:
            yield from _sections(child, name)


def _taken_out(page: Any) -> tuple[Any, Any]:
    """The room for notes on a page, which it has no longer, and the box that held it."""
    ((parent, room),) = _sections(page._page_box, "room")
    parent.children = [child for child in parent.children if child is not room]
    return parent, room


def _holding(room: Any, boxes: list[Any], top: float) -> Any:
    """A piece of the room for notes that holds these boxes, one below the other."""
    for box in boxes:
        box.translate(dy=top - box.position_y)
        top += box.margin_height()
    room.children = boxes
    return room


def _last_line(page: Any) -> float:
    """Where the text of a page ends."""
    return float(max((box.position_y + box.height for box in _boxes(page) if type(box).__name__ == "LineBox"), default=page._page_box.content_box_y()))


def _lines_over(pages: list[Any], limit: int) -> int:
    """By how many lines of its text a sheet is too long: what lies beyond the limit, less what is still free before it."""
    if len(pages) <= limit:
        return 0
    beyond: float = sum(_last_line(page) - page._page_box.content_box_y() for page in pages[limit:])
    free = _bottom(pages[limit - 1]) - _last_line(pages[limit - 1])
    line: float = Counter(round(box.height, 1) for page in pages for box in _boxes(page) if type(box).__name__ == "LineBox").most_common(1)[0][0]
    return max(1, math.ceil((beyond - free) / line))


def _message_lines(pages: list[Any]) -> Counter[str]:
    """The lines of each message of a sheet."""
    lines: Counter[str] = Counter()
    for page in pages:
        for box in _boxes(page):
            if box.element is not None and box.element_tag == "section" and (key := box.element.get("data-message")):
                lines[key] += sum(type(inside).__name__ == "LineBox" for inside in box.descendants())
    return lines


def _margin_texts(pages: list[Any]) -> list[list[str]]:
    """The pieces of text in the margins of each page: title, version, page number."""
    return [
        [
            box.text
            for margin in page._page_box.children
            if type(margin).__name__ == "MarginBox"
            for box in margin.descendants()
            if type(box).__name__ == "TextBox"
        ]
        for page in pages
    ]
