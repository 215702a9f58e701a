"""What is made of a Library: pages, sheets and data, for an engine to carry out. Each says what it is made of, so that nothing has to be worked out from its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.content.model import Audience, Clinic, Format, Handout, Pack, Reviewed


@dataclass(frozen=True)
class Made:
    """What a page or sheet is made of. `carries` are the reviewed texts on it, whose dates an approval has to cover.

    `urgent_help` is the box that must stand in it as it is ("" where none belongs), `banner` what it must say of itself ("" once it is approved).
    """

    uri: str
    clinic: Clinic
    carries: tuple[Reviewed, ...]
    urgent_help: str
    banner: str


@dataclass(frozen=True)
class Page(Made):
    """A page of the site, as Markdown that any engine can read. `uri` is its place in the docs folder, `edit` the file an educator would open.

    `visible_words` are what a reader meets before opening anything; `listed` says whether the navigation leads to it.
    """

    markdown: str
    audience: Audience | None
    edit: str
    visible_words: int
    listed: bool


@dataclass(frozen=True)
class Print(Made):
    """A sheet, or the contents of a pack, as print HTML. `uri` is its place in the site; `limit` the most A4 sides it may take (None: as many as it needs).

    `parts` are the sheets of a pack, which follow its contents.

    `preview` is the place of the picture of its first side, where its page shows one. `named` are those of a clinic beside that of the site.
    """

    html: str
    recipe: Handout | Pack
    format: Format
    named: bool
    limit: int | None
    preview: str | None = None
    parts: tuple[Print, ...] = ()


@dataclass(frozen=True)
class TextTwin(Made):
    """A sheet as plain text: for e-mail and braille displays, or to paste into a letter."""

    text: str
    recipe: Handout
    format: Format
    named: bool


@dataclass(frozen=True)
class Site:
    """All that is made of a Library. `files` are further texts of the site by their uri, `referrer_files` those of them that only professionals load;
    `nav` is the tree of uris that engines draw, and `theme` what the theme's own templates are given. `assets` are the files that go out as they are."""

    pages: tuple[Page, ...]
    prints: tuple[Print, ...]
    texts: tuple[TextTwin, ...]
    files: Mapping[str, str]
    referrer_files: frozenset[str]
    nav: tuple[Any, ...]
    theme: Mapping[str, Any]
    assets: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def handed_out(self) -> tuple[Print | TextTwin, ...]:
        """Every sheet, on paper and in plain text."""
        return (*self.prints, *self.texts)
