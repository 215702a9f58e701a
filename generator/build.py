"""Load, check, compose: the whole sentence. What comes after (PDF, engine) only carries the Site out."""

from __future__ import annotations

import datetime
import json
from collections import ChainMap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.compose import guard, scripts
from generator.compose.choices import Choice
from generator.compose.pages import compose
from generator.compose.register import Register, register
from generator.compose.sheets import Sheets
from generator.compose.site import Site
from generator.compose.templating import BrokenTemplateError, Templates, theme_problems
from generator.compose.views import review
from generator.content import addresses
from generator.content.load import load
from generator.content.model import Clinic, Format, Handout, Library
from generator.content.problems import Place, Problem, did_you_mean, errors
from generator.content.settings import load_settings
from generator.paper import machine
from generator.paper.rendering import Sheet
from generator.rules import check


@dataclass(frozen=True)
class Request:
    """What a build is asked for. `clinics` get sheets of their own (`ALL` stands for every one); `today` is the clock."""

    today: datetime.date = field(default_factory=datetime.date.today)
    clinics: tuple[str, ...] = ()
    sheets: bool = True
    jobs: int | None = None
    strict: bool = False


ALL = "*"


@dataclass(frozen=True)
class Built:
    """What came of it: the problems, and the Site where none of them stops it."""

    library: Library
    site: Site | None
    problems: tuple[Problem, ...]


def build(root: Path, request: Request) -> Built:
    """Everything up to the Site, for the project below `root`, with its texts made and looked at. Writes nothing."""
    return held(draft(root, request))


def held(built: Built) -> Built:
    """What was built once its texts are made, and held against the rules that only what was made can break."""
    if built.site is None:
        return built
    try:
        problems = (*built.problems, *guard.site(built.site, built.library))
    except BrokenTemplateError as broken:
        return Built(built.library, None, (*built.problems, broken.problem))
    return Built(built.library, None if errors(problems) else built.site, problems)


def draft(root: Path, request: Request) -> Built:
    """Everything up to the Site, for the project below `root`. Nobody has asked for its texts, so what is wrong with templates may still come up."""
    library, settings, problems = load(root)
    problems += check.library(library, root, request.today)
    problems += theme_problems(root)
    clinics = _named_clinics(library, request.clinics, problems)
    problems = _without_followers(problems)
    if request.sheets and (missing := machine.missing()):
        names = ", ".join(part.name for part in missing)
        problems.append(
            Problem(
                Place("handouts", 1), f"the sheets are left out: {names} is missing on this machine", f"Install it: {missing[0].command}", "machine", "warning"
            )
        )
        request = replace(request, sheets=False)
    if errors(problems) or (request.strict and problems) or not library.words:
        return Built(library, None, tuple(problems))
    try:
        site = compose(library, settings, templates_of(root, library), request.today, clinics=clinics, sheets=request.sheets)
    except BrokenTemplateError as broken:
        return Built(library, None, (*problems, broken.problem))
    logos = {f"assets/logos/{clinic.logo}" for clinic in (library.clinic, *clinics) if clinic and clinic.logo}  # the page that builds a sheet shows them
    assets = {uri: content for uri, content in library.assets.items() if not scripts.is_part(uri)} | {
        uri: (root / "docs" / uri).read_bytes() for uri in sorted(logos)
    }
    files = ChainMap(scripts.published(root, library.words), site.files)  # type: ignore[arg-type]  # which are only read
    return Built(library, replace(site, files=files, assets=assets), tuple(problems))


def for_patient(root: Path, drafted: Built, request: Request, choice: Choice, form: Format) -> Built:
    """The one sheet of what was chosen for a patient, from a draft without problems; every rule of a recipe and of what is made of it holds for it too.

    It is the sheet of the first clinic that `request` names, or of the clinic of the site.
    """
    library = drafted.library
    clinic = next((clinic for clinic in library.clinics if clinic.key in request.clinics), None)
    try:
        sheet = _sheets(root, library, request.today).for_patient(choice, form, clinic)
    except BrokenTemplateError as broken:
        return Built(library, None, (*drafted.problems, broken.problem))
    assert isinstance(sheet.recipe, Handout)
    alone = replace(library, handouts=(sheet.recipe,), packs=())
    problems = [problem for problem in check.sheets(alone, root) if problem.rule not in library.wording.off]
    if problems:
        return Built(library, None, (*drafted.problems, *problems))
    site = Site(pages=(), prints=(sheet,), texts=(), files={}, referrer_files=frozenset(), nav=(), theme={})
    return held(Built(library, site, drafted.problems))


def register_of(root: Path, made: Built, today: datetime.date) -> Register:
    """Every sheet and pack by its version, of a build without problems."""
    return register(made.library, _sheets(root, made.library, today))


def _sheets(root: Path, library: Library, today: datetime.date) -> Sheets:
    return Sheets(library, load_settings(root, lambda _: None), templates_of(root, library), today)


def templates_of(root: Path, library: Library) -> Templates:
    """The templates of a project with what all of them are given."""
    return Templates(root, library.words, pages=addresses.pages(library), programme=library.programme)


def handout_index(sheets: Iterable[Sheet], today: datetime.date) -> str:
    """`handouts/index.json`: what every sheet is, for scripts and for clinics. `file` is relative to the folder of the index."""
    rows = []
    for sheet in sheets:
        recipe = sheet.print.recipe
        messages = recipe.carries
        dates = review(messages, today)
        rows.append(
            {
                "file": sheet.print.uri.removeprefix("handouts/"),
                "title": recipe.title,
                "audience": recipe.audience,
                "format": sheet.print.format,
                "clinic": sheet.print.clinic.key,
                "pages": sheet.pages,
                "messages": [message.key for message in messages],
                "sources": list(dict.fromkeys(source.key for message in messages for source in message.sources)),
                "reviewed": dates.reviewed.isoformat() if dates else None,
                "review_by": dates.review_by.isoformat() if dates else None,
                "version": sheet.print.made.version,
                "sha256": sheet.sha256,
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def due_days(site: Site, today: datetime.date) -> dict[str, str]:
    """The day on which the review of each sheet is due, by its place in the site: the `review_by` of `handouts/index.json`, for plain text and letters too."""
    reviews = {made.uri: review(made.recipe.carries, today) for made in site.handed_out}
    return {uri: dates.review_by.isoformat() for uri, dates in reviews.items() if dates}


def _without_followers(problems: Sequence[Problem]) -> list[Problem]:
    """The problems less those of lines that are still to be filled in: whatever else is wrong with them goes when they are."""
    forms = {problem.place for problem in problems if problem.rule == "fill-in"}
    return [problem for problem in problems if problem.place not in forms or problem.rule == "fill-in"]


def _named_clinics(library: Library, keys: Sequence[str], problems: list[Problem]) -> tuple[Clinic, ...]:
    known = {clinic.key: clinic for clinic in library.clinics}
    if ALL in keys:
        return library.clinics
    for key in keys:
        if key not in known and not any(problem.place.path == f"docs/clinics/{key}.yml" for problem in problems):
            cure = did_you_mean(key, known, f"The clinics are: {', '.join(known)}.")
            problems.append(Problem(Place(f"docs/clinics/{key}.yml", 1), f'there is no clinic "{key}"', cure, "unknown-clinic"))
    return tuple(known[key] for key in keys if key in known)
