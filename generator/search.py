"""What can be found: one data file for each audience, so that text for referrers never reaches a patient's browser, and one of the words that people type.

Written as classic scripts, which also work from a folder on disk, where a browser may read no data file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator import markup, speller
from generator.model import Audience, Handout, Library, Message, Section, Term


def scripts(library: Library) -> dict[str, str]:
    """The data files of the search page, by their place in the site."""
    entries = {audience: _entries(library, audience) for audience in Audience}
    shown = {word for listed in entries.values() for entry in listed for word in markup.words(" ".join(_shown(entry)))}
    return {
        "search/words.js": _script("words", _words(library, entries.values(), shown)),
        **{f"search/{audience}.js": _script(audience, listed) for audience, listed in entries.items()},
    }


@dataclass(frozen=True)
class Listed:
    """A word of the A to Z, and the messages for patients that it leads to."""

    word: str
    messages: tuple[Message, ...]


def a_to_z(library: Library) -> dict[str, list[Listed]]:
    """Lay words by their first letter: those of docs/synonyms.yml that lead somewhere, and the terms of the glossary."""
    leads = {term.term: (term.message,) for term in library.glossary}
    leads |= {synonym.word: synonym.see for synonym in (library.search_words.words if library.search_words else ())}
    found: dict[str, list[Listed]] = {}
    for word in sorted(leads, key=str.casefold):
        if messages := tuple(message for message in leads[word] if message.is_for(Audience.PATIENTS)):
            found.setdefault(word[0].upper(), []).append(Listed(word, messages))
    return found


def _script(name: str, data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f'(window.pmpSearch = window.pmpSearch || {{}})["{name}"] = {text};\n'


Entry = Mapping[str, object]


def _words(library: Library, entries: Iterable[Iterable[Entry]], shown: set[str]) -> dict[str, object]:
    """How people type, and which phrases need help at once. `real` are right words that look like ours, `wrong` those typed words that are no correction."""
    groups = [list(synonym.forms) for synonym in library.search_words.words] if library.search_words else []
    typed = dict(library.search_words.short_forms) if library.search_words else {}
    urgent = library.urgent
    helps = {help.key: list(help.phrases) for help in urgent.helps} if urgent else {}
    alike = [list(words) for words in urgent.alike] if urgent else []
    said = set(markup.words(" ".join(words for listed in entries for entry in listed for words in entry["say"])))  # type: ignore[attr-defined]
    known = shown | set(markup.words(" ".join(group[0] for group in groups)))
    wanted = markup.words(" ".join(word for group in (*groups, *helps.values(), *alike, typed) for word in group))
    return {
        "groups": groups,
        "typed": typed,
        "helps": helps,
        "anyOrder": [help.key for help in urgent.helps if help.any_order] if urgent else [],
        "alike": alike,
        "notUrgent": list(urgent.not_urgent) if urgent else [],
        "real": " ".join(speller.look_alikes(known | said | set(wanted))),
        "wrong": " ".join(sorted(word for word in said - known if not speller.is_english(word))),
    }


def _shown(entry: Entry) -> Iterator[str]:
    """The words of an entry that stand on the site."""
    yield from (str(entry[name]) for name in ("title", "question", "where"))
    yield from entry["text"]  # type: ignore[misc]


def _entries(library: Library, audience: Audience) -> list[Entry]:
    return [*_messages(library, audience), *_handouts(library.handouts, audience), *_terms(library.glossary)]


def _messages(library: Library, audience: Audience) -> Iterator[Entry]:
    leading = [(synonym.word, synonym.see) for synonym in (library.search_words.words if library.search_words else ())]
    for topic in library.topics:
        for message in topic.messages_for(audience):
            sections = message.sections(audience)
            yield {
                "kind": "message",
                "url": f"{audience}/{topic.key}/#{message.name}",
                "title": message.title,
                "question": message.question or "",
                "say": [*message.people_also_say, *(word for word, messages in leading if message in messages)],
                "where": topic.title,
                "heads": [heading for section in sections for heading in re.findall(r"(?m)^#{3,} +(.+)$", section.markdown)],
                "text": _sentences(sections),
            }


def _handouts(handouts: Iterable[Handout], audience: Audience) -> Iterator[Entry]:
    """Patients find their own sheets; referrers find all of them, since they hand them out."""
    for handout in handouts:
        if audience is Audience.REFERRERS or handout.audience is Audience.PATIENTS:
            yield {
                "kind": "sheet",
                "url": f"handouts/{handout.key}/",
                "title": handout.title,
                "question": "",
                "say": [],
                "where": "Sheet to print",
                "heads": [item.message.title for item in handout.messages],
                "text": _sentences([handout.introduction] if handout.introduction else []),
            }


def _terms(glossary: Iterable[Term]) -> Iterator[Entry]:
    for term in glossary:
        yield {
            "kind": "term",
            "url": f"glossary/#{term.key}",
            "title": term.term,
            "question": "",
            "say": list(term.also),
            "where": "Words explained",
            "heads": [],
            "text": [term.meaning],
        }


def _sentences(sections: Iterable[Section]) -> list[str]:
    """The plain sentences of some sections, the first of them the one that says most."""
    return [sentence for section in sections for block in markup.blocks(section.markdown) for sentence in markup.sentences(block)]
