"""What can be found: one data file for each audience, so that text for referrers never reaches a patient's browser, and one of the words that people type.

Written as classic scripts, which also work from a folder on disk, where a browser may read no data file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from generator import markup, speller
from generator.model import Audience, Handout, Library, Message, Section, Term

# Words that say nothing of what is looked for.
STOP = (
    "a about after again all am an and any are as at be because been being but by can could did do does doing for from get go got had has have he her here him "
    "his how i if in into is it its just me more my no not now of off on or our out over she should so some than that the their them then there these they this "
    "those through to too up us very was we were what when where which while who why will with would you your"
)
# Words that are left out of an urgent phrase, and of what is held against it: far fewer, since "not" or "me" may be what makes it urgent.
SMALL = "a an the i am is are was be been has have of in my to so just really very and"


def scripts(library: Library) -> dict[str, str]:
    """The data files of the search page, by their place in the site."""
    entries = {audience: _entries(library, audience) for audience in Audience}
    return {
        "search/words.js": _script("words", _words(library, list(entries.values()))),
        **{f"search/{audience}.js": _script(audience, listed) for audience, listed in entries.items()},
    }


@dataclass(frozen=True)
class Listed:
    """A word of the A to Z, and the messages for patients that it leads to."""

    word: str
    messages: tuple[Message, ...]


def a_to_z(library: Library) -> dict[str, list[Listed]]:
    """Lay words by their first letter: those of docs/synonyms.yml that lead somewhere, and the terms of the glossary."""
    leads: dict[str, tuple[Message, ...]] = {term.term: (term.message,) for term in library.glossary}
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


def _words(library: Library, audiences: Sequence[Sequence[Entry]]) -> dict[str, object]:
    """How people type, and which phrases need help at once.

    `real` are right words that look like one of ours, so that no slip is seen in them. `slips` are wrong words that educators wrote down, and the right ones.
    """
    groups = [list(synonym.forms) for synonym in library.search_words.words] if library.search_words else []
    typed = dict(library.search_words.short_forms) if library.search_words else {}
    urgent = library.urgent
    helps = urgent.helps if urgent else ()
    alike = [list(words) for words in urgent.alike] if urgent else []
    grouped = _set(word for group in groups for word in group)
    vocabularies = [_set(text for entry in listed for text in _texts(entry)) | grouped for listed in audiences]
    alarming = _set([*(phrase for help in helps for phrase in help.phrases), *(word for words in alike for word in words)])
    ours = frozenset.union(*vocabularies)
    real = {*speller.confusable(ours, frozenset.intersection(*vocabularies)), *speller.confusable(alarming | set(typed), alarming, forms=True)}
    neighbours = speller.Neighbours(ours)
    real |= {word for word in alarming - ours if speller.is_english(word) and neighbours.nearest(word)}  # "drooping" is no slip for "dropping"
    shown = _set([*(text for listed in audiences for entry in listed for text in _shown(entry)), *(group[0] for group in groups)])
    return {
        "stop": STOP,
        "small": SMALL,
        "groups": groups,
        "typed": typed,
        "helps": [{"key": help.key, "anyOrder": help.any_order, "message": help.message.address, "phrases": help.phrases} for help in helps],
        "alike": alike,
        "notUrgent": list(urgent.not_urgent) if urgent else [],
        "real": " ".join(sorted(real - set(typed))),
        "slips": _slips(ours, shown, groups),
    }


def _slips(ours: Iterable[str], shown: Set[str], groups: Iterable[Sequence[str]]) -> dict[str, str]:
    """The words that neither stand on the site nor in the general list of English, and what each is a slip for ("" if nobody can tell).

    In a group of synonyms the right word stands before its slips, so that a medicine's name, which no general list knows, is none.
    """
    right = {word for word in ours if word in shown or speller.is_english(word)}
    for group in groups:
        neighbours = speller.Neighbours(right & _set(group))
        for word in (word for form in group for word in markup.words(form)):
            if word not in right and neighbours.nearest(word) is None:
                right.add(word)
                neighbours = speller.Neighbours(right & _set(group))
    neighbours = speller.Neighbours(right)
    return {word: neighbours.nearest(word) or "" for word in sorted(set(ours) - right) if word.isalpha() and len(word) > 3}


def _set(texts: Iterable[str]) -> frozenset[str]:
    """The different words of some texts."""
    return frozenset(word for text in texts for word in markup.words(text))


def _texts(entry: Entry) -> Iterator[str]:
    yield from _shown(entry)
    yield from (*entry["say"], *entry["heads"])  # type: ignore[misc]


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
                "url": f"{audience}/{message.address}",
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
