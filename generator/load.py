"""The project folder -> a linked Library, and the problems on the way. After it no key is left to look up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from generator import addresses, language, layers
from generator.diagrams import read_diagram, read_logo, read_ornament, read_picture
from generator.documents import Document, read_markdown, read_yaml
from generator.easyread import read_lines
from generator.model import (
    Audience,
    Clinic,
    Diagram,
    Handout,
    Help,
    Library,
    Links,
    Message,
    Pack,
    Phrase,
    Picture,
    Programme,
    SearchWords,
    Section,
    Source,
    Synonym,
    Term,
    Topic,
    Urgent,
    Wording,
    Words,
    WrittenPage,
)
from generator.problems import Place, Problem, Report, did_you_mean
from generator.validation import validate

Whole = TypeVar("Whole", SearchWords, Urgent)
HEADINGS = {Audience.PATIENTS: "For patients", Audience.REFERRERS: "For referrers"}
MARK, CARD = "images/mark.svg", "images/card.png"
MESSAGE_SECTIONS = ("In short", "Easy read", *HEADINGS.values(), "What to say", "Try this")


@dataclass(frozen=True)
class Settings:
    """What `mkdocs.yml` says that we need ourselves."""

    site_name: str = ""
    site_url: str = ""
    clinic: str = ""
    clinic_line: int = 1
    card: bool = False  # whether the project has a picture for links that are shared


def load(root: Path) -> tuple[Library, Settings, list[Problem]]:
    """Read the whole project below `root`. Problems never stop the reading: an author sees all of them at once."""
    problems: list[Problem] = []
    report = problems.append
    settings = _settings(root, report)
    links = _load_sources(root, report)
    messages, links = _load_messages(root, links, report)
    topics, lost = _load_topics(root, messages, links, report)
    clinics = tuple(_load_clinics(root, links, report))
    glossary, broken_terms = _load_glossary(root, links, report)
    diagrams = _load_diagrams(root, report)
    pictures = _load_pictures(root, report)
    _load_logos(root, report)
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
    programme = _load_programme(root, links, report)
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
        hero=_load_hero(root, programme, report),
        mark=_load_mark(root, report),
        programme=programme,
        wording=_load_wording(root, links, report),
        runs=_load_runs(root, links, report),
        words=_load_words(root, programme, links, report) if programme else None,
        search_words=_load_search_words(root, links, report),
        urgent=_load_urgent(root, links, report),
        broken=links.broken | broken | broken_terms | lost,
    )
    return library, settings, problems


def _settings(root: Path, report: Report) -> Settings:
    document = read_yaml(root / "mkdocs.yml", root, report, tags=True)
    if document is None:
        return Settings()
    fields = document.fields
    settings = Settings(_text(fields, "site_name"), _text(fields, "site_url"), card=(root / "docs" / "assets" / CARD).is_file())
    for index, plugin in enumerate(fields.get("plugins") or ()):
        if isinstance(plugin, dict) and isinstance(plugin.get("pmp"), dict):
            return replace(settings, clinic=_text(plugin["pmp"], "clinic"), clinic_line=document.line_of(("plugins", index, "pmp", "clinic")))
    return settings


def _text(fields: Any, key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def _load_sources(root: Path, report: Report) -> Links:
    document = read_yaml(root / "docs" / "sources.yml", root, report)
    if document is None:
        return Links(broken=frozenset({"sources"}))
    sources, broken = {}, set()
    for key in document.fields:
        place = Place(document.path, document.line_of((key,)))
        source = validate(Source, document, Links(), report, at=(key,), key=key, place=place)
        if source:
            sources[key] = source
        else:
            broken.add(f"sources/{key}")
    return Links(sources=sources, broken=frozenset(broken))


def _load_messages(root: Path, links: Links, report: Report) -> tuple[dict[str, Message], Links]:
    messages, broken = {}, set()
    for file in _files(root / "docs" / "messages", root, (".md",), report):
        if file.parent.parent != root / "docs" / "messages":
            report(
                Problem(
                    Place(file.relative_to(root).as_posix(), 1),
                    "a message belongs into the folder of its topic",
                    "Move it to docs/messages/<topic>/.",
                    "wrong-place",
                )
            )
            continue
        if file.name == "index.md":
            continue
        key = f"{file.parent.name}/{file.stem}"
        message = _load_message(file, key, root, links, report)
        if message:
            messages[key] = message
        else:
            broken.add(f"messages/{key}")
    return messages, replace(links, messages=messages, broken=links.broken | broken)


def _load_message(file: Path, key: str, root: Path, links: Links, report: Report) -> Message | None:
    document = read_markdown(file, root, MESSAGE_SECTIONS, report)
    if document is None or not _good_name(file.stem, Place(document.path, 1), report):
        return None
    message = validate(
        Message,
        document,
        links,
        report,
        key=key,
        place=Place(document.path, 1),
        explanations={audience: document.sections[heading] for audience, heading in HEADINGS.items() if heading in document.sections},
        in_short=document.sections.get("In short"),
        easy_read=read_lines(document.sections["Easy read"], report) if "Easy read" in document.sections else (),
        what_to_say=document.sections.get("What to say"),
        try_this=document.sections.get("Try this"),
    )
    whole = _has_its_sections(document, report)
    return message if whole else None


def _has_its_sections(document: Document, report: Report) -> bool:
    """Both wordings and the short form stand in a message, unless `only` leaves one out on purpose."""
    only = document.fields.get("only")
    wanted = {"In short", *HEADINGS.values()}
    refused: set[str] = set()
    if only == Audience.PATIENTS:
        refused = {"For referrers", "What to say"}
    elif only == Audience.REFERRERS:
        refused = {"In short", "Easy read", "For patients", "Try this"}
    elif only is not None:
        return True  # reported with the other fields
    whole = True
    for heading in MESSAGE_SECTIONS:
        section = document.sections.get(heading)
        if section is None and heading in wanted - refused:
            cure = f'Add "## {heading}" with its text' + (
                ", or `only: referrers` if patients do not get this message."
                if heading != "For referrers"
                else ", or `only: patients` if referrers do not need it."
            )
            report(Problem(Place(document.path, 1), f'the section "## {heading}" is missing', cure, "missing-section"))
            whole = False
        elif section is not None and not section.markdown:
            report(Problem(section.place, f'the section "## {heading}" is empty', "Write its text, or remove the heading.", "missing-section"))
            whole = False
        elif section is not None and heading in refused:
            report(
                Problem(
                    section.place,
                    f'the section "## {heading}" stands here although the message is `only: {only}`',
                    "Remove the section, or the `only` line.",
                    "only",
                )
            )
            whole = False
    return whole


def _load_topics(root: Path, messages: dict[str, Message], links: Links, report: Report) -> tuple[list[Topic], frozenset[str]]:
    """Every topic that could be read, and what is lost with those that could not: they and their messages, whose links have no problem of their own."""
    folder = root / "docs" / "messages"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")) if folder.is_dir() else []
    topics, lost = [], set()
    for name in names:
        own = {key.split("/")[1]: message for key, message in messages.items() if key.startswith(f"{name}/")}
        topic = _load_topic(folder / name / "index.md", root, own, links, report)
        if topic:
            topics.append(topic)
        else:
            lost |= {f"topics/{name}", *(f"messages/{message.key}" for message in own.values())}
    return topics, frozenset(lost)


def _load_topic(file: Path, root: Path, own: dict[str, Message], links: Links, report: Report) -> Topic | None:
    """The topic of a folder, with its `own` messages in reading order."""
    name = file.parent.name
    if not file.is_file():
        place = Place(file.relative_to(root).as_posix(), 1)
        report(Problem(place, f'the topic "{name}" has no index.md', "Add one, with title, order, and a lead for each audience.", "missing-file"))
        return None
    document = read_markdown(file, root, tuple(HEADINGS.values()), report)
    if document is None or not _good_name(name, Place(document.path, 1), report):
        return None
    missing = [heading for heading in HEADINGS.values() if not (heading in document.sections and document.sections[heading].markdown)]
    for heading in missing:
        report(Problem(Place(document.path, 1), f'the section "## {heading}" is missing', "Add it, with a lead of one or two sentences.", "missing-section"))
    listed = document.fields.get("messages")
    order = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    for index, item in enumerate(order):
        if item not in own and f"messages/{name}/{item}" not in links.broken:
            place = Place(document.path, document.line_of(("messages", index)))
            report(Problem(place, f'there is no message "{item}" in this topic', did_you_mean(item, own, "Remove it from the list."), "unknown-message"))
    reading_order = [own[item] for item in dict.fromkeys(order) if item in own] + [own[item] for item in sorted(own) if item not in order]
    leads = {audience: document.sections[heading] for audience, heading in HEADINGS.items() if heading in document.sections}
    rest = replace(document, fields={key: value for key, value in document.fields.items() if key != "messages"})
    topic = validate(Topic, rest, links, report, key=name, place=Place(document.path, 1), leads=leads, messages=tuple(reading_order))
    return None if missing else topic


def _load_programme(root: Path, links: Links, report: Report) -> Programme | None:
    """`docs/programme.yml`. No project does without it: its words stand in sentences of the templates."""
    file = root / "docs" / "programme.yml"
    if not file.is_file():
        what, cure = "the project does not say what its programme is", "Write docs/programme.yml, with condition, for_whom, team, doors and lang."
        report(Problem(Place("docs/programme.yml", 1), what, cure, "missing-file"))
        return None
    document = read_yaml(file, root, report)
    return validate(Programme, document, links, report, key="programme", place=Place(document.path, 1)) if document else None


def _load_wording(root: Path, links: Links, report: Report) -> Wording:
    """`docs/wording.yml`. A project may do without it; where it cannot be read, the rules hold as they do everywhere."""
    file = root / "docs" / "wording.yml"
    document = read_yaml(file, root, report) if file.is_file() else None
    place = Place("docs/wording.yml", 1)
    found = validate(Wording, document, links, report, key="wording", place=place) if document else None
    return found or Wording(key="wording", place=place)


def _load_runs(root: Path, links: Links, report: Report) -> dict[str, frozenset[str]]:
    """Hashes of every run of 8 words of a work, by its key in docs/sources.yml (`docs/runs/<key>.txt`). The text of a work is not ours to keep."""
    found = {}
    for file in _files(root / "docs" / "runs", root, (".txt",), report):
        place = Place(file.relative_to(root).as_posix(), 1)
        if file.stem in links.sources:
            found[file.stem] = frozenset(file.read_text(encoding="ascii", errors="replace").split())
        elif f"sources/{file.stem}" not in links.broken and "sources" not in links.broken:
            cure = did_you_mean(file.stem, links.sources, "Name the file after a work that stands in docs/sources.yml.")
            report(Problem(place, f'there is no source "{file.stem}"', cure, "unknown-source"))
    return found


def _load_words(root: Path, programme: Programme, links: Links, report: Report) -> Words | None:
    """The words of the programme's language. A file may build on another (`extends`), and then holds only what differs."""
    if not language.is_language(programme.lang):
        report(Problem(programme.at("lang"), f'"{programme.lang}" is not a language that is known here', "Write a tag such as en-GB.", "language"))
        return None
    files = _words_files(root, programme.lang)
    if not files:
        known = sorted({Path(name).stem for name in layers.files(root, "words", "*.yml")})
        cure = f"The languages are: {', '.join(known)}. Another needs templates/words/{programme.lang}.yml; one that is near to it may be named there by `extends`."
        report(Problem(programme.at("lang"), f'there are no words in "{programme.lang}"', cure, "language"))
        return None
    return _read_words(root, files[0], links, report)


