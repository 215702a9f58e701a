"""A real person's own words -> whose they are, and the consent by which they stand here. Nobody's words are printed without it.

> The first week I was sure that it was not for me.

who: Maggie, who came in 2024
consent: 2026-05-03, signed form, kept in the programme's office
photo: voices/maggie.jpg
audio: voices/maggie.mp3
"""

from __future__ import annotations

import re

from generator.content.model import Quotation, Section, Voice
from generator.content.problems import Place, Problem, Report

_LINE = re.compile(r"(who|consent|photo|audio): +(\S.*)")
_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_CONSENT = "Write `consent: YYYY-MM-DD, how it was given, where it is kept`. Without consent take the voice out."


def read_voice(section: Section, report: Report) -> Voice | None:
    """The voice in a section; None, with every problem reported, where something that it needs is not there."""
    said: list[tuple[int, str]] = []
    lines: dict[str, str] = {}
    sound = True
    for number, line in enumerate(section.markdown.splitlines()):
        place, text = Place(section.place.path, section.place.line + number), line.rstrip()
        if text.startswith(">"):
            said.append((number, text[1:].strip()))
        elif (found := _LINE.fullmatch(text)) and found[1] not in lines:
            lines[found[1]] = found[2]
            if found[1] == "consent" and not _DAY.search(found[2]):
                report(Problem(place, "this consent does not say when it was given", _CONSENT, "voice"))
                sound = False
        elif text:
            what = f"`{found[1]}` stands twice" if found else "this is no line of a voice"
            report(
                Problem(
                    place, what, "Write the words with `> ` before each line; then `who: …`, `consent: …`, and if you like `photo: …`, `audio: …`.", "voice"
                )
            )
            sound = False
    for needed, what, cure in (
        (said, "there are no words in this voice", "Write what the person said, with `> ` before each line."),
        ("who" in lines, "this voice does not say whose it is", "Write `who: …`, as the person wishes to be called."),
        ("consent" in lines, "this voice has no consent", _CONSENT),
    ):
        if sound and not needed:
            report(Problem(section.place, what, cure, "voice"))
            sound = False
    if not sound:
        return None
    first = said[0][0]
    spoken = dict(said)
    words = "\n".join(spoken.get(number, "") for number in range(first, said[-1][0] + 1))
    return Voice(Quotation(words, Place(section.place.path, section.place.line + first)), **lines)
