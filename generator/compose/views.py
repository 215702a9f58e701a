"""A message as one page or sheet shows it: its wording for that audience, the numbers of its sources, the state of its review.

Templates receive these, and only loop over them.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from markupsafe import Markup

from generator.content.model import URGENT, Audience, Item, Message, Moment, Reviewed, Section, Source
from generator.rules.prose import visible_words
from generator.text import markup
from generator.text.markup import Part

# What follows the short form of a message and folds: nothing; its words; its action too; its picture too. The first that makes a page short is taken.
Folded = Literal["", "words", "action", "all"]
FOLDED: tuple[Folded, ...] = ("", "words", "action", "all")


class Render(Protocol):
    """A section as the text of one page or sheet; `folds` for what a long page folds away, `part` for its words or its pictures alone."""

    def __call__(self, section: Section | None, *, folds: bool = False, part: Part = "all") -> Markup | None: ...


@dataclass
class Bibliography:
    """The sources of one page or sheet, numbered in the order in which they are first used."""

    sources: list[Source] = field(default_factory=list)

    def numbers(self, sources: Iterable[Source]) -> tuple[int, ...]:
        for source in sources:
            if source not in self.sources:
                self.sources.append(source)
        return tuple(self.sources.index(source) + 1 for source in sources)


@dataclass(frozen=True)
class ShownSteps:
    """Steps that follow each other, from the number `start` on: each with the name of its picture, where it has one, and its words."""

    title: str | None
    start: int
    steps: tuple[tuple[str | None, Markup | None], ...]


@dataclass(frozen=True)
class Entry:
    """One message on one page or sheet. Texts are ready for the template: HTML on pages and sheets, plain in texts."""

    message: Message
    title: str
    short_only: bool
    short: Markup | None
    why: Markup | None
    picture: Markup | None
    body: Markup | None
    what_to_say: Markup | None
    try_this: Markup | None
    steps: tuple[ShownSteps, ...]
    stop_if: Markup | None
    example: Markup | None
    voice: Markup | None
    numbers: tuple[int, ...]
    overdue: bool
    folded: Folded

    def visible_words(self, folded: Folded) -> int:
        """How many words of its texts a reader meets before opening anything, on a page where that much is `folded`."""
        parts: dict[Folded, tuple[Markup | None, ...]] = {
            "": (self.short, self.why, self.body, self.try_this),
            "words": (self.short, self.picture, self.try_this),
            "action": (self.short, self.picture),
            "all": (self.short,),
        }
        seen = (self.why if self.steps else None, *(words for steps in self.steps for _, words in steps.steps), self.stop_if, self.voice)
        return sum(visible_words(part) for part in (*parts["all" if self.steps else "" if self.is_urgent_help else folded], *seen) if part)

    @property
    def is_urgent_help(self) -> bool:
        """Whether it is for who needs help now or today, and opens nothing: it never folds, and is not counted among the words of a page."""
        return self.message.role in URGENT


@dataclass(frozen=True)
class ShownMoment:
    """One door of the page for right now, and the steps behind it: each with the name of its picture, where it has one, and its words."""

    message: Message
    when: str
    steps: tuple[tuple[str | None, Markup | None], ...]
    overdue: bool


def shown_moments(moments: Iterable[Moment], bibliography: Bibliography, today: datetime.date, render: Render) -> tuple[ShownMoment, ...]:
    """The doors of the page for right now, in their order."""
    found = []
    for moment in moments:
        message = moment.message
        bibliography.numbers(_sources(message, Audience.PATIENTS))
        steps = tuple((step.picture, render(step.words)) for step in message.right_now)
        found.append(ShownMoment(message, moment.when, steps, message.review_by < today))
    return tuple(found)


def said_once(points: Iterable[Section]) -> Iterator[str]:
    """Short forms as plain text, for one letter: a sentence that an earlier one has said is left out, and a point with nothing else to say."""
    said: set[str] = set()
    for point in points:
        new = [(known, sentence) for known, sentence in said_sentences(point) if known not in said]
        said |= {known for known, _ in new}
        if new:
            yield " ".join(sentence for _, sentence in new)


def said_sentences(point: Section) -> list[tuple[str, str]]:
    """The sentences of a short form, each with the words to know it by.

    Three words or more before a colon are enough: "Do not stop suddenly: ask first." says again what "Do not stop suddenly." said.
    """
    found = []
    for sentence in (sentence for block in markup.blocks(point.markdown) for sentence in markup.sentences(block)):
        opening = markup.words(sentence.partition(":")[0])
        found.append((" ".join(opening if len(opening) > 2 else markup.words(sentence)), sentence))
    return found


def when_to_stop(shown: Iterable[Entry]) -> list[Markup]:
    """When to stop what some messages show step by step, each line once: several practices share some."""
    return list(dict.fromkeys(line for entry in shown for line in _lines(entry.stop_if)))


def actions(shown: Iterable[Entry]) -> list[Markup]:
    """What some messages give to try: of one that gives steps, each of them."""
    return [line for entry in shown for line in _lines(entry.try_this)]


def _lines(text: Markup | None) -> list[Markup]:
    """The entries of a text that is one list; any other text as it is."""
    if not text:
        return []
    is_list = re.fullmatch(r"\s*<([ou]l)>(?:(?!</?[ou]l>).)*</\1>\s*", text, re.DOTALL)
    found = re.findall(r"<li>(.*?)</li>", text, re.DOTALL) if is_list else [text]
    return [Markup(line.strip()) for line in found]


@dataclass(frozen=True)
class Review:
    """What a page or sheet says of its review: since when all of it is reviewed, when the first part is due, and whether that day has passed."""

    reviewed: datetime.date
    review_by: datetime.date
    overdue: bool


def entries(
    items: Iterable[Item], audience: Audience, bibliography: Bibliography, today: datetime.date, render: Render, *, folded: Folded = ""
) -> tuple[Entry, ...]:
    """The messages of a page or sheet. Only sections that are meant for `audience` are ever touched.

    The first says why even where it is short: it leads a sheet. Where only words and actions fold, the body comes without its pictures, which then
    stand alone. What stands around the steps of a practice always folds.
    """
    found: list[Entry] = []
    for item in items:
        message, short_only = item.message, item.show == "short"
        for_patients = audience is Audience.PATIENTS
        body = None if short_only else message.explanations.get(audience)
        does = for_patients and message.is_practice and not short_only
        fold: Folded = "all" if does else "" if message.role in URGENT else folded
        apart = fold in {"words", "action"}
        found.append(
            Entry(
                message=message,
                title=message.title_for(audience),
                short_only=short_only,
                short=render(message.short_form(audience)),
                why=render(message.why) if for_patients and not (short_only and found) else None,
                picture=render(body, part="pictures") if body and markup.pictures(body.markdown) else None,
                body=render(body, folds=message.role not in URGENT, part="words" if apart else "all"),
                what_to_say=None if for_patients else render(message.what_to_say),
                try_this=render(message.try_this, folds=fold != "words") if for_patients and not short_only else None,
                steps=tuple(
                    ShownSteps(steps.title, steps.start, tuple((step.picture, render(step.words)) for step in steps.steps))
                    for steps in (message.steps if does else ())
                ),
                stop_if=render(message.stop_if) if does else None,
                example=render(message.example, folds=True) if does else None,
                voice=render(message.voice.words) if message.voice and for_patients and not short_only else None,
                numbers=bibliography.numbers(_sources(message, audience)),
                overdue=message.review_by < today,
                folded=fold,
            )
        )
    return tuple(found)


def _sources(message: Message, audience: Audience) -> tuple[Source, ...]:
    """What the words of a message for this audience rest on: for patients, those of urgent help rest on sign-off."""
    return () if audience is Audience.PATIENTS and message.role in URGENT else message.sources


def review(texts: Iterable[Reviewed], today: datetime.date) -> Review | None:
    """The review line of some messages or other reviewed texts; None where there are none."""
    all_of_them = list(texts)
    if not all_of_them:
        return None
    due = min(text.review_by for text in all_of_them)
    return Review(min(text.reviewed for text in all_of_them), due, due < today)


@dataclass(frozen=True)
class Change:
    """A review of a message, as clinics are told of it. `id` names this one review, the same in every build."""

    message: Message
    id: str


def changes(messages: Iterable[Message]) -> tuple[Change, ...]:
    """The last review of each message, the newest first."""
    newest_first = sorted(messages, key=lambda message: (-message.reviewed.toordinal(), message.key))
    return tuple(Change(message, uuid.uuid5(uuid.NAMESPACE_URL, f"{message.key} {message.reviewed}").urn) for message in newest_first)
