"""What can be found, for each audience: one data file an audience, so that text for referrers never reaches a patient's browser.

Written as classic scripts, which also work from a folder on disk, where a browser may read no data file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from generator import markup
from generator.model import Audience, Handout, Library, Message, Section, Term, Topic


def script(library: Library, audience: Audience) -> str:
    """The search data of one audience. `url` is relative to the root of the site."""
    entries = [*_messages(library.topics, audience), *_handouts(library.handouts, audience), *_terms(library.glossary)]
    data = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f'(window.pmpSearch = window.pmpSearch || {{}})["{audience}"] = {data};\n'


def _messages(topics: Iterable[Topic], audience: Audience) -> Iterator[dict[str, object]]:
    for topic in topics:
        for message in topic.messages_for(audience):
            sections = message.sections(audience)
            yield {
                "id": f"message:{message.key}",
                "kind": "message",
                "url": f"{audience}/{topic.key}/#{message.name}",
                "title": message.title,
                "question": message.question or "",
                "say": list(message.people_also_say),
                "topic": topic.title,
                "summary": _summary(message, audience),
                "body": " ".join(block for section in sections for block in markup.blocks(section.markdown)),
            }


def _handouts(handouts: Iterable[Handout], audience: Audience) -> Iterator[dict[str, object]]:
    """Patients find their own sheets; referrers find all of them, since they hand them out."""
    for handout in handouts:
        if audience is Audience.REFERRERS or handout.audience is Audience.PATIENTS:
            messages = [item.message for item in handout.messages]
            introduction = _text(handout.introduction)
            yield {
                "id": f"handout:{handout.key}",
                "kind": "handout",
                "url": f"handouts/{handout.key}/",
                "title": handout.title,
                "question": "",
                "say": [],
                "topic": "Sheet to print",
                "summary": introduction,
                "body": " ".join([introduction, *(message.title for message in messages)]),
            }


def _terms(glossary: Iterable[Term]) -> Iterator[dict[str, object]]:
    for term in glossary:
        yield {
            "id": f"glossary:{term.key}",
            "kind": "glossary",
            "url": f"glossary/#{term.key}",
            "title": term.term,
            "question": "",
            "say": list(term.also),
            "topic": "Words explained",
            "summary": term.meaning,
            "body": term.meaning,
        }


def _summary(message: Message, audience: Audience) -> str:
    if audience is Audience.PATIENTS or not message.is_for(Audience.REFERRERS):
        return _text(message.in_short)
    return next(iter(markup.sentences(_text(message.explanations[audience]))), "")


def _text(section: Section | None) -> str:
    return " ".join(markup.blocks(section.markdown)) if section else ""