def _words_files(root: Path, tag: str) -> list[Path]:
    return [file for folder in layers.folders(root, "words") if (file := folder / f"{tag}.yml").is_file()]


def _read_words(root: Path, file: Path, links: Links, report: Report) -> Words | None:
    document = read_yaml(file, root, report)
    if document is None:
        return None
    base = None
    if (other := document.fields.get("extends")) is not None:
        bases = [found for found in _words_files(root, str(other)) if found != file]  # a project's en-GB may build on the one that came with the program
        if not bases:
            place = Place(document.path, document.line_of(("extends",)))
            report(Problem(place, f'there are no words in "{other}" to build on', "Write en-GB.", "language"))
            return None
        base = _read_words(root, bases[0], links, report)
        if base is None:
            return None
    own = {}
    forms = language.plurals(file.stem) if language.is_language(file.stem) else frozenset({"other"})
    groups = document.fields.get("words")
    for group, names in groups.items() if isinstance(groups, Mapping) else ():
        for name, text in names.items() if isinstance(names, Mapping) else ():
            place = Place(document.path, document.line_of(("words", group, name)))
            phrase = Phrase(text if isinstance(text, Mapping) else {"other": text}, place)
            if not phrase.forms.keys() <= forms or "other" not in phrase.forms or not all(isinstance(form, str) and form for form in phrase.forms.values()):
                cure = f"Write one text, or one for each of: {', '.join(sorted(forms))}. `other` is always needed."
                report(Problem(place, f"`{name}` is no text that can be printed", cure, "wrong-value"))
            elif base and f"{group}.{name}" not in base.phrases:
                report(
                    Problem(
                        place,
                        f"`{name}` is not a word of the templates",
                        did_you_mean(name, (known.split(".")[1] for known in base.phrases), "Remove it."),
                        "unknown-key",
                    )
                )
            else:
                own[f"{group}.{name}"] = phrase
    rest = replace(document, fields={key: value for key, value in document.fields.items() if key not in {"words", "extends"}})
    phrases = {**(base.phrases if base else {}), **own}
    return validate(Words, rest, links, report, key=file.stem, place=Place(document.path, 1), phrases=phrases, base=base)


