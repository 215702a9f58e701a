"""What is wrong with the content: a place, what is wrong there, and what mends it.

A Problem is data, never an exception, so that an author's mistake cannot be taken for a bug of ours (which keeps its stack trace).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from generator.text import characters

Severity = Literal["error", "warning"]
MOST = 400  # characters of what is wrong, and of its cure: a few lines, however much an author wrote
LONGEST_WORD = 60  # for which a nearest word is looked for


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of an authored file; `path` is relative to the project, with forward slashes."""

    path: str
    line: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", characters.shown(self.path).replace("\n", "\\n"))  # a name of a file can hold one

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. An error stops the build; a warning does so only with `--strict`.

    Its words may quote an author: what would drive a terminal is shown by its number, and a long text is cut in the middle.
    """

    place: Place
    message: str
    cure: str
    rule: str
    severity: Severity = "error"

    def __post_init__(self) -> None:
        for name in ("message", "cure"):
            object.__setattr__(self, name, _told(getattr(self, name)))

    def __str__(self) -> str:
        mark = "warning: " if self.severity == "warning" else ""
        return f"{self.place}: {mark}{self.message}\n    {self.cure}"


Report = Callable[[Problem], None]


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stop a build."""
    return [problem for problem in problems if problem.severity == "error"]


def as_text(problems: Iterable[Problem]) -> str:
    """All problems, sorted by file and line, each with its cure indented below it."""
    return "\n".join(str(problem) for problem in sorted(set(problems)))


def as_json(problems: Iterable[Problem]) -> str:
    """The list of the contract: `{path, line, severity, rule, message, cure}`, sorted."""
    rows = [
        {
            "path": problem.place.path,
            "line": problem.place.line,
            "severity": problem.severity,
            "rule": problem.rule,
            "message": problem.message,
            "cure": problem.cure,
        }
        for problem in sorted(set(problems))
    ]
    return json.dumps(rows, indent=2)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """`Did you mean "…"?` with the nearest known word, else the given cure."""
    known = [other for other in known if len(other) <= LONGEST_WORD] if len(word) <= LONGEST_WORD else []
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else otherwise


def _told(text: str) -> str:
    """A text on one line, and short."""
    line = " ".join(characters.shown(text).split())
    return line if len(line) <= MOST else f"{line[: MOST // 2]} … {line[-MOST // 2 :]}"
