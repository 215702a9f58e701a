"""The terms of the glossary in a text: the first use on a page is marked, and explained right after its paragraph.

Terms are found by their spellings, so that nobody has to mark them by hand; `[other words](glossary:term)` counts as a use too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from generator.content.model import Term
from generator.text import markup

Note = Callable[[Term], str]


class Glosses:
    """What one page has explained so far. `note` makes the explanation, as Markdown of its own."""

    def __init__(self, terms: Iterable[Term], note: Note, explained: Iterable[str] = ()) -> None:
        self._terms = {term.key: term for term in terms}
        self._note = note
        self._explained = set(explained)
        self._patterns = {key: _pattern(term) for key, term in self._terms.items()}
        self._folds: dict[str, Glosses] = {}

    def inside(self, fold: str) -> Glosses:
        """For a part that the reader may leave closed: what it explains counts as unexplained outside of it."""
        return self._folds.setdefault(fold, Glosses(self._terms.values(), self._note, self._explained))

    def explain(self, markdown: str) -> str:
        """The text with the first use of each term as a link to the glossary, and its explanation after that paragraph or list."""
        written: list[str] = []
        waiting: list[str] = []
        for block in re.split(r"\n[ \t]*\n", markdown):
            if waiting and not _goes_on(block):
                written += waiting
                waiting = []
            marked, used = self._mark(block)
            written.append(marked)
            waiting += [self._note(term) for term in used]
        return "\n\n".join(written + waiting)

    def _mark(self, block: str) -> tuple[str, list[Term]]:
        if block.lstrip().startswith(("#", "|", "```", "![")):
            return block, []
        used = []
        while uses := [use for key in self._terms if (use := self._first_use(key, block))]:
            start, end, key = min(uses, key=lambda use: (use[0], -use[1]))
            if start < end:
                block = f"{block[:start]}[{block[start:end]}](glossary:{key}){block[end:]}"
            self._explained.add(key)
            used.append(self._terms[key])
        return block, used

    def _first_use(self, key: str, block: str) -> tuple[int, int, str] | None:
        """Where a term that is not explained yet stands in a block; an empty span where it is a link already."""
        if key in self._explained:
            return None
        links = list(markup.inline_links(block))
        for start, _, target in links:
            if target == f"glossary:{key}":
                return start, start, key
        for match in self._patterns[key].finditer(block):
            if not any(start < match.end() and match.start() < end for start, end, _ in links):
                return match.start(), match.end(), key
        return None


def _pattern(term: Term) -> re.Pattern[str]:
    """Small letters match in any case; a spelling with capitals only itself, so that "ACT" is no "act"."""
    spellings = (
        re.escape(spelling) if spelling != spelling.lower() else f"(?i:{re.escape(spelling)})" for spelling in sorted(term.spellings, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spellings)})(?![\w-])")


def _goes_on(block: str) -> bool:
    """Whether a block belongs to the list before it."""
    return bool(re.match(r"\s+\S|[-*+] |\d+\. ", block))
