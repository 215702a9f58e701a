"""Right words that look like ours. A speller that knew our texts alone would turn "leap" into "sleep": what ships to the browser keeps it from that.

The only room that knows the general list of English, which is pyspellchecker's. Of its words, a browser needs those alone that a slip could make of one of ours.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import spellchecker

from generator.remembered import remembered

# How often a word stands in what the list was counted from (film subtitles) before it is a word, and before people are likely to type it.
WORD = 1
COMMON = 8000
ENDINGS = ("s", "es", "d", "ed", "ing", "ly")


class Neighbours:
    """Some words, and which of them another word may be a slip for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._shortened: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            for less in _shortened(word):
                self._shortened[less].append(word)

    def near(self, word: str) -> list[tuple[int, str]]:
        """Those that are few enough slips away, each with how many."""
        found = {other for less in _shortened(word) for other in self._shortened.get(less, ())}
        return [(apart, other) for other in found if (apart := _distance(word, other)) <= slips(max(len(word), len(other)))]

    def nearest(self, word: str) -> str | None:
        """The word that is the fewest slips away; None where none is near enough."""
        return min(((apart, other) for apart, other in self.near(word) if slips(len(other))), default=(0, None))[1]


def confusable(ours: Iterable[str], known: Iterable[str], *, forms: bool = False) -> tuple[str, ...]:
    """English words that are not `known`, but no more than `slips` away from one of `ours`; sorted. With `forms`, other forms of a known word too ("walks")."""
    known = frozenset(known)
    others = {other for word in ours if slips(len(word)) for other in _common_near(word)} - known
    if not forms:
        stems = known | {word.removesuffix("e") for word in known}
        others = {word for word in others if not any(word.endswith(ending) and word.removesuffix(ending) in stems for ending in ENDINGS)}
    return tuple(sorted(others))


@remembered(bool, bool)
def is_english(word: str) -> bool:
    """Whether the general list knows a word."""
    return word in _english(WORD)


def slips(length: int) -> int:
    """How many typing errors may lie between two words, the longer of `length` letters. docs/assets/scripts/words.js has the same rule."""
    return 0 if length < 4 else 1 if length < 9 else 2


@remembered(list, tuple)
def _common_near(word: str) -> tuple[str, ...]:
    """The common words that a slip could make of a word."""
    return tuple(sorted(other for _, other in _common().near(word)))


@cache
def _common() -> Neighbours:
    return Neighbours(_english(COMMON))


@cache
def _english(least: int) -> frozenset[str]:
    """Every word that was counted `least` times or more."""
    return frozenset(word for word, count in _counts().items() if count >= least and len(word) > 2 and word.isascii() and word.isalpha())


@cache
def _counts() -> dict[str, int]:
    counts: dict[str, int] = json.loads(gzip.decompress((files(spellchecker) / "resources" / "en.json.gz").read_bytes()))
    return counts


@cache
def _shortened(word: str) -> set[str]:
    """The word, and the word less each letter (or each two, where two slips are allowed). Words that are near each other share one of these."""
    found = {word}
    for _ in range(slips(len(word))):
        found |= {less[:index] + less[index + 1 :] for less in found for index in range(len(less))}
    return found


def _distance(one: str, other: str) -> int:
    """Letters left out, put in, changed, or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, opposite in enumerate(other, 1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != opposite))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == opposite:
                best = min(best, before[column - 2] + 1)
            now.append(best)
        before, last = last, now
    return last[-1]