def _load_clinics(root: Path, links: Links, report: Report) -> Iterator[Clinic]:
    for file in _files(root / "docs" / "clinics", root, (".yml",), report):
        document = read_yaml(file, root, report)
        if document and _good_name(file.stem, Place(document.path, 1), report):
            clinic = validate(Clinic, document, links, report, key=file.stem, place=Place(document.path, 1))
            if clinic:
                yield clinic


def _load_glossary(root: Path, links: Links, report: Report) -> tuple[tuple[Term, ...], set[str]]:
    """The terms by their word, and whether some could not be read. A project may do without a glossary."""
    file = root / "docs" / "glossary.yml"
    if not file.is_file():
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
        if _good_name(key, place, report):
            terms.append(validate(Term, document, links, report, at=(key,), key=key, place=place))
    found = sorted((term for term in terms if term), key=lambda term: term.term.lower())
    return tuple(found), set() if len(found) == len(document.fields) else {"glossary"}


def _load_search_words(root: Path, links: Links, report: Report) -> SearchWords | None:
    """`docs/synonyms.yml`. A project may do without it."""
    file = root / "docs" / "synonyms.yml"
    document = read_yaml(file, root, report) if file.is_file() else None
    if document is None:
        return None
    listed = document.fields.get("words")
    keys = range(len(listed)) if isinstance(listed, list) else ()
    return _whole(SearchWords, Synonym, "words", keys, document, links, report)


