"""The steps of a message -> its lists of steps: numbered, each with a picture where one helps, under `###` headings where there are several ways, or parts.

1. chair: Sit with your back held up.
2. Let your shoulders drop.

A part goes on with the numbers of the part before it; a way of its own begins with 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.content.model import Section, Step, StepList
from generator.content.problems import Place, Problem, Report

_ITEM = re.compile(r"(([0-9]{1,3})\. +)(?:([a-z0-9]+(?:-[a-z0-9]+)*): +)?(\S.*)")


def read_steps(section: Section, report: Report) -> tuple[StepList, ...]:
    """The lists of a section; what is neither a step, more words of one nor a heading is reported."""
    lists: list[tuple[str | None, list[tuple[int, str | None, list[str], Place]]]] = []
    for number, line in enumerate(section.markdown.splitlines()):
        place = Place(section.place.path, section.place.line + number)
        text = line.rstrip()
        open_step = lists[-1][1][-1] if lists and lists[-1][1] else None
        if not text:
            continue
        if heading := re.fullmatch(r"### +(\S.*)", text):
            lists.append((heading[1].rstrip("#").rstrip(), []))
        elif found := _ITEM.fullmatch(text):
            if not lists:
                lists.append((None, []))
            lists[-1][1].append((int(found[2]), found[3], [found[4]], place))
        elif open_step and text.startswith("  "):
            open_step[2].append(text.strip())
        else:
            what = "this is not a step"
            report(Problem(place, what, "Write `1. What to do.`, or `1. chair: What to do.` with a picture; more of its words stand indented below.", "steps"))
    for title, steps in lists:
        if not steps:
            report(Problem(section.place, f'there are no steps under "{title}"', "Write them as `1. What to do.`, or take the heading out.", "steps"))
    return tuple(
        StepList(title, start, tuple(Step(Section("\n".join(words), place), picture) for _, picture, words, place in steps))
        for (title, steps), start in zip(lists, _starts(lists, report), strict=True)
    )


def _starts(lists: Sequence[tuple[str | None, Sequence[tuple[int, str | None, list[str], Place]]]], report: Report) -> Iterator[int]:
    """The number of the first step of each list: 1, or the one that follows the last of the list before."""
    following = 1
    for _, steps in lists:
        start, place = next(((number, place) for number, *_, place in steps), (1, None))
        if place and start not in {1, following}:
            cure = f"Begin with {following} if they go on, or with 1 if they are a way of their own." if following > 1 else "Begin with 1."
            report(Problem(place, f"these steps begin with {start}", cure, "steps"))
        yield start
        following = start + len(steps)


def read_right_now(section: Section, report: Report) -> tuple[Step, ...]:
    """The one list of steps for right now; a heading among them is reported."""
    lists = read_steps(section, report)
    for steps in lists:
        if steps.title:
            what, cure = f'there is a heading in "## Right now": {steps.title}', "Take it out: these steps are one list, for somebody who can hardly think."
            report(Problem(section.place, what, cure, "right-now"))
    return tuple(step for steps in lists for step in steps.steps)


def without_pictures(section: Section) -> Section:
    """The words of all steps as one text, on the lines where they stand."""
    plain = (found[1] + found[4] if (found := _ITEM.fullmatch(line.rstrip())) else line for line in section.markdown.splitlines())
    return Section("\n".join(plain), section.place)
