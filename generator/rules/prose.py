"""All the prose that educators wrote, piece by piece: who may read it, and where a word of it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.content.model import Audience, Clinic, Example, Handout, Library, Message, Pack, Section, Topic
from generator.content.problems import Place
from generator.text import markup

MOST_VISIBLE = 510  # words of a page for patients beside urgent help (some 90, by its clinic), before anything is opened


@lru_cache(1)  # each rule asks for all of them
def texts(library: Library) -> tuple[tuple[Section, Audience | None], ...]:
    """Every piece of authored prose, and the audience that alone may read it (None: everybody)."""
    return tuple(_texts(library))


def _texts(library: Library) -> Iterator[tuple[Section, Audience | None]]:
    for message in library.messages:
        yield from _of_message(message)
    for topic in library.topics:
        yield Section(topic.title, topic.at("title")), None
        for audience, section in topic.leads.items():
            yield section, audience
    for recipe in library.recipes:
        yield from ((section, recipe.audience) for section in of_recipe(recipe))
    for everybody in (_of_glossary, _of_diagrams, _of_programme, _of_words, _of_search):
        yield from ((section, None) for section in everybody(library))
    yield from ((page.body, None) for page in library.pages)
    for clinic in library.clinics:
        yield from _of_clinic(clinic)


def _of_glossary(library: Library) -> Iterator[Section]:
    for term in library.glossary:
        yield Section(term.term, term.at("term"))
        yield Section(term.meaning, term.at("meaning"))


def _of_diagrams(library: Library) -> Iterator[Section]:
    for diagram in library.diagrams.values():
        yield from (Section(words, diagram.place) for words in (diagram.title, diagram.description, *diagram.labels))


def _of_programme(library: Library) -> Iterator[Section]:
    if programme := library.programme:
        for name, text in (("condition", programme.condition), ("for_whom", programme.for_whom), ("team", programme.team)):
            yield Section(text, programme.at(name))
        yield from (Section(door, programme.at(f"doors.{name}")) for name, door in programme.doors)
        yield from (Section(moment.when, programme.at("right_now", index)) for index, moment in enumerate(programme.right_now))


def _of_words(library: Library) -> Iterator[Section]:
    """What templates say to everybody."""
    for phrase in library.words.phrases.values() if library.words else ():
        yield from (Section(form.replace("**", "").replace("\n", " "), phrase.place) for form in phrase.forms.values())  # its lines are not those of the file


def _of_clinic(clinic: Clinic) -> Iterator[tuple[Section, Audience | None]]:
    for name, text in (("referral", clinic.referral), ("medicines", clinic.medicines)):
        if text:
            yield Section(text, clinic.at(name)), None
    if clinic.referral_for_referrers:
        yield Section(clinic.referral_for_referrers, clinic.at("referral_for_referrers")), Audience.REFERRERS


def _of_message(message: Message) -> Iterator[tuple[Section, Audience | None]]:
    reader = None if message.is_for(Audience.PATIENTS) else Audience.REFERRERS
    yield Section(message.title, message.at("title")), reader
    if message.question:
        yield Section(message.question, message.at("question")), reader
    if message.title_for_referrers:
        yield Section(message.title_for_referrers, message.at("title_for_referrers")), Audience.REFERRERS
    for audience in Audience:
        for section in message.sections(audience):
            yield section, audience
    if message.easy_words:
        yield message.easy_words, Audience.PATIENTS
    if message.voice:
        yield message.voice.words, Audience.PATIENTS


def of_recipe(recipe: Handout | Pack) -> Iterator[Section]:
    """What a sheet or a pack says beside its messages."""
    yield Section(recipe.title, recipe.at("title"))
    if recipe.introduction:
        yield recipe.introduction
    if isinstance(recipe, Handout):
        asked = [words for prompt in recipe.prompts for words in (prompt.ask, prompt.hint, *prompt.choices) if words]
        yield from (Section(words, recipe.at("prompts")) for words in asked)
        yield from prompt_examples(recipe)
        if recipe.grid:
            yield from (Section(words, recipe.at("grid")) for words in (recipe.grid.row or "", *recipe.grid.rows, *recipe.grid.columns) if words)


def example_opening(library: Library) -> str:
    """The words with which every example begins."""
    phrase = library.words.phrases.get("practice.example_opening") if library.words else None
    return phrase.forms["other"] if phrase else ""


def prompt_examples(handout: Handout) -> Iterator[Example]:
    """What a made-up person wrote on a worksheet."""
    yield from (Example(prompt.example, handout.at("prompts", index)) for index, prompt in enumerate(handout.prompts) if prompt.example)
    if handout.grid:
        yield from (Example(cell, handout.at("grid.example", index)) for index, cell in enumerate(handout.grid.example))


def _of_search(library: Library) -> Iterator[Section]:
    """What the search page shows: the boxes of urgent help, and the words of the A to Z."""
    for help in library.urgent.helps if library.urgent else ():
        yield from (Section(words, help.at(name)) for name, words in (("title", help.title), ("words", help.words)))
        yield from (Section(call.when, help.at("call", index)) for index, call in enumerate(help.call))
    for synonym in library.search_words.words if library.search_words else ():
        yield Section(synonym.word, synonym.place)


def patients_pages(library: Library) -> Iterator[tuple[Place, list[Section]]]:
    """The prose of each page and sheet that a patient may read, and the file that makes it."""
    for topic in library.topics:
        if topic.messages_for(Audience.PATIENTS):
            yield topic.place, sections_of(topic, Audience.PATIENTS)
    for handout in library.handouts:
        if handout.audience is Audience.PATIENTS:
            shown = [handout.introduction]
            for item in handout.messages:
                shown += [item.message.in_short] if item.show == "short" else [item.message.explanations.get(handout.audience), *item.message.action]
            yield handout.place, [section for section in shown if section]
    for page in library.pages:
        yield page.place, [page.body]
    if library.programme and library.moments:
        yield library.programme.at("right_now"), [moment.message.right_now_words for moment in library.moments if moment.message.right_now_words]


def sections_of(topic: Topic, audience: Audience) -> list[Section]:
    """What one audience reads on the page of a topic: nothing, where it has no messages there."""
    messages = topic.messages_for(audience)
    return [topic.leads[audience], *(section for message in messages for section in message.sections(audience))] if messages else []


def line_of(section: Section, line: int) -> Place:
    """The place of a line of a section, counted from 0."""
    return Place(section.place.path, section.place.line + line)


def find(section: Section, words: str) -> Place:
    """The line of a section on which some words begin, as near as can be told."""
    pieces = re.findall(r"\w+", words)
    for count in (6, 2):  # fewer, where a link stands between them
        if start := re.search(r"\W+".join(pieces[:count]), section.markdown, re.IGNORECASE):
            return line_of(section, section.markdown.count("\n", 0, start.start()))
    return line_of(section, 0)


def visible_words(page: str) -> int:
    """How many words of a page (as Markdown) a reader meets before opening anything.

    Ways to other pages (`nav`) are not part of its text; nor are the marks of a sample and of an overdue review.
    """
    hidden = r"\A---\n.*?\n---\n|<nav\b.*?</nav>|<p class=\"(?:sample-banner|approved|overdue)\".*?</p>|<(title|desc)\b.*?</\1>|<span class=\"for-ears\">.*?</span>|(?<=</summary>).*?</details>"
    return len(plain_words(re.sub(hidden, " ", page, flags=re.DOTALL)).split())


def plain_words(text: str) -> str:
    """A page, sheet or data file as its lower-case words, without tags and addresses."""
    text = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", text)
    text = re.sub(r"&#?\w+;|\\u[0-9a-f]{4}|\\n", lambda match: "'" if match[0] in {"&#39;", "&rsquo;", "\\u0027"} else " ", text)
    return markup.spoken(text)