def _load_urgent(root: Path, links: Links, report: Report) -> Urgent | None:
    """`docs/urgent.yml`. No project does without it: safety does not rest on the ranking of results."""
    document = read_yaml(root / "docs" / "urgent.yml", root, report)
    if document is None:
        return None
    listed = document.fields.get("helps")
    return _whole(Urgent, Help, "helps", listed if isinstance(listed, Mapping) else (), document, links, report)


def _whole(
    model: type[Whole], part: type[Synonym | Help], field: str, keys: Iterable[str | int], document: Document, links: Links, report: Report
) -> Whole | None:
    """A reviewed file whose entries below `field` know their own lines. None, with every problem reported, where one of them is unsound."""
    name = Path(document.path).stem
    parts = [validate(part, document, links, report, at=(field, key), key=str(key), place=Place(document.path, document.line_of((field, key)))) for key in keys]
    if not all(parts):
        return None
    fields = {**document.fields, field: tuple(parts)} if parts else document.fields
    return validate(model, replace(document, fields=fields), links, report, key=name, place=Place(document.path, 1))


def _load_diagrams(root: Path, report: Report) -> dict[str, Diagram | None]:
    """Every picture by its name; None where it could not be used."""
    return {file.stem: read_diagram(file, root, report) for file in _files(root / "docs" / "assets" / "diagrams", root, (".svg",), report)}


