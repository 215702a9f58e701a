"""One authored file -> its fields and sections, each with the line it stands on. The only room that knows YAML.

Scalars stay as they were written (`no` is a word, `01632` keeps its zero); a key that stands twice, a tab, an anchor or a tag is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from yaml.events import Event, MappingEndEvent, MappingStartEvent, NodeEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent, StreamEndEvent

from generator.content import files, layers
from generator.content.model import Section
from generator.content.problems import Place, Problem, Report
from generator.text import characters

Path_ = tuple[str | int, ...]
FILL_IN = "FILL IN:"  # in templates/new, wherever an author's own words belong

# Ten times what the largest of the files that come with the program has, and more
MOST_MARKDOWN = 50_000  # bytes of one file
MOST_ENTRIES = 10_000  # keys and entries of lists in one file
MOST_BRACKETS = 200  # opened in one paragraph
DEEPEST = 20  # lists in lists, quotes in quotes

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C wherever PyYAML has it: ten times as fast
_PLAIN = "tag:yaml.org,2002:"  # how the tags begin that YAML gives by itself
_CURES = (
    ("mapping values are not allowed", 'A value that has a colon in it needs quotes: title: "Sleep: what helps".'),
    ("expected ',' or ']'", "A list that opens with [ must close with ] on the same line."),
    ("could not find expected ':'", "Write `key: value`, with a colon and a space."),
    ("while scanning a quoted scalar", "Close the quotation mark that was opened."),
    ("did not find expected key", "Check the indentation: the lines of one list or block begin in the same column."),
    ("did not find expected '-' indicator", "Check the indentation: the lines of one list or block begin in the same column."),
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
    text = _text(file, root, report)
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
    found = _fields("\n".join(lines[1:end]), path, 2, report)
    fault = next(_faults(lines[end + 1 :]), None)
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


def _fields(text: str, path: str, first_line: int, report: Report, tags: bool = False) -> tuple[dict[str, Any], dict[Path_, int]] | None:
    reader = _Reader(yaml.parse(text, Loader=_LOADER), path, first_line, tags)
    try:
        fields = reader.document()
    except yaml.MarkedYAMLError as error:
        report(_no_yaml(error, text, path, first_line))
        return None
    except yaml.YAMLError:
        report(Problem(Place(path, first_line), "this is not valid YAML", "Compare it with another file of the same kind.", "yaml"))
        return None
    except _TooMuchError as error:
        report(error.problem)
        return None
    for problem in reader.problems:
        report(problem)
    return None if reader.problems else (fields, reader.lines)


def _no_yaml(error: yaml.MarkedYAMLError, text: str, path: str, first_line: int) -> Problem:
    mark, lines = error.problem_mark or error.context_mark, text.split("\n")
    line = min(mark.line, len(lines) - 1) if mark else 0  # what is missing at the end is missed on a line that is not there
    place = Place(path, first_line + line)
    what = " ".join(part for part in (error.context, error.problem) if part)
    if "invalid Unicode" in what:
        return Problem(place, "this stands for a character that no text may hold", "Take it out.", "encoding")
    if mark and "\t" in lines[line][: mark.column + 1]:
        return Problem(place, "this is not valid YAML: there is a tab", "Use spaces to indent; YAML does not allow a tab there.", "yaml")
    cure = next((cure for sign, cure in _CURES if sign in what), "Compare it with another file of the same kind.")
    return Problem(place, "this is not valid YAML", cure, "yaml")


class _TooMuchError(Exception):
    """More than is read of one file; it carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Reader:
    """Walks the events of a YAML text: its values as plain text, lists and maps, and the line of each.

    It goes no further than the bounds of a file, so that what lies beyond costs nothing.
    """

    def __init__(self, events: Iterator[Any], path: str, first_line: int, tags: bool) -> None:
        self.events, self.path, self.first_line, self.tags = events, path, first_line, tags
        self.lines: dict[Path_, int] = {}
        self.problems: list[Problem] = []
        self.entries = 0

    def document(self) -> dict[str, Any]:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), StreamEndEvent):
            self.lines[()] = self.first_line
            return {}
        event = next(self.events)
        value = self.value(event, ())
        next(self.events)  # the document ends
        if not isinstance(value, dict):
            self.wrong(event, "keys are missing", "Write `key: value` lines.")
            return {}
        if not isinstance(after := next(self.events), StreamEndEvent):
            self.wrong(after, "a second text begins here", "Take the line of dashes out.")
        return value

    def value(self, event: NodeEvent, at: Path_) -> Any:
        self.lines.setdefault(at, self.line(event))
        if event.anchor or not (self.tags or str(getattr(event, "tag", None) or _PLAIN).startswith(_PLAIN)):
            self.wrong(event, "anchors, aliases and tags (&, *, !) are not used here", "Write the value out, or put it in quotes.")
        if isinstance(event, SequenceStartEvent | MappingStartEvent) and len(at) >= DEEPEST:
            what = f"lists and groups are nested more than {DEEPEST} deep here"
            raise _TooMuchError(Problem(Place(self.path, self.line(event)), what, "Take some of the brackets or indents out.", "yaml"))
        if isinstance(event, SequenceStartEvent):
            return [self.value(self.counted(item), (*at, index)) for index, item in enumerate(self.until(SequenceEndEvent))]
        return self.mapping(at) if isinstance(event, MappingStartEvent) else self.scalar(event)

    def mapping(self, at: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self.until(MappingEndEvent):
            line = self.line(self.counted(event))
            key = self.scalar(event)
            if not isinstance(event, ScalarEvent):
                self.value(event, (*at, key))
            following = next(self.events)
            if key in found:
                what = f"`{key}` stands twice (first on line {self.lines[(*at, key)]})"
                self.problems.append(Problem(Place(self.path, line), what, "Keep one of the two.", "duplicate-key"))
                self.value(following, (*at, key))
                continue
            self.lines[(*at, key)] = line
            found[key] = self.value(following, (*at, key))
        return found

    def scalar(self, event: NodeEvent) -> str:
        """The words of a value or a key, as they are once YAML's own escapes are read."""
        text = str(event.value) if isinstance(event, ScalarEvent) else "?"
        place = Place(self.path, self.line(event))
        if found := characters.unfit(text):
            self.problems.append(files.unfit(found[0], place))
        elif len(text) > files.MOST_IN_A_LINE:
            what = f"this text is too long: it has {len(text):,} characters, and at most {files.MOST_IN_A_LINE:,} are read"
            self.problems.append(Problem(place, what, "Shorten it.", "too-big"))
        elif fault := next(_faults(text.split("\n")), None):
            self.problems.append(Problem(place, *fault[1:]))
        return text

    def until(self, end: type[Event]) -> Iterator[NodeEvent]:
        """The events of a list or a map; each has to be read to its own end before the next is asked for."""
        while not isinstance(event := next(self.events), end):
            yield event

    def counted(self, event: NodeEvent) -> NodeEvent:
        """The same event, as one entry more of the file."""
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            what = f"this file is too big: it has more than {MOST_ENTRIES:,} keys and entries, and no more are read"
            raise _TooMuchError(Problem(Place(self.path, self.line(event)), what, "Shorten it, or spread what it holds over several files.", "too-big"))
        return event

    def line(self, event: Event) -> int:
        """The line of the file on which an event begins."""
        return int(self.first_line + event.start_mark.line)

    def wrong(self, event: Event, what: str, cure: str) -> None:
        """Report what YAML allows and we do not."""
        self.problems.append(Problem(Place(self.path, self.line(event)), what, cure, "yaml"))


def _faults(lines: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """What Markdown would be slow at, and unfit characters written by their number: the index of the line, what is wrong, its cure and its rule."""
    brackets = 0  # opened in the paragraph so far
    for index, line in enumerate(lines):
        brackets = brackets + len(re.findall(r"[\[(<]", line)) if line.strip() else 0
        marks = re.match(r"(?:[ \t>]|[-*+] |\d+[.)] )*", line)
        if found := characters.unfit_reference(line):
            yield index, f"{found[0]} stands for a character that no text may hold", "Take it out.", "encoding"
        if marks and len(re.findall(r" {4}|\t|>|[-*+] |\d+[.)] ", marks[0])) > DEEPEST:
            yield index, f"lists and quotes are nested more than {DEEPEST} deep here", "Take some of the marks or indents out.", "too-big"
        if brackets > MOST_BRACKETS:
            what = f"this paragraph has more than {MOST_BRACKETS} opening brackets, and no more are read"
            yield index, what, "Take some out, or put a blank line between its parts.", "too-big"


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
