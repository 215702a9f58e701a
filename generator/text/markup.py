"""Markdown as educators write it: its links, its raw HTML, its plain words, its HTML. The only room that knows Python-Markdown.

Pages leave us as Markdown (the engine renders them), sheets as HTML (rendered here); both take their links from the same resolver.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser

import nh3
from markdown import Markdown

Resolve = Callable[[str], str | None]

TAGS = {"p", "ul", "ol", "li", "h3", "h4", "strong", "em", "a", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "br", "hr", "code", "pre"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "pre"}

# A picture in a paragraph of its own: ![caption](diagram:name)
_PICTURE = re.compile(r"^!\[([^\]]*)\]\(diagram:([^\s()]+)\)[ \t]*$", re.MULTILINE)

# A table: its head, the rule below it, its rows
_TABLE = re.compile(r"^(?P<head>\|.*\|[ \t]*\n)(?P<rule>\|[ :|-]+\|[ \t]*\n)(?P<rows>(?:\|.*\|[ \t]*(?:\n(?=\|)|(?=\n|\Z)))+)", re.MULTILINE)

# What stands in the way of reading an address: [words](address "title"), and the definition [name]: address
_INLINE_LINK = re.compile(r'(!?)\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?([^()\s<>]+)>?(?:\s+"[^"]*")?\s*\)')
_DEFINITION = re.compile(r"^( {0,3}\[[^\]]+\]:\s*)<?(\S+?)>?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Link:
    """An address in a text, and the line of the text (from 0) on which it stands."""

    target: str
    line: int
    image: bool


def links(markdown: str) -> Iterator[Link]:
    """Every link and picture, however it is written."""
    root = _parse(markdown)[0]
    for tag, attribute in (("a", "href"), ("img", "src")):
        for target in re.findall(rf'<{tag}\b[^>]*?\b{attribute}="([^"]*)"', root):
            address = target.replace("&amp;", "&")
            yield Link(address, _line_of(markdown, address), tag == "img")


def inline_links(markdown: str) -> Iterator[tuple[int, int, str]]:
    """Each `[words](address)` of a text: where it begins, where it ends, and its address."""
    for match in _INLINE_LINK.finditer(markdown):
        yield match.start(), match.end(), match[3]


def raw_html(markdown: str) -> Iterator[tuple[int, str]]:
    """Raw HTML in a text, which content may not hold: the line (from 0) and how it begins."""
    for piece in _parse(markdown)[1]:
        yield _line_of(markdown, piece.split("\n")[0]), piece.split("\n")[0][:40]


def pictures(markdown: str) -> list[str]:
    """The names of the pictures that stand in a paragraph of their own."""
    return [match[2] for match in _PICTURE.finditer(markdown)]


def apart(markdown: str) -> tuple[str, str]:
    """A text in two: its words, and the pictures that stand in a paragraph of their own."""
    return _PICTURE.sub("", markdown), "\n\n".join(match[0] for match in _PICTURE.finditer(markdown))


def around_pictures(markdown: str, text: Callable[[str], str], picture: Callable[[str, str], str]) -> str:
    """A text with its pictures drawn: `text` sets what stands between them, `picture` draws one from its name and caption."""
    done, written = 0, []
    for match in _PICTURE.finditer(markdown):
        written += [text(markdown[done : match.start()].strip("\n")), picture(match[2], match[1])]
        done = match.end()
    written.append(text(markdown[done:].strip("\n")))
    return "\n\n".join(part for part in written if part)


def with_links(markdown: str, resolve: Resolve) -> str:
    """The same Markdown with each address resolved. Where `resolve` gives None, the words stay and the link goes.

    Braces are escaped: in content they are only braces, never attributes.
    """

    def inline(match: re.Match[str]) -> str:
        image, words, target = match.groups()
        address = resolve(target)
        return f"{image}[{words}]({address})" if address else words

    def definition(match: re.Match[str]) -> str:
        address = resolve(match[2])
        return f"{match[1]}{address}" if address else ""

    resolved = _DEFINITION.sub(definition, _INLINE_LINK.sub(inline, markdown))
    return re.sub(r"(?<!\\)([{}])", r"\\\1", resolved)


def with_labels(markdown: str) -> str:
    """The same Markdown with each cell of a table named by the head of its column, for narrow pages on which cells stand one below the other.

    The first cell of a row is the name of the row itself. A mark at the end of a cell, as `attr_list` reads it.
    """

    def labelled(match: re.Match[str]) -> str:
        heads = [re.sub(r'["{}|]', "", " ".join(blocks(head))) for head in _cells(match["head"])]  # as plain as the mark itself has to be
        rows = []
        for row in match["rows"].splitlines():
            first, *others = _cells(row)
            named = [f'{cell} {{ data-label="{head}" }}' for head, cell in zip(heads[1:], others, strict=False)]
            rows.append(f"| {' | '.join([first, *named])} |")
        return f"{match['head']}{match['rule']}" + "\n".join(rows)

    return _TABLE.sub(labelled, markdown)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))]


def to_html(markdown: str, resolve: Resolve) -> str:
    """Content as clean HTML for a sheet. Raw HTML, which the checks refuse, would come out as text."""
    return _clean_html(with_links(markdown, resolve))


@lru_cache(maxsize=4096)  # a message is on several sheets, each in several formats
def _clean_html(markdown: str) -> str:
    html = _sheet_engine().reset().convert(markdown)
    return nh3.clean(_with_header_scopes(html), tags=TAGS, attributes={"a": {"href"}, "th": {"scope"}}, link_rel=None)


def to_text(markdown: str) -> str:
    """A text without any marks: a blank line between blocks, a dash or a number before list items, a header before each cell. Of links, the words."""
    writer = _TextWriter()
    writer.feed(_parse(markdown)[0])
    return writer.finish()


@lru_cache(maxsize=4096)
def blocks(markdown: str) -> list[str]:
    """The plain words of each paragraph, list item, heading and table cell."""
    reader = _BlockReader()
    reader.feed(_parse(markdown)[0])
    return reader.finish()


def sentences(block: str) -> list[str]:
    """The sentences of one block. A stop inside a number or after an abbreviation ends none."""
    guarded = re.sub(r"\b(e\.g|i\.e|vs|etc|Dr|Mr|Mrs|Ms|No|al|approx)\.", lambda match: match[0].replace(".", "\0"), block)
    return [part.replace("\0", ".").strip() for part in re.split(r"(?<=[.!?])[\"”’')]*\s+", guarded) if part.strip()]


def words(text: str) -> list[str]:
    """Lower-case words without accents and punctuation, as used to compare two texts. The search in the browser has the same rule (`plain` in words.js)."""
    return re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f'’‘`´]", "", unicodedata.normalize("NFD", text.lower())))


@cache
def _sheet_engine() -> Markdown:
    """Sets the text of a sheet, and knows no raw HTML."""
    engine = Markdown(extensions=["tables", "smarty"])
    engine.preprocessors.deregister("html_block")
    engine.inlinePatterns.deregister("html")
    return engine


@cache
def _reading_engine() -> Markdown:
    """Reads a text as it is, raw HTML included."""
    return Markdown(extensions=["tables"])


@lru_cache(maxsize=4096)  # every rule asks anew
def _parse(markdown: str) -> tuple[str, list[str]]:
    engine = _reading_engine()
    html = engine.reset().convert(markdown)
    raw = [str(piece) for piece in engine.htmlStash.rawHtmlBlocks if str(piece).lstrip().startswith("<")]
    return html, raw


def _line_of(markdown: str, piece: str) -> int:
    index = markdown.find(piece)
    return markdown.count("\n", 0, index) if index >= 0 else 0


def _with_header_scopes(html: str) -> str:
    """Python-Markdown's header cells say nothing of what they head; its tables have headers for columns only."""
    return re.sub(r"<th(?=[ >])", '<th scope="col"', html)


