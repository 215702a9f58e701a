"""The project folder -> a linked Library, and the problems on the way. After it no key is left to look up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from generator.content import addresses, files, layers
from generator.content.assets import hold_logos, load_assets
from generator.content.documents import Document, read_markdown, read_yaml
from generator.content.files import authored, good_name, is_there, walk
from generator.content.images import load_diagrams, load_hero, load_mark, load_pictures
from generator.content.issued import load_issued
from generator.content.messages import load_messages, load_topics
from generator.content.model import (
    Clinic,
    Handout,
    Help,
    Library,
    Links,
    Pack,
    SearchWords,
    Section,
    Sign,
    Source,
    Synonym,
    Term,
    Triage,
    Urgent,
    WrittenPage,
)
from generator.content.problems import Place, Problem, Report, did_you_mean
from generator.content.settings import Settings, load_settings
from generator.content.validation import validate
from generator.content.voice import load_programme, load_runs, load_wording, load_words

Whole = TypeVar("Whole", SearchWords, Urgent, Triage)

# What stands in docs/ beside pages: lists by their names, and folders that are read by a room of their own
LISTS = ("sources.yml", "glossary.yml", "synonyms.yml", "urgent.yml", "triage.yml", "programme.yml", "wording.yml", "issued.tsv")
FOLDERS = ("messages", "clinics", "runs", "assets")
CODE = (".j2", ".html", ".css", ".js", ".yml", ".svg")  # what is read as text below templates/


def load(root: Path) -> tuple[Library, Settings, list[Problem]]:
    """Read the whole project below `root`. Problems never stop the reading: an author sees all of them at once."""
    problems: list[Problem] = []
    report = problems.append
    _hold_templates(root, report)
    settings = load_settings(root, report)
    links = _load_sources(root, report)
    messages, links = load_messages(root, links, report)
    topics, lost = load_topics(root, messages, links, report)
    clinics = tuple(_load_clinics(root, links, report))
    glossary, broken_terms = _load_glossary(root, links, report)
    diagrams = load_diagrams(root, report)
    pictures = load_pictures(root, report)
    hold_logos(root, report)
    handouts = _load_handouts(root, links, report)
    sheets = {key: handout for key, handout in handouts.items() if handout}
    packs = _load_packs(root, replace(links, handouts=sheets, broken=links.broken | {f"handouts/{key}" for key in handouts if key not in sheets}), report)
    pages = _load_written_pages(root, links, report)
    broken = {
        f"{kind}/{key}"
        for kind, found in (("handouts", handouts), ("pages", pages), ("diagrams", diagrams), ("pictures", pictures))
        for key, thing in found.items()
        if thing is None
    }
    programme = load_programme(root, links, report)
    hero = f"assets/images/{programme.hero}" if programme else ""
    assets = load_assets(root, {addresses.MARK, hero}, report)
    library = Library(
        topics=tuple(sorted(topics, key=lambda topic: (topic.order, topic.key))),
        sources=tuple(links.sources.values()),
        clinics=clinics,
        glossary=glossary,
        diagrams={key: diagram for key, diagram in diagrams.items() if diagram},
        pictures={key: picture for key, picture in pictures.items() if picture},
        handouts=tuple(sheets.values()),
        packs=packs,
        pages=tuple(page for page in pages.values() if page),
        clinic=_chosen_clinic(root, settings, clinics, report),
        hero=load_hero(root, programme, report),
        mark=load_mark(root, report),
        programme=programme,
        wording=load_wording(root, links, report),
        runs=load_runs(root, links, report),
        words=load_words(root, programme, links, report) if programme else None,
        search_words=_load_listed(SearchWords, Synonym, "words", "synonyms.yml", root, links, report),
        urgent=_load_urgent(root, links, report),
        triage=_load_listed(Triage, Sign, "signs", "triage.yml", root, links, report),
        issues=load_issued(root, links, report),
        assets=assets,
        broken=links.broken | broken | broken_terms | lost,
    )
    return library, replace(settings, card=addresses.CARD in assets), problems


def _hold_templates(root: Path, report: Report) -> None:
    """Templates are code, and trusted; but they have to be files of this project, of text, in the place of those that came with the program."""
    own = root / "templates"
    for file in walk(own, root, report):
        if (layers.SHIPPED / file.relative_to(own)).is_dir():
            report(Problem(Place(layers.shown(root, file)), "this is a file, and a folder belongs here", "Move it elsewhere.", "unreadable"))
        elif file.suffix in CODE and (content := files.read_bytes(file, root, report)):
            files.decoded(content, file, root, report)
    for file in walk(layers.SHIPPED, layers.SHIPPED, report):
        if (folder := own / file.relative_to(layers.SHIPPED)).is_dir():
            files.read_bytes(folder, root, report)  # which says that a file belongs there


def _load_sources(root: Path, report: Report) -> Links:
    document = read_yaml(root / "docs" / "sources.yml", root, report)
    if document is None:
        return Links(broken=frozenset({"sources"}))
    sources, broken = {}, set()
    for key in document.fields:
        place = Place(document.path, document.line_of((key,)))
        source = validate(Source, document, Links(), report, at=(key,), key=key, place=place) if good_name(key, place, report) else None
        if source:
            sources[key] = source
        else:
            broken.add(f"sources/{key}")
    return Links(sources=sources, broken=frozenset(broken))


def _load_clinics(root: Path, links: Links, report: Report) -> Iterator[Clinic]:
    for file in authored(root / "docs" / "clinics", root, (".yml",), report):
        document = read_yaml(file, root, report)
        if document and good_name(file.stem, Place(document.path, 1), report):
            clinic = validate(Clinic, document, links, report, key=file.stem, place=Place(document.path, 1))
            if clinic:
                yield clinic


def _load_glossary(root: Path, links: Links, report: Report) -> tuple[tuple[Term, ...], set[str]]:
    """The terms by their word, and whether some could not be read. A project may do without a glossary."""
    file = root / "docs" / "glossary.yml"
    if not is_there(file):
        return (), set()
    document = read_yaml(file, root, report)
    if document is None:
        return (), {"glossary"}
    if not document.fields:
        report(Problem(Place(document.path, 1), "there is nothing in this file", "Write a term, or take the file away.", "empty-file"))
        return (), {"glossary"}
    terms = []
    for key in document.fields:
        place = Place(document.path, document.line_of((key,)))
        if good_name(key, place, report):
            terms.append(validate(Term, document, links, report, at=(key,), key=key, place=place))
    found = sorted((term for term in terms if term), key=lambda term: term.term.lower())
    return tuple(found), set() if len(found) == len(document.fields) else {"glossary"}


def _load_listed(model: type[Whole], part: type[Synonym | Help | Sign], field: str, name: str, root: Path, links: Links, report: Report) -> Whole | None:
    """A list of `docs/` that a project may do without, whose entries stand below `field`."""
    file = root / "docs" / name
    document = read_yaml(file, root, report) if is_there(file) else None
    if document is None:
        return None
    listed = document.fields.get(field)
    keys = range(len(listed)) if isinstance(listed, list) else ()
    return _whole(model, part, field, keys, document, links, report)


def _load_urgent(root: Path, links: Links, report: Report) -> Urgent | None:
    """`docs/urgent.yml`. No project does without it: safety does not rest on the ranking of results."""
    document = read_yaml(root / "docs" / "urgent.yml", root, report)
    if document is None:
        return None
    listed = document.fields.get("helps")
    keys = list(listed) if isinstance(listed, Mapping) else []
    named = [good_name(key, Place(document.path, document.line_of(("helps", key))), report) for key in keys]  # they become names in a page
    if not all(named):
        return None
    return _whole(Urgent, Help, "helps", keys, document, links, report)


def _whole(
    model: type[Whole], part: type[Synonym | Help | Sign], field: str, keys: Iterable[str | int], document: Document, links: Links, report: Report
) -> Whole | None:
    """A reviewed file whose entries below `field` know their own lines. None, with every problem reported, where one of them is unsound."""
    name = Path(document.path).stem
    parts = [validate(part, document, links, report, at=(field, key), key=str(key), place=Place(document.path, document.line_of((field, key)))) for key in keys]
    if not all(parts):
        return None
    fields = {**document.fields, field: tuple(parts)} if parts else document.fields
    return validate(model, replace(document, fields=fields), links, report, key=name, place=Place(document.path, 1))


def _load_handouts(root: Path, links: Links, report: Report) -> dict[str, Handout | None]:
    """Every recipe by its key; None where it could not be read."""
    found: dict[str, Handout | None] = {}
    for file in authored(root / "handouts", root, (".md",), report):
        if file.parent == root / "handouts" / "packs":
            continue
        if file.parent != root / "handouts":
            report(
                Problem(
                    Place(file.relative_to(root).as_posix(), 1),
                    "a recipe stands in handouts/ itself, and a pack in handouts/packs/",
                    "Move it there.",
                    "wrong-place",
                )
            )
            continue
        found[file.stem] = None
        document = read_markdown(file, root, (), report)
        if document is None or not good_name(file.stem, Place(document.path, 1), report):
            continue
        if file.stem in addresses.RESERVED_HANDOUTS:
            report(Problem(Place(document.path, 1), f'a handout cannot be called "{file.stem}": the site needs that name', "Rename the file.", "bad-name"))
            continue
        body: Section | None = document.body if document.body.markdown else None
        found[file.stem] = validate(Handout, document, links, report, key=file.stem, place=Place(document.path, 1), introduction=body)
    return found


def _load_packs(root: Path, links: Links, report: Report) -> tuple[Pack, ...]:
    """Every pack that could be read."""
    found = []
    for file in authored(root / "handouts" / "packs", root, (".md",), report):
        document = read_markdown(file, root, (), report)
        if document and good_name(file.stem, Place(document.path, 1), report):
            body = document.body if document.body.markdown else None
            found.append(validate(Pack, document, links, report, key=file.stem, place=Place(document.path, 1), introduction=body))
    return tuple(pack for pack in found if pack)


def _load_written_pages(root: Path, links: Links, report: Report) -> dict[str, WrittenPage | None]:
    """Every hand-written page by its key; None where it could not be read. What is left over in docs/ is a problem: nothing becomes a page by itself."""
    found: dict[str, WrittenPage | None] = {}
    docs = root / "docs"
    for file in walk(docs, root, report):
        relative = file.relative_to(docs)
        if relative.as_posix() in LISTS or relative.parts[0] in FOLDERS:
            continue
        if file.suffix != ".md":
            cure = "Pages end with .md, and pictures, fonts, styles and scripts stand in docs/assets. Move it, or take it out of docs/."
            files.unknown(file, root, did_you_mean(relative.as_posix(), LISTS, cure) if file.suffix == ".yml" else cure, report)
            continue
        key = relative.with_suffix("").as_posix()
        if not all(good_name(part, Place(layers.shown(root, file)), report) for part in key.split("/")):
            continue
        if relative.with_suffix("").parts[0] in addresses.MADE:
            report(Problem(Place(f"docs/{relative.as_posix()}", 1), "a page of this name is made by the site itself", "Rename the file.", "bad-name"))
            continue
        document = read_markdown(file, root, (), report)
        found[key] = validate(WrittenPage, document, links, report, key=key, place=Place(document.path, 1), body=document.body) if document else None
    if "index" not in found:
        report(
            Problem(
                Place("docs/index.md", 1),
                "the site has no front page",
                "Write docs/index.md, with a title, a description and a few words of welcome.",
                "missing-file",
            )
        )
    return found


def _chosen_clinic(root: Path, settings: Settings, clinics: Sequence[Clinic], report: Report) -> Clinic | None:
    """The clinic of a plain build, which `mkdocs.yml` names."""
    if settings.clinic is None:
        return None
    chosen = next((clinic for clinic in clinics if clinic.key == settings.clinic), None)
    own = root / "docs" / "clinics" / f"{settings.clinic}.yml"
    if chosen is None and not (settings.clinic and is_there(own) and not own.is_dir()):
        what = f'there is no clinic "{settings.clinic}"' if settings.clinic else "no clinic is chosen for the site"
        cure = did_you_mean(
            settings.clinic, [clinic.key for clinic in clinics], "Under plugins write `- pmp: {clinic: sample}`, with the name of a file in docs/clinics/."
        )
        report(Problem(Place("mkdocs.yml", settings.clinic_line), what, cure, "unknown-clinic"))
    return chosen
