"""Library -> what is handed out: sheets and packs as print HTML, and their twins in plain text.

A layout makes one sheet; a document holds one sheet, or the sheets of a pack behind a contents page.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import segno
from markupsafe import Markup

from generator import addresses, markup
from generator.load import Settings
from generator.model import PDF_FORMATS, URGENT, Clinic, EasyLine, Format, Handout, Library, Message, Pack, Section
from generator.site import Print, TextTwin
from generator.templating import Templates
from generator.views import Bibliography, Render, entries, review


class Sheets:
    """All that is handed out of `library`, by the words of `templates`, for the day `today`."""

    def __init__(self, library: Library, settings: Settings, templates: Templates, today: datetime.date) -> None:
        assert library.clinic, "without a clinic there are no urgent-help numbers, and load has reported it"
        self.library, self.settings, self.templates, self.today = library, settings, templates, today
        self.clinic = library.clinic
        self.urgent = [message for key in URGENT if (message := library.message(key))]

    def prints(self, named: Sequence[Clinic]) -> Iterator[Print]:
        """Every sheet and pack, for the clinic of the site and for each clinic that was named."""
        for clinic in (None, *named):
            for handout in self.library.handouts:
                for form in handout.made_formats:
                    if form in PDF_FORMATS:
                        yield self._print(handout, form, clinic)
            for pack in self.library.packs:
                for form in pack.made_formats:
                    yield self._pack(pack, form, clinic)

    def texts(self, named: Sequence[Clinic]) -> Iterator[TextTwin]:
        """Every twin in plain text."""
        for clinic in (None, *named):
            for handout in self.library.handouts:
                for form in handout.made_formats:
                    if form not in PDF_FORMATS:
                        yield self._text(handout, form, clinic)

    def _print(self, handout: Handout, form: Format, named: Clinic | None) -> Print:
        clinic = named or self.clinic
        html = self._document(handout, form, clinic, [self._sheet(handout, form, clinic, in_pack=False)])
        limit = handout.pages if form == "standard" else None
        preview = addresses.preview_uri(handout) if form == "standard" and not named else None
        return Print(addresses.sheet_uri(handout, form, named), html, handout, form, clinic, limit, preview)

    def _pack(self, pack: Pack, form: Format, named: Clinic | None) -> Print:
        clinic = named or self.clinic
        render = self._html(clinic)
        contents = self.templates.render(
            "handouts/_contents.html.j2", recipe=pack, introduction=render(pack.introduction), **self._shared(clinic, pack.carries)
        )
        sheets = [self._sheet(sheet, form, clinic, in_pack=True) for sheet in pack.sheets]
        return Print(addresses.sheet_uri(pack, form, named), self._document(pack, form, clinic, [contents, *sheets]), pack, form, clinic, None)

    def _document(self, recipe: Handout | Pack, form: Format, clinic: Clinic, sheets: Sequence[str]) -> str:
        dated = max((message.reviewed for message in recipe.carries), default=None)
        return self.templates.render(
            "handouts/_document.html.j2", recipe=recipe, format=form, clinic=clinic, dated=dated, sheets=[Markup(sheet) for sheet in sheets]
        )

    def _sheet(self, handout: Handout, form: Format, clinic: Clinic, *, in_pack: bool) -> str:
        values = self._values(handout, clinic, self._html(clinic))
        address = addresses.web_address(self._base(clinic), addresses.page_uri(handout))
        easy = list(self._easy_read(handout)) if form == "easy-read" else []
        shown = [(entry.short if entry.short_only else entry.body, entry.what_to_say, entry.try_this) for entry in values["entries"]]
        return self.templates.render(
            f"handouts/{'_easy-read' if easy else handout.layout}.html.j2",
            format=form,
            in_pack=in_pack,
            address=address,
            code=_code(address) if address else None,
            pictures=self.library.pictures,
            easy=easy,
            version=_version(handout, values["introduction"], [line.words for _, lines in easy for line in lines] or shown),
            **values,
        )

    def _easy_read(self, handout: Handout) -> Iterator[tuple[Message, list[EasyLine]]]:
        """The easy-read lines of each message. What was said stays said: no line comes twice."""
        said: set[str] = set()
        for message in handout.carries:
            lines = [line for line in message.easy_read if line.words not in said]
            said |= {line.words for line in lines}
            if lines:
                yield message, lines

    def _text(self, handout: Handout, form: Format, named: Clinic | None) -> TextTwin:
        clinic = named or self.clinic
        values = self._values(handout, clinic, self._plain)
        address = addresses.web_address(self._base(clinic), addresses.page_uri(handout))
        text = self.templates.render(f"handouts/{form}.txt.j2", address=address, short=self._plain, **values)
        return TextTwin(addresses.sheet_uri(handout, form, named), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", handout, form, clinic)

    def _values(self, handout: Handout, clinic: Clinic, render: Render) -> dict[str, Any]:
        """What a layout is given of one sheet."""
        bibliography = Bibliography()
        return {
            "handout": handout,
            "introduction": render(handout.introduction),
            "entries": entries(handout.messages, handout.audience, bibliography, self.today, render),
            "bibliography": bibliography.sources,
            "urgent": [render(message.in_short) for message in self.urgent],
            "urgent_messages": self.urgent,
            **self._shared(clinic, handout.carries),
        }

    def _shared(self, clinic: Clinic, messages: Sequence[Message]) -> dict[str, Any]:
        return {
            "site_name": self.settings.site_name,
            "clinic": clinic,
            "banner": not clinic.approves(messages),
            "review": review(messages, self.today),
            "dated": max((message.reviewed for message in messages), default=None),
        }

    def _base(self, clinic: Clinic) -> str | None:
        return clinic.site_url or self.settings.site_url or None

    def _html(self, clinic: Clinic) -> Render:
        """Sections as HTML for paper. A link leads to the page on the site, where the site has an address; its words stay in any case."""

        def resolve(target: str) -> str | None:
            found = addresses.linked(self.library, target, None)
            return addresses.web_address(self._base(clinic), found) if found else target

        def draw(name: str, caption: str) -> str:
            return self.templates.render("handouts/_figure.html.j2", diagram=self.library.diagrams[name], caption=caption).strip()

        def render(section: Section | None, *, folds: bool = False) -> Markup | None:  # noqa: ARG001 - nothing folds on paper
            return Markup(markup.around_pictures(section.markdown, lambda text: markup.to_html(text, resolve), draw)) if section else None

        return render

    def _plain(self, section: Section | None, *, folds: bool = False) -> Markup | None:  # noqa: ARG002
        """A section as plain text: of a picture, what it shows."""

        def draw(name: str, caption: str) -> str:  # noqa: ARG001
            return f"Picture: {self.library.diagrams[name].title}. {self.library.diagrams[name].description}"

        return Markup(markup.around_pictures(section.markdown, markup.to_text, draw)) if section else None


def _code(address: str) -> Markup:
    """A QR code as SVG, with its quiet zone; quality M reads from a photocopy."""
    return Markup(segno.make(address, error="m", micro=False).svg_inline(title="Code to open this sheet on the web", svgclass="code", omitsize=True))


def _version(handout: Handout, introduction: Markup | None, words: object) -> str:
    """Four letters and digits that change with the words of a sheet: a clinic can note which words it handed out."""
    return hashlib.sha256(repr([handout.title, handout.prompts, handout.grid, introduction, words]).encode()).hexdigest()[:4]
