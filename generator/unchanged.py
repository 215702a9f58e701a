"""Whether a command was asked the same before, and nothing has changed since: then what it said is said again, and nothing is done twice.

It is looked at before anything heavy is imported, so this module knows the standard library alone, and little of that. A note,
`.cache/unchanged/<command>`, is the last one of its command: the question, a line for every file that it read (its size, its times, its number in the
file system), another for every file that it made, and what it said. Files are looked at **before** they are read, so that an edit made meanwhile counts as one.

A file that was written in the moments before it was looked at could be written again within the same tick of the clock: its SHA-256 is noted as well.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

COMMANDS = {"build", "check"}
LINE, PART = "\0", "\0\0"  # no name of a file holds them
AUTHORED = ("mkdocs.yml", "docs", "handouts", "templates")
MOMENT = 2 * 10**9  # nanoseconds, the coarsest clock of a file system
HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = (HERE, os.path.join(os.path.dirname(HERE), "templates"))  # the second is in the first where the program was installed as a wheel
OF_THE_TERMINAL = ("COLUMNS", "FORCE_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8", "TERM", "TZ")


class Question:
    """A command as it is asked now, and the state of all that it may read. Ask what it `said` before anything is read, and `note` it afterwards."""

    def __init__(self, arguments: list[str]) -> None:
        self.command = arguments[0]
        root = _option(arguments, "--project") or "."
        self._note = os.path.join(root, ".cache", "unchanged", self.command)
        asked = [*arguments, os.path.realpath(root), os.getcwd(), time.strftime("%Y-%m-%d"), str(sys.stdout.isatty()), _width(), program()]
        asked += [f"{name}={os.environ.get(name)}" for name in OF_THE_TERMINAL]
        self._asked = repr(asked)
        self._read = [line for name in AUTHORED for line in _state(os.path.join(root, name))]

    def said(self) -> tuple[int, str] | None:
        """The exit status and the words of the same command the last time, where nothing that it read or made has changed since."""
        try:
            with open(self._note, encoding="utf-8", errors="surrogateescape", newline="") as file:
                asked, status, read, folder, made, words = file.read().split(PART)
            same = asked == self._asked and _same(read, self._read) and _same(made, _state(folder, moment=0) if folder else ())
            return (int(status), words) if same else None
        except (OSError, ValueError):  # there is none, or it is damaged
            return None

    def note(self, status: int, words: str, folder: str = "") -> None:
        """What the command said in the end, and the folder that it made, for the next time."""
        made = _state(folder, moment=0) if folder else ()
        text = PART.join((self._asked, str(status), LINE.join(self._read), folder, LINE.join(made), words))
        part = f"{self._note}.{os.getpid()}"
        with suppress(OSError):  # a project that cannot be written to: the next time takes as long as this one
            os.makedirs(os.path.dirname(self._note), exist_ok=True)
            with open(part, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(text)
            os.replace(part, self._note)


def question(arguments: list[str]) -> Question | None:
    """The question of a command line; None where its answer is not kept."""
    return Question(arguments) if arguments and arguments[0] in COMMANDS and "--help" not in arguments else None


def program() -> str:
    """What answers: this program as it is now, its Python, and the packages and system libraries beside it."""
    beside = [
        name for folder in sys.path if folder.endswith("-packages") and os.path.isdir(folder) for name in os.listdir(folder) if name.endswith(".dist-info")
    ]
    own = [line for folder in SHIPPED for line in _state(folder, moment=0)]
    return repr([sys.version, sorted(beside), own, *_state("/etc/ld.so.cache", moment=0)])  # which the installing of a library writes anew


def _option(arguments: list[str], name: str) -> str | None:
    for number, argument in enumerate(arguments):
        if argument == name and number + 1 < len(arguments):
            return arguments[number + 1]
        if argument.startswith(f"{name}="):
            return argument.removeprefix(f"{name}=")
    return None


def _width() -> str:
    try:
        return str(os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return ""


def _state(path: str, *, moment: int = MOMENT) -> Iterator[str]:
    """A line for each file below a path, in one order. What changed within the last `moment` (nanoseconds) is read as well."""
    now = time.time_ns()
    for file in _files(path, set()):
        found = os.stat(file)
        digest = _sha256(file) if max(found.st_mtime_ns, found.st_ctime_ns) > now - moment else "-"
        yield f"{digest} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino} {file}"


def _files(path: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Every file of a folder, without what editors and Python leave beside it; links are followed, and each folder is walked through once."""
    try:
        found = os.stat(path)
        here = (found.st_dev, found.st_ino)
        names = sorted(os.listdir(path)) if here not in seen else []
    except NotADirectoryError:
        yield path
        return
    except OSError:
        return
    seen.add(here)
    for name in names:
        if not name.startswith((".", "~")) and not name.endswith("~") and name != "__pycache__":
            yield from _files(os.path.join(path, name), seen)


def _same(noted: str, now: Iterable[str]) -> bool:
    """Whether the lines of a note are those of now. Where a line has a digest, its times say too little."""
    before, after = noted.split(LINE) if noted else [], list(now)
    return len(before) == len(after) and all(_is_same(*lines) for lines in zip(before, after, strict=True))


def _is_same(noted: str, now: str) -> bool:
    digest, known = noted.split(" ", 1)
    return known == now.split(" ", 1)[1] and (digest == "-" or digest == _sha256(known.split(" ", 4)[4]))


def _sha256(file: str) -> str:
    import hashlib

    try:
        with open(file, "rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return "unreadable"
