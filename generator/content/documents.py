"""One authored file -> its fields and sections, each with the line it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from generator.content import files, layers
from generator.content.fields import Path_, first_fault, read_fields
from generator.content.model import Section
from generator.content.problems import Place, Problem, Report

FILL_IN = "FILL IN:"  # in templates/new, wherever an author's own words belong

MOST_MARKDOWN = 50_000  # bytes of one file: ten times what the largest that comes with the program has, and more


@dataclass(frozen=True)
class Document:
    """What one authored file says. `lines` gives the line of each field by its path, `sections` the `##` parts by their heading."""

    path: str
    fields: Mapping[str, Any]
    lines: Mapping[Path_, int]
    sections: Mapping[str, Section]
    body: Section

    def line_of(self, path: Path_) -> int:
        """The line of a field, or of the nearest field around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(file: Path, root: Path, report: Report, *, tags: bool = False) -> Document | None:
    """A plain YAML file. None, with the problem reported, where it cannot be read. `tags` lets `!ENV` and the like pass as text."""
    path = layers.shown(root, file)
    text = _text(file, root, report)
    if text is None:
        return None
    found = read_fields(text, path, 1, report, tags=tags)
    if found is None:
        return None
    return Document(path, *found, {}, Section("", Place(path, 1)))


def read_markdown(file: Path, root: Path, known: tuple[str, ...], report: Report) -> Document | None:
    """A Markdown file with front matter, split at its `##` headings.

    `known` are the headings that may stand in it; an empty tuple means that the body is one text with headings of its own.
    Fails closed: an unknown heading, a heading twice, or text before the first section is a problem.
    """
    path = layers.shown(root, file)
    text = _text(file, root, report, MOST_MARKDOWN)
    if text is None:
        return None
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        report(
            Problem(
                Place(path, 1), "the file does not begin with its front matter", "Put --- on the first line, then the keys, then --- again.", "front-matter"
            )
        )
        return None
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        report(Problem(Place(path, 1), "the front matter is not closed", "Put --- on a line of its own after the last key.", "front-matter"))
        return None
    found = read_fields("\n".join(lines[1:end]), path, 2, report)
    fault = first_fault("\n".join(lines[end + 1 :]))
    if fault:
        index, what, cure, rule = fault
        report(Problem(Place(path, end + 2 + index), what, cure, rule))
    body = _section(lines[end + 1 :], path, end + 2)
    sections, sound = _sections(lines, path, end + 1, known, report) if known else ({}, True)
    if found is None or fault or not sound:
        return None
    return Document(path, *found, sections, body)


def copy_settings(source: Path, target: Path, changes: Mapping[str, Any]) -> None:
    """Copy `mkdocs.yml` with some keys changed: None takes a key away, a map changes the keys below it. Comments go along."""
    yaml = YAML()
    settings = yaml.load(source.read_text(encoding="utf-8"))
    for key, value in changes.items():
        if value is None:
            settings.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(settings.get(key), dict):
            settings[key].update(value)
        else:
            settings[key] = dict(value) if isinstance(value, Mapping) else value
    with target.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(settings, file)


def _text(file: Path, root: Path, report: Report, most: int = files.MOST_BYTES) -> str | None:
    text = files.read_text(file, root, report, most=most)
    for at, words in enumerate(text.split("\n") if text else (), 1):
        if FILL_IN in words:
            report(Problem(Place(layers.shown(root, file), at), "this is still to be filled in", "Put your own words in its place.", "fill-in"))
    return text


def _headings(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """The `##` headings: their index in `lines` and their words. Content has no code fences (`text/markup.py`), so none hides a heading."""
    for index in range(start, len(lines)):
        if heading := re.match(r" {0,3}##?(?!#)(.*)", lines[index]):
            yield index, heading[1].strip().rstrip("#").rstrip()


def _sections(lines: list[str], path: str, start: int, known: tuple[str, ...], report: Report) -> tuple[dict[str, Section], bool]:
    headings = list(_headings(lines, start))
    sections: dict[str, Section] = {}
    sound = True
    first = headings[0][0] if headings else len(lines)
    stray = next((index for index in range(start, first) if lines[index].strip()), None)
    if stray is not None:
        cure = f"Put it under one of the headings: {_list(known)}."
        report(Problem(Place(path, stray + 1), "there is text before the first section", cure, "stray-text"))
        sound = False
    ends = [*(index for index, _ in headings[1:]), len(lines)]
    for (index, heading), following in zip(headings, ends, strict=False):  # a file without headings ends as well
        place = Place(path, index + 1)
        if heading not in known or not re.match(r"## \S", lines[index]):
            near = next((name for name in known if name.lower().rstrip("s") == heading.lower().rstrip("s")), None)
            cure = f'Write "## {near}".' if near else f"The headings are: {_list(known)}. Inside a section begin with ###."
            report(Problem(place, f'"{lines[index].strip()}" is not a section of this kind of file', cure, "unknown-heading"))
            sound = False
        elif heading in sections:
            report(Problem(place, f'"## {heading}" stands twice (first on line {sections[heading].place.line})', "Join the two sections.", "duplicate-heading"))
            sound = False
        else:
            sections[heading] = _section(lines[index + 1 : following], path, index + 2, place)
    return sections, sound


def _section(lines: list[str], path: str, first_line: int, heading: Place | None = None) -> Section:
    """The text of some lines without the blank ones around it, at the line where it begins."""
    text = "\n".join(lines)
    skipped = len(text) - len(text.lstrip("\n"))
    stripped = text.strip()
    return Section(stripped, Place(path, first_line + skipped) if stripped or not heading else heading)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f'"## {name}"' for name in names)
