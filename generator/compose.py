"""Library -> Site: choose the wording, number the sources, make the review line, render.

A page or sheet is only ever composed of messages; the words around them stand in `templates/`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from generator import markup, search
from generator.glossary import Glosses
from generator.load import Settings
from generator.model import URGENT, Audience, Clinic, Format, Handout, Item, Library, Message, Page, Print, Reviewed, Section, Site, Topic
from generator.prose import MOST_VISIBLE, visible_words
from generator.templating import Templates, relative
from generator.views import Bibliography, Render, entries, review

SAFETY = "safety"  # the topic of urgent help
PAGE_FILES = {"patients": "patients/index", "referrers": "referrers/index", "handouts": "handouts/index"}


def compose(library: Library, settings: Settings, templates: Templates, today: datetime.date, *, clinics: Sequence[Clinic] = (), sheets: bool = True) -> Site:
    """Everything that is made of `library`.

    `clinics` are those that get sheets of their own, besides the clinic of the site; `sheets` is off where none can be rendered.
    Raises BrokenTemplateError for a template that cannot be used.
    """
    return _Composer(library, settings, templates, today, sheets).site(clinics)


def handout_uri(handout: Handout, form: Format, clinic: Clinic | None = None) -> str:
    """Where a sheet stands in the site. `clinic` is None for the clinic of the site itself."""
    folder = f"handouts/clinics/{clinic.key}" if clinic else "handouts"
    return f"{folder}/{handout.key}{'' if form == 'standard' else '-' + form}.pdf"


class _Composer:
    def __init__(self, library: Library, settings: Settings, templates: Templates, today: datetime.date, sheets: bool) -> None:
        assert library.clinic, "without a clinic there are no urgent-help numbers, and load has reported it"
        self.library, self.settings, self.templates, self.today, self.sheets = library, settings, templates, today, sheets
        self.clinic = library.clinic
        self.urgent = [library.message(key) for key in URGENT]

    def site(self, clinics: Sequence[Clinic]) -> Site:
        prints = tuple(self._prints(clinics)) if self.sheets else ()
        return Site(tuple(self._pages()), prints, search.scripts(self.library), self._nav())

    # Pages

    def _pages(self) -> Iterator[Page]:
        for written in self.library.pages:
            uri = f"{written.key}.md"
            template = "front.md.j2" if written.key == "index" else "written.md.j2"
            yield self._page(
                template,
                uri,
                None,
                written.place.path,
                (),
                title=written.title,
                body=self._markdown(uri, None, self._glosses())(written.body),
                description=written.description,
            )
        for audience in Audience:
            uri = f"{audience}/index.md"
            yield self._page(
                "audience.md.j2", uri, audience, "templates/pages/audience.md.j2", (), sheets=self._sheets_for(audience), leads=self._leads(uri, audience)
            )
        for topic in self.library.topics:
            for audience in Audience:
                if topic.messages_for(audience):
                    yield self._topic_page(topic, audience)
        for handout in self.library.handouts:
            yield self._handout_page(handout)
        for uri, template in (("handouts/index.md", "handouts.md.j2"), ("sources.md", "sources.md.j2")):
            yield self._page(template, uri, None, f"templates/pages/{template}", (), uses=self._uses())
        yield self._search_page()
        if self.library.glossary:
            yield self._page("glossary.md.j2", "glossary.md", None, self.library.glossary[0].place.path, [term.message for term in self.library.glossary])

    def _topic_page(self, topic: Topic, audience: Audience) -> Page:
        """Urgent help is never folded away."""
        whole = self._topic_page_as(topic, audience, folded=False)
        return whole if topic.key == SAFETY or not _is_long(whole) else self._topic_page_as(topic, audience, folded=True)

    def _topic_page_as(self, topic: Topic, audience: Audience, *, folded: bool) -> Page:
        uri = f"{audience}/{topic.key}.md"
        messages = topic.messages_for(audience)
        bibliography = Bibliography()
        render = self._markdown(uri, audience, self._glosses() if audience is Audience.PATIENTS else None, folded=folded)
        lead = render(topic.leads[audience])  # before the messages: terms are explained at their first use
        return self._page(
            f"topic-{audience}.md.j2",
            uri,
            audience,
            topic.place.path,
            messages,
            title=topic.title,
            description=" ".join(markup.blocks(topic.leads[audience].markdown)),
            topic=topic,
            lead=lead,
            entries=entries([Item(message=message) for message in messages], audience, bibliography, self.today, render),
            bibliography=bibliography.sources,
            folded=folded,
            counterpart=f"{audience.other}/{topic.key}.md" if topic.messages_for(audience.other) else None,
            sheets=[handout for handout in self._sheets_for(audience) if any(item.message in messages for item in handout.messages)],
        )

    def _handout_page(self, handout: Handout) -> Page:
        whole = self._handout_page_as(handout, folded=False)
        return self._handout_page_as(handout, folded=True) if _is_long(whole) else whole

    def _handout_page_as(self, handout: Handout, *, folded: bool) -> Page:
        uri = f"handouts/{handout.key}.md"
        bibliography = Bibliography()
        render = self._markdown(uri, handout.audience, self._glosses() if handout.audience is Audience.PATIENTS else None, folded=folded)
        introduction = render(handout.introduction)  # before the messages: terms are explained at their first use
        views = entries(handout.messages, handout.audience, bibliography, self.today, render)
        files = {form: handout_uri(handout, form) for form in handout.made_formats} if self.sheets else {}
        messages = [item.message for item in handout.messages]
        return self._page(
            "handout.md.j2", uri, handout.audience, handout.place.path, messages, title=handout.title, folded=folded,
            handout=handout, introduction=introduction, entries=views, bibliography=bibliography.sources, files=files,
        )  # fmt: skip

    def _search_page(self) -> Page:
        helps = self.library.urgent.helps if self.library.urgent else ()
        reviewed = [self.library.urgent] if self.library.urgent else []
        return self._page("search.md.j2", "search.md", None, "templates/pages/search.md.j2", reviewed, helps=helps, a_to_z=search.a_to_z(self.library))

    def _page(self, template: str, uri: str, audience: Audience | None, edit: str, reviewed: Sequence[Reviewed], **values: Any) -> Page:
        shared = self._shared(self.clinic, reviewed)
        short = [self._markdown(uri, Audience.PATIENTS)(message.in_short) if message else None for message in self.urgent]
        values = {"description": None, "counterpart": None, **values}
        text = self.templates.render(f"pages/{template}", uri=uri, audience=audience, urgent=short, **shared, **values)
        return Page(uri, text.lstrip(), audience, edit)

    def _glosses(self) -> Glosses:
        return Glosses(self.library.glossary, lambda term: self.templates.render("pages/term.md.j2", term=term).strip())

    def _markdown(self, uri: str, audience: Audience | None, glosses: Glosses | None = None, *, folded: bool = False) -> Render:
        """Sections as Markdown for one page: their links resolved from there, and with `glosses` their terms explained."""

        def resolve(target: str) -> str | None:
            found = self._target(target, audience)
            return relative(found, uri) if found else target

        def render(section: Section | None, *, folds: bool = False) -> Markup | None:
            if not section:
                return None
            here = glosses.inside(section.place.path) if glosses and folds and folded else glosses
            explained = here.explain(section.markdown) if here else section.markdown
            return Markup(markup.around_pictures(explained, lambda text: markup.with_links(text, resolve), self._drawn("pages/figure.md.j2")))

        return render

    def _drawn(self, template: str) -> Callable[[str, str], str]:
        return lambda name, caption: self.templates.render(template, diagram=self.library.diagrams[name], caption=caption).strip()

    def _target(self, target: str, audience: Audience | None) -> str | None:
        """The docs file (and anchor) that a link of ours leads to; None for an address of the outside."""
        scheme, _, name = target.partition(":")
        if scheme == "message":
            message = self.library.message(name)
            reader = audience or Audience.PATIENTS
            if message:
                return f"{reader if message.is_for(reader) else reader.other}/{message.topic}.md#{message.name}"
        if scheme == "handout":
            return f"handouts/{name}.md"
        if scheme == "page":
            return f"{PAGE_FILES.get(name, name)}.md"
        if scheme == "glossary":
            return f"glossary.md#{name}"
        return None

    def _leads(self, uri: str, audience: Audience) -> list[tuple[Topic, Markup | None]]:
        render = self._markdown(uri, audience)
        return [(topic, render(topic.leads[audience])) for topic in self.library.topics if topic.messages_for(audience)]

    def _uses(self) -> dict[str, list[Message]]:
        """The messages that rest on each source, by its key."""
        return {source.key: [message for message in self.library.messages if source in message.sources] for source in self.library.sources}

    def _sheets_for(self, audience: Audience) -> list[Handout]:
        return [handout for handout in self.library.handouts if handout.audience is audience]

    # Sheets

    def _prints(self, clinics: Sequence[Clinic]) -> Iterator[Print]:
        for clinic in (None, *clinics):
            for handout in self.library.handouts:
                for form in handout.made_formats:
                    yield self._print(handout, form, clinic)

    def _print(self, handout: Handout, form: Format, named: Clinic | None) -> Print:
        clinic = named or self.clinic
        bibliography = Bibliography()
        messages = [item.message for item in handout.messages]
        render = self._html(clinic)
        html = self.templates.render(
            f"handouts/{handout.layout}.html.j2",
            handout=handout,
            format=form,
            introduction=render(handout.introduction),
            entries=entries(handout.messages, handout.audience, bibliography, self.today, render),
            bibliography=bibliography.sources,
            urgent=[render(message.in_short) if message else None for message in self.urgent],
            address=self._address(clinic, f"handouts/{handout.key}/"),
            dated=max((message.reviewed for message in messages), default=None),
            **self._shared(clinic, messages),
        )
        return Print(handout_uri(handout, form, named), html, handout, form, clinic, handout.pages if form == "standard" else None)

    def _html(self, clinic: Clinic) -> Render:
        """Sections as HTML for one sheet. A link leads to the page on the site, where the site has an address; its words stay in any case."""

        def resolve(target: str) -> str | None:
            found = self._target(target, None)
            if not found:
                return target
            name, _, anchor = found.partition("#")
            folder = name.removesuffix(".md").removesuffix("index")
            return self._address(clinic, folder if folder.endswith("/") else f"{folder}/", anchor)

        def render(section: Section | None, *, folds: bool = False) -> Markup | None:  # noqa: ARG001 - nothing folds on paper
            if not section:
                return None
            return Markup(markup.around_pictures(section.markdown, lambda text: markup.to_html(text, resolve), self._drawn("handouts/_figure.html.j2")))

        return render

    def _address(self, clinic: Clinic, path: str, anchor: str = "") -> str | None:
        base = clinic.site_url or self.settings.site_url
        return base.rstrip("/") + "/" + path + (f"#{anchor}" if anchor else "") if base else None

    # Both

    def _shared(self, clinic: Clinic, reviewed: Sequence[Reviewed]) -> dict[str, Any]:
        return {
            "site_name": self.settings.site_name,
            "library": self.library,
            "clinic": clinic,
            "banner": not clinic.approves(reviewed),
            "review": review(reviewed, self.today),
        }

    def _nav(self) -> tuple[Any, ...]:
        """Navigation by audience: the tree that an engine draws. A leaf is a docs file; its title stands in the page."""
        written = [f"{page.key}.md" for page in self.library.pages if page.key != "index"]
        return (
            "index.md",
            {"For patients": self._topic_uris(Audience.PATIENTS)},
            {"For professionals": self._topic_uris(Audience.REFERRERS)},
            {"Sheets to print": ["handouts/index.md", *self._sheet_uris(Audience.PATIENTS)]},
            {"Sheets for professionals": self._sheet_uris(Audience.REFERRERS)},
            "search.md",
            *(["glossary.md"] if self.library.glossary else []),
            "sources.md",
            *written,
        )

    def _sheet_uris(self, audience: Audience) -> list[str]:
        return [f"handouts/{handout.key}.md" for handout in self._sheets_for(audience)]

    def _topic_uris(self, audience: Audience) -> list[str]:
        topics = [topic.key for topic in self.library.topics if topic.messages_for(audience)]
        return [f"{audience}/{name}.md" for name in ("index", *topics)]


def _is_long(page: Page) -> bool:
    """Whether a page shows patients so much at once that each message folds after its short form."""
    return page.audience is Audience.PATIENTS and visible_words(page.markdown) > MOST_VISIBLE
