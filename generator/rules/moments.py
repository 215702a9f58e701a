"""What the page for right now must keep: a door for each hard moment, and few steps behind it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.content.model import Library
from generator.content.problems import Problem
from generator.text import markup, readability

STEPS, WORDS = range(4, 7), 14  # for somebody who can hardly think


def steps_for_right_now_are_few(library: Library) -> Iterator[Problem]:
    """`## Right now` has 4 to 6 steps of at most 14 words."""
    for message in library.messages:
        if message.right_now and message.right_now_words and len(message.right_now) not in STEPS:
            what = f'"## Right now" has {len(message.right_now)} steps'
            yield Problem(message.right_now_words.place, what, f"Write {STEPS[0]} to {STEPS[-1]}: more stand in the message itself.", "right-now")
        for step in message.right_now:
            if (count := sum(map(readability.length, markup.blocks(step.words.markdown)))) > WORDS:
                yield Problem(step.words.place, f"this step for right now has {count} words", f"It may have {WORDS}: take out the rest.", "right-now")


def doors_of_right_now_open(library: Library) -> Iterator[Problem]:
    """`right_now` in docs/programme.yml names messages with `## Right now`, each once, and leaves out none: steps that nothing leads to help nobody."""
    named = [moment.message for moment in library.moments]
    for index, message in enumerate(named):
        place = library.programme.at("right_now", index) if library.programme else message.place
        if not message.right_now_words:
            yield Problem(place, f'"{message.key}" has no steps for right now', 'Write "## Right now" in it, or take it out.', "right-now")
        elif message in named[:index]:
            yield Problem(place, f'"{message.key}" is named twice', "Take it out of one of the two.", "right-now")
    for message in library.messages:
        if library.programme and message.right_now_words and message not in named:
            what, cure = "nothing leads to these steps for right now", f"Add `{{when: …, message: {message.key}}}` to `right_now` in docs/programme.yml."
            yield Problem(message.right_now_words.place, what, cure, "right-now")
