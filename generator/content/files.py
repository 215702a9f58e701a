"""The door: every file that an author may have touched is opened here and nowhere else.

What leads out of the project, is no file, is too big or is no text is a problem, told before anything costly looks at it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from generator.content import layers
from generator.content.problems import Place, Problem, Report
from generator.text import characters

# Ten times what the largest text that comes with the program has, and more
MOST_BYTES = 500_000
MOST_IN_A_LINE = 10_000


def is_there(file: Path) -> bool:
    """Whether something of this name is there, though it may turn out to be no file: what is there is never left out in silence."""
    return os.path.lexists(file)


def walk(folder: Path, root: Path, report: Report) -> Iterator[Path]:
    """Every file below a folder, sorted, without what editors leave beside a file. Links are followed inside of the project `root` only, and never in a circle."""
    if is_there(folder):
        yield from _below(folder, root, report, set())


def authored(folder: Path, root: Path, endings: tuple[str, ...], report: Report) -> Iterator[Path]:
    """The authored files below a folder, sorted; any other kind of file there is a problem, since it would be left out in silence."""
    for file in walk(folder, root, report):
        if file.suffix in endings:
            yield file
        else:
            unknown(file, root, f"Save it as plain text with the ending {' or '.join(endings)}, or move it elsewhere.", report)


def unknown(file: Path, root: Path, cure: str, report: Report) -> None:
    """Report a file that nothing here reads."""
    report(Problem(Place(layers.shown(root, file)), "this kind of file is not read here", cure, "unknown-file"))


def read_bytes(file: Path, root: Path, report: Report, *, most: int = MOST_BYTES) -> bytes | None:
    """What a file holds. None, with the problem reported, where it cannot be read or holds more than `most`."""
    real = _real(file, root, report)
    if real is None:
        return None
    place = Place(layers.shown(root, file))
    if real.is_dir():
        report(Problem(place, "this is a folder, and a file belongs here", "Move what is in it, and put the file in its place.", "unreadable"))
        return None
    if not real.is_file():
        report(_no_file(place))
        return None
    try:
        with real.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        report(Problem(place, f"the file cannot be opened ({error.strerror})", "Check that it is a file that you may read.", "unreadable"))
        return None
    if len(content) > most:
        what = f"this file is too big: it has {real.stat().st_size:,} bytes, and at most {most:,} are read"
        report(Problem(place, what, "Shorten it, or spread what it holds over several files.", "too-big"))
        return None
    return content


def read_text(file: Path, root: Path, report: Report, *, most: int = MOST_BYTES, longest: int | None = MOST_IN_A_LINE) -> str | None:
    """What a file of text says, with line ends as `\\n`. None, with the problem reported, where it cannot be used.

    `longest` is the most characters that a line may have.
    """
    content = read_bytes(file, root, report, most=most)
    text = None if content is None else decoded(content, file, root, report)
    if text is None:
        return None
    path = layers.shown(root, file)
    if found := characters.unfit(text):
        report(unfit(found[0], Place(path, text.count("\n", 0, found.start()) + 1)))
        return None
    for number, line in enumerate(text.split("\n"), 1):
        if longest and len(line) > longest:
            what = f"this line is too long: it has {len(line):,} characters, and at most {longest:,} are read"
            report(Problem(Place(path, number), what, "Break it into several lines, or shorten it.", "too-big"))
            return None
    return text


def decoded(content: bytes, file: Path, root: Path, report: Report) -> str | None:
    """The text of the bytes of a file, with line ends as `\\n`. None, with the problem reported, where they are none."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        place = Place(layers.shown(root, file), content[: error.start].count(b"\n") + 1)
        cure = 'Save it again with the encoding "UTF-8" (in Word: Save as, Plain text, Unicode UTF-8).'
        report(Problem(place, "the file is not UTF-8 text", cure, "encoding"))
        return None


def unfit(character: str, place: Place) -> Problem:
    """The problem of a character that no text may hold."""
    return Problem(place, f"there is an invisible control character (U+{ord(character):04X}) in this line", "Type the line again.", "encoding")


def good_name(name: str, place: Place, report: Report) -> bool:
    """Names become addresses and references, so they are small letters, digits and hyphens."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        return True
    report(Problem(place, f'"{name}" cannot be a name here', "Rename it with small letters, digits and hyphens, for example steady-increase.", "bad-name"))
    return False


def _below(folder: Path, root: Path, report: Report, seen: set[Path]) -> Iterator[Path]:
    """`seen` are the folders, by their true places, that were walked through on the way or by a link."""
    real = _real(folder, root, report)
    if real is None:
        return
    place, here = Place(layers.shown(root, folder)), real
    if not here.is_dir():
        report(Problem(place, "this is a file, and a folder belongs here", "Move it elsewhere.", "unreadable"))
        return
    seen.add(here)
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        report(Problem(place, f"the folder cannot be opened ({error.strerror})", "Check that you may read it.", "unreadable"))
        return
    for entry in found:
        if entry.name.startswith((".", "~")) or entry.name.endswith("~"):  # what editors leave beside a file
            continue
        file = folder / entry.name
        real = _real(file, root, report) if entry.is_symlink() else here / entry.name
        if real is None:
            continue
        if entry.is_file():
            yield file
        elif not entry.is_dir():
            report(_no_file(Place(layers.shown(root, file))))
        elif entry.is_symlink() and (real in seen or here.is_relative_to(real)):
            report(Problem(Place(layers.shown(root, file)), "this link leads to a folder that is read already", "Take the link away.", "unreadable"))
        else:
            yield from _below(file, root, report, seen)


def _real(file: Path, root: Path, report: Report) -> Path | None:
    """The true place of a file or folder. None, with the problem reported, where it is out of the project, or where there is nothing."""
    try:
        real = os.path.realpath(file, strict=True)
    except OSError:
        real = None
    if real and any(f"{real}{os.sep}".startswith(home) for home in _homes(root)):
        return Path(real)
    link = next((part for part in (*reversed(file.parents), file) if part != root and part.is_relative_to(root) and part.is_symlink()), file)
    place = Place(layers.shown(root, link))
    if real is None:
        what = "this link leads nowhere" if link.is_symlink() else "the file cannot be opened: there is none of this name"
        cure = "Take the link away, or put the file itself in its place." if link.is_symlink() else "Check that it is a file that you may read."
        report(Problem(place, what, cure, "unreadable"))
    else:
        report(Problem(place, "this link leads out of the project", "Put the file itself in its place, or take the link away.", "unreadable"))
    return None


@lru_cache(8)
def _homes(root: Path) -> tuple[str, ...]:
    """The true places of the project and of what came with the program, as names of files in them begin. They stay where they are while a program runs."""
    return tuple(f"{folder.resolve()}{os.sep}" for folder in (root, layers.SHIPPED))


def _no_file(place: Place) -> Problem:
    return Problem(place, "this is no file, but a pipe, a socket or a device", "Take it away: nothing can be read from it.", "unreadable")
