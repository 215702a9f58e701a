"""How hard a text is to read: its Flesch-Kincaid grade, SMOG beside it, its longest sentence. The only room that counts syllables.

Scored block by block: a heading, list item or paragraph ends its last sentence, with or without a stop.
Names that readers know and that have no shorter word (`plain`: those of their medicines) count as one syllable.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import syllapy

from generator.remembered import remembered
from generator.text import markup

ENOUGH = 30  # sentences; below that, neither score says much

_NONE = re.compile(r"(?!)")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)*")


@dataclass(frozen=True)
class Reading:
    """What a text asks of its reader. `grade` is Flesch-Kincaid's (about the reader's age less five), `smog` the SMOG grade."""

    words: int
    sentences: int
    grade: float
    smog: float
    longest: str

    @property
    def is_enough(self) -> bool:
        """Whether there are sentences enough for the scores to mean something."""
        return self.sentences >= ENOUGH


def read(blocks: Iterable[str], plain: re.Pattern[str] = _NONE) -> Reading:
    """Score a text, given as the plain words of each of its blocks. Words that match `plain` count as one syllable."""
    return _scored([_count(blocks, plain)])


def of_texts(plain: str, *texts: str) -> Reading:
    """Score a page that is made of some texts of Markdown. `plain` is the pattern of words that count as one syllable."""
    return _scored([_count_of(text, plain) for text in texts])


@dataclass(frozen=True)
class _Count:
    """What the scores of a text rest on. `long_words` have three syllables or more."""

    sentences: int
    words: int
    syllables: int
    long_words: int
    longest: str


def _count(blocks: Iterable[str], plain: re.Pattern[str]) -> _Count:
    sentences = [sentence for block in blocks for sentence in markup.sentences(block) if _WORD.search(sentence)]
    syllables = [_syllables(word, plain) for sentence in sentences for word in _WORD.findall(sentence)]
    return _Count(len(sentences), len(syllables), sum(syllables), sum(count >= 3 for count in syllables), max(sentences, key=length, default=""))


@remembered(lambda count: [*astuple(count)], lambda raw: _Count(*raw))
def _count_of(text: str, plain: str) -> _Count:
    return _count(markup.blocks(text), re.compile(plain, re.IGNORECASE))


def _scored(counts: Sequence[_Count]) -> Reading:
    sentences, words = sum(count.sentences for count in counts), sum(count.words for count in counts)
    if not sentences:
        return Reading(0, 0, 0.0, 0.0, "")
    grade = 0.39 * words / sentences + 11.8 * sum(count.syllables for count in counts) / words - 15.59
    smog = 1.043 * math.sqrt(30 * sum(count.long_words for count in counts) / sentences) + 3.1291
    return Reading(words, sentences, grade, smog, max((count.longest for count in counts), key=length))


def length(sentence: str) -> int:
    """The words of a sentence."""
    return len(_WORD.findall(sentence))


def _syllables(word: str, plain: re.Pattern[str]) -> int:
    return 1 if plain.fullmatch(word) else max(1, syllapy.count(word))
