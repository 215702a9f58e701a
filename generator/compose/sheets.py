"""Library -> what is handed out: sheets and packs as print HTML, and their twins in plain text.

A layout makes one sheet. A pack is its contents, and the sheets that follow it as they are.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import segno
from markupsafe import Markup

from generator.compose import choices
from generator.compose.site import Print, Text, TextTwin
from generator.compose.templating import Templates
from generator.compose.views import Bibliography, Entry, Folded, Render, entries, review, said_once
from generator.content import addresses
from generator.content.codes import code
from generator.content.model import (
    CONSULTATION,
    PDF_FORMATS,
    URGENT,
    Audience,
    Chosen,
    Clinic,
    EasyLine,
    Format,
    Handout,
    Item,
    Library,
    Message,
    Pack,
    Reviewed,
    Section,
)
from generator.content.settings import Settings
from generator.rules.prose import prompt_examples
from generator.text import markup, plain
from generator.text.markup import Part

ANY = 99  # sides, of a sheet that is chosen on the spot: none is too many, and it is set no closer than on screen


class Sheets:
    """All that is handed out of `library`, by the words of `templates`, for the day `today`."""

    def __init__(self, library: Library, settings: Settings, templates: Templates, today: datetime.date) -> None:
        assert library.clinic, "a build has the clinic that it is for; load has reported it otherwise"
        assert library.words, "a build has words; load has reported it otherwise"
        self.library, self.settings, self.templates, self.today = library, settings, templates, today
        self.clinic, self.words = library.clinic, library.words
        self.urgent = {str(message.role): message for message in library.urgent_messages}
        self._versions: dict[tuple[str, bool], str] = {}

    def prints(self, named: Sequence[Clinic]) -> Iterator[Print]:
        """Every sheet and pack, for the clinic of the site and for each clinic that was named."""
        for clinic in (None, *named):
            sheets = {
                (handout.key, form): self._print(handout, form, clinic)
                for handout in self.library.handouts
                for form in handout.made_formats
                if form in PDF_FORMATS
            }
            yield from sheets.values()
            for pack in self.library.packs:
                for form in pack.made_formats:
                    yield self._pack(pack, form, clinic, tuple(sheets[sheet.key, form] for sheet in pack.sheets))

    def texts(self, named: Sequence[Clinic]) -> Iterator[TextTwin]:
        """Every twin in plain text."""
        for clinic in (None, *named):
            for handout in self.library.handouts:
                for form in handout.made_formats:
                    if form not in PDF_FORMATS:
                        yield self._text(handout, form, clinic)

    def for_patient(self, choice: choices.Choice, form: Format, named: Clinic | None) -> Print:
        """The sheet of what was chosen for one patient, in one format. It takes as many sides as it needs."""
        recipe = choices.recipe(self.library, choice, self.versions, form, named, self.templates.say("consultation.title"))
        clinic = named or self.clinic
        return Print(limit=ANY, **self._facts(recipe, form, named, lambda: self._document(recipe, form, clinic, self._sheet(recipe, form, clinic))))

    @cached_property
    def versions(self) -> dict[str, str]:
        """The version of all that can stand on a sheet for one patient, by its code: it changes with any word of it that patients read on paper."""
        messages = [message for message in self.library.messages if message.is_for(Audience.PATIENTS)]
        things: list[Message | Handout] = [*messages, *choices.worksheets(self.library)]
        return {code(thing): self.version_of(thing) for thing in things}

    def version_of(self, thing: Message | Handout) -> str:
        """The version of one of them."""
        if isinstance(thing, Handout):
            return self.version(thing, "standard")
        (entry,) = entries([Item(message=thing)], Audience.PATIENTS, Bibliography(), self.today, self.plain)
        easy = [line.words for line in thing.easy_read]
        return _digest([thing.question, entry.title, entry.short, entry.why, entry.body, entry.try_this, entry.steps, entry.stop_if, easy])

    def _print(self, handout: Handout, form: Format, named: Clinic | None) -> Print:
        clinic = named or self.clinic

        def html() -> str:
            return self._document(handout, form, clinic, self._sheet(handout, form, clinic))

        limit = handout.pages if form == "standard" else None
        preview = addresses.preview_uri(handout) if form == "standard" and not named else None
        return Print(limit=limit, preview=preview, **self._facts(handout, form, named, html))

    def _pack(self, pack: Pack, form: Format, named: Clinic | None, parts: tuple[Print, ...]) -> Print:
        clinic = named or self.clinic

        def html() -> str:
            introduction = self.html(clinic)(pack.introduction)
            contents = self.templates.render(
                "handouts/_contents.html.j2", recipe=pack, introduction=introduction, version=self.version(pack, form), **self._shared(clinic, pack)
            )
            return self._document(pack, form, clinic, contents)

        return Print(limit=None, parts=parts, **self._facts(pack, form, named, html))

    def _facts(self, recipe: Handout | Pack, form: Format, named: Clinic | None, text: Callable[[], str]) -> dict[str, Any]:
        """What a sheet says of what it is made of, and how its `text` is made."""
        clinic = named or self.clinic

        def make() -> Text:
            box = self._urgent_help(form, clinic, leads=_leads_to_urgent_help(recipe)).strip() if self._is_for_patients(recipe, form) else ""
            return Text(text(), box, version=self.version(recipe, form))

        return {
            "uri": addresses.sheet_uri(recipe, form, named),
            "clinic": clinic,
            "carries": self.carried(recipe, form),
            "make": make,
            "banner": self.templates.say("sample.banner") if not clinic.approves(self.carried(recipe, form)) else "",
            "recipe": recipe,
            "format": form,
            "named": named is not None,
        }

    def _is_for_patients(self, recipe: Handout | Pack, form: Format) -> bool:
        """Whether a patient may read it: a letter from a sheet for referrers is one."""
        return recipe.audience is Audience.PATIENTS or form == "letter"

    def carried(self, recipe: Handout | Pack, form: Format) -> tuple[Reviewed, ...]:
        """The reviewed texts on a sheet, those of the urgent-help box and its words included."""
        return (*recipe.carries, *((*self.urgent.values(), *self.words.all) if self._is_for_patients(recipe, form) else ()))

    def _urgent_help(self, form: Format, clinic: Clinic, *, leads: bool = False) -> Markup:
        """The box of every sheet that a patient may read: the urgent messages in their short form, and the clinic's numbers.

        Where it `leads` a sheet, which has room for it, it is drawn as in easy read.
        """
        text = form not in PDF_FORMATS
        render = self.plain if text else self.html(clinic)
        name = "_urgent-help.txt" if text else "_easy-urgent-help.html" if leads or form == "easy-read" else "_urgent-help.html"
        short = {role: render(message.in_short) for role, message in self.urgent.items()}
        return Markup(self.templates.render(f"handouts/{name}.j2", clinic=clinic, short=short, messages=self.urgent, pictures=self.library.pictures))

    def _document(self, recipe: Handout | Pack, form: Format, clinic: Clinic, sheet: str) -> str:
        dated = max((message.reviewed for message in recipe.carries), default=None)
        return self.templates.render("handouts/_document.html.j2", recipe=recipe, format=form, clinic=clinic, dated=dated, sheet=Markup(sheet))

    def _sheet(self, handout: Handout, form: Format, clinic: Clinic) -> str:
        values = self.values(handout, form, clinic, self.html(clinic))
        easy = list(self._easy_read(handout)) if form == "easy-read" else []
        address = values["address"]
        return self.templates.render(
            f"handouts/{'_easy-read' if form == 'easy-read' else handout.layout}.html.j2",
            code=_code(address, self.templates.say("sheet.code")) if address else None,
            pictures=self.library.pictures,
            easy=easy,
            drawn=() if form == "easy-read" else _in_pictures(handout, values["entries"]),
            **values,
        )

    def _easy_read(self, handout: Handout) -> Iterator[tuple[Message, list[EasyLine]]]:
        """The easy-read lines of each message. What was said stays said: no line comes twice, and the box for urgent help says its own."""
        said = {line.words for message in self.urgent.values() for line in message.easy_read}
        for message in handout.carries:
            lines = [line for line in message.easy_read if line.words not in said]
            said |= {line.words for line in lines}
            if lines:
                yield message, lines

    def _text(self, handout: Handout, form: Format, named: Clinic | None) -> TextTwin:
        def plain() -> str:
            values = self.values(handout, form, named or self.clinic, self.plain)
            points = [message.in_short for message in handout.carries if message.in_short and message not in self.urgent.values()]
            is_form = form == "plain-text" and handout.audience is Audience.REFERRERS
            text = self.templates.render(f"handouts/{'form' if is_form else form}.txt.j2", points=said_once(points), **values)
            return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

        return TextTwin(**self._facts(handout, form, named, plain))

    def values(self, handout: Handout, form: Format, clinic: Clinic, render: Render) -> dict[str, Any]:
        """What a layout is given of one sheet."""
        bibliography = Bibliography()
        introduction = render(handout.introduction)
        return {
            "handout": handout,
            "format": form,
            "introduction": introduction,
            "entries": entries(handout.messages, handout.audience, bibliography, self.today, render, folded=_apart(handout)),
            "chosen": handout if isinstance(handout, Chosen) else None,
            "bibliography": bibliography.sources,
            "address": addresses.web_address(self.base(clinic), _page(handout)),
            "version": self.version(handout, form),
            "leads_to_help": _leads_to_urgent_help(handout),
            "urgent_help": self._urgent_help(form, clinic, leads=_leads_to_urgent_help(handout)) if self._is_for_patients(handout, form) else Markup(),
            **self._shared(clinic, handout, form),
        }

    def _shared(self, clinic: Clinic, recipe: Handout | Pack, form: Format = "standard") -> dict[str, Any]:
        """What sheets and the contents of packs are given: `banner` says whether the clinic has yet to approve what is on it."""
        return {
            "site_name": self.settings.site_name,
            "programme": self.library.programme,
            "clinic": clinic,
            "banner": not clinic.approves(self.carried(recipe, form)),
            "review": review(recipe.carries, self.today),
            "dated": max((message.reviewed for message in recipe.carries), default=None),
        }

    def version(self, recipe: Handout | Pack, form: Format) -> str:
        """Four letters and digits that change with the words of a sheet, or with the sheets of a pack, whoever's it is: a clinic can note which words it
        handed out."""
        if isinstance(recipe, Pack):
            return _digest([recipe.title, self.plain(recipe.introduction), [self.version(sheet, form) for sheet in recipe.sheets]])
        if isinstance(recipe, Chosen):
            return recipe.version
        handout, easy = recipe, form == "easy-read"
        if (handout.key, easy) not in self._versions:
            if easy:
                words: list[object] = [line.words for _, lines in self._easy_read(handout) for line in lines]
            else:
                shown = entries(handout.messages, handout.audience, Bibliography(), self.today, self.plain)
                words = [(entry.title, entry.short, entry.body, entry.what_to_say, entry.try_this) for entry in shown]
                words += [(entry.steps, entry.stop_if, entry.example) for entry in shown if entry.steps]
                words += [entry.why for entry in shown if entry.why]
                words += [line.words for line in _in_pictures(handout, shown)]
                words += [example.markdown for example in prompt_examples(handout)]
            self._versions[handout.key, easy] = _digest([handout.title, handout.prompts, handout.grid, self.plain(handout.introduction), words])
        return self._versions[handout.key, easy]

    def base(self, clinic: Clinic) -> str | None:
        return clinic.site_url or self.settings.site_url or None

    def html(self, clinic: Clinic) -> Render:
        """Sections as HTML for paper. A link leads to the page on the site, where the site has an address; its words stay in any case."""

        def resolve(target: str) -> str | None:
            found = addresses.linked(self.library, target, None)
            return addresses.web_address(self.base(clinic), found) if found else target

        def draw(name: str, caption: str) -> str:
            return self.templates.render("handouts/_figure.html.j2", diagram=self.library.diagrams[name], caption=caption).strip()

        def render(section: Section | None, *, folds: bool = False, part: Part = "all") -> Markup | None:  # noqa: ARG001 - nothing folds on paper
            return Markup(markup.to_html(section.markdown, resolve, draw, part=part, paper=True)) if section else None

        return render

    def plain(self, section: Section | None, *, folds: bool = False, part: Part = "all") -> Markup | None:  # noqa: ARG002
        """A section as plain text: of a picture, what it shows."""

        def draw(name: str, caption: str) -> str:  # noqa: ARG001
            diagram = self.library.diagrams[name]
            return self.templates.say("sheet.picture", title=diagram.title, description=diagram.description)

        return Markup(plain.to_text(section.markdown, draw)) if section else None


def _in_pictures(handout: Handout, shown: Sequence[Entry]) -> tuple[EasyLine, ...]:
    """The pictures of a leaflet on which nothing else is drawn: the easy-read lines of its first message. Urgent help has no side to spare for them."""
    if handout.layout != "leaflet" or any(entry.picture or entry.steps or entry.is_urgent_help for entry in shown):
        return ()
    return next((entry.message.easy_read for entry in shown), ())


def _leads_to_urgent_help(recipe: Handout | Pack) -> bool:
    """Whether urgent help is what a sheet is for: its box then stands at the head, and not at the foot."""
    return isinstance(recipe, Handout) and recipe.layout == "leaflet" and any(message.role in URGENT for message in recipe.carries[:1])


def _apart(handout: Handout) -> Folded:
    """A sheet of what was talked about shows the words of its messages and leaves their pictures out: it has many on little paper."""
    return "words" if handout.layout == CONSULTATION else ""


def _page(handout: Handout) -> str:
    """The page that shows a sheet on the web."""
    return f"{addresses.MADE['sheet']}#{handout.fragment}" if isinstance(handout, Chosen) else addresses.page_of(handout)


def _digest(said: list[object]) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:4]


def _code(address: str, title: str) -> Markup:
    """A QR code as SVG, with its quiet zone; quality M reads from a photocopy."""
    return Markup(segno.make(address, error="m", micro=False).svg_inline(title=title, svgclass="code", omitsize=True))
