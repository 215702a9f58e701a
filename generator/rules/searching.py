"""What people type: words and urgent phrases that are told apart, and boxes that can help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from generator.content.model import Audience, Help, HelpLine, Library
from generator.content.problems import Problem
from generator.text import markup


def search_words_are_told_apart(library: Library) -> Iterator[Problem]:
    """What people type stands for one thing: a word is in one group of docs/synonyms.yml only."""
    seen: dict[str, str] = {}
    for synonym in library.search_words.words if library.search_words else ():
        for index, form in enumerate(synonym.forms):
            other = seen.setdefault(" ".join(markup.words(form)), synonym.word)
            if other != synonym.word or form in synonym.forms[:index]:
                place = synonym.at("also", index - 1) if index else synonym.place
                yield Problem(place, f'"{form}" stands for "{other}" already', "Take it out of one of the two.", "same-word")


def urgent_phrases_are_told_apart(library: Library) -> Iterator[Problem]:
    """A phrase brings up one box, or is not urgent: never both. It holds a word that is long enough to tell it from other words."""
    seen: dict[str, tuple[str, int]] = {}
    listed = [(help.key, phrase, help.at("phrases", index)) for help in _helps(library) for index, phrase in enumerate(help.phrases)]
    if library.urgent:
        listed += [("not_urgent", phrase, library.urgent.at("not_urgent", index)) for index, phrase in enumerate(library.urgent.not_urgent)]
    named = [message.title_for(audience) for topic in library.topics if not topic.is_urgent for message in topic.messages for audience in Audience]
    titles = {word for title in named for word in markup.words(title)}
    for key, phrase, place in listed:
        words = " ".join(markup.words(phrase))
        if words in seen:
            other, line = seen[words]
            yield Problem(place, f'"{phrase}" stands under "{other}" already, on line {line}', "Keep one of the two.", "same-word")
        seen.setdefault(words, (key, place.line))
        if lines := re.findall(r"\{([^}]*)\}", phrase):
            for line in sorted({*lines} - {*get_args(HelpLine)}):
                cure = f"Write one of {', '.join(get_args(HelpLine))}: a clinic's name and number for it are put in its place."
                yield Problem(place, f'"{{{line}}}" is no line of urgent help', cure, "urgent-help")
            continue
        if max(map(len, words.split()), default=0) < 3:
            yield Problem(place, f'"{phrase}" is too short to be told from other words', "Add a word that makes it clear.", "short-phrase")
        elif key != "not_urgent" and words in titles:
            yield Problem(place, f'"{phrase}" is a word that people search for without any danger', "Add a word that makes it urgent.", "short-phrase")


def urgent_boxes_can_help(library: Library) -> Iterator[Problem]:
    """The box of an urgent phrase names the emergency number, and has every number from the clinic."""
    for help in _helps(library):
        if not any(call.number == "emergency" for call in help.call):
            yield Problem(help.at("call"), "this box never names the emergency number", "Add an entry with `number: emergency`.", "urgent-help")
        texts = [("title", help.title), ("words", help.words), *(("call", call.when) for call in help.call)]
        for field, text in texts:
            if found := re.search(r"\d[\d ]{2,}", text):
                yield Problem(
                    help.at(field), f"there is a number here: {found[0].strip()}", "Take it out: `number` fetches it from the clinic's file.", "typed-number"
                )
        if not help.message.is_for(Audience.PATIENTS):
            yield Problem(help.at("message"), f'"{help.message.key}" is for referrers only', "Name a message that patients may read.", "wrong-audience")


def lines_of_urgent_help_can_be_typed(library: Library) -> Iterator[Problem]:
    """Who types the name or the number of a clinic's helpline, or that of the emergency services, is shown urgent help, whatever the country."""
    if library.urgent is None:
        return
    typed = {line for help in _helps(library) for phrase in help.phrases for line in re.findall(r"\{(\w+)\}", phrase)}
    needed = ["emergency", "mental_health", *(["listening"] if any(clinic.urgent_help.listening for clinic in library.clinics) else [])]
    for line in needed:
        if line not in typed:
            phrase = "call {emergency}" if line == "emergency" else f"{{{line}}}"
            yield Problem(
                library.urgent.at("helps"),
                f"no phrase brings up urgent help for the clinic's `{line}`",
                f'Add "{phrase}" to the phrases of a box.',
                "urgent-help",
            )


def _helps(library: Library) -> Sequence[Help]:
    return library.urgent.helps if library.urgent else ()
