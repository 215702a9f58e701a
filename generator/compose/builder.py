"""The data of the page that builds a sheet for one patient: every piece of such a sheet, made by the templates that make it on paper too.

A classic script, which also works from a folder on disk. It holds what patients may read, and of the words for professionals only which there are, so that a
worry is found by them too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from generator.compose import choices
from generator.compose.search import STOP
from generator.compose.sheets import Sheets
from generator.compose.views import said_sentences
from generator.content.codes import code, topic_code
from generator.content.model import Clinic, Handout, Library, Message
from generator.rules import safety
from generator.text import language, markup

FILE = "sheet/pieces.js"
GROUP = "building."  # of the words that the script of the page says
# Words that are laid between what is only known when a sheet is chosen
SAID = (
    "topic.try_this",
    "practice.stop_if",
    "sheet.made_from",
    "sheet.on_the_web",
    "sheet.version_dated",
    "sheet.review_by",
    "review.sheet_overdue",
    "sheet.in_short",
    "consultation.title",
)


def script(library: Library, sheets: Sheets, clinics: Sequence[Clinic], style: str) -> str:
    """The data file, for the clinics whose sheets are built, of which the first is that of the site; `style` is that of paper."""
    assert library.words, "a build has words; load has reported it otherwise"
    said = {key: dict(forms) if len(forms := phrase.forms) > 1 else forms["other"] for key, phrase in library.words.phrases.items() if key.startswith(GROUP)}
    told = {code(message): dict(_message(library, sheets, clinics, message)) for message in _told(library)}
    shells = {clinic.key: sheets.shell(clinic if place else None) for place, clinic in enumerate(clinics)}
    shown = json.dumps([told, shells])
    data = {
        "most": choices.MOST,
        "stop": STOP,
        "say": {key.partition(".")[2]: library.words.phrases[key].forms["other"] for key in SAID},
        "style": style,
        "topics": {topic_code(topic.key): topic.title for topic in library.topics},
        "clinics": shells,
        "messages": told,
        "worksheets": {code(sheet): _worksheet(sheets, sheet) for sheet in choices.worksheets(library)},
        "pictures": {f"pictures/{key}.svg": picture.svg for key, picture in library.pictures.items() if f"asset:pictures/{key}.svg" in shown},
        "dates": {day.isoformat(): [language.short_day(day, sheets.words.lang), language.day(day, sheets.words.lang)] for day in sorted(_days(library))},
    }
    return f"Object.assign(window.pmpSays, {_json(said)});\nwindow.pmpPieces = {_json(data)};\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _told(library: Library) -> tuple[Message, ...]:
    """What can be chosen, and what goes beside it."""
    others = [*library.of_role("risks"), *library.of_role("benefits"), *library.of_role("stop-slowly")]
    others += [message for sheet in choices.worksheets(library) for message in sheet.carries]
    return tuple(dict.fromkeys((*choices.messages(library), *others)))


def _message(library: Library, sheets: Sheets, clinics: Sequence[Clinic], message: Message) -> Iterator[tuple[str, Any]]:
    pieces = {clinic.key: sheets.pieces(message, clinic) for clinic in clinics}
    first = pieces[clinics[0].key]
    names, warns = safety.medicines_of(library, message)
    yield from {
        "title": message.title,
        "question": message.question,
        "role": message.role,
        "names": names,
        "warns": warns,
        "version": sheets.version_of(message),
        "reviewed": message.reviewed.isoformat(),
        "due": message.review_by.isoformat(),
        "sources": [source.short for source in message.sources],
        "letter": said_sentences(message.in_short) if message.in_short else [],
        "words": _words(library, message),
        "practice": message.is_practice,
        **first,
    }.items()
    if others := {key: {"body": own["body"]} for key, own in pieces.items() if own["body"] != first["body"]}:
        yield "at", others


def _words(library: Library, message: Message) -> str:
    """What finds a message: its own words, other ways to say it, and the words of its heading for professionals, each once and in no order."""
    synonyms = [form for synonym in (library.search_words.words if library.search_words else ()) if message in synonym.see for form in synonym.forms]
    texts = (message.title, message.question or "", message.title_for_referrers or "", *message.people_also_say, *synonyms)
    own = {word for text in texts for word in markup.words(text)}
    return " ".join(sorted(own - set(STOP.split())))


def _worksheet(sheets: Sheets, sheet: Handout) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "version": sheets.versions[code(sheet)],
        "beside": [code(message) for message in sheet.carries],
        "body": sheets.form(sheet),
    }


def _days(library: Library) -> set[Any]:
    return {day for message in library.messages for day in (message.reviewed, message.review_by)}


def paper(css: str) -> str:
    """The print style as a page on screen needs it: what stands for the whole document stands for its wrapper, and sides and fonts are the page's own."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@(?:page|font-face)[^{]*\{(?:[^{}]|\{[^{}]*\})*\}", "", css)
    css = re.sub(r"(?<=[{;])\s*(?:page|string-set|bookmark-label):[^;}]*;?", "", css)
    css = re.sub(r"\b14pt/1\.34 Atkinson\b", '14pt/1.34 "Atkinson Hyperlegible Next"', css)
    return re.sub(r"\bhtml\b", ".document", css).replace(":root", ":host")
