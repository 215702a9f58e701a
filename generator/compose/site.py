"""What is made of a Library: pages, sheets and data, for an engine to carry out. Each says what it is made of, so that nothing has to be worked out from its text.

Their texts are made when they are first asked for: a preview asks for those of one page, a build for all of them. Whoever asks has to expect
BrokenTemplateError, for a template that cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from generator.content.model import Audience, Clinic, Format, Handout, Pack, Reviewed
from generator.rules.prose import plain_words
from generator.text import markup


@dataclass(frozen=True)
class Text:
    """What templates make of a page or sheet: its text, the urgent-help box that must stand in it as it is ("" where none belongs), how many words
    of a page a reader meets before opening anything, and the version that a sheet says it has ("" for anything else)."""

    text: str
    urgent_help: str
    visible_words: int = 0
    version: str = ""


@dataclass(frozen=True)
class Made:
    """What a page or sheet is made of. `carries` are the reviewed texts on it, whose dates an approval has to cover.

    `banner` is what it must say of itself ("" once it is approved), and `make` makes its text.
    """

    uri: str
    clinic: Clinic
    carries: tuple[Reviewed, ...]
    banner: str
    make: Callable[[], Text]

    @cached_property
    def made(self) -> Text:
        return self.make()

    @property
    def urgent_help(self) -> str:
        """The box that must stand in it as it is."""
        return self.made.urgent_help

    @cached_property
    def words(self) -> str:
        """Its lower-case words without tags and addresses, with a space around each."""
        return plain_words(self.made.text)


@dataclass(frozen=True)
class Page(Made):
    """A page of the site. `uri` is its place in the docs folder, `edit` the file an educator would open.

    `title` is what navigation calls it, and its front matter too; `listed` says whether the navigation leads to it.
    """

    title: str
    audience: Audience | None
    edit: str
    listed: bool

    @property
    def markdown(self) -> str:
        """Markdown that any engine can read."""
        return self.made.text

    @property
    def visible_words(self) -> int:
        """How many words a reader meets before opening anything."""
        return self.made.visible_words


@dataclass(frozen=True)
class Print(Made):
    """A sheet, or the contents of a pack, as print HTML. `uri` is its place in the site; `limit` the most A4 sides it may take (None: as many as it needs).

    `parts` are the sheets of a pack, which follow its contents.

    `preview` is the place of the picture of its first side, where its page shows one. `named` are those of a clinic beside that of the site.
    """

    recipe: Handout | Pack
    format: Format
    named: bool
    limit: int | None
    preview: str | None = None
    parts: tuple[Print, ...] = ()

    @property
    def html(self) -> str:
        return self.made.text


@dataclass(frozen=True)
class TextTwin(Made):
    """A sheet as plain text: for e-mail and braille displays, or to paste into a letter."""

    recipe: Handout
    format: Format
    named: bool

    @property
    def text(self) -> str:
        return self.made.text

    @cached_property
    def words(self) -> str:
        """Its words as they are: it has no tags."""
        return markup.spoken(self.made.text)


class Texts(Mapping[str, str]):
    """Texts by their places in the site. `makers` make them, each when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], str]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, str] = {}

    def __getitem__(self, uri: str) -> str:
        if uri not in self._made:
            self._made[uri] = self._makers[uri]()
        return self._made[uri]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


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
