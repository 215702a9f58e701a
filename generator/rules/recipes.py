"""Sheets, packs and the clinics whose they are."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from generator.content import layers
from generator.content.codes import code
from generator.content.model import Audience, Clinic, Handout, Issue, Item, Library, Message
from generator.content.problems import Problem, did_you_mean
from generator.text import telephone

# What tells a professional that a patient may move.
SAFE = re.compile(
    r"\bsafe (?:for (?:you|them|the patient) )?to (?:move|exercise|bend|walk|lift|begin|be active)\b"
    r"|\b(?:exercise|exercising|moving|movement) is safe\b|\bmovements are safe\b",
    re.IGNORECASE,
)


def sheets_can_be_made(library: Library, root: Path) -> Iterator[Problem]:
    """A recipe names a layout that exists, and messages that are for its audience and have the form it shows."""
    layouts = sorted(file.name.removesuffix(".html.j2") for file in layers.files(root, "handouts", "[a-z]*.html.j2").values())
    for handout in library.handouts:
        if handout.layout not in layouts:
            yield Problem(
                handout.at("layout"),
                f'there is no layout "{handout.layout}"',
                did_you_mean(handout.layout, layouts, f"The layouts are: {', '.join(layouts)}."),
                "layout",
            )
        for form in handout.formats:
            if form not in handout.possible_formats:
                yield Problem(
                    handout.at("formats"),
                    f'this sheet cannot be made as "{form}"',
                    f"It can be: {', '.join(handout.possible_formats)}. Easy read needs `## Easy read` in each of its messages.",
                    "format",
                )
        for key in {item.message.key for item in handout.messages if handout.carries.count(item.message) > 1}:
            yield Problem(handout.at("messages"), f'"{key}" is on this sheet twice', "Take one of the two out.", "same-message")
        for item in handout.messages:
            if not item.message.is_for(handout.audience):
                yield Problem(handout.at("messages"), f'"{item.message.key}" is not for {handout.audience}', "Take it out of the recipe.", "wrong-audience")
            elif item.show == "short" and not item.message.short_form(handout.audience):
                yield Problem(
                    handout.at("messages"),
                    f'"{item.message.key}" has no short form for {handout.audience}',
                    'Add "## What to say" to the message, or show it in full.',
                    "short-form",
                )


def codes_are_told_apart(library: Library) -> Iterator[Problem]:
    """What can be chosen for one patient is told apart by its code, which is made of its name."""
    found: dict[str, Message | Handout] = {}
    things: list[Message | Handout] = [*library.messages, *library.handouts]
    for thing in things:
        if (first := found.setdefault(code(thing), thing)) is not thing:
            yield Problem(thing.place, f'this has the same code as "{first.key}", by which printed sheets are found again', "Rename this file.", "code")


def safe_beside_what_to_check(library: Library) -> Iterator[Problem]:
    """8. On a sheet for referrers, "safe to move" never stands without what has to be checked first: the message of the role `urgent`, in full."""
    for urgent in library.of_role("urgent")[:1]:  # where there is none, that is the problem
        for handout in library.handouts:
            in_full = Item(message=urgent) in handout.messages
            if handout.audience is Audience.REFERRERS and not in_full and (said := next(filter(None, map(_says_safe, handout.messages)), None)):
                first = "" if urgent.is_for(Audience.REFERRERS) else f'Write "## For referrers" in {urgent.key}. '
                what = f'this sheet says "{said}", and not what to check before that'
                yield Problem(handout.at("messages"), what, f"{first}Add {urgent.key} to its messages, in full.", "safe-unchecked")


def _says_safe(item: Item) -> str | None:
    """The words by which a message, as a sheet for referrers shows it, says that a patient may move."""
    shown = (None if item.show == "short" else item.message.explanations.get(Audience.REFERRERS), item.message.what_to_say)
    found = SAFE.search(" ".join(word for section in shown if section for word in section.markdown.split()))
    return found[0] if found else None


def packs_are_for_one_audience(library: Library) -> Iterator[Problem]:
    """A pack holds sheets of its own audience only: text for referrers never comes on patients' paper."""
    for pack in library.packs:
        for sheet in pack.sheets:
            if sheet.audience is not pack.audience:
                yield Problem(pack.at("sheets"), f'the sheet "{sheet.key}" is not for {pack.audience}', "Take it out of the pack.", "wrong-audience")


def clinics_can_be_reached(library: Library, root: Path) -> Iterator[Problem]:
    """A clinic's numbers can be rung in its country, the first of them brings an ambulance, and its logo exists."""
    for clinic in library.clinics:
        region = telephone.region(clinic.country)
        if region is None:
            cure = did_you_mean(clinic.country, telephone.countries(), "Write its English name, or its ISO code of two letters.")
            yield Problem(clinic.at("country"), f'the numbers of "{clinic.country}" are not known here', cure, "country")
            continue
        if clinic.phone and not telephone.is_number(clinic.phone, region):
            what = f'"{clinic.phone}" is not a telephone number in {clinic.country}'
            yield Problem(clinic.at("phone"), what, f"Write the whole number, in a form such as {telephone.example(region)}.", "phone")
        yield from _urgent_numbers_can_be_rung(clinic, region)
        if clinic.logo and not (root / "docs" / "assets" / "logos" / clinic.logo).is_file():
            yield Problem(clinic.at("logo"), f"there is no picture {clinic.logo}", "Put it in docs/assets/logos/, or remove the line.", "logo")


def _urgent_numbers_can_be_rung(clinic: Clinic, region: str) -> Iterator[Problem]:
    """Whoever helps is rung by a number, but that advice may be had without one ("your out-of-hours doctor")."""
    for name, text in clinic.urgent_help:
        if text is None or name == "emergency_place":
            continue
        numbers = telephone.numbers(text)
        if wrong := [number for number in numbers if not telephone.is_helpline(number, clinic.country)]:
            what, cure = f'"{wrong[0]}" under `{name}` cannot be rung in {clinic.country}', "Write the number that people ring there."
            yield Problem(clinic.at(f"urgent_help.{name}"), what, cure, "phone")
        elif not numbers and name != "advice":
            cure = "Write the number that people ring, with a name before it if it has one."
            yield Problem(clinic.at(f"urgent_help.{name}"), f"there is no telephone number under `{name}`", cure, "phone")
        elif name == "emergency" and not all(telephone.calls_emergency_services(number, region) for number in numbers):
            what = f'"{text}" is not the emergency number of {clinic.country}'
            yield Problem(clinic.at(f"urgent_help.{name}"), what, "Write the one that brings an ambulance.", "phone")


def issues_follow_each_other(library: Library, today: datetime.date) -> Iterator[Problem]:
    """What was issued was issued by today, and the lines of a sheet stand in the order of their days, each with another version than the line before."""
    last: dict[str, Issue] = {}
    for issue in library.issues:
        before = last.get(issue.sheet)
        last[issue.sheet] = issue
        if issue.day > today:
            yield Problem(issue.place, f"this version was issued in the future ({issue.day})", "Write the day on which it was issued.", "issued")
        elif before and issue.day < before.day:
            what = f'"{issue.sheet}" was issued on {before.day} in a line above, which is later'
            yield Problem(issue.place, what, "Put the lines of a sheet in the order of their days.", "issued")
        elif before and issue.version == before.version:
            yield Problem(issue.place, f'version {issue.version} of "{issue.sheet}" is issued twice in a row', "Take one of the two lines out.", "issued")
