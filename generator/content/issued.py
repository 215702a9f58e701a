"""`docs/issued.tsv`: the versions of sheets that have been issued, in their order. The one list of a project that a command adds to (`pmp issue`).

Nothing else writes it, and a build least of all. One line is one version, so that lists of two people can be joined line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.content.documents import Document
from generator.content.files import is_there, read_text
from generator.content.model import Issue, Links, Section
from generator.content.problems import Place, Problem, Report
from generator.content.validation import validate

FILE = "docs/issued.tsv"
COLUMNS = ("sheet", "version", "day", "title", "change")


def load_issued(root: Path, links: Links, report: Report) -> tuple[Issue, ...]:
    """What was issued, in the order of the file; nothing where there is none yet. A line that cannot be used is reported and left out."""
    text = read_text(root / FILE, root, report) if is_there(root / FILE) else None
    if text is None:
        return ()
    head, *lines = text.split("\n")
    if tuple(head.split("\t")) != COLUMNS:
        what = "the first line does not name the columns"
        report(Problem(Place(FILE, 1), what, f"Write {', '.join(COLUMNS)} there, with a tab between them.", "wrong-columns"))
        return ()
    found = (_issue(number, line, links, report) for number, line in enumerate(lines, 2) if line.strip())
    return tuple(issue for issue in found if issue)


def add(root: Path, issues: Sequence[Issue]) -> None:
    """Write them below what the file has, or begin it. The file is whole at any moment."""
    file = root / FILE
    before = file.read_text(encoding="utf-8").rstrip("\n") if file.exists() else "\t".join(COLUMNS)
    lines = ["\t".join(" ".join(str(getattr(issue, column) or "").split()) for column in COLUMNS).rstrip() for issue in issues]
    new = file.with_name(f".{file.name}.new")
    new.write_text("\n".join([before, *lines, ""]), encoding="utf-8", newline="\n")
    new.replace(file)


def _issue(number: int, line: str, links: Links, report: Report) -> Issue | None:
    cells, place = line.split("\t"), Place(FILE, number)
    if not 4 <= len(cells) <= len(COLUMNS):
        what = f"this line has {len(cells)} columns, and there are {len(COLUMNS)}"
        report(Problem(place, what, f"Write {', '.join(COLUMNS)}, with one tab between them; `change` may be left out.", "wrong-columns"))
        return None
    fields = {column: cell.strip() for column, cell in zip(COLUMNS, cells, strict=False) if cell.strip()}
    document = Document(FILE, fields, {(): number}, {}, Section("", place))
    return validate(Issue, document, links, report, key=str(number), place=place)