class _BlockReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[list[str]] = [[]]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._found.append([])
        elif tag == "img":
            self._found[-1].append(dict(attributes).get("alt") or "")
        elif tag == "br":
            self._found[-1].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._found.append([])

    def handle_data(self, data: str) -> None:
        self._found[-1].append(data)

    def finish(self) -> list[str]:
        self.close()
        return [text for pieces in self._found if (text := " ".join("".join(pieces).split()))]


class _TextWriter(HTMLParser):
    """Plain text of the HTML that Python-Markdown makes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._words = ""
        self._lists: list[int | None] = []  # the number of the next item, None for a dash
        self._heads: list[str] = []
        self._column = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("ul", "ol"):
            self._end()
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            number = self._lists[-1]
            self._words = "  " * (len(self._lists) - 1) + ("- " if number is None else f"{number}. ")
            self._lists[-1] = None if number is None else number + 1
        elif tag == "tr":
            self._column = 0
        elif tag == "table":
            self._heads = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self._heads.append(self._words.strip())
            self._words = ""
        elif tag == "td":
            self._words = f"{self._heads[self._column]}: {self._words.strip()}"
            self._column += 1
            self._end()
        elif tag == "li":
            self._end()
        elif tag in ("p", "h3", "h4", "ul", "ol", "table", "tr", "blockquote", "pre"):
            if tag in ("ul", "ol"):
                self._lists.pop()
            self._end(blank=not (tag == "p" and self._lists) and not self._lists)

    def handle_data(self, data: str) -> None:
        if data.strip() or "\n" not in data:  # a line end between two tags is no word space
            self._words += re.sub(r"\s+", " ", data)

    def _end(self, *, blank: bool = False) -> None:
        if self._words.strip():
            self._lines.append(self._words.rstrip())
        self._words = ""
        if blank and self._lines and self._lines[-1]:
            self._lines.append("")

    def finish(self) -> str:
        self.close()
        self._end()
        return "\n".join(self._lines).strip()
