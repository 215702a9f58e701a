"""The data of the page that builds a sheet for one patient: every piece of such a sheet, made by the templates that make it on paper too.

A classic script, which also works from a folder on disk. It holds what patients may read, and of the words for professionals only which there are, so that a
worry is found by them too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from generator.compose import choices
from generator.compose.search import STOP
from generator.compose.sheets import Sheets
from generator.compose.views import Bibliography, entries, said_sentences, when_to_stop
from generator.content import addresses
from generator.content.codes import code, topic_code
from generator.content.model import CONSULTATION, Audience, Clinic, Handout, Item, Library, Message
from generator.rules import safety
from generator.text import language, markup

FILE = "sheet/pieces.js"
GROUP = "building."  # of the words that the script of the page says
# Words that are laid between what is only known when a sheet is chosen
SAID = (
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
    shells = {clinic.key: _shell(sheets, clinic if place else None) for place, clinic in enumerate(clinics)}
    choice = _piece(sheets, "choice", sheets.clinic)
    shown = json.dumps([told, shells, choice])
    data = {
        "most": choices.MOST,
        "stop": STOP,
        "say": {key.partition(".")[2]: library.words.phrases[key].forms["other"] for key in SAID},
        "choice": choice,
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
    pieces = {clinic.key: _pieces(sheets, message, clinic) for clinic in clinics}
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
    if message.code:
        yield "coded", sheets.templates.say("build.coded", title=message.title if message.is_practice else message.question or message.title, code=message.code)
    if others := {key: {"body": own["body"]} for key, own in pieces.items() if own["body"] != first["body"]}:
        yield "at", others


def _pieces(sheets: Sheets, message: Message, clinic: Clinic) -> dict[str, Any]:
    """A message as sheets for one patient show it: its part of such a sheet (`body`), whether it has something to try, when to stop, its short form,
    and its easy read by line."""
    (entry,) = entries([Item(message=message)], Audience.PATIENTS, Bibliography(), sheets.today, sheets.html(clinic), folded="words")
    said = {line.words for urgent in sheets.urgent.values() for line in urgent.easy_read}
    easy = {line.words: _piece(sheets, "easy", clinic, lines=[line]) for line in message.easy_read if line.words not in said}
    return {
        "body": _piece(sheets, "skill" if entry.steps else "concern", clinic, entry=entry),
        "tries": bool(entry.try_this),
        "stop": when_to_stop([entry]),
        "short": _piece(sheets, "reminder", clinic, entry=entry),
        "easy": list(easy.items()),
    }


def _form(sheets: Sheets, worksheet: Handout) -> str:
    """What a worksheet leaves room for, as it follows on a sheet for one patient."""
    return _piece(sheets, "worksheet", sheets.clinic, handout=worksheet)


def _piece(sheets: Sheets, name: str, clinic: Clinic, **values: Any) -> str:
    values = {
        "handout": None,
        "entry": None,
        "lines": (),
        "pictures": sheets.library.pictures,
        "clinic": clinic,
        "programme": sheets.library.programme,
        **values,
    }
    piece = sheets.templates.render("handouts/_piece.html.j2", piece=name, **values).strip()
    return re.sub(r"</?a\b[^>]*>", "", piece)  # a link is its words on paper


def _shell(sheets: Sheets, named: Clinic | None) -> dict[str, Any]:
    """All of a sheet for one patient that does not hang on what is chosen, by format (`shells`); the letter; and what the clinic says of its sheets."""
    clinic = named or sheets.clinic
    title, say = sheets.templates.say("consultation.title"), sheets.templates.say
    recipe = choices.recipe(sheets.library, choices.Choice((), None, True, True), {}, "standard", named, title)
    base = addresses.web_address(sheets.base(clinic), addresses.MADE["sheet"])
    approved = clinic.approved_on if clinic.approves(sheets.carried(recipe, "standard")) else None
    nothing = {
        "banner": True,
        "address": None,
        "code": _place_for_code(sheets) if base else None,
        "version": "",
        "review": None,
        "dated": None,
        "pictures": sheets.library.pictures,
    }
    shown = {
        form: sheets.templates.render(
            f"handouts/{name}.html.j2",
            **{**sheets.values(recipe, form, clinic, sheets.html(clinic)), **nothing, "easy": [(next(iter(sheets.urgent.values())), [])]},  # type: ignore[arg-type]
        )
        for form, name in (("standard", CONSULTATION), ("large-print", CONSULTATION), ("easy-read", "_easy-read"))
    }
    some = choices.recipe(sheets.library, choices.Choice(choices.messages(sheets.library)[:1]), sheets.versions, "standard", named, title)
    text = {**sheets.values(some, "letter", clinic, sheets.plain), "bibliography": (), **nothing, "version": "{version}"}
    return {
        "name": clinic.name,
        "shells": shown,
        "letter": re.sub(r"\n{3,}", "\n\n", sheets.templates.render("handouts/letter.txt.j2", points=["{points}"], **text)).strip(),
        "address": base or "",
        "approved": approved.isoformat() if approved else "",
        "approvedBy": say("review.approved", who=clinic.approved_by, day=language.day(approved, sheets.words.lang)) if approved else "",
    }


def _place_for_code(sheets: Sheets) -> Markup:
    """Where the page draws the code for a camera, once it is known what is chosen."""
    return Markup('<svg class="code" xmlns="http://www.w3.org/2000/svg" role="img"><title>{}</title></svg>').format(sheets.templates.say("sheet.code"))


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
        "body": _form(sheets, sheet),
    }


def _days(library: Library) -> set[Any]:
    return {day for message in library.messages for day in (message.reviewed, message.review_by)}


def paper(css: str) -> str:
    """The print style as a page on screen needs it: what stands for the whole document stands for its wrapper, and sides and fonts are the page's own."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@(?:page|font-face)[^{]*\{(?:[^{}]|\{[^{}]*\})*\}", "", css)
    css = re.sub(r"(?<=[{;])\s*(?:page|string-set|bookmark-label):[^;}]*;?", "", css)
    css = re.sub(r"(\d+pt/[\d.]+) Atkinson\b", r'\1 "Atkinson Hyperlegible Next"', css)
    return re.sub(r"\bhtml\b", ".document", css).replace(":root", ":host")
