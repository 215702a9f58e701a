"""One authored file -> its fields and sections, each with the line it stands on. The only room that knows YAML.

Scalars stay as they were written (`no` is a word, `01632` keeps its zero); a key that stands twice, a tab, an anchor or a tag is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.content import layers
from generator.content.model import Section
from generator.content.problems import Place, Problem, Report

Path_ = tuple[str | int, ...]
FILL_IN = "FILL IN:"  # in templates/new, wherever an author's own words belong

_CURES = (
    ("\\t", "Use spaces to indent; YAML does not allow a tab there."),
    ("found undefined alias", "Put the value in quotes: a plain value cannot begin with *."),
    ("mapping values are not allowed", 'A value that has a colon in it needs quotes: title: "Sleep: what helps".'),
    ("expected ',' or ']'", "A list that opens with [ must close with ] on the same line."),
    ("could not find expected ':'", "Write `key: value`, with a colon and a space."),
    ("while scanning a quoted scalar", "Close the quotation mark that was opened."),
    ("expected <block end>", "Check the indentation: the lines of one list or block begin in the same column."),
    ("cannot start any token", "Put the value in quotes."),
)


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
    text = _text(file, path, report)
    if text is None:
        return None
    found = _fields(text, path, 1, report, tags)
    if found is None:
        return None
    return Document(path, *found, {}, Section("", Place(path, 1)))


def read_markdown(file: Path, root: Path, known: tuple[str, ...], report: Report) -> Document | None:
    """A Markdown file with front matter, split at its `##` headings.

    `known` are the headings that may stand in it; an empty tuple means that the body is one text with headings of its own.
    Fails closed: an unknown heading, a heading twice, or text before the first section is a problem.
    """
    path = layers.shown(root, file)
    text = _text(file, path, report)
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
    found = _fields("\n".join(lines[1:end]), path, 2, report)
    body = _section(lines[end + 1 :], path, end + 2)
    sections, sound = _sections(lines, path, end + 1, known, report) if known else ({}, True)
    if found is None or not sound:
        return None
    return Document(path, *found, sections, body)


def copy_settings(source: Path, target: Path, changes: Mapping[str, Any]) -> None:
    """Copy `mkdocs.yml` with some keys changed: None takes a key away, a map changes the keys below it. Comments go along."""
    yaml = YAML()
    settings = yaml.load(source.read_text(encoding="utf-8"))
    for key, value in changes.items():
        if value is None:
            settings.pop(key, None)
        elif isinstance(value, Mapping):
            settings.setdefault(key, {}).update(value)
        else:
            settings[key] = value
    with target.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(settings, file)


def _text(file: Path, path: str, report: Report) -> str | None:
    try:
        raw = file.read_bytes()
    except OSError as error:
        report(Problem(Place(path, 1), f"the file cannot be opened ({error.strerror})", "Check that it is a file that you may read.", "unreadable"))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        report(
            Problem(
                Place(path, line),
                "the file is not UTF-8 text",
                'Save it again with the encoding "UTF-8" (in Word: Save as, Plain text, Unicode UTF-8).',
                "encoding",
            )
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for at, words in enumerate(text.split("\n"), 1):
        if FILL_IN in words:
            report(Problem(Place(path, at), "this is still to be filled in", "Put your own words in its place.", "fill-in"))
    control = re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        report(Problem(Place(path, line), "there is an invisible control character in this line", "Type the line again.", "encoding"))
        return None
    return text


def _fields(text: str, path: str, first_line: int, report: Report, tags: bool = False) -> tuple[dict[str, Any], dict[Path_, int]] | None:
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        if node is None:
            return {}, {(): first_line}
        if not isinstance(node, MappingNode):
            report(Problem(Place(path, first_line), "keys are missing", "Write `key: value` lines.", "yaml"))
            return None
        reader = _Reader(path, first_line, tags)
        fields = reader.value(node, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        cure = next((cure for sign, cure in _CURES if sign in what), "Compare it with another file of the same kind.")
        line = first_line + (mark.line if mark else 0)
        report(Problem(Place(path, line), "this is not valid YAML" + (": there is a tab" if "\\t" in what else ""), cure, "yaml"))
        return None
    except YAMLError:
        report(Problem(Place(path, first_line), "this is not valid YAML", "Compare it with another file of the same kind.", "yaml"))
        return None
    except RecursionError:
        report(Problem(Place(path, first_line), "lists and groups are nested too deep here to be read", "Take some of the brackets or indents out.", "yaml"))
        return None
    for problem in reader.problems:
        report(problem)
    return None if reader.problems else (fields, reader.lines)


class _Reader:
    """Walks a YAML tree: its values as plain text, lists and maps, and the line of each."""

    def __init__(self, path: str, first_line: int, tags: bool) -> None:
        self.path, self.first_line, self.tags = path, first_line, tags
        self.lines: dict[Path_, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: Node, at: Path_) -> Any:
        line = self.first_line + node.start_mark.line
        self.lines.setdefault(at, line)
        if node.anchor or not (self.tags or str(node.tag or "tag:yaml.org,2002:").startswith("tag:yaml.org,2002:")):
            self.problems.append(
                Problem(Place(self.path, line), "anchors, aliases and tags (&, *, !) are not used here", "Write the value out, or put it in quotes.", "yaml")
            )
            return ""
        if isinstance(node, SequenceNode):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self.mapping(node, at)
        return str(node.value)

    def mapping(self, node: MappingNode, at: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            line = self.first_line + key_node.start_mark.line
            if key in found:
                what = f"`{key}` stands twice (first on line {self.lines[(*at, key)]})"
                self.problems.append(Problem(Place(self.path, line), what, "Keep one of the two.", "duplicate-key"))
                continue
            self.lines[(*at, key)] = line
            found[key] = self.value(value_node, (*at, key))
        return found


def _headings(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """The `##` headings outside code fences: their index in `lines` and their words."""
    fence = ""
    for index in range(start, len(lines)):
        line = lines[index]
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if mark and not fence:
            fence = mark[1]
        elif fence and line.strip() == fence:
            fence = ""
        elif not fence and (heading := re.match(r" {0,3}##?(?!#)\s*(.*?)\s*#*\s*$", line)):
            yield index, heading[1]


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
    for (index, heading), following in zip(headings, [*(index for index, _ in headings[1:]), len(lines)], strict=True):
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
