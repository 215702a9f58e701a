"""Markdown as educators write it, read once: its links, its raw HTML, its plain words, its HTML. The only room that knows Python-Markdown.

What the rules read is what pages, sheets and texts are made of: one tree for each text. Raw HTML is text here, a reference belongs to the text in
which it stands, and HTML leaves through one allow-list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from html import unescape
from typing import Any, Literal, Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

import nh3
from markdown import Markdown
from markdown.inlinepatterns import HTML_RE, InlineProcessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor

from generator.remembered import remembered

Resolve = Callable[[str], str | None]
Draw = Callable[[str, str], str]
Part = Literal["all", "words", "pictures"]  # of a text that has pictures: all of it, all but them, or them alone

TAGS = {"p", "ul", "ol", "li", "h2", "h3", "h4", "strong", "em", "a", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "br", "hr", "code", "pre"}
ATTRIBUTES = {"a": {"href"}, "th": {"scope"}, "td": {"data-label"}}
SCHEMES = {"https", "mailto", "tel", "sms"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "pre"}
_ALONE = {"a", "code", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"}  # in which no term is explained
_MARKS = re.compile(r"[\u0300-\u036f'’‘`´]")
_WORD = re.compile(r"[a-z0-9]+")
_MOST = 100_000  # texts to keep in memory, some times as many as ten large programmes have: rules go round all of them, and a cache that is too small for a round keeps none


@dataclass(frozen=True)
class Link:
    """An address in a text, and the line of the text (from 0) on which it stands. A picture may stand `alone`, in a paragraph of its own."""

    target: str
    line: int
    image: bool
    alone: bool


class Explain(Protocol):
    """What explains the terms in a text, in the order in which it is read."""

    def mark(self, words: str) -> list[tuple[str, str | None]]:
        """The words in pieces, each with the address it leads to, if it is a term that was not explained before."""

    def meet(self, target: str) -> None:
        """A link that the author wrote."""

    def notes(self) -> str:
        """The explanations, as HTML, of the terms that were met since it was last asked."""


@remembered(lambda links: [astuple(link) for link in links], lambda raw: tuple(Link(*link) for link in raw))
def links(markdown: str) -> tuple[Link, ...]:
    """Every link and picture, however it is written."""
    plain = tree(markdown)
    alone = {block[0] for block in plain if picture_in(block)}
    return tuple(
        Link(target, _line_of(markdown, target), element.tag == "img", element in alone)
        for element in plain.iter()
        if (target := element.get("src") if element.tag == "img" else element.get("href")) is not None
    )


Found = list[tuple[int, str]]  # the line (from 0) of each thing that was found in a text, and how it begins or what it is


def _found(raw: list[list[int | str]]) -> Found:
    return [(int(line), str(what)) for line, what in raw]


@remembered(list, _found)
def raw_html(markdown: str) -> Found:
    """Raw HTML in a text, which content may not hold. A closing tag goes with the one that it closes."""
    found = _read(markdown).raw
    opened = {match[1] for piece in found if (match := re.match(r"<(\w+)", piece))}
    others = [piece for piece in found if not ((match := re.match(r"</(\w+)", piece)) and match[1] in opened)]
    return [(_line_of(markdown, piece), piece[:40]) for piece in others]


@remembered(list, _found)
def unfinished_links(markdown: str) -> Found:
    """What looks like a link and is none."""
    return [
        (_line_of(markdown, match[0].split("\n")[0]), match[0][:40])
        for element, text in _texts(tree(markdown))
        if element.tag != "code"
        for match in re.finditer(r"\[[^\[\]]*\](?:\(| ?\[)[^\n]{0,20}", text)
    ]


@remembered(list, _found)
def all_headings(markdown: str) -> Found:
    """Every heading, by the name of its tag."""
    headings = [element for element in tree(markdown).iter() if re.fullmatch(r"h[1-6]", element.tag)]
    return [(_line_of(markdown, "".join(element.itertext()).split("\n")[0]), element.tag) for element in headings]


@remembered(bool, bool)
def is_prose(markdown: str) -> bool:
    """Whether a text is paragraphs only, that can stand in a line with others."""
    return all(block.tag == "p" and not picture_in(block) for block in tree(markdown))


def headings(markdown: str, level: int) -> list[str]:
    """The words of its headings of this level and those below."""
    wanted = {f"h{number}" for number in range(level, 7)}
    return [" ".join("".join(element.itertext()).split()) for element in tree(markdown).iter() if element.tag in wanted]


def pictures(markdown: str) -> list[str]:
    """The names of the pictures that stand in a paragraph of their own: `![caption](diagram:name)`."""
    return [picture[0] for element in tree(markdown) if (picture := picture_in(element))]


def to_html(markdown: str, resolve: Resolve, draw: Draw, *, part: Part = "all", explain: Explain | None = None, paper: bool = False) -> str:
    """Content as clean HTML, for pages and sheets; on `paper`, with the addresses of other sites in words. Where `resolve` gives None for an address, the words stay and the link goes.

    `draw` makes the HTML of a picture from its name and caption; each cell of a table is named by the head of its column, for narrow screens.
    """
    if explain is None:  # the same on many pages and sheets
        links, drawn = _links_and_pictures(markdown)
        return _html(markdown, part, tuple((link, resolve(link)) for link in links), tuple((picture, draw(*picture)) for picture in drawn), paper)
    return _typeset(markdown, resolve, draw, part, explain, paper)


@lru_cache(_MOST)
def _html(markdown: str, part: Part, links: tuple[tuple[str, str | None], ...], drawn: tuple[tuple[tuple[str, str], str], ...], paper: bool) -> str:
    pictures = dict(drawn)
    return _typeset(markdown, dict(links).__getitem__, lambda name, caption: pictures[name, caption], part, None, paper)


@lru_cache(_MOST)
def _links_and_pictures(markdown: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    root = _read(markdown).typeset
    return tuple(element.attrib["href"] for element in root.iter() if "href" in element.attrib), tuple(found for block in root if (found := picture_in(block)))


def _typeset(markdown: str, resolve: Resolve, draw: Draw, part: Part, explain: Explain | None, paper: bool) -> str:
    root = deepcopy(_read(markdown).typeset)
    inserted: list[str] = []

    def place(html: str) -> Element:
        """Holds the place of finished HTML, which the allow-list need not know: no content can make a <figure>."""
        inserted.append(html)
        figure = Element("figure")
        figure.text = str(len(inserted) - 1)
        return figure

    blocks: list[Element] = []
    waiting = ""
    for block in root:
        picture = picture_in(block)
        if (part == "pictures" and not picture) or (part == "words" and picture):
            continue
        if waiting and block.tag not in ("ul", "ol"):  # a list belongs to the paragraph before it
            blocks.append(place(waiting))
            waiting = ""
        if picture:
            blocks.append(place(draw(*picture)))
            continue
        if explain:
            _explained(block, explain)
            waiting += explain.notes()
        blocks.append(block)
    if waiting:
        blocks.append(place(waiting))
    root[:] = blocks
    for element in root.iter():
        if "href" in element.attrib:
            if paper:
                element.tail = in_words(element) + (element.tail or "")
            address = resolve(element.attrib["href"])
            element.attrib = {"href": address} if address else {}
            element.tag = "a" if address else "span"  # which is not on the list: its words stay
        elif element.tag == "table":
            _name_cells(element)
    html = "\n\n".join(tostring(block, encoding="unicode", method="html").strip() for block in root)  # apart, as the engine of the site wants them
    clean = nh3.clean(html, tags=TAGS | {"figure"}, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None).strip()
    clean = clean.replace("{", "&#123;").replace("}", "&#125;")  # to the engine of the site, braces would be attributes
    return re.sub(r"<figure>(\d+)</figure>", lambda match: inserted[int(match[1])], clean)


@lru_cache(_MOST)
def blocks(markdown: str) -> list[str]:
    """The plain words of each paragraph, list item, heading and table cell."""
    found: list[list[str]] = [[]]
    for kind, element, text in walk(tree(markdown)):
        if kind != "text" and element.tag in BLOCKS:
            found.append([])
        elif kind == "start" and element.tag == "img":
            found[-1].append(element.get("alt") or "")
        elif kind == "start" and element.tag == "br":
            found[-1].append(" ")
        elif kind == "text":
            found[-1].append(text)
    return [text for pieces in found if (text := " ".join("".join(pieces).split()))]


@dataclass(frozen=True)
class Passage:
    """A paragraph, list item or row of a table, and what stands above it: the words that lead to its list, then each heading, the nearest first."""

    text: str
    above: tuple[str, ...] = ()


@lru_cache(_MOST)
def passages(markdown: str) -> tuple[Passage, ...]:
    """A text in passages, each with what it is said under."""
    return tuple(passages_of(tree(markdown)))


def passages_of(root: Element) -> Iterator[Passage]:
    """The passages of a tree, of whatever boxes they stand in."""
    headings: dict[int, str] = {}
    lead = ""
    for element in _outermost(root):
        text = " ".join("".join(element.itertext()).split())
        under = tuple(headings[level] for level in sorted(headings, reverse=True))
        if level := re.fullmatch(r"h([1-6])", element.tag):
            headings = {other: words for other, words in headings.items() if other < int(level[1])} | {int(level[1]): text}
            lead = ""
        elif element.tag in ("ul", "ol"):
            for item in element.iter("li"):
                yield Passage(" ".join("".join(item.itertext()).split()), (lead, *under) if lead else under)
            lead = ""
        elif element.tag == "table":
            for row in element.iter("tr"):
                yield Passage(". ".join(" ".join("".join(cell.itertext()).split()) for cell in row), under)
            lead = ""
        else:
            yield Passage(text, under)
            lead = text


def _outermost(root: Element) -> Iterator[Element]:
    """The headings, lists, tables and paragraphs of a tree, whatever boxes they stand in."""
    for child in root:
        if re.fullmatch(r"h[1-6]|ul|ol|table|p|summary|pre", child.tag):
            yield child
        else:
            yield from _outermost(child)


def sentences(block: str) -> list[str]:
    """The sentences of one block. A stop inside a number or after an abbreviation ends none."""
    guarded = re.sub(r"\b(e\.g|i\.e|vs|etc|Dr|Mr|Mrs|Ms|No|al|approx)\.", lambda match: match[0].replace(".", "\0"), block)
    return [part.replace("\0", ".").strip() for part in re.split(r"(?<=[.!?])[\"”’')]*\s+", guarded) if part.strip()]


def words(text: str) -> list[str]:
    """Lower-case words without accents and punctuation, as used to compare two texts. The search in the browser has the same rule (`plain` in words.js)."""
    return _WORD.findall(_MARKS.sub("", unicodedata.normalize("NFD", text.lower())))


def spoken(text: str) -> str:
    """Its words with a space around each, so that a phrase in it begins and ends with a word."""
    return f" {' '.join(words(text))} "


def tree(markdown: str) -> Element:
    """What a text says, as its author typed it. Nobody may change it."""
    return _read(markdown).plain


def picture_in(block: Element) -> tuple[str, str] | None:
    """The name and the caption of a picture that is a paragraph of its own."""
    if block.tag != "p" or len(block) != 1 or block[0].tag != "img" or (block.text or "").strip() or (block[0].tail or "").strip():
        return None
    scheme, _, name = block[0].get("src", "").partition(":")
    return (name, block[0].get("alt", "")) if scheme == "diagram" else None


def in_words(link: Element) -> str:
    """The address of another site, in brackets, for who cannot touch the link. Nothing where it is there already, or for a place on this site."""
    address = re.sub(r"^https?://(?:www\.)?|/$", "", target := link.get("href", ""))
    return f" ({address})" if target.startswith("http") and address not in "".join(link.itertext()) else ""


def walk(root: Element) -> Iterator[tuple[str, Element, str]]:
    """A tree as it is read: the start of each element, its texts, its end."""
    yield "start", root, ""
    if root.text:
        yield "text", root, root.text
    for child in root:
        yield from walk(child)
        if child.tail:
            yield "text", root, child.tail
    yield "end", root, ""


# Reading


@dataclass(frozen=True)
class _Reading:
    """What one text says. `plain` is as the author typed it, `typeset` has the quotes and dashes of print; `raw` is the raw HTML that was typed as well."""

    plain: Element
    typeset: Element
    raw: tuple[str, ...]


def _tree_to_json(element: Element) -> list[Any]:
    return [element.tag, element.attrib, element.text, element.tail, [_tree_to_json(child) for child in element]]


def _tree_from_json(raw: list[Any]) -> Element:
    tag, attributes, text, tail, children = raw
    element = Element(tag, attributes)
    element.text, element.tail = text, tail
    element.extend(map(_tree_from_json, children))
    return element


@remembered(
    lambda reading: [_tree_to_json(reading.plain), _tree_to_json(reading.typeset), reading.raw],
    lambda raw: _Reading(_tree_from_json(raw[0]), _tree_from_json(raw[1]), tuple(raw[2])),
)
def _read(markdown: str) -> _Reading:
    return _engine().read(markdown)


@cache
def _engine() -> _Engine:
    return _Engine()


class _Engine(Markdown):  # type: ignore[misc]
    """Python-Markdown without raw HTML, that gives its tree instead of HTML."""

    def __init__(self) -> None:
        super().__init__(extensions=["tables", "smarty"])
        self.preprocessors.deregister("html_block")
        self.inlinePatterns.deregister("automail")  # which writes an address as entities, that programs do not find it
        self.inlinePatterns.register(_Raw(HTML_RE, self), "html", 90)
        self.treeprocessors.register(_Keep("plain", self), "plain", 7)  # after links and emphasis, before quotes and dashes are set
        self.treeprocessors.register(_Keep("typeset", self), "typeset", -1)
        self.raw: list[str] = []
        self.kept: dict[str, Element] = {}

    def read(self, markdown: str) -> _Reading:
        """The two trees of a text."""
        self.reset()
        self.raw, self.kept = [], {}
        self.convert(markdown)
        empty = Element("div")
        return _Reading(self.kept.get("plain", empty), self.kept.get("typeset", empty), tuple(dict.fromkeys(self.raw)))


class _Raw(InlineProcessor):  # type: ignore[misc]
    """Notes raw HTML, and leaves it as the text that it is."""

    def handleMatch(self, match: re.Match[str], data: str) -> tuple[None, None, None]:  # noqa: N802, ARG002
        self.md.raw.append(re.split(r"[\n\x02\x03]", match[0])[0])
        return None, None, None


class _Keep(Treeprocessor):  # type: ignore[misc]
    """Keeps the tree of a text as it is at this step, with its true characters in the place of Python-Markdown's marks and entities."""

    def __init__(self, name: str, engine: _Engine) -> None:
        super().__init__(engine)
        self._name = name

    def run(self, root: Element) -> None:
        tree = deepcopy(root)
        UnescapeTreeprocessor(self.md).run(tree)
        for element in tree.iter():
            element.text = self._true(element.text, literal=element.tag == "code" or element.text == element.get("href"))
            element.tail = self._true(element.tail)
            for name, value in element.items():
                element.set(name, self._true(unescape(value)) or "")
        self.md.kept[self._name] = tree

    def _true(self, text: str | None, *, literal: bool = False) -> str | None:
        """The text with the entities that were put aside; those of code and of an address in `<>` still stand in it."""
        if text is None:
            return None
        stash = self.md.htmlStash.rawHtmlBlocks
        return re.sub(r"\x02wzxhzdk:(\d+)\x03", lambda match: unescape(str(stash[int(match[1])])), unescape(text) if literal else str(text))


