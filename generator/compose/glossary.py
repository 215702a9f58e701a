"""The terms of the glossary in a text: the first use on a page is marked, and explained right after its paragraph.

Terms are found by their spellings, so that nobody has to mark them by hand; `[other words](glossary:term)` counts as a use too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from generator.content.model import Term

Note = Callable[[Term], str]


class Glosses:
    """What one page has explained so far. `note` makes the explanation, as HTML."""

    def __init__(self, terms: Iterable[Term], note: Note, explained: Iterable[str] = ()) -> None:
        self._terms = {term.key: term for term in terms}
        self._any = _pattern(tuple(spelling for term in self._terms.values() for spelling in term.spellings))
        self._note = note
        self._explained = set(explained)
        self._met: list[Term] = []
        self._folds: dict[str, Glosses] = {}

    def inside(self, fold: str) -> Glosses:
        """For a part that the reader may leave closed: what it explains counts as unexplained outside of it."""
        return self._folds.setdefault(fold, Glosses(self._terms.values(), self._note, self._explained))

    def mark(self, words: str) -> list[tuple[str, str | None]]:
        """The words in pieces, the first use of each term with the address that leads to it."""
        pieces: list[tuple[str, str | None]] = []
        done = 0
        if not self._any.search(words):
            return [(words, None)]
        while uses := [use for key in self._terms if (use := self._first_use(key, words, done))]:
            start, end, key = min(uses, key=lambda use: (use[0], -use[1]))
            pieces += [(words[done:start], None), (words[start:end], f"glossary:{key}")]
            done = end
            self._explain(key)
        return [*pieces, (words[done:], None)]

    def meet(self, target: str) -> None:
        """A link that the author wrote: one to the glossary is a use of its term."""
        scheme, _, key = target.partition(":")
        if scheme == "glossary" and key in self._terms and key not in self._explained:
            self._explain(key)

    def notes(self) -> str:
        """The explanations of the terms that were met since this was last asked."""
        met, self._met = self._met, []
        return "\n".join(self._note(term) for term in met)

    def _explain(self, key: str) -> None:
        self._explained.add(key)
        self._met.append(self._terms[key])

    def _first_use(self, key: str, words: str, start: int) -> tuple[int, int, str] | None:
        """Where a term that is not explained yet stands in some words."""
        if key in self._explained:
            return None
        match = _pattern(self._terms[key].spellings).search(words, start)
        return (match.start(), match.end(), key) if match else None


@cache
def _pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    """Small letters match in any case; a spelling with capitals only itself, so that "ACT" is no "act"."""
    found = (_spelling(spelling) for spelling in sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(found)})(?![\w-])")


def _spelling(spelling: str) -> str:
    letters = re.escape(spelling).replace("'", "['’]")
    return letters if spelling != spelling.lower() else f"(?i:{letters})"
