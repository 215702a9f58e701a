"""The easy-read section of a message -> its lines: one idea each, with a picture beside it.

    - bed: A dark room can help you sleep.

The name of a picture in docs/assets/pictures, a colon, and plain words.
"""

from __future__ import annotations

import re

from generator.content.model import EasyLine, Section
from generator.content.problems import Place, Problem, Report


def read_lines(section: Section, report: Report) -> tuple[EasyLine, ...]:
    """The lines of a section; what is not such a line is reported."""
    lines = []
    for number, text in enumerate(section.markdown.splitlines()):
        if not text.strip():
            continue
        place = Place(section.place.path, section.place.line + number)
        if found := re.fullmatch(r"- ([a-z0-9]+(?:-[a-z0-9]+)*): +(\S.*)", text.rstrip()):
            lines.append(EasyLine(found[1], found[2], place))
        else:
            report(Problem(place, "this is not a line of easy read", "Write a picture and one idea: `- bed: You can sleep better.`", "easy-read"))
    return tuple(lines)
