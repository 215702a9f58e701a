"""Characters that no text may hold, wherever they come from, and how they are shown to whoever has to find them.

Control characters drive a terminal and tear a PDF, half a pair of surrogates cannot be written at all, and an override of the
reading direction lets a line say something else than it shows.
"""

from __future__ import annotations

import re

_LAST_OF_PLANES = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
UNFIT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef{_LAST_OF_PLANES}]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}))(?![0-9a-fA-F])")


def unfit(text: str) -> re.Match[str] | None:
    """The first character that no text may hold."""
    return None if text.replace("\n", "").isprintable() else UNFIT.search(text)  # which takes ten times as long, and nearly no text needs it


def unfit_reference(text: str) -> re.Match[str] | None:
    """The first such character that is written by its number (`&#7;`), as Markdown and HTML read it."""
    for found in _REFERENCE.finditer(text):
        number = int(found[1], 16) if found[1] else int(found[2])
        if number > 0x10FFFF or unfit(chr(number)):
            return found
    return None


def shown(text: str) -> str:
    """The text with each such character as its number (`\\x1b`), so that it does nothing."""
    return text if text.isprintable() else UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
