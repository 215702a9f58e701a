"""Where everything stands in the site, as files of the docs folder that every engine knows. The one table of the pages that the site makes itself."""

from __future__ import annotations

import posixpath

from generator.content.model import URGENT, Audience, Clinic, Format, Handout, Library, Message, Pack, Topic, WrittenPage

# The pages that every site has, beside those of its topics, sheets and packs. `page:` links use these names, and templates ask for them as `pages.name`.
MADE = {
    "patients": "patients/index.md",
    "referrers": "referrers/index.md",
    "register": "referrers/register.md",
    "right-now": "patients/right-now.md",
    "build-a-sheet": "referrers/build-a-sheet.md",
    "sheet": "sheet.md",
    "handouts": "handouts/index.md",
    "search": "search.md",
    "sources": "sources.md",
    "glossary": "glossary.md",
    "changes": "changes.md",
    "offline": "offline.md",
    "overdue": "overdue.md",
}
FRONT = "index.md"
MARK, CARD = "assets/images/mark.svg", "assets/images/card.png"  # the sign of the site, and the picture of links that are shared
SEARCH_SCRIPT = "assets/scripts/search.js"
INDEX = "handouts/index.json"  # what every sheet is, for scripts and for clinics
CLINICS, PACKS = "clinics", "packs"  # folders below handouts/
REGISTER = "register.json"  # the register of sheets, for the same
RESERVED_TOPICS = frozenset({"index", "register", "right-now", "build-a-sheet"})
RESERVED_HANDOUTS = frozenset({CLINICS, PACKS, "index"})
ENDINGS: dict[Format, str] = {
    "standard": ".pdf",
    "large-print": "-large-print.pdf",
    "easy-read": "-easy-read.pdf",
    "plain-text": ".txt",
    "letter": "-letter.txt",
}


def pages(library: Library) -> dict[str, str]:
    """The pages that this site has beside its topics and sheets, by the names that templates and `page:` links know them by.

    `urgent` is the page for urgent help. A glossary without terms has no page, nor has a programme that names no steps for right now.
    """
    there = {"glossary": library.glossary, "right-now": library.moments}
    made = {name: uri for name, uri in MADE.items() if there.get(name, True)}
    urgent = {"urgent": page_of(library.urgent_topic, Audience.PATIENTS)} if library.urgent_topic else {}
    return {"home": FRONT, **{page.key: page_of(page) for page in library.pages}, **made, **urgent}


def page_of(thing: Topic | Message | Handout | Pack | Clinic | WrittenPage, audience: Audience | str = Audience.PATIENTS) -> str:
    """The page of a thing, and its anchor there. A topic has one for each audience; a message that is not for `audience` stands on the page of the other.

    A practice has a page of its own for patients.
    """
    reader = Audience(audience)
    match thing:
        case Topic():
            return f"{reader}/{thing.key}.md"
        case Message():
            shown = reader if thing.is_for(reader) else reader.other
            own_page = thing.is_practice and shown is Audience.PATIENTS
            return f"{shown}/{thing.key}.md" if own_page else f"{shown}/{thing.topic}.md#{thing.name}"
        case Clinic():
            return f"{clinic_folder(thing)}index.md"
        case WrittenPage():
            return f"{thing.key}.md"
        case Pack():
            return f"handouts/{PACKS}/{thing.key}.md"
        case Handout():
            return f"handouts/{thing.key}.md"


def found_at(message: Message, audience: Audience, library: Library) -> str:
    """Where an answer of the search leads: for patients to the steps for right now, where a message has them; urgent help stands on a page of its own."""
    if audience is Audience.PATIENTS and message.role not in URGENT and any(moment.message is message for moment in library.moments):
        return f"{MADE['right-now']}#{message.name}"
    return page_of(message, audience)


def sheet_uri(recipe: Handout | Pack, form: Format, clinic: Clinic | None = None) -> str:
    """Where a sheet or a pack stands. `clinic` is None for the clinic of the site itself."""
    packs = f"{PACKS}/" if isinstance(recipe, Pack) else ""
    return f"{clinic_folder(clinic)}{packs}{recipe.key}{ENDINGS[form]}"


def edition_key(recipe: Handout | Pack, form: Format) -> str:
    """The name by which the register knows the words of a sheet in this format: easy read has words of its own, all others have theirs in common."""
    return sheet_uri(recipe, form if form == "easy-read" else "standard").removeprefix("handouts/").removesuffix(".pdf")


def clinic_folder(clinic: Clinic | None) -> str:
    """The folder of the sheets of a clinic, and of its page."""
    return f"handouts/{CLINICS}/{clinic.key}/" if clinic else "handouts/"


def preview_uri(handout: Handout) -> str:
    """The picture of the first side of a sheet."""
    return f"handouts/{handout.key}.png"


def linked(library: Library, target: str, audience: Audience | None) -> str | None:
    """The docs file (and anchor) that a link of ours leads to; None for an address of the outside."""
    scheme, _, name = target.partition(":")
    if scheme == "message":
        message = library.message(name)
        return page_of(message, audience or Audience.PATIENTS) if message else None
    if scheme == "handout":
        return f"handouts/{name}.md"
    if scheme == "page":
        return pages(library)[name]
    if scheme == "glossary":
        return f"{MADE['glossary']}#{name}"
    return None


def web_path(uri: str) -> str:
    """The address of a docs file below the site's own: `patients/sleep.md#naps` is `patients/sleep/#naps`."""
    name, _, anchor = uri.partition("#")
    folder = name.removesuffix(".md").removesuffix("index")
    return (folder if folder.endswith("/") or not folder else f"{folder}/") + (f"#{anchor}" if anchor else "")


def web_relative(uri: str, page: str) -> str:
    """The address of a docs file on the web as seen from the page of another: from `patients/sleep.md`, `sources.md` is `../../sources/`."""
    target, _, anchor = web_path(uri).partition("#")
    if anchor and uri.startswith(f"{page}#"):
        return f"#{anchor}"
    return posixpath.relpath(f"/{target}", f"/{web_path(page)}") + "/" + (f"#{anchor}" if anchor else "")


def web_address(base: str | None, uri: str) -> str | None:
    """The address of a docs file on the web, for paper; None for a site that has no address of its own."""
    return f"{base.rstrip('/')}/{web_path(uri)}" if base else None
