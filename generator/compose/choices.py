"""What is chosen for one patient -> a recipe, made on the spot.

The page that builds such a sheet (`assets/scripts/build-a-sheet.js`) works out versions and what goes beside what in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from generator.content.codes import OWN, TOPIC, code, topic_code
from generator.content.model import CONSULTATION, URGENT, Audience, Chosen, Clinic, Format, Handout, Item, Library, Message
from generator.content.problems import Place, did_you_mean
from generator.rules import safety

MOST = 6  # messages that one chooses for one sheet


@dataclass(frozen=True)
class Choice:
    """What is chosen: messages in their order, at most one worksheet, and which lines to write on by hand."""

    messages: Sequence[Message]
    worksheet: Handout | None = None
    with_name: bool = False
    with_next: bool = False


def messages(library: Library) -> tuple[Message, ...]:
    """The messages that can be chosen: what patients may read, urgent help left out, since it is on every sheet."""
    return tuple(
        message for message in library.messages if message.is_for(Audience.PATIENTS) and message.in_short and message.question and message.role not in URGENT
    )


def worksheets(library: Library) -> tuple[Handout, ...]:
    """The worksheets that can follow on the same paper. A table takes a side of its own, across, and the form of a skill belongs to its steps."""
    return tuple(sheet for sheet in library.handouts if sheet.audience is Audience.PATIENTS and sheet.layout in {"worksheet", "ladder"})


def beside(library: Library, choice: Choice) -> list[Message]:
    """What has to stand beside what was chosen, in short: benefits and risks go together, a medicine with its warning, a worksheet with its messages."""
    chosen = list(choice.messages)
    found: list[Message] = []
    roles = {message.role for message in chosen}
    for one, other in (("benefits", "risks"), ("risks", "benefits")):
        if one in roles and other not in roles:
            found += library.of_role(other)[:1]  # type: ignore[arg-type]
    if choice.worksheet:
        found += choice.worksheet.carries
    told = [safety.medicines_of(library, message) for message in (*chosen, *found)]
    if any(names for names, _ in told) and not any(warns for _, warns in told):
        found += library.of_role("stop-slowly")
    return [message for message in dict.fromkeys(found) if message not in chosen]


class UnknownChoiceError(Exception):
    """What cannot be chosen, and the cure."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.cure = cure


def chosen(library: Library, asked: Sequence[str], worksheet: str | None, form: Format, *, with_name: bool, with_next: bool) -> Choice:
    """What was asked for by codes, or by the names of files. Raises UnknownChoiceError for what cannot be chosen, with what is near it."""
    known = messages(library)
    picked = list(dict.fromkeys(_known(name, known, "message", library) for name in asked))
    if len(picked) > MOST:
        raise UnknownChoiceError(f"a sheet for one patient holds at most {MOST} messages, and these are {len(picked)}.", "Leave some out, or make two sheets.")
    sheet = _known(worksheet, worksheets(library), "worksheet", library) if worksheet else None
    choice = Choice(picked, sheet, with_name, with_next)
    if form == "easy-read" and (without := next((one for one in (*picked, *beside(library, choice)) if not one.easy_read), None)):
        raise UnknownChoiceError(f'"{without.key}" has no easy read.', "Choose another format, or write `## Easy read` in it.")
    return choice


Thing = TypeVar("Thing", Message, Handout)


def _known(name: str, things: Sequence[Thing], kind: str, library: Library) -> Thing:
    if found := next((thing for thing in things if name in {code(thing), thing.key}), None):
        return found
    topic = next((topic.key for topic in library.topics if len(name) == TOPIC + OWN and name.startswith(topic_code(topic.key))), None)
    near = [thing for thing in things if isinstance(thing, Message) and thing.topic == topic] or list(things)
    listed = ", ".join(f"{code(thing)} ({thing.key})" for thing in near[:MOST])
    gone = f"It may be gone; of its topic there are: {listed}." if topic else f"There are: {listed}."
    raise UnknownChoiceError(f'no {kind} has the code "{name}".', did_you_mean(name, [thing.key for thing in things], gone))


def recipe(library: Library, choice: Choice, versions: Mapping[str, str], form: Format, clinic: Clinic | None, title: str) -> Chosen:
    """The recipe of a sheet for one patient. `versions` are those of all that can be chosen, by code; `clinic` is None for that of the site."""
    items = [*(Item(message=message) for message in choice.messages), *(Item(message=message, show="short") for message in beside(library, choice))]
    codes = [code(message) for message in choice.messages]
    version = checksum([*(code(item.message) for item in items), *([code(choice.worksheet)] if choice.worksheet else [])], versions)
    parts = {
        "s": ".".join(codes),
        "w": code(choice.worksheet) if choice.worksheet else "",
        "f": form if form != "standard" else "",
        "c": clinic.key if clinic else "",
    }
    parts |= {"n": "1" if choice.with_next else "", "h": "1" if choice.with_name else "", "v": version}
    values: dict[str, Any] = {
        "key": "-".join(["sheet", *codes]),
        "place": Place("handouts"),
        "title": title,
        "audience": Audience.PATIENTS,
        "layout": CONSULTATION,
        "messages": tuple(items),
        "pages": 2,
        "prompts": choice.worksheet.prompts if choice.worksheet else (),
    }
    return Chosen(
        **values,
        worksheet=choice.worksheet,
        with_name=choice.with_name,
        with_next=choice.with_next,
        version=version,
        fragment="&".join(f"{name}={value}" for name, value in parts.items() if value),
    )


def checksum(codes: Iterable[str], versions: Mapping[str, str]) -> str:
    """Four letters and digits that change with what is on a sheet and with any of its words (FNV-1a, which a browser works out as well)."""
    number = 0x811C9DC5
    for letter in ".".join(f"{each}:{versions[each]}" for each in codes):
        number = (number ^ ord(letter)) * 0x01000193 & 0xFFFFFFFF
    return f"{(number >> 16) ^ (number & 0xFFFF):04x}"