def _load_pictures(root: Path, report: Report) -> dict[str, Picture | None]:
    """Every picture of easy read by its name, those that came with the program and the project's own; None where it could not be used."""
    own = _files(root / "docs" / "assets" / "pictures", root, (".svg",), report)
    files = {file.stem: file for file in (*layers.files(root, "pictures", "*.svg").values(), *own)}
    return {name: read_picture(file, root, report) for name, file in sorted(files.items())}


def _load_logos(root: Path, report: Report) -> None:
    """Hold every logo that is a drawing against what a drawing may hold: it is published as it stands."""
    for file in _files(root / "docs" / "assets" / "logos", root, (".svg", ".png"), report):
        if file.suffix == ".svg":
            read_logo(file, root, report)


def _load_hero(root: Path, programme: Programme | None, report: Report) -> str | None:
    """The picture of the front page, as it stands there."""
    if programme is None or programme.hero is None:
        return None
    file = root / "docs" / "assets" / "images" / programme.hero
    if not file.is_file():
        report(Problem(programme.at("hero"), f"there is no picture {programme.hero}", "Put it in docs/assets/images/, or remove the line.", "hero"))
        return None
    return read_ornament(file, root, report, "hero-picture")


def _load_mark(root: Path, report: Report) -> str | None:
    """The sign of the site, beside its name on every page: the project's own, else the one that came with the program."""
    own = root / "docs" / "assets" / MARK
    file = own if own.is_file() else layers.find(root, f"theme/assets/{MARK}")
    return read_ornament(file, root, report, "mark", size=36) if file else None


def _load_handouts(root: Path, links: Links, report: Report) -> dict[str, Handout | None]:
    """Every recipe by its key; None where it could not be read."""
    found: dict[str, Handout | None] = {}
    for file in _files(root / "handouts", root, (".md",), report):
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
        if document is None or not _good_name(file.stem, Place(document.path, 1), report):
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
    for file in _files(root / "handouts" / "packs", root, (".md",), report):
        document = read_markdown(file, root, (), report)
        if document and _good_name(file.stem, Place(document.path, 1), report):
            body = document.body if document.body.markdown else None
            found.append(validate(Pack, document, links, report, key=file.stem, place=Place(document.path, 1), introduction=body))
    return tuple(pack for pack in found if pack)


def _load_written_pages(root: Path, links: Links, report: Report) -> dict[str, WrittenPage | None]:
    """Every hand-written page by its key; None where it could not be read."""
    found: dict[str, WrittenPage | None] = {}
    docs = root / "docs"
    for file in sorted(docs.rglob("*.md")):
        relative = file.relative_to(docs)
        if relative.parts[0] == "messages" or any(part.startswith(".") for part in relative.parts):
            continue
        key = relative.with_suffix("").as_posix()
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
    chosen = next((clinic for clinic in clinics if clinic.key == settings.clinic), None)
    if chosen is None and not (settings.clinic and (root / "docs" / "clinics" / f"{settings.clinic}.yml").is_file()):
        what = f'there is no clinic "{settings.clinic}"' if settings.clinic else "no clinic is chosen for the site"
        cure = did_you_mean(
            settings.clinic, [clinic.key for clinic in clinics], "Under plugins write `- pmp: {clinic: sample}`, with the name of a file in docs/clinics/."
        )
        report(Problem(Place("mkdocs.yml", settings.clinic_line), what, cure, "unknown-clinic"))
    return chosen


def _files(folder: Path, root: Path, endings: tuple[str, ...], report: Report) -> Iterator[Path]:
    """The authored files below a folder, sorted; any other kind of file there is a problem, since it would be left out in silence."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.name.startswith((".", "~")) or file.name.endswith("~"):  # what editors leave beside a file
            continue
        if file.suffix in endings:
            yield file
        else:
            cure = f"Save it as plain text with the ending {' or '.join(endings)}, or move it elsewhere."
            report(Problem(Place(file.relative_to(root).as_posix(), 1), "this kind of file is not read here", cure, "unknown-file"))


def _good_name(name: str, place: Place, report: Report) -> bool:
    """Names become addresses and references, so they are small letters, digits and hyphens."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        return True
    report(Problem(place, f'"{name}" cannot be a name here', "Rename it with small letters, digits and hyphens, for example steady-increase.", "bad-name"))
    return False
