"""What lies where on the sides of a sheet that is laid out, and where its foot and its lines for notes go. WeasyPrint has no public way to ask."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

FEWEST_NOTES = 3  # lines, below which the space for notes stays white
NOTES_HEADING, NOTES_LINE = 2.2, 1.9  # as print.css has them, in em
# Of a side, below what is on it. Three may be emptier: the last, after which there is no more to say; one whose rest is lines for notes; and one before a
# foot that no side can hold, which is about its names and not about the order of the sheet.
MOST_EMPTY = 0.4
SPARED = 0.1  # what may be empty instead, while a sheet takes more sides than it may
SAVED = 0.1  # of each side, where a sheet is laid out closer
MARKS = {"LineBox", "TableCellBox", "BlockReplacedBox"}
SAFE = 1.0  # CSS pixel that is left free, so that rounding never pushes the foot to another side


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


def too_empty(pages: list[Any]) -> tuple[int, float]:
    """The number of the first side that is emptier than it may be, and by what share; 0 and 0 where there is none."""
    feet = sum(any(_sections(page._page_box, "foot")) for page in pages)
    for number, page in enumerate(pages[:-1], 1):
        if feet <= 1 and not any(_sections(page._page_box, "room")) and (share := _empty(page)) > MOST_EMPTY:
            return number, share
    return 0, 0


def has_one_for_a_few_lines(pages: list[Any]) -> bool:
    """Whether a side could be saved: what is on it may find its place before it, where all is laid out closer."""
    empty = [_empty(page) for page in pages]
    return any(1 - empty[side] <= empty[side - 1] + SAVED * side for side in range(1, len(pages)))


def whole_below_a_gap(pages: list[Any], limit: int | None) -> Any:
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


def settle(document: Any) -> None:
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


def lines_over(pages: list[Any], limit: int) -> int:
    """By how many lines of its text a sheet is too long: what lies beyond the limit, less what is still free before it."""
    if len(pages) <= limit:
        return 0
    beyond: float = sum(_last_line(page) - page._page_box.content_box_y() for page in pages[limit:])
    free = _bottom(pages[limit - 1]) - _last_line(pages[limit - 1])
    line: float = Counter(round(box.height, 1) for page in pages for box in _boxes(page) if type(box).__name__ == "LineBox").most_common(1)[0][0]
    return max(1, math.ceil((beyond - free) / line))


def message_lines(pages: list[Any]) -> Counter[str]:
    """The lines of each message of a sheet."""
    lines: Counter[str] = Counter()
    for page in pages:
        for box in _boxes(page):
            if box.element is not None and box.element_tag == "section" and (key := box.element.get("data-message")):
                lines[key] += sum(type(inside).__name__ == "LineBox" for inside in box.descendants())
    return lines


def margin_texts(pages: list[Any]) -> list[list[str]]:
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
