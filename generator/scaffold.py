"""A new project, or a new topic, message, handout, pack or clinic: files with their keys and headings in place, made from `templates/new/`.

What an author's own words belong to says FILL IN, and does not build until they are there.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.compose.templating import Templates
from generator.content import layers
from generator.content.documents import FILL_IN, read_yaml
from generator.content.problems import did_you_mean
from generator.text import telephone

FILES = {
    "topic": "docs/messages/{name}/index.md",
    "message": "docs/messages/{name}.md",
    "handout": "handouts/{name}.md",
    "pack": "handouts/packs/{name}.md",
    "clinic": "docs/clinics/{name}.yml",
}
# What a new project begins with, beside the files of templates/new/project: a kind of form, its name, and what it is already told.
FIRST: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("clinic", "our-clinic", {"title": "the name of your service"}),
    ("topic", "first-topic", {"title": "the title of your first topic"}),
    ("message", "first-topic/first-message", {"title": "what the message says, short", "sources": "first-work"}),
    ("handout", "first-sheet", {"title": "the title of your first sheet", "message": "first-topic/first-message"}),
)
LANGUAGE = "en-GB"  # of a new project whose country tells of no other


class CannotBeginError(Exception):
    """A name that cannot be used; says why, and what would do."""

    def __init__(self, why: str, cure: str) -> None:
        super().__init__(why)
        self.cure = cure


def write(root: Path, kind: str, name: str, today: datetime.date) -> Path:
    """Write one form into a project and return it.

    Raises CannotBeginError, or BrokenTemplateError for a form that cannot be used; never writes over a file that is there.
    """
    part = "[a-z0-9]+(?:-[a-z0-9]+)*"
    if not re.fullmatch(f"{part}/{part}" if kind == "message" else part, name):
        example = "sleep/naps" if kind == "message" else "steady-days"
        raise CannotBeginError(f'"{name}" cannot be the name of a {kind}.', f"Use small letters, digits and hyphens, for example {example}.")
    file = root / FILES[kind].format(name=name)
    if file.exists():
        raise CannotBeginError(f"{file.relative_to(root).as_posix()} is there already.", "Choose another name.")
    if kind == "message" and not file.parent.is_dir():
        raise CannotBeginError(f'there is no topic "{file.parent.name}".', f"Begin it with: pmp new topic {file.parent.name}")
    title = (file.stem if kind != "topic" else name).replace("-", " ").capitalize()
    _write(file, _form(Templates(root), kind, title=title, today=today))
    return file


def write_project(root: Path, country: str | None, lang: str | None, today: datetime.date) -> int:
    """Write a whole small project into `root`, a new or empty folder, and say how many files it has.

    `country` is a name or an ISO code: its numbers stand in the clinic's form where they are known. `lang` is the tag of a language that has words;
    without it, that of the country. Raises CannotBeginError, and writes nothing then.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CannotBeginError(f"{root} is not an empty folder.", "Name a new one: nothing is ever written over.")
    region = telephone.region(country) if country else None
    if country and region is None:
        raise CannotBeginError(
            f'"{country}" is no country that is known here.',
            did_you_mean(country, telephone.countries(), "Write its English name, or its ISO code of two letters."),
        )
    known = _countries()
    numbers = known.get(str(country), known.get(str(region), {}))
    languages = {Path(name).stem for name in layers.files(root, "words", "*.yml")}
    tag = lang or numbers.get("lang", LANGUAGE)
    if tag not in languages:
        raise CannotBeginError(f'there are no words in "{tag}".', did_you_mean(tag, languages, f"The languages are: {', '.join(sorted(languages))}."))
    templates = Templates(root)
    values = {"today": today, "lang": tag, "country": country, "numbers": numbers}
    made = {name.removesuffix(".j2"): templates.render(f"new/project/{name}", **values) for name in layers.files(root, "new/project", "*.j2")}
    made[".gitignore"] = made.pop("gitignore")
    for kind, name, told in FIRST:
        made[FILES[kind].format(name=name)] = _form(templates, kind, **{**told, "title": f"{FILL_IN} {told['title']}", **values})
    for name, text in made.items():
        _write(root / name, text)
    return len(made)


def _form(templates: Templates, kind: str, **values: Any) -> str:
    ending = Path(FILES[kind]).suffix
    return templates.render(f"new/{kind}{ending}.j2", **{"numbers": {}, "country": None, "sources": None, "message": None, **values})


def _countries() -> Mapping[str, Mapping[str, str]]:
    document = read_yaml(layers.SHIPPED / "new" / "countries.yml", layers.SHIPPED, lambda _: None)
    assert document, "the table of countries comes with the program"
    return document.fields


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
