"""Markdown as plain text: for e-mail, braille displays, and letters."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from generator.text import markup


def to_text(markdown: str, draw: markup.Draw) -> str:
    """A text without any marks: a blank line between blocks, a dash or a number before list items, a header before each cell. Of links, the words,
    and the address of another site.

    `draw` says in words what a picture shows.
    """
    writer = _Writer()
    for block in markup.tree(markdown):
        if picture := markup.picture_in(block):
            paragraph = Element("p")
            paragraph.text = draw(*picture)
            writer.write(paragraph)
        else:
            writer.write(block)
    return writer.finish()


class _Writer:
    """Plain text of a tree."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._words = ""
        self._lists: list[int | None] = []  # the number of the next item, None for a dash
        self._heads: list[str] = []
        self._column = 0

    def write(self, block: Element) -> None:
        """Add one block."""
        for kind, element, text in markup.walk(block):
            if kind == "start":
                self._start(element)
            elif kind == "end":
                self._words += markup.in_words(element) if element.tag == "a" else ""
                self._finish(element.tag)
            elif text.strip() or "\n" not in text:  # a line end between two tags is no word space
                self._words += re.sub(r"\s+", " ", text)

    def _start(self, element: Element) -> None:
        if element.tag in ("ul", "ol"):
            self._end()
            self._lists.append(1 if element.tag == "ol" else None)
        elif element.tag == "li":
            number = self._lists[-1]
            self._words = "  " * (len(self._lists) - 1) + ("- " if number is None else f"{number}. ")
            self._lists[-1] = None if number is None else number + 1
        elif element.tag == "br":
            self._words += " "
        elif element.tag == "tr":
            self._column = 0
        elif element.tag == "table":
            self._heads = []

    def _finish(self, tag: str) -> None:
        if tag == "th":
            self._heads.append(self._words.strip())
            self._words = ""
        elif tag == "td":
            self._words = f"{self._heads[self._column]}: {self._words.strip()}"
            self._column += 1
            self._end()
        elif tag == "li":
            self._end()
        elif tag in ("p", "h2", "h3", "h4", "ul", "ol", "table", "tr", "blockquote", "pre"):
            if tag in ("ul", "ol"):
                self._lists.pop()
            self._end(blank=not (tag == "p" and self._lists) and not self._lists)

    def _end(self, *, blank: bool = False) -> None:
        if self._words.strip():
            self._lines.append(self._words.rstrip())
        self._words = ""
        if blank and self._lines and self._lines[-1]:
            self._lines.append("")

    def finish(self) -> str:
        """What was written."""
        self._end()
        return "\n".join(self._lines).strip()
