"""The authored files of a folder, and what they may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generator.content.problems import Place, Problem, Report


def authored(folder: Path, root: Path, endings: tuple[str, ...], report: Report) -> Iterator[Path]:
    """The authored files below a folder, sorted; any other kind of file there is a problem, since it would be left out in silence."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.name.startswith((".", "~")) or file.name.endswith("~"):  # what editors leave beside a file
            continue
        if file.suffix in endings:
            yield file
        else:
            cure = f"Save it as plain text with the ending {' or '.join(endings)}, or move it elsewhere."
            report(Problem(Place(file.relative_to(root).as_posix(), 1), "this kind of file is not read here", cure, "unknown-file"))


def good_name(name: str, place: Place, report: Report) -> bool:
    """Names become addresses and references, so they are small letters, digits and hyphens."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        return True
    report(Problem(place, f'"{name}" cannot be a name here', "Rename it with small letters, digits and hyphens, for example steady-increase.", "bad-name"))
    return False
