"""`make ratings`: what independent readers thought of each sheet for patients, as RATINGS.md, and which sheets have changed since.

They see the printed sheet alone. PEMAT-P (understandability and actionability) and the CDC Clear Communication Index are in per cent of the points
that apply. `ratings.tsv` has one line for each reading: sheet, version, date, reader, the three figures, what stood in the way.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.content.model import Audience
from tests.conftest import REPO, real

READINGS = Path(__file__).with_name("ratings.tsv")
TABLE = REPO / "RATINGS.md"
HEAD = """# How readers rated the sheets

Readers who saw nothing but the printed sheet rated each sheet for patients: PEMAT-P (understandability, actionability) and the CDC Clear Communication Index, in per cent of the points that apply. The best is 100; we aim at 90 and more. The readers were language models in the parts of readers, not patients and not clinicians, so the figures help to find weak sheets and prove nothing. "Not rated since" means that the words of the sheet have changed after its rating.

Made by `make ratings` from `tests/tools/ratings.tsv`. A sheet's version is the one printed on it.

| Sheet | Version | Understandability | Actionability | CDC index | State | What stood in the way |
| --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Reading:
    """One reader's rating of one version of a sheet."""

    sheet: str
    version: str
    date: str
    reader: str
    understandability: str
    actionability: str
    cdc: str
    in_the_way: str


def readings(file: Path = READINGS) -> list[Reading]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [Reading(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def versions() -> dict[str, str]:
    """The version of each sheet for patients, as it is now."""
    site = real().site
    assert site
    return {
        sheet.recipe.key: sheet.made.version
        for sheet in site.prints
        if sheet.made.version and sheet.format == "standard" and sheet.recipe.audience is Audience.PATIENTS
    }


def table(now: dict[str, str], rated: Iterable[Reading]) -> str:
    """RATINGS.md: a line for each sheet, with the readings of the version that was rated last."""
    by_sheet: dict[str, list[Reading]] = {}
    for reading in rated:
        by_sheet.setdefault(reading.sheet, []).append(reading)
    lines = []
    for sheet, version in sorted(now.items()):
        found = by_sheet.get(sheet, [])
        last = [reading for reading in found if reading.version == found[-1].version]
        figures = [" and ".join(getattr(reading, name) for reading in last) or "-" for name in ("understandability", "actionability", "cdc")]
        way = "; ".join(reading.in_the_way for reading in last if reading.in_the_way)
        lines.append(" | ".join([sheet, version, *figures, state(version, last), way]))
    return HEAD + "".join(f"| {line} |\n" for line in lines)


def state(version: str, last: Sequence[Reading]) -> str:
    """Whether the last readings of a sheet were of its words of today."""
    if not last:
        return "never rated"
    return f"rated {last[0].date}" if {reading.version for reading in last} == {version} else f"not rated since {last[0].date}"


def main() -> None:
    TABLE.write_text(table(versions(), readings()), encoding="utf-8")


if __name__ == "__main__":
    main()
