"""Where everything stands in the site, as files of the docs folder that every engine knows."""

from __future__ import annotations

from generator.model import Audience, Clinic, Format, Handout, Library, Pack

PAGE_FILES = {"patients": "patients/index", "referrers": "referrers/index", "handouts": "handouts/index"}
ENDINGS: dict[Format, str] = {
    "standard": ".pdf",
    "large-print": "-large-print.pdf",
    "easy-read": "-easy-read.pdf",
    "plain-text": ".txt",
    "letter": "-letter.txt",
}


def sheet_uri(recipe: Handout | Pack, form: Format, clinic: Clinic | None = None) -> str:
    """Where a sheet or a pack stands. `clinic` is None for the clinic of the site itself."""
    packs = "packs/" if isinstance(recipe, Pack) else ""
    return f"{clinic_folder(clinic)}{packs}{recipe.key}{ENDINGS[form]}"


def clinic_folder(clinic: Clinic | None) -> str:
    """The folder of the sheets of a clinic, and of its page."""
    return f"handouts/clinics/{clinic.key}/" if clinic else "handouts/"


def page_uri(recipe: Handout | Pack) -> str:
    """The page of a sheet or a pack: its twin on the web."""
    return f"handouts/{'packs/' if isinstance(recipe, Pack) else ''}{recipe.key}.md"


def preview_uri(handout: Handout) -> str:
    """The picture of the first side of a sheet."""
    return f"handouts/{handout.key}.png"


def linked(library: Library, target: str, audience: Audience | None) -> str | None:
    """The docs file (and anchor) that a link of ours leads to; None for an address of the outside."""
    scheme, _, name = target.partition(":")
    if scheme == "message":
        message = library.message(name)
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


def web_address(base: str | None, uri: str) -> str | None:
    """The address of a docs file on the web, for paper; None for a site that has no address of its own."""
    name, _, anchor = uri.partition("#")
    folder = name.removesuffix(".md").removesuffix("index")
    path = folder if folder.endswith("/") or not folder else f"{folder}/"
    return f"{base.rstrip('/')}/{path}{'#' + anchor if anchor else ''}" if base else None
