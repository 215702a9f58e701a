"""What a practice must keep, and every step: a message with steps, and the sheet that shows how it is done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.content.model import SKILL, Library, Message
from generator.content.problems import Problem, did_you_mean
from generator.rules.prose import example_opening
from generator.text import markup

CHECKED = re.compile(r"\bonce\b[^.]*\bchecked\b", re.IGNORECASE | re.DOTALL)
LATER = re.compile(
    r"\bsmall efforts?\b[^.]*\b(?:ill|worse) for days\b[^.]*\bask\b", re.IGNORECASE | re.DOTALL
)  # symptoms that surge a day or more after effort


def pictures_of_steps_exist(library: Library) -> Iterator[Problem]:
    """A step that begins with the name of a picture has one that exists."""
    for message in library.messages:
        for step in message.all_steps:
            if step.picture and step.picture not in library.pictures and f"pictures/{step.picture}" not in library.broken:
                cure = did_you_mean(step.picture, library.pictures, "Draw it in docs/assets/pictures, or leave the picture out.")
                yield Problem(step.words.place, f'there is no picture "{step.picture}"', cure, "steps")


def steps_are_short(library: Library) -> Iterator[Problem]:
    """A step is words in one paragraph: what holds a list, a heading or a diagram is no step."""
    for message in library.messages:
        for step in message.all_steps:
            if not markup.is_prose(step.words.markdown):
                yield Problem(step.words.place, "this step is more than sentences", "Make steps of its parts.", "steps")


def examples_say_that_they_are_examples(library: Library) -> Iterator[Problem]:
    """7. An example begins with its fixed line: it is no advice."""
    opening = example_opening(library)
    for message in library.messages:
        if message.example and not " ".join(message.example.markdown.split()).startswith(opening):
            yield Problem(message.example.place, "the example does not say first that it is one", f'Begin it with "{opening}"', "example")


def moving_is_safe_to_try(library: Library) -> Iterator[Problem]:
    """8. A practice that moves says "once checked" and who asks before adding more, and leads to the message about soreness."""
    soreness = library.of_role("soreness")
    for message in library.messages:
        if message.practice == "moves":
            said = "\n".join(section.markdown for section in (*message.explanations.values(), *message.action))
            if not CHECKED.search(said):
                yield _moves(message, 'does not say "once … checked"', 'Add "Begin once a health professional has checked you."')
            if not LATER.search(said):
                cure = 'Add "If small efforts make you ill for days, ask your doctor or physio before you add more."'
                yield _moves(message, "does not say who asks first before adding more", cure)
            if soreness and not any(f"](message:{other.key})" in said for other in soreness):
                yield _moves(message, "does not lead to the message about soreness", f"Add a link to message:{soreness[0].key}.")


def breathing_pictures_have_a_place(library: Library) -> Iterator[Problem]:
    """The picture that breathes stands where a practice is done with the reader, and only one that is done sitting or lying is."""
    for message in library.messages:
        if message.tool == "breathing-picture" and message.practice != "still":
            yield Problem(message.at("tool"), "a breathing picture is for a quiet practice", "Add `practice: still` if it is one, or take `tool` out.", "tool")


def example_rows_fit(library: Library) -> Iterator[Problem]:
    """The row that a made-up person filled in has a cell for each column."""
    for handout in library.handouts:
        if handout.grid and handout.grid.example and len(handout.grid.example) != len(handout.grid.columns):
            what = f"the example row has {len(handout.grid.example)} cells, and there are {len(handout.grid.columns)} columns"
            yield Problem(handout.at("grid.example"), what, "Write one for each column, in the same order.", "example")


def _moves(message: Message, what: str, cure: str) -> Problem:
    return Problem(message.at("practice"), f"this practice moves, and {what}", cure, "moves")


def sheets_of_skills_can_be_made(library: Library) -> Iterator[Problem]:
    """A sheet of the layout `skill` has one practice, in full, and something to write on; an `example` stands on no other sheet."""
    for handout in library.handouts:
        if handout.layout == SKILL:
            practices = [item for item in handout.messages if item.message.is_practice and item.show == "full"]
            if len(practices) != 1:
                what = f"a sheet of this layout shows one practice in full, and this has {len(practices)}"
                yield Problem(handout.at("messages"), what, "Name one message with steps. Others may stand on it with `show: short`.", "skill")
            if not handout.is_worksheet:
                what, cure = "there is nothing to write on the back of this sheet", "Add `prompts:` or `grid:`, or choose another layout."
                yield Problem(handout.at("layout"), what, cure, "skill")
        else:
            for index, prompt in enumerate(handout.prompts):
                if prompt.example:
                    cure = f"Take it out, or write `layout: {SKILL}`."
                    yield Problem(handout.at("prompts", index), "an `example` stands only on a sheet of a skill", cure, "skill")
