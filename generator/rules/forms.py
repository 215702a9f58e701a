"""The form of what educators write: text only, links that name things, terms that are told apart."""

from __future__ import annotations

from collections.abc import Iterator

from generator.content import addresses
from generator.content.model import Audience, Library
from generator.content.problems import Problem, did_you_mean
from generator.rules.prose import line_of, texts
from generator.text import markup, readability

IN_SHORT = 30  # words
EASY_LINE = 12  # words


def no_raw_html(library: Library) -> Iterator[Problem]:
    """Content is text: it holds no raw HTML."""
    for section, _ in texts(library):
        for line, found in markup.raw_html(section.markdown):
            yield Problem(line_of(section, line), f"there is raw HTML here: {found}", "Write it in Markdown, or leave it out.", "raw-html")


def headings_are_of_their_level(library: Library) -> Iterator[Problem]:
    """Headings inside of a section are of the third and fourth level; a page of its own has those of the second as well."""
    pages = {page.place.path for page in library.pages}
    for section, _ in texts(library):
        levels = (2, 3, 4) if section.place.path in pages else (3, 4)
        for line, tag in markup.all_headings(section.markdown):
            if int(tag[1]) in levels:
                continue
            cure = f"Begin it with {' or '.join('#' * level for level in levels)}, and leave out a line of dashes below it."
            yield Problem(line_of(section, line), f"a heading cannot be of this level here (<{tag}>)", cure, "heading")


def links_name_things(library: Library) -> Iterator[Problem]:
    """Links name things (`message:`, `handout:`, `page:`, `glossary:`, `diagram:`), or lead to an https address; pictures from elsewhere are refused."""
    kinds: dict[str, dict[str, object]] = {
        "message": {message.key: message for message in library.messages},
        "handout": {handout.key: handout for handout in library.handouts},
        "page": dict.fromkeys(addresses.pages(library)),
        "glossary": {term.key: term for term in library.glossary},
        "diagram": dict(library.diagrams),
    }
    for section, audience in texts(library):
        for line, found in markup.unfinished_links(section.markdown):
            yield Problem(line_of(section, line), f"this looks like a link, and is not one: {found}", "Write [words](address), with no space between.", "link")
        for link in markup.links(section.markdown):
            place = line_of(section, link.line)
            scheme, _, name = link.target.partition(":")
            if link.image and scheme != "diagram":
                yield Problem(place, f"there is a picture here: {link.target}", "Draw it in docs/assets/diagrams, and write ![caption](diagram:name).", "link")
            elif scheme == "diagram" and not link.alone:
                yield Problem(place, f'the picture "{name}" does not stand alone', "Write ![caption](diagram:name) in a paragraph of its own.", "link")
            elif scheme in kinds:
                if {f"{scheme}s/{name}", scheme} & library.broken:
                    continue  # its own problem is reported where it stands
                if name not in kinds[scheme]:
                    cure = did_you_mean(name, kinds[scheme], f"Write one that exists, for example {scheme}:{next(iter(kinds[scheme]), 'name')}.")
                    yield Problem(place, f'there is no {"glossary term" if scheme == "glossary" else scheme} "{name}"', cure, "link")
                elif scheme == "message" and audience is Audience.PATIENTS and not kinds[scheme][name].is_for(audience):  # type: ignore[attr-defined]
                    yield Problem(
                        place,
                        f'patients cannot follow this link: "{name}" is for referrers only',
                        "Link to a message for patients, or remove the link.",
                        "link",
                    )
            elif scheme != "https" or not name.startswith("//"):
                yield Problem(
                    place,
                    f'"{link.target}" is not an address that can be used here',
                    "Write message:topic/name, handout:name, page:name, glossary:term, or an address that begins with https://.",
                    "link",
                )


def titles_of_their_own_are_needed(library: Library) -> Iterator[Problem]:
    """`title_for_referrers` stands beside a `title` for patients: a message for one audience alone has one title, and that is `title`."""
    for message in library.messages:
        if message.title_for_referrers and message.only:
            what = f"`title_for_referrers` stands here although the message is `only: {message.only}`"
            cure = "Write it after `title:`, and remove the line." if message.only is Audience.REFERRERS else "Remove the line."
            yield Problem(message.at("title_for_referrers"), what, cure, "title")


def short_forms_are_short(library: Library) -> Iterator[Problem]:
    """`## In short` is at most 30 words, in sentences: it stands on cards, in search results and in the urgent-help box."""
    for message in library.messages:
        if message.in_short:
            if not markup.is_prose(message.in_short.markdown):
                yield Problem(message.in_short.place, '"## In short" is more than sentences', "Take lists, headings and pictures out of it.", "in-short")
            count = sum(len(block.split()) for block in markup.blocks(message.in_short.markdown))
            if count > IN_SHORT:
                yield Problem(message.in_short.place, f'"## In short" has {count} words', f"Take out {count - IN_SHORT}: it may have {IN_SHORT}.", "in-short")


def easy_read_is_easy(library: Library) -> Iterator[Problem]:
    """A line of `## Easy read` holds one idea, in at most 12 words, beside a picture that exists."""
    for message in library.messages:
        for line in message.easy_read:
            if (count := readability.length(line.words)) > EASY_LINE:
                yield Problem(line.place, f"this line of easy read has {count} words", f"Make two lines of it: each may have {EASY_LINE}.", "easy-read")
            if line.picture not in library.pictures and f"pictures/{line.picture}" not in library.broken:
                cure = did_you_mean(line.picture, library.pictures, f"The pictures are: {', '.join(library.pictures)}.")
                yield Problem(line.place, f'there is no picture "{line.picture}"', cure, "easy-read")


def pictures_of_worksheets_exist(library: Library) -> Iterator[Problem]:
    """A picture beside a question of a worksheet exists."""
    for handout in library.handouts:
        for index, prompt in enumerate(handout.prompts):
            if prompt.picture and prompt.picture not in library.pictures and f"pictures/{prompt.picture}" not in library.broken:
                cure = did_you_mean(prompt.picture, library.pictures, f"The pictures are: {', '.join(library.pictures)}.")
                yield Problem(handout.at("prompts", index), f'there is no picture "{prompt.picture}"', cure, "easy-read")


def terms_are_told_apart(library: Library) -> Iterator[Problem]:
    """A word stands for one term of the glossary, and a term leads to a message that everybody may read."""
    spellings: dict[str, str] = {}
    for term in library.glossary:
        for spelling in term.spellings:
            other = spellings.setdefault(spelling.lower(), term.key)
            if other != term.key:
                yield Problem(term.place, f'"{spelling}" stands for "{other}" already', "Take it out of one of the two.", "same-word")
        if not term.message.is_for(Audience.PATIENTS):
            what = f'the term leads to "{term.message.key}", which is for referrers only'
            yield Problem(term.at("message"), what, "Name a message that patients may read.", "wrong-audience")
