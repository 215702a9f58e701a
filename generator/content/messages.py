"""The folder of messages -> topics and their messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator.content.addresses import RESERVED_TOPICS
from generator.content.documents import Document, read_markdown
from generator.content.easyread import read_lines
from generator.content.files import authored, good_name, is_there
from generator.content.model import (
    Audience,
    Example,
    Links,
    Message,
    Topic,
)
from generator.content.problems import Place, Problem, Report, did_you_mean
from generator.content.quotations import read_voice
from generator.content.steps import read_right_now, read_steps, without_pictures
from generator.content.validation import validate

HEADINGS = {Audience.PATIENTS: "For patients", Audience.REFERRERS: "For referrers"}
ACTION = ("Steps", "An example", "Stop if")  # of a practice
FOR_PATIENTS = ("In short", "Why", "Right now", "Easy read", "For patients", "Try this", *ACTION, "A voice")
FOR_REFERRERS = ("For referrers", "What to say")
MESSAGE_SECTIONS = (*FOR_PATIENTS, *FOR_REFERRERS)


def load_messages(root: Path, links: Links, report: Report) -> tuple[dict[str, Message], Links]:
    """Every message that could be read, by its key, and the links with those in them; what could not be read is broken there."""
    messages, broken = {}, set()
    for file in authored(root / "docs" / "messages", root, (".md",), report):
        if file.parent.parent != root / "docs" / "messages":
            report(
                Problem(
                    Place(file.relative_to(root).as_posix(), 1),
                    "a message belongs into the folder of its topic",
                    "Move it to docs/messages/<topic>/.",
                    "wrong-place",
                )
            )
            continue
        if file.name == "index.md":
            continue
        key = f"{file.parent.name}/{file.stem}"
        message = _load_message(file, key, root, links, report)
        if message:
            messages[key] = message
        else:
            broken.add(f"messages/{key}")
    return messages, replace(links, messages=messages, broken=links.broken | broken)


def _load_message(file: Path, key: str, root: Path, links: Links, report: Report) -> Message | None:
    document = read_markdown(file, root, MESSAGE_SECTIONS, report)
    if document is None or not good_name(file.stem, Place(document.path, 1), report):
        return None
    said = document.sections.get("A voice")
    voice = read_voice(said, report) if said and said.markdown else None
    message = validate(
        Message,
        document,
        links,
        report,
        key=key,
        place=Place(document.path, 1),
        explanations={audience: document.sections[heading] for audience, heading in HEADINGS.items() if heading in document.sections},
        in_short=document.sections.get("In short"),
        easy_read=read_lines(document.sections["Easy read"], report) if "Easy read" in document.sections else (),
        what_to_say=document.sections.get("What to say"),
        why=document.sections.get("Why"),
        try_this=document.sections.get("Try this"),
        steps=read_steps(document.sections["Steps"], report) if "Steps" in document.sections else (),
        step_words=without_pictures(document.sections["Steps"]) if "Steps" in document.sections else None,
        example=Example(example.markdown, example.place) if (example := document.sections.get("An example")) else None,
        stop_if=document.sections.get("Stop if"),
        right_now=read_right_now(document.sections["Right now"], report) if "Right now" in document.sections else (),
        right_now_words=without_pictures(document.sections["Right now"]) if "Right now" in document.sections else None,
        voice=voice,
    )
    whole = _has_its_sections(document, report)
    safe = _steps_say_when_to_stop(document, report)
    return message if whole and safe and (voice or not said) else None


def _has_its_sections(document: Document, report: Report) -> bool:
    """Both wordings and the short form stand in a message, unless `only` leaves one out on purpose."""
    only = document.fields.get("only")
    wanted = {"In short", *HEADINGS.values()}
    refused: set[str] = set()
    if only == Audience.PATIENTS:
        refused = {*FOR_REFERRERS}
    elif only == Audience.REFERRERS:
        refused = {*FOR_PATIENTS}
    elif only is not None:
        return True  # reported with the other fields
    whole = True
    for heading in MESSAGE_SECTIONS:
        section = document.sections.get(heading)
        if section is None and heading in wanted - refused:
            cure = f'Add "## {heading}" with its text' + (
                ", or `only: referrers` if patients do not get this message."
                if heading != "For referrers"
                else ", or `only: patients` if referrers do not need it."
            )
            report(Problem(Place(document.path, 1), f'the section "## {heading}" is missing', cure, "missing-section"))
            whole = False
        elif section is not None and not section.markdown:
            report(Problem(section.place, f'the section "## {heading}" is empty', "Write its text, or remove the heading.", "missing-section"))
            whole = False
        elif section is not None and heading in refused:
            report(
                Problem(
                    section.place,
                    f'the section "## {heading}" stands here although the message is `only: {only}`',
                    "Remove the section, or the `only` line.",
                    "only",
                )
            )
            whole = False
    return whole


def _steps_say_when_to_stop(document: Document, report: Report) -> bool:
    """Steps never stand without `## Stop if`, and nothing that belongs to steps without them."""
    sections = document.sections
    if "Steps" in sections and "Stop if" not in sections:
        what, cure = 'the section "## Stop if" is missing: there are steps', 'Add "## Stop if", with when to leave them and whom to ask first.'
        report(Problem(sections["Steps"].place, what, cure, "missing-section"))
        return False
    if "Steps" in sections:
        return True
    alone = [(sections[heading].place, f'"## {heading}"') for heading in ACTION if heading in sections]
    alone += [(Place(document.path, document.line_of((key,))), f"`{key}`") for key in ("practice", "tool") if key in document.fields]
    for place, name in alone:
        report(Problem(place, f"{name} stands here, and there are no steps", 'Add "## Steps", a numbered list; or take it out.', "missing-section"))
    return not alone


def load_topics(root: Path, messages: dict[str, Message], links: Links, report: Report) -> tuple[list[Topic], frozenset[str]]:
    """Every topic that could be read, and what is lost with those that could not: they and their messages, whose links have no problem of their own."""
    folder = root / "docs" / "messages"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")) if folder.is_dir() else []
    topics, lost = [], set()
    for name in names:
        own = {key.split("/")[1]: message for key, message in messages.items() if key.startswith(f"{name}/")}
        topic = _load_topic(folder / name / "index.md", root, own, links, report)
        if topic:
            topics.append(topic)
        else:
            lost |= {f"topics/{name}", *(f"messages/{message.key}" for message in own.values())}
    return topics, frozenset(lost)


def _load_topic(file: Path, root: Path, own: dict[str, Message], links: Links, report: Report) -> Topic | None:
    """The topic of a folder, with its `own` messages in reading order. It has a lead for each audience that has messages in it."""
    name = file.parent.name
    if not is_there(file):
        place = Place(file.relative_to(root).as_posix(), 1)
        report(Problem(place, f'the topic "{name}" has no index.md', "Add one, with title, order, and a lead for each audience.", "missing-file"))
        return None
    document = read_markdown(file, root, tuple(HEADINGS.values()), report)
    if document is None or not good_name(name, Place(document.path, 1), report):
        return None
    if name in RESERVED_TOPICS:
        report(Problem(Place(document.path, 1), f'a topic cannot be called "{name}": the site needs that name', "Rename its folder.", "bad-name"))
        return None
    readers = {audience for message in own.values() for audience in message.explanations}
    if not readers and not any(key.startswith(f"messages/{name}/") for key in links.broken):
        readers = set(Audience)  # a topic without messages is for both
    missing = [
        heading for audience, heading in HEADINGS.items() if audience in readers and not (heading in document.sections and document.sections[heading].markdown)
    ]
    for heading in missing:
        report(Problem(Place(document.path, 1), f'the section "## {heading}" is missing', "Add it, with a lead of one or two sentences.", "missing-section"))
    listed = document.fields.get("messages")
    order = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    for index, item in enumerate(order):
        if item not in own and f"messages/{name}/{item}" not in links.broken:
            place = Place(document.path, document.line_of(("messages", index)))
            report(Problem(place, f'there is no message "{item}" in this topic', did_you_mean(item, own, "Remove it from the list."), "unknown-message"))
    reading_order = [own[item] for item in dict.fromkeys(order) if item in own] + [own[item] for item in sorted(own) if item not in order]
    leads = {audience: document.sections[heading] for audience, heading in HEADINGS.items() if heading in document.sections}
    rest = replace(document, fields={key: value for key, value in document.fields.items() if key != "messages"})
    topic = validate(Topic, rest, links, report, key=name, place=Place(document.path, 1), leads=leads, messages=tuple(reading_order))
    return None if missing else topic
