"""What is made of a Library: pages, sheets and data, for an engine to carry out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.model import Audience, Clinic, Format, Handout, Pack


@dataclass(frozen=True)
class Page:
    """A page of the site, as Markdown that any engine can read. `uri` is its place in the docs folder, `edit` the file an educator would open."""

    uri: str
    markdown: str
    audience: Audience | None
    edit: str


@dataclass(frozen=True)
class Print:
    """A sheet or a pack ready to be rendered. `uri` is its place in the site; `limit` the most A4 sides it may take (None: as many as it needs).

    `preview` is the place of the picture of its first side, where its page shows one.
    """

    uri: str
    html: str
    recipe: Handout | Pack
    format: Format
    clinic: Clinic
    limit: int | None
    preview: str | None = None


@dataclass(frozen=True)
class TextTwin:
    """A sheet as plain text: for e-mail and braille displays, or to paste into a letter."""

    uri: str
    text: str
    recipe: Handout
    format: Format
    clinic: Clinic


@dataclass(frozen=True)
class Site:
    """All that is made of a Library. `files` are further texts of the site by their uri; `nav` is the tree of uris that engines draw."""

    pages: tuple[Page, ...]
    prints: tuple[Print, ...]
    texts: tuple[TextTwin, ...]
    files: Mapping[str, str]
    nav: tuple[Any, ...]

    @property
    def handed_out(self) -> tuple[Print | TextTwin, ...]:
        """Every sheet, on paper and in plain text."""
        return (*self.prints, *self.texts)
