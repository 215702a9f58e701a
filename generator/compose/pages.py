"""Library -> Site: choose the wording, number the sources, make the review line, render. Sheets are made next door, in `sheets`.

A page or sheet is only ever composed of messages; the words around them stand in `templates/`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from markupsafe import Markup

from generator.compose import builder, choices, search
from generator.compose import register as registers
from generator.compose.glossary import Glosses
from generator.compose.sheets import Sheets
from generator.compose.site import Page, Print, Site, Text, Texts, TextTwin
from generator.compose.templating import Templates
from generator.compose.views import FOLDED, Bibliography, Folded, Render, changes, entries, review, shown_moments
from generator.content import addresses
from generator.content.codes import code
from generator.content.model import (
    CONSULTATION,
    Audience,
    Clinic,
    Format,
    Handout,
    Item,
    Library,
    Message,
    Pack,
    Quotation,
    Reviewed,
    Section,
    Topic,
    WrittenPage,
)
from generator.content.settings import Settings
from generator.rules.prose import MOST_VISIBLE, visible_words
from generator.text import language, markup
from generator.text.markup import Part

LISTS = ("handouts", "sources", "changes", "offline", "overdue")  # pages that only list what there is
# The words by which the pages that the site makes itself are called
TITLES = {
    "handouts": "nav.sheets",
    "sources": "sources.title",
    "changes": "theme.changes",
    "offline": "offline.title",
    "overdue": "overdue.title",
    "search": "theme.search",
    "build-a-sheet": "build.title",
    "sheet": "my_sheet.title",
    "right-now": "now.title",
    "register": "register.title",
    "glossary": "theme.glossary",
}

Values = Mapping[str, Any]  # what a template is given
Fill = Callable[[Folded], Values]  # what the template of a page is given where that much of the page folds


def compose(library: Library, settings: Settings, templates: Templates, today: datetime.date, *, clinics: Sequence[Clinic] = (), sheets: bool = True) -> Site:
    """Everything that is made of `library`.

    `clinics` are those that get sheets of their own, besides the clinic of the site; `sheets` is off where none can be rendered.
    Raises BrokenTemplateError for a template that cannot be used.
    """
    return _Composer(library, settings, templates, today, clinics, sheets).site()


class _Composer:
    def __init__(self, library: Library, settings: Settings, templates: Templates, today: datetime.date, clinics: Sequence[Clinic], sheets: bool) -> None:
        assert library.clinic, "a build has the clinic that it is for; load has reported it otherwise"
        assert library.words, "a build has words; load has reported it otherwise"
        self.library, self.settings, self.templates, self.today = library, settings, templates, today
        self.clinic, self.words, self.clinics, self.sheets = library.clinic, library.words, clinics, sheets
        self.pages = addresses.pages(library)

    def site(self) -> Site:
        made = Sheets(self.library, self.settings, self.templates, self.today)
        self.handing_out = made
        prints = tuple(made.prints(self.clinics)) if self.sheets else ()
        texts = tuple(made.texts(self.clinics))
        self.register = cache(partial(registers.register, self.library, made))
        self.made: list[Print | TextTwin] = [*prints, *texts]
        self.nav = self._nav()
        self.listed = _leaves(self.nav)
        return Site(
            pages=(*self._pages(), *(self._clinic_page(clinic) for clinic in self.clinics)),
            prints=prints,
            texts=texts,
            files=self._files_beside(),
            referrer_files=frozenset({search.file_of(Audience.REFERRERS), addresses.REGISTER}),
            nav=self.nav,
            theme=self._theme(),
        )

    def _files_beside(self) -> Texts:
        """The data of the search and of the builder, the register for scripts, the feed of reviews, and what search engines are told."""

        @cache
        def searched() -> dict[str, str]:
            return search.scripts(self.library, (self.clinic, *self.clinics), self.templates.say)

        def feed(file: str, address: str) -> str:
            values = {"changes": changes(self.library.messages), "address": address, **self._shared(self.clinic, ())}
            return self.templates.render(f"{file}.j2", **values)

        def register() -> str:
            return registers.as_json(self.register(), tuple(dict.fromkeys((self.clinic, *self.clinics))))

        def pieces() -> str:
            style = builder.paper(self.templates.text("handouts/print.css") + self.templates.text("handouts/screen.css"))
            return builder.script(self.library, self.handing_out, (self.clinic, *self.clinics), style)

        makers = {search.file_of(audience): partial(lambda uri: searched()[uri], search.file_of(audience)) for audience in (None, *Audience)}
        address = self.settings.site_url
        return Texts(
            {
                **makers,
                addresses.REGISTER: register,
                builder.FILE: pieces,
                "changes.xml": partial(feed, "changes.xml", address or ""),
                "robots.txt": partial(feed, "robots.txt", address),
            }
        )

    def _theme(self) -> dict[str, Any]:
        """What the theme's templates are given: the pages there are, the words of every page, the language."""
        words = {key.partition(".")[2]: self.templates.say(key) for key in self.words.phrases if key.startswith(("nav.", "theme."))}
        programme, front = self.library.programme, next(page for page in self.library.pages if addresses.page_of(page) == addresses.FRONT)
        return {
            "pages": {name: addresses.web_path(uri) for name, uri in self.pages.items()},
            "words": words,
            "lang": self.words.lang,
            "dir": "rtl" if language.is_right_to_left(self.words.lang) else "ltr",
            "description": front.description or front.title,
            "licence": programme.licence if programme else None,
            "mark": self.library.mark,
            "card": self.settings.card,
        }

    def _pages(self) -> Iterator[Page]:
        say = self.templates.say
        for written in self.library.pages:
            yield self._written_page(written)
        for audience in Audience:
            title = say(f"{audience}.title", condition=self.library.programme.condition if self.library.programme else "")
            yield self._audience_page(audience, title)
        if self.library.moments:
            yield self._right_now_page(say(TITLES["right-now"]))
        for topic in self.library.topics:
            for audience in Audience:
                if topic.messages_for(audience):
                    yield self._topic_page(topic, audience)
            for message in _practices(topic):
                yield self._practice_page(topic, message)
        for handout in self.library.handouts:
            yield self._handout_page(handout)
        for pack in self.library.packs:
            yield self._pack_page(pack)
        for name in LISTS:
            yield self._page(
                name,
                addresses.MADE[name],
                None,
                say(TITLES[name]),
                None,
                (),
                lambda _: {"uses": self._uses(), "reviews": self._reviews(), "by_topic": self._by_topic()},
            )
        yield self._register_page(say(TITLES["register"]))
        yield self._build_page(say(TITLES["build-a-sheet"]))
        yield self._page("sheet", addresses.MADE["sheet"], Audience.PATIENTS, say(TITLES["sheet"]), None, ())
        yield self._search_page(say(TITLES["search"]))
        if self.library.glossary:
            messages = [term.message for term in self.library.glossary]
            yield self._page("glossary", addresses.MADE["glossary"], None, say(TITLES["glossary"]), self.library.glossary[0].place.path, messages)

    def _written_page(self, written: WrittenPage) -> Page:
        uri = addresses.page_of(written)
        return self._page(
            "front" if uri == addresses.FRONT else "written",
            uri,
            None,
            written.title,
            written.place.path,
            (),
            lambda _: {
                "body": self._html(uri, None, self._glosses())(written.body),
                "description": written.description,
                "hero": Markup(self.library.hero) if self.library.hero else None,
            },
        )

    def _audience_page(self, audience: Audience, title: str) -> Page:
        uri = addresses.MADE[audience]
        return self._page("audience", uri, audience, title, None, (), lambda _: {"sheets": self._sheets_for(audience), "leads": self._leads(uri, audience)})

    def _topic_page(self, topic: Topic, audience: Audience) -> Page:
        uri = addresses.page_of(topic, audience)
        messages = topic.messages_for(audience)

        def fill(folded: Folded) -> Values:
            walk = self._path(audience)
            step = walk.index(topic) if topic in walk else None
            bibliography = Bibliography()
            render = self._html(uri, audience, self._glosses() if audience is Audience.PATIENTS else None, folded=bool(folded))
            return {
                "lead": render(topic.leads[audience]),  # before the messages: terms are explained at their first use
                "entries": entries(_items(messages, audience), audience, bibliography, self.today, render, folded=folded),
                "description": " ".join(markup.blocks(topic.leads[audience].markdown)),
                "topic": topic,
                "bibliography": bibliography.sources,
                "folded": folded,
                "counterpart": addresses.page_of(topic, audience.other) if topic.messages_for(audience.other) else None,
                "step": step,
                "steps": len(walk),
                "before": walk[step - 1] if step else None,
                "after": walk[step + 1] if step is not None and step + 1 < len(walk) else None,
                "sheets": [
                    sheet for sheet in self._sheets_for(audience) if sheet.layout != CONSULTATION and any(item.message in messages for item in sheet.messages)
                ],
            }

        return self._page(f"topic-{audience}", uri, audience, topic.title, topic.place.path, messages, fill)

    def _practice_page(self, topic: Topic, message: Message) -> Page:
        """The page of one practice, for patients: its steps at once, and what stands around them folded."""
        uri, audience = addresses.page_of(message), Audience.PATIENTS

        def fill(_: Folded) -> Values:
            bibliography = Bibliography()
            (entry,) = entries([Item(message=message)], audience, bibliography, self.today, self._html(uri, audience, self._glosses(), folded=True))
            return {
                "entries": [entry],
                "description": " ".join(markup.blocks(message.in_short.markdown)) if message.in_short else None,
                "topic": topic,
                "bibliography": bibliography.sources,
                "counterpart": addresses.page_of(message, Audience.REFERRERS) if message.is_for(Audience.REFERRERS) else None,
                "others": [other for other in _practices(topic) if other is not message],
                "sheets": [handout for handout in self._sheets_for(audience) if message in handout.carries],
            }

        return self._page("practice", uri, audience, message.title, message.place.path, [message], fill)

    def _right_now_page(self, title: str) -> Page:
        """A door for each hard moment, and behind it a few steps at once: nothing on it folds."""
        uri, audience = addresses.MADE["right-now"], Audience.PATIENTS
        messages = [moment.message for moment in self.library.moments]

        def fill(_: Folded) -> Values:
            bibliography = Bibliography()
            render = self._html(uri, audience)
            signs = next(iter(self.library.of_role("urgent")), None)
            return {
                "moments": shown_moments(self.library.moments, bibliography, self.today, render),
                "bibliography": bibliography.sources,
                "signs": render(signs.in_short) if signs else None,
            }

        return self._page("right-now", uri, audience, title, "docs/programme.yml", messages, fill)

    def _handout_page(self, handout: Handout) -> Page:
        uri, audience = addresses.page_of(handout), handout.audience
        pasted = [made for made in self.made if isinstance(made, TextTwin) and made.recipe is handout] if audience is Audience.REFERRERS else []

        def fill(folded: Folded) -> Values:
            bibliography = Bibliography()
            render = self._html(uri, audience, self._glosses() if audience is Audience.PATIENTS else None, folded=bool(folded))
            return {
                "introduction": render(handout.introduction),  # before the messages: terms are explained at their first use
                "entries": entries(handout.messages, audience, bibliography, self.today, render, folded=folded),
                "folded": folded,
                "handout": handout,
                "bibliography": bibliography.sources,
                "files": self._files(handout),
                "pasted": pasted,
            }

        return self._page("handout", uri, audience, handout.title, handout.place.path, handout.carries, fill)

    def _pack_page(self, pack: Pack) -> Page:
        uri = addresses.page_of(pack)
        return self._page(
            "pack",
            uri,
            pack.audience,
            pack.title,
            pack.place.path,
            pack.carries,
            lambda _: {"pack": pack, "introduction": self._html(uri, pack.audience)(pack.introduction), "files": self._files(pack)},
        )

    def _clinic_page(self, clinic: Clinic) -> Page:
        """The contact parts of a clinic that is not the site's own, and its sheets."""
        own = [made for made in self.made if made.clinic is clinic and made.named and made.recipe.audience is Audience.PATIENTS]
        sheets = {made.recipe.key: (made.recipe, [other for other in own if other.recipe is made.recipe]) for made in own}
        messages = [message for recipe, _ in sheets.values() for message in recipe.carries]
        uri = addresses.page_of(clinic)
        return self._page("clinic", uri, Audience.PATIENTS, clinic.name, clinic.place.path, messages, lambda _: {"sheets": list(sheets.values())}, clinic)

    def _register_page(self, title: str) -> Page:
        uri, audience = addresses.MADE["register"], Audience.REFERRERS
        return self._page("register", uri, audience, title, None, (), lambda _: {"register": self.register()})

    def _build_page(self, title: str) -> Page:
        """The page that builds a sheet for one patient. Without scripts it lists each worry with a sheet that answers it."""
        asked = choices.messages(self.library)
        topics = {topic: [message for message in topic.messages if message in asked] for topic in self.library.topics}
        return self._page(
            "build-a-sheet",
            addresses.MADE["build-a-sheet"],
            Audience.REFERRERS,
            title,
            None,
            (),
            lambda _: {
                "asked": {topic: found for topic, found in topics.items() if found},
                "answer": self._answer,
                "code": code,
                "clinics": (self.clinic, *self.clinics),
                "worksheets": choices.worksheets(self.library),
                "ready": [sheet for sheet in self._sheets_for(Audience.PATIENTS) if sheet.layout == CONSULTATION],
            },
        )

    def _answer(self, message: Message) -> Handout | Message:
        """The sheet for patients that tells most of a message, or else the message itself."""
        found = [
            (item.show != "full", sheet.carries.index(message), sheet.key, sheet)
            for sheet in self._sheets_for(Audience.PATIENTS)
            for item in sheet.messages
            if item.message is message
        ]
        return min(found)[-1] if found else message

    def _search_page(self, title: str) -> Page:
        helps = self.library.urgent.helps if self.library.urgent else ()
        reviewed = [self.library.urgent] if self.library.urgent else []
        uri = addresses.MADE["search"]
        return self._page("search", uri, None, title, None, reviewed, lambda _: {"helps": helps, "a_to_z": search.a_to_z(self.library)})

    def _files(self, recipe: Handout | Pack) -> dict[Format, str]:
        """What there is to print or to copy of a sheet or a pack, for the clinic of the site."""
        return {made.format: made.uri for made in self.made if made.recipe is recipe and not made.named}

    def _page(
        self,
        template: str,
        uri: str,
        audience: Audience | None,
        title: str,
        edit: str | None,
        reviewed: Sequence[Reviewed],
        fill: Fill = lambda _: {},
        clinic: Clinic | None = None,
    ) -> Page:
        """A page made by `templates/pages/<template>.md.j2`, which is what an educator would open where no other file is named (`edit`)."""
        file = f"pages/{template}.md.j2"
        whose = clinic or self.clinic
        for_patients = audience is not Audience.REFERRERS
        carries = (*reviewed, *((*self.library.urgent_messages, *self.words.all) if for_patients else ()))
        shared = {"title": title, "uri": uri, "audience": audience, **self._shared(whose, reviewed, carries)}

        def make() -> Text:
            urgent_help = self._urgent_help(uri, whose) if for_patients else Markup()
            beside = {"description": None, "counterpart": None, "path": self._path(Audience.PATIENTS), "files_of": self._files, "urgent_help": urgent_help}

            def made(values: Values) -> Text:
                markdown = self.templates.render(file, **shared, **{**beside, **values}).lstrip()
                visible = visible_words(markdown.replace(urgent_help.strip(), ""))
                visible -= sum(entry.visible_words("") for entry in values.get("entries", ()) if entry.is_urgent_help)
                return Text(markdown, urgent_help.strip(), visible)

            return _short(made, fill) if audience is Audience.PATIENTS else made(fill(""))

        return Page(
            uri=uri,
            clinic=whose,
            carries=carries,
            banner=self.templates.say("sample.banner") if shared["banner"] else "",
            make=make,
            title=title,
            audience=audience,
            edit=edit or f"templates/{file}",
            listed=uri in self.listed,
        )

    def _urgent_help(self, uri: str, clinic: Clinic) -> Markup:
        """The box of every page that a patient may read: the urgent messages in their short form, and the clinic's numbers."""
        render = self._html(uri, Audience.PATIENTS)
        short = {str(message.role): render(message.in_short) for message in self.library.urgent_messages}
        return Markup(self.templates.render("pages/_urgent-help.html.j2", clinic=clinic, short=short, uri=uri))

    def _glosses(self) -> Glosses:
        return Glosses(self.library.glossary, lambda term: self.templates.render("pages/term.html.j2", term=term).strip())

    def _html(self, uri: str, audience: Audience | None, glosses: Glosses | None = None, *, folded: bool = False) -> Render:
        """Sections as HTML for one page: their links resolved from there, and with `glosses` their terms explained."""

        def resolve(target: str) -> str | None:
            found = addresses.linked(self.library, target, audience)
            return addresses.web_relative(found, uri) if found else target

        def draw(name: str, caption: str) -> str:
            return self.templates.render("pages/figure.html.j2", diagram=self.library.diagrams[name], caption=caption).strip()

        def render(section: Section | None, *, folds: bool = False, part: Part = "all") -> Markup | None:
            if not section:
                return None
            here = glosses.inside(section.place.path) if glosses and folds and folded else glosses
            if isinstance(section, Quotation):
                here = None  # no words of ours among those of a real person
            return Markup(markup.to_html(section.markdown, resolve, draw, part=part, explain=here))

        return render

    def _leads(self, uri: str, audience: Audience) -> list[tuple[Topic, Markup | None]]:
        render = self._html(uri, audience)
        return [(topic, render(topic.leads[audience])) for topic in self.library.topics if topic.messages_for(audience)]

    def _path(self, audience: Audience) -> list[Topic]:
        """The topics as a path to walk in any order. Urgent help is no step of it: it is one step away from everywhere."""
        return [topic for topic in self.library.topics if not topic.is_urgent and topic.messages_for(audience)]

    def _uses(self) -> dict[str, list[tuple[str, str]]]:
        """The titles and pages of the messages that rest on each source, by its key."""
        found: dict[str, list[tuple[str, str]]] = {source.key: [] for source in self.library.sources}
        for message in self.library.messages:
            line = self._public(message)
            for source in message.sources:
                if line not in (lines := found[source.key]):  # of messages for professionals a topic may have several
                    lines.append(line)
        return found

    def _by_topic(self) -> dict[Topic | None, list[tuple[Handout, str]]]:
        """The sheets for patients by the topic of their first message (None where one carries no message), each with what it says of itself first."""
        found: dict[Topic | None, list[tuple[Handout, str]]] = {topic: [] for topic in (*self.library.topics, None)}
        for handout in self._sheets_for(Audience.PATIENTS):
            topic = next((topic for topic in self.library.topics if handout.carries and handout.carries[0] in topic.messages), None)
            told = markup.sentences(markup.blocks(handout.introduction.markdown)[0]) if handout.introduction else []
            found[topic].append((handout, told[0] if told else ""))
        return {topic: sheets for topic, sheets in found.items() if sheets}

    def _reviews(self) -> dict[datetime.date, list[tuple[str, str, datetime.date]]]:
        """By day, the newest first: the title and page of each message that was reviewed on it, and its next review."""
        found: dict[datetime.date, list[tuple[str, str, datetime.date]]] = {}
        for change in changes(self.library.messages):
            line = (*self._public(change.message), change.message.review_by)
            if line not in (lines := found.setdefault(change.message.reviewed, [])):  # of those for professionals a topic may have several
                lines.append(line)
        return found

    def _public(self, message: Message) -> tuple[str, str]:
        """The title and the page by which everybody may know a message: one for professionals only goes by its topic."""
        if message.is_for(Audience.PATIENTS):
            return message.title, addresses.page_of(message)
        topic = next(topic for topic in self.library.topics if message in topic.messages)
        return self.templates.say("changes.for_professionals", topic=topic.title), addresses.page_of(topic, Audience.REFERRERS)

    def _sheets_for(self, audience: Audience) -> list[Handout]:
        return [handout for handout in self.library.handouts if handout.audience is audience]

    def _shared(self, clinic: Clinic, reviewed: Sequence[Reviewed], carries: Sequence[Reviewed] = ()) -> dict[str, Any]:
        """What every template is given: `banner` says whether its clinic has yet to approve what it `carries`, `review` is the state of what it was `reviewed` for."""
        return {
            "site_name": self.settings.site_name,
            "library": self.library,
            "clinic": clinic,
            "banner": not clinic.approves(carries),
            "review": review(reviewed, self.today),
            "public": self._public,
        }

    def _nav(self) -> tuple[Any, ...]:
        """Navigation by audience: the tree that an engine draws. A leaf is a docs file; its title stands in the page."""
        say, made = self.templates.say, addresses.MADE
        written = [addresses.page_of(page) for page in self.library.pages]
        return (
            addresses.FRONT,
            {say("nav.patients"): self._topic_uris(Audience.PATIENTS)},
            {say("nav.referrers"): self._topic_uris(Audience.REFERRERS)},
            {say("nav.sheets"): [made["handouts"], *self._sheet_uris(Audience.PATIENTS), *(addresses.page_of(clinic) for clinic in self.clinics)]},
            {say("nav.sheets_for_referrers"): [*self._sheet_uris(Audience.REFERRERS), made["register"]]},
            *(made[name] for name in ("search", "glossary", "sources", "changes") if name in self.pages),
            *(uri for uri in written if uri != addresses.FRONT),
        )

    def _sheet_uris(self, audience: Audience) -> list[str]:
        return [addresses.page_of(recipe) for recipe in self.library.recipes if recipe.audience is audience]

    def _topic_uris(self, audience: Audience) -> list[str]:
        steps = [self.pages["right-now"]] if audience is Audience.PATIENTS and "right-now" in self.pages else []
        return [addresses.MADE[audience], *steps, *(addresses.page_of(topic, audience) for topic in self.library.topics if topic.messages_for(audience))]


