"""What can be found: one data file for each audience, so that text for referrers never reaches a patient's browser, and one of the words that people type.

Written as classic scripts, which also work from a folder on disk, where a browser may read no data file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

from generator.content import addresses
from generator.content.model import Audience, Clinic, Handout, Help, Library, Message, Section, Term
from generator.remembered import digest, recall
from generator.text import markup, speller, telephone

# Words that say nothing of what is looked for.
STOP = (
    "a about after again all am an and any are as at be because been being but by can could did do does doing for from get go got had has have he her here him "
    "his how i if in into is it its just me more my no not now of off on or our out over she should so some than that the their them then there these they this "
    "those through to too up us very was we were what when where which while who why will with would you your"
)
# Words that are left out of an urgent phrase, and of what is held against it: far fewer, since "not" or "me" may be what makes it urgent.
SMALL = "a an the i am is are was be been has have of in my to so just really very and"

SHOWN = {Audience.PATIENTS: 15, Audience.REFERRERS: 5}  # sentences of a message of which an answer shows the one that fits: texts for professionals are long

Say = Callable[[str], str]


def file_of(audience: Audience | None) -> str:
    """The place in the site of the data of one audience, or of that for both (None)."""
    return f"search/{audience or 'words'}.js"


def scripts(library: Library, clinics: Sequence[Clinic], say: Say) -> dict[str, str]:
    """The data files of the search page by their place in the site.

    The helplines of `clinics` are urgent to type; `say` gives words of the templates.
    """
    entries = {audience: _entries(library, audience, say) for audience in Audience}
    return {
        file_of(None): _script("words", _words(library, clinics, list(entries.values()))),
        **{file_of(audience): _script(audience, listed) for audience, listed in entries.items()},
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


def urgent_phrases(help: Help, clinics: Iterable[Clinic]) -> list[str]:
    """The phrases of a box. In `call {emergency}` and the like stand the names and the numbers that the clinics have for that line.

    A number that a clinic has for advice or for emergencies too says nothing of the line, and is left out.
    """
    found = []
    for phrase in help.phrases:
        lines = re.findall(r"\{(\w+)\}", phrase)
        if not lines:
            found.append(phrase)
        for line, clinic in product(lines, clinics):
            found += [phrase.replace(f"{{{line}}}", name) for name in _names(clinic, line)]
    return list(dict.fromkeys(found))


def _names(clinic: Clinic, line: str) -> list[str]:
    """What people call a line of urgent help: its name, and its number with and without spaces."""
    text = getattr(clinic.urgent_help, line) or ""
    others = {other for other in ("emergency", "advice") if other != line}
    taken = {telephone.dialled(number) for other in others for number in telephone.numbers(getattr(clinic.urgent_help, other) or "")}
    numbers = [number for number in telephone.numbers(text) if telephone.dialled(number) not in taken]
    name = " ".join(markup.words(text[: text.find(numbers[0])])) if numbers else ""
    return [form for form in (name, *numbers, *map(telephone.dialled, numbers)) if form]


def _words(library: Library, clinics: Sequence[Clinic], audiences: Sequence[Sequence[Entry]]) -> dict[str, object]:
    """How people type, and which phrases need help at once.

    `real` are right words that look like one of ours, so that no slip is seen in them. `slips` are wrong words that educators wrote down, and the right ones.
    """
    groups = [list(synonym.forms) for synonym in library.search_words.words] if library.search_words else []
    typed = dict(library.search_words.short_forms) if library.search_words else {}
    urgent = library.urgent
    helps = urgent.helps if urgent else ()
    phrases = {help.key: urgent_phrases(help, clinics) for help in helps}
    alike = [list(words) for words in urgent.alike] if urgent else []
    grouped = _set(word for group in groups for word in group)
    vocabularies = [_set(text for entry in listed for text in _texts(entry)) | grouped for listed in audiences]
    alarming = _set([*(phrase for listed in phrases.values() for phrase in listed), *(word for words in alike for word in words)])
    ours = frozenset.union(*vocabularies)
    real = {*speller.confusable(ours, frozenset.intersection(*vocabularies)), *speller.confusable(alarming | set(typed), alarming, forms=True)}
    real |= {*recall(("alike", digest((sorted(alarming), sorted(ours)))), lambda: _alike(alarming, ours))}
    shown = _set([*(text for listed in audiences for entry in listed for text in _shown(entry)), *(group[0] for group in groups)])
    return {
        "stop": STOP,
        "small": SMALL,
        "groups": groups,
        "typed": typed,
        "helps": [{"key": help.key, "anyOrder": help.any_order, "pages": _pages(help.message), "phrases": phrases[help.key]} for help in helps],
        "alike": alike,
        "notUrgent": list(urgent.not_urgent) if urgent else [],
        "real": " ".join(sorted(real - set(typed))),
        "slips": recall(("slips", digest((sorted(ours), sorted(shown), groups))), lambda: _slips(ours, shown, groups)),
    }


def _alike(alarming: Set[str], ours: Set[str]) -> list[str]:
    """The right words of urgent phrases that look like a slip for another of ours: "drooping" is none for "dropping"."""
    neighbours = speller.Neighbours(ours)
    return [word for word in sorted(alarming - ours) if speller.is_english(word) and neighbours.nearest(word)]


def _pages(message: Message) -> dict[str, str]:
    """Where each audience reads a message."""
    return {audience: addresses.web_path(addresses.page_of(message, audience)) for audience in Audience if message.is_for(audience)}


def _slips(ours: Set[str], shown: Set[str], groups: Iterable[Sequence[str]]) -> dict[str, str]:
    """The words that neither stand on the site nor in the general list of English, and what each is a slip for ("" if nobody can tell).

    In a group of synonyms the right word stands before its slips, so that a medicine's name, which no general list knows, is none.
    """
    right = {word for word in ours if word in shown or speller.is_english(word)}
    for group in groups:
        for word in (word for form in group for word in markup.words(form)):
            if word not in right and speller.Neighbours(right & _set(group)).nearest(word) is None:
                right.add(word)
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
    yield from (*entry["text"], str(entry["more"]))  # type: ignore[misc]


def _entries(library: Library, audience: Audience, say: Say) -> list[Entry]:
    where_sheet, where_term = say("search.where_sheet"), say("theme.glossary")
    return [
        *_messages(library, audience, say("now.title")),
        _all_sheets(audience, say),
        *_handouts(library.handouts, audience, where_sheet),
        *_terms(library.glossary, where_term),
    ]


def _all_sheets(audience: Audience, say: Say) -> Entry:
    """The list of all sheets: whoever types "large print" looks for no message."""
    return {
        "kind": "sheets",
        "url": addresses.web_path(addresses.MADE["handouts"]) if audience is Audience.PATIENTS else f"{addresses.web_path(addresses.MADE[audience])}#sheets",
        "title": say("nav.sheets"),
        "question": "",
        "say": say("search.sheets_also").split(", "),
        "where": say(f"nav.{audience}"),
        "heads": [],
        "text": [say("sheets.lead")],
        "more": "",
    }


def _messages(library: Library, audience: Audience, right_now: str) -> Iterator[Entry]:
    leading = [(synonym.word, synonym.see) for synonym in (library.search_words.words if library.search_words else ())]
    for topic in library.topics:
        for message in topic.messages_for(audience):
            sections = [section for section in message.sections(audience) if section is not message.why]  # which says nothing that one would look for
            found = addresses.found_at(message, audience, library)
            yield {
                "kind": "message",
                "url": addresses.web_path(found),
                "title": message.title_for(audience),
                "question": message.question or "",
                "say": [*message.people_also_say, *_other_title(message, audience), *(word for word, messages in leading if message in messages)],
                "where": right_now if found != addresses.page_of(message, audience) else topic.title,
                "heads": [heading for section in sections for heading in markup.headings(section.markdown, 3)],
                **_told(_sentences(sections), audience),
            }


def _other_title(message: Message, audience: Audience) -> list[str]:
    """The heading that patients know, where professionals read one of their own: it finds the message for them as well."""
    return [message.title] if message.title_for(audience) != message.title else []


def _handouts(handouts: Iterable[Handout], audience: Audience, where: str) -> Iterator[Entry]:
    """Patients find their own sheets; referrers find all of them, since they hand them out."""
    for handout in handouts:
        if audience is Audience.REFERRERS or handout.audience is Audience.PATIENTS:
            yield {
                "kind": "sheet",
                "url": addresses.web_path(addresses.page_of(handout)),
                "title": handout.title,
                "question": "",
                "say": [],
                "where": where,
                "heads": [item.message.title_for(handout.audience) for item in handout.messages],
                **_told(_sentences([handout.introduction] if handout.introduction else []), audience),
            }


def _terms(glossary: Iterable[Term], where: str) -> Iterator[Entry]:
    for term in glossary:
        yield {
            "kind": "term",
            "url": addresses.web_path(f"{addresses.MADE['glossary']}#{term.key}"),
            "title": term.term,
            "question": "",
            "say": list(term.also),
            "where": where,
            "heads": [],
            "text": [term.meaning],
            "more": "",
        }


def _told(sentences: Sequence[str], audience: Audience) -> dict[str, object]:
    """The sentences that an answer may show, and the other words of the rest, each once: they find it as well, and take little room."""
    shown, others = sentences[: SHOWN[audience]], sentences[SHOWN[audience] :]
    return {"text": list(shown), "more": " ".join(sorted(_set(others) - _set(shown) - frozenset(STOP.split())))}


def _sentences(sections: Iterable[Section]) -> list[str]:
    """The plain sentences of some sections, the first of them the one that says most."""
    return [sentence for section in sections for block in markup.blocks(section.markdown) for sentence in markup.sentences(block)]
