"""A text of YAML -> its fields, each with the line it stands on. The only room that reads YAML.

Scalars stay as they were written (`no` is a word, `01632` keeps its zero); a key that stands twice, a tab, an anchor or a tag is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import Event, MappingEndEvent, MappingStartEvent, NodeEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent, StreamEndEvent

from generator.content import files
from generator.content.problems import Place, Problem, Report
from generator.remembered import remembered
from generator.text import characters

Path_ = tuple[str | int, ...]

# Ten times what the largest of the files that come with the program has, and more
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


def read_fields(text: str, path: str, first_line: int, report: Report, *, tags: bool = False) -> tuple[dict[str, Any], dict[Path_, int]] | None:
    """The fields of a text of YAML that begins on `first_line` of the file `path`, and the line of each. None, with the problems reported, where it cannot be used.

    `tags` lets `!ENV` and the like pass as text.
    """
    if found := _sound(text, "tags" if tags else ""):
        fields, lines = found
        return fields, {at: first_line + line for at, line in lines.items()}
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


@remembered(
    lambda found: found and [found[0], [[*at, line] for at, line in found[1].items()]],
    lambda raw: raw and (raw[0], {tuple(at): line for *at, line in raw[1]}),
)
def _sound(text: str, tags: str) -> tuple[dict[str, Any], dict[Path_, int]] | None:
    """The fields of a text, and the line of each, counted from 0; None where anything is wrong with it."""
    reader = _Reader(yaml.parse(text, Loader=_LOADER), "", 0, bool(tags))
    try:
        fields = reader.document()
    except (yaml.YAMLError, _TooMuchError):
        return None
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
        elif fault := next(faults(text.split("\n")), None):
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


@remembered(list, list)
def first_fault(text: str) -> list[Any]:
    """The first of the `faults` of a whole text, or nothing."""
    return [*next(faults(text.split("\n")), ())]


def faults(lines: list[str]) -> Iterator[tuple[int, str, str, str]]:
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