def _practices(topic: Topic) -> list[Message]:
    """The practices of a topic, each of which has a page of its own."""
    return [message for message in topic.messages_for(Audience.PATIENTS) if message.is_practice]


def _items(messages: Sequence[Message], audience: Audience) -> list[Item]:
    """The messages of a topic as its page shows them: for patients a practice by its short form, since it has its own page."""
    return [Item(message=message, show="short" if message.is_practice and audience is Audience.PATIENTS else "full") for message in messages]


def _leaves(nav: Any) -> set[str]:
    """Every uri of a navigation tree."""
    if isinstance(nav, str):
        return {nav}
    return {leaf for branch in (nav.values() if isinstance(nav, dict) else nav) for leaf in _leaves(branch)}


def _short(make: Callable[[Values], Text], fill: Fill) -> Text:
    """The page with as little folded as it takes to be short for patients. What folding saves is counted on its entries before it is rendered again."""
    whole = fill("")
    page, foldable = make(whole), [entry for entry in whole.get("entries", ()) if not entry.is_urgent_help]
    if page.visible_words <= MOST_VISIBLE or not foldable:
        return page
    around = page.visible_words - sum(entry.visible_words("") for entry in foldable)
    promising = [folded for folded in FOLDED[1:-1] if around + sum(entry.visible_words(folded) for entry in foldable) <= MOST_VISIBLE]
    for folded in promising:  # terms that were explained in what folds are explained again outside, so that it may yet be too long
        if (page := make(fill(folded))).visible_words <= MOST_VISIBLE:
            return page
    return make(fill(FOLDED[-1]))
