"""Codes of what can be chosen for one patient: a choice travels as codes that stand for texts, and so as nothing about a patient.

Of six letters, two say the topic and four the message in it. They are made of its name alone, so that a code is the same in every build, and that of a message
which is gone still says in which topic others like it stand.
"""

from __future__ import annotations

import hashlib

from generator.content.model import Handout, Message

LETTERS = "bcdfghjkmnpqrstvwxyz"  # none looks like another, and without vowels no word comes of them
TOPIC, OWN = 2, 4  # letters of a code
SHEETS = "handouts"  # what worksheets have instead of a topic


def code(thing: Message | Handout) -> str:
    """The code of a message or of a worksheet."""
    return topic_code(thing.topic if isinstance(thing, Message) else SHEETS) + _letters(thing.key, OWN)


def topic_code(key: str) -> str:
    """The letters by which a code names its topic."""
    return _letters(key, TOPIC)


def _letters(name: str, count: int) -> str:
    number, found = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]), ""
    for _ in range(count):
        number, at = divmod(number, len(LETTERS))
        found += LETTERS[at]
    return found
