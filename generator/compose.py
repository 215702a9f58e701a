"""Library -> Site: choose the wording, number the sources, make the review line, render. Sheets are made next door, in `sheets`.

A page or sheet is only ever composed of messages; the words around them stand in `templates/`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from generator import addresses, markup, search
from generator.glossary import Glosses
from generator.load import Settings
from generator.model import SAFETY, URGENT, Audience, Clinic, Format, Handout, Item, Library, Message, Pack, Reviewed, Section, Topic
from generator.prose import MOST_VISIBLE, visible_words
from generator.sheets import Sheets
from generator.site import Page, Print, Site, TextTwin
from generator.templating import Templates, relative
from generator.views import FOLDED, Bibliography, Folded, Render, changes, entries, review

OTHER_PAGES = {
    "handouts/index.md": "handouts.md.j2",
    "sources.md": "sources.md.j2",
    "changes.md": "changes.md.j2",
    "offline.md": "offline.md.j2",
    "overdue.md": "overdue.md.j2",
}


def compose(library: Library, settings: Settings, templates: Templates, today: datetime.date, *, clinics: Sequence[Clinic] = (), sheets: bool = True) -> Site:
    """Everything that is made of `library`.

    `clinics` are those that get sheets of their own, besides the clinic of the site; `sheets` is off where none can be rendered.
    Raises BrokenTemplateError for a template that cannot be used.
    """
    return _Composer(library, settings, templates, today, sheets).site(clinics)


class _Composer:
    def __init__(self, library: Library, settings: Settings, templates: Templates, today: datetime.date, sheets: bool) -> None:
        assert library.clinic, "without a clinic there are no urgent-help numbers, and load has reported it"
        self.library, self.settings, self.templates, self.today, self.sheets = library, settings, templates, today, sheets
        self.clinic = library.clinic
        self.urgent = [library.message(key) for key in URGENT]

    def site(self, clinics: Sequence[Clinic]) -> Site:
        made = Sheets(self.library, self.settings, self.templates, self.today)
        prints = tuple(made.prints(clinics)) if self.sheets else ()
        texts = tuple(made.texts(clinics))
        self.made: list[Print | TextTwin] = [*prints, *texts]
        files = dict(search.scripts(self.library))
        files["changes.xml"] = self.templates.render(
            "changes.xml.j2", changes=changes(self.library.messages), address=self.settings.site_url or "", **self._shared(self.clinic, ())
        )
        files["robots.txt"] = self.templates.render("robots.txt.j2", address=self.settings.site_url, **self._shared(self.clinic, ()))
        return Site((*self._pages(), *(self._clinic_page(clinic) for clinic in clinics)), prints, texts, files, self._nav(clinics))

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
        for pack in self.library.packs:
            yield self._pack_page(pack)
        for uri, template in OTHER_PAGES.items():
            yield self._page(template, uri, None, f"templates/pages/{template}", (), uses=self._uses(), changes=changes(self.library.messages))
        yield self._search_page()
        if self.library.glossary:
            yield self._page("glossary.md.j2", "glossary.md", None, self.library.glossary[0].place.path, [term.message for term in self.library.glossary])

    def _topic_page(self, topic: Topic, audience: Audience) -> Page:
        """Urgent help is never folded away."""
        return _first_short(lambda folded: self._topic_page_as(topic, audience, folded), FOLDED[:1] if topic.key == SAFETY else FOLDED)

    def _topic_page_as(self, topic: Topic, audience: Audience, folded: Folded) -> Page:
        uri = f"{audience}/{topic.key}.md"
        messages = topic.messages_for(audience)
        walk = self._path(audience)
        step = walk.index(topic) if topic in walk else None
        bibliography = Bibliography()
        render = self._markdown(uri, audience, self._glosses() if audience is Audience.PATIENTS else None, folded=bool(folded))
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
            entries=entries([Item(message=message) for message in messages], audience, bibliography, self.today, render, folded=folded),
            bibliography=bibliography.sources,
            folded=folded,
            counterpart=f"{audience.other}/{topic.key}.md" if topic.messages_for(audience.other) else None,
            step=step,
            steps=len(walk),
            before=walk[step - 1] if step else None,
            after=walk[step + 1] if step is not None and step + 1 < len(walk) else None,
            sheets=[handout for handout in self._sheets_for(audience) if any(item.message in messages for item in handout.messages)],
        )

    def _handout_page(self, handout: Handout) -> Page:
        return _first_short(lambda folded: self._handout_page_as(handout, folded), FOLDED)

    def _handout_page_as(self, handout: Handout, folded: Folded) -> Page:
        uri = addresses.page_uri(handout)
        bibliography = Bibliography()
        render = self._markdown(uri, handout.audience, self._glosses() if handout.audience is Audience.PATIENTS else None, folded=bool(folded))
        introduction = render(handout.introduction)  # before the messages: terms are explained at their first use
        views = entries(handout.messages, handout.audience, bibliography, self.today, render, folded=folded)
        letter = next((made.text for made in self.made if isinstance(made, TextTwin) and made.recipe is handout and made.format == "letter"), None)
        return self._page(
            "handout.md.j2", uri, handout.audience, handout.place.path, handout.carries, title=handout.title, folded=folded, handout=handout,
            introduction=introduction, entries=views, bibliography=bibliography.sources, files=self._files(handout), letter=letter,
        )  # fmt: skip

    def _pack_page(self, pack: Pack) -> Page:
        uri = addresses.page_uri(pack)
        introduction = self._markdown(uri, pack.audience)(pack.introduction)
        return self._page(
            "pack.md.j2", uri, pack.audience, pack.place.path, pack.carries, title=pack.title, pack=pack, introduction=introduction, files=self._files(pack)
        )

    def _clinic_page(self, clinic: Clinic) -> Page:
        """The contact parts of a clinic that is not the site's own, and its sheets."""
        uri = f"{addresses.clinic_folder(clinic)}index.md"
        own = [made for made in self.made if made.uri.startswith(addresses.clinic_folder(clinic)) and made.recipe.audience is Audience.PATIENTS]
        sheets = {made.recipe.key: (made.recipe, [other for other in own if other.recipe is made.recipe]) for made in own}
        messages = [message for recipe, _ in sheets.values() for message in recipe.carries]
        return self._page("clinic.md.j2", uri, Audience.PATIENTS, clinic.place.path, messages, clinic=clinic, title=clinic.name, sheets=list(sheets.values()))

    def _search_page(self) -> Page:
        helps = self.library.urgent.helps if self.library.urgent else ()
        reviewed = [self.library.urgent] if self.library.urgent else []
        return self._page("search.md.j2", "search.md", None, "templates/pages/search.md.j2", reviewed, helps=helps, a_to_z=search.a_to_z(self.library))

    def _files(self, recipe: Handout | Pack) -> dict[Format, str]:
        """What there is to print or to copy of a sheet or a pack, for the clinic of the site."""
        return {made.format: made.uri for made in self.made if made.recipe is recipe and made.uri == addresses.sheet_uri(recipe, made.format)}

    def _page(
        self, template: str, uri: str, audience: Audience | None, edit: str, reviewed: Sequence[Reviewed], clinic: Clinic | None = None, **values: Any
    ) -> Page:
        shared = self._shared(clinic or self.clinic, reviewed)
        short = [self._markdown(uri, Audience.PATIENTS)(message.in_short) if message else None for message in self.urgent]
        values = {"description": None, "counterpart": None, "path": self._path(Audience.PATIENTS), "files_of": self._files, **values}
        text = self.templates.render(f"pages/{template}", uri=uri, audience=audience, urgent=short, **shared, **values)
        return Page(uri, text.lstrip(), audience, edit)

    def _glosses(self) -> Glosses:
        return Glosses(self.library.glossary, lambda term: self.templates.render("pages/term.md.j2", term=term).strip())

    def _markdown(self, uri: str, audience: Audience | None, glosses: Glosses | None = None, *, folded: bool = False) -> Render:
        """Sections as Markdown for one page: their links resolved from there, and with `glosses` their terms explained."""

        def resolve(target: str) -> str | None:
            found = addresses.linked(self.library, target, audience)
            return relative(found, uri) if found else target

        def render(section: Section | None, *, folds: bool = False) -> Markup | None:
            if not section:
                return None
            here = glosses.inside(section.place.path) if glosses and folds and folded else glosses
            explained = here.explain(section.markdown) if here else section.markdown
            return Markup(
                markup.around_pictures(explained, lambda text: markup.with_labels(markup.with_links(text, resolve)), self._drawn("pages/figure.md.j2"))
            )

        return render

    def _drawn(self, template: str) -> Callable[[str, str], str]:
        return lambda name, caption: self.templates.render(template, diagram=self.library.diagrams[name], caption=caption).strip()

    def _leads(self, uri: str, audience: Audience) -> list[tuple[Topic, Markup | None]]:
        render = self._markdown(uri, audience)
        return [(topic, render(topic.leads[audience])) for topic in self.library.topics if topic.messages_for(audience)]

    def _path(self, audience: Audience) -> list[Topic]:
        """The topics as a path to walk in any order. Urgent help is no step of it: it is one step away from everywhere."""
        return [topic for topic in self.library.topics if topic.key != SAFETY and topic.messages_for(audience)]

    def _uses(self) -> dict[str, list[Message]]:
        """The messages that rest on each source, by its key."""
        return {source.key: [message for message in self.library.messages if source in message.sources] for source in self.library.sources}

    def _sheets_for(self, audience: Audience) -> list[Handout]:
        return [handout for handout in self.library.handouts if handout.audience is audience]

    def _shared(self, clinic: Clinic, reviewed: Sequence[Reviewed]) -> dict[str, Any]:
        return {
            "site_name": self.settings.site_name,
            "library": self.library,
            "clinic": clinic,
            "banner": not clinic.approves(reviewed),
            "review": review(reviewed, self.today),
        }

    def _nav(self, clinics: Sequence[Clinic]) -> tuple[Any, ...]:
        """Navigation by audience: the tree that an engine draws. A leaf is a docs file; its title stands in the page."""
        written = [f"{page.key}.md" for page in self.library.pages if page.key != "index"]
        return (
            "index.md",
            {"For patients": self._topic_uris(Audience.PATIENTS)},
            {"For professionals": self._topic_uris(Audience.REFERRERS)},
            {
                "Sheets to print": [
                    "handouts/index.md",
                    *self._sheet_uris(Audience.PATIENTS),
                    *(f"{addresses.clinic_folder(clinic)}index.md" for clinic in clinics),
                ]
            },
            {"Sheets for professionals": self._sheet_uris(Audience.REFERRERS)},
            "search.md",
            *(["glossary.md"] if self.library.glossary else []),
            "sources.md",
            "changes.md",
            *written,
        )

    def _sheet_uris(self, audience: Audience) -> list[str]:
        return [addresses.page_uri(recipe) for recipe in self.library.recipes if recipe.audience is audience]

    def _topic_uris(self, audience: Audience) -> list[str]:
        topics = [topic.key for topic in self.library.topics if topic.messages_for(audience)]
        return [f"{audience}/{name}.md" for name in ("index", *topics)]


def _first_short(make: Callable[[Folded], Page], folds: Sequence[Folded]) -> Page:
    """The page with as little folded as it takes to be short."""
    pages = (make(folded) for folded in folds)
    return next((page for page in pages if not _is_long(page)), None) or make(folds[-1])


def _is_long(page: Page) -> bool:
    """Whether a page shows patients so much at once that each message folds after its short form."""
    return page.audience is Audience.PATIENTS and visible_words(page.markdown) > MOST_VISIBLE