def _texts(root: Element) -> Iterator[tuple[Element, str]]:
    return ((element, text) for kind, element, text in walk(root) if kind == "text")


def _line_of(markdown: str, piece: str) -> int:
    index = markdown.find(piece)
    return markdown.count("\n", 0, index) if index >= 0 else 0


# Writing


def _explained(element: Element, explain: Explain) -> None:
    """Mark the terms in an element and below it, in the order in which it is read."""
    if element.tag == "a":
        explain.meet(element.get("href", ""))
    if element.tag in _ALONE:
        for child in element.iter("a"):
            if child is not element:
                explain.meet(child.get("href", ""))
        return
    children = list(element)
    before, element.text, element[:] = element.text, None, []
    _add(element, explain.mark(before or ""))
    for child in children:
        after, child.tail = child.tail, None
        _explained(child, explain)
        element.append(child)
        _add(element, explain.mark(after or ""))


def _add(element: Element, pieces: list[tuple[str, str | None]]) -> None:
    """Pieces of text at the end of an element, some of them as links."""
    for words, target in pieces:
        if target is not None:
            SubElement(element, "a", href=target).text = words
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + words
        else:
            element.text = (element.text or "") + words


def _name_cells(table: Element) -> None:
    """Say what each cell is: a head, which heads its column, or what its column is called. The first cell of a row is the name of the row itself."""
    heads = []
    for head in table.iter("th"):
        head.attrib = {"scope": "col"}
        heads.append(" ".join("".join(head.itertext()).split()))
    for row in table.iter("tr"):
        for name, cell in zip(heads, row, strict=False):
            if cell.tag == "td":
                cell.attrib = {"data-label": name} if cell is not row[0] else {}
