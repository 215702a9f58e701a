"""`make bench`: our commands and what one would use instead, in turn in one run, on the shipped content once, 3 and 10 times over.

Whole processes with all that they start. A figure is the median of its rounds, and a ratio is the median of the ratios of each round; at n
times the content there are 1/n of the rounds, and at least one. What cannot be had here stands in the table all the same, and says why.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from tests.conftest import REPO
from tests.tools import figures
from tests.tools.cost import Cost, UnmeasuredError
from tests.tools.figures import Found
from tests.tools.workload import Workload

RESULTS = REPO / ".cache" / "bench"


@dataclass(frozen=True)
class Target:
    """The most that a figure may be: times the sum of some others, or for itself in seconds or MB where there are none."""

    most: float
    beside: tuple[str, ...] = ()
    of: Literal["wall", "worker"] = "wall"


@dataclass(frozen=True)
class Figure:
    """A row of the table: its words, the measurement that finds it, and its targets. One that does not grow with the content is measured `once`."""

    words: str
    by: Callable[[Workload], Found]
    targets: tuple[Target, ...] = ()
    once: bool = False


# In the order in which they are measured: what begins from nothing leaves behind what the others begin with.
FIGURES = {
    "build": Figure("from nothing, with all sheets", figures.build, (Target(0.36, ("M", "L")), Target(130, of="worker"))),
    "M": Figure("M: mkdocs build, Material as it comes", figures.material),
    "unchanged": Figure("nothing changed", figures.unchanged, (Target(0.03, ("M",)),)),
    "L": Figure("L: plain WeasyPrint loop, same print HTML", figures.loop),
    "edit": Figure("one message edited, its sheets and packs", figures.edit, (Target(1.3, ("M",)), Target(0.11, ("M", "L")))),
    "pages": Figure("from nothing, no sheets", figures.pages),
    "check": Figure("check, from nothing", figures.check, (Target(0.5, ("M",)),)),
    "check again": Figure("check, nothing changed", figures.check, (Target(0.15, ("M",)),)),
    "Zensical": Figure("zensical build", figures.zensical),
    "Chromium": Figure("Chromium prints the same HTML", figures.chromium_prints),
    "serve": Figure("serve: start to first page", figures.serve, (Target(0.6, ("mkdocs serve",)),)),
    "page": Figure("serve: save to page", figures.serve, (Target(0.08, ("mkdocs page",)), Target(1, ("zensical page",)))),
    "page and sheet": Figure("serve: save to page and its sheet", figures.serve, (Target(0.2, ("mkdocs page",)),)),
    "page and all": Figure("serve: save to page and all that carries it", figures.serve, (Target(0.5, ("mkdocs page",)),)),
    "mkdocs serve": Figure("mkdocs serve: start to first page", figures.mkdocs_serve),
    "mkdocs page": Figure("mkdocs serve: save to page", figures.mkdocs_serve),
    "zensical serve": Figure("zensical serve: start to first page", figures.zensical_serve),
    "zensical page": Figure("zensical serve: save to page", figures.zensical_serve),
    "Typst": Figure("Typst: one leaflet, cold process", figures.typst, once=True),
    "warm": Figure("a sheet in a warm worker, mean of all", figures.warm, (Target(3, ("Typst",)),), once=True),
    "warm leaflet": Figure("the same leaflet in a warm worker", figures.warm, (Target(3, ("Typst",)),), once=True),
    "two jobs": Figure("from nothing, --jobs 2", figures.cluster, once=True),
    "cluster": Figure("from nothing, two Dask workers", figures.cluster, (Target(1.25, ("two jobs",)),), once=True),
    "key": Figure("search: a key, CPU 6 times slower, p95", figures.search, (Target(0.02),), once=True),
    "paint": Figure("first contentful paint, slow 4G", figures.paint, (Target(1.0),), once=True),
}


@dataclass
class Results:
    """What was found at one size: of each figure its cost by round, and why it is missing where it is."""

    times: int
    costs: dict[str, dict[int, Cost]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def median(self, name: str, of: str = "wall") -> float:
        """NaN where nothing was found."""
        found = [value for cost in self.costs.get(name, {}).values() if not math.isnan(value := getattr(cost, of))]
        return statistics.median(found) if found else math.nan

    def ratio(self, name: str, target: Target) -> float:
        """The figure as its target looks at it. NaN where a part of it was not found."""
        if not target.beside:
            return self.median(name, target.of)
        rounds = set.intersection(*({*self.costs.get(other, {})} for other in (name, *target.beside)))
        ratios = [self.costs[name][n].wall / sum(self.costs[other][n].wall for other in target.beside) for n in rounds]
        return statistics.median(ratios) if ratios else math.nan


def measured(work: Workload, names: Iterable[str], rounds: int) -> Results:
    """Everything once in each round."""
    results = Results(work.times)
    asked = dict.fromkeys(FIGURES[name].by for name in names)
    for number in range(rounds):
        for by in asked:
            gives = [name for name, figure in FIGURES.items() if figure.by is by]
            try:
                found = by(work)
            except UnmeasuredError as reason:
                results.missing |= dict.fromkeys(gives, str(reason))
                _tell(f"{work.times} x, round {number + 1}: {', '.join(gives)}: {reason}")
                continue
            for name, cost in found.items():
                results.costs.setdefault(name, {})[number] = cost
                _tell(f"{work.times} x, round {number + 1}: {name} {_seconds(cost.wall)}")
    return results


def table(every: Sequence[Results]) -> Table:
    """One row for each figure and size that was asked for."""
    made = Table("figure", "content", "wall (least - most)", "CPU", "MB, main", "MB, worker", "ratio", "target", "held", title=_title())
    for column in made.columns[2:7]:
        column.justify = "right"
    for name, figure in FIGURES.items():
        for results in every:
            costs = results.costs.get(name, {})
            if not costs and name not in results.missing:
                continue
            walls = [cost.wall for cost in costs.values()]
            spread = f" ({_seconds(min(walls))} - {_seconds(max(walls))})" if len(walls) > 1 else ""
            wall = "\n".join([*([_seconds(results.median(name)) + spread] if walls else []), *([results.missing[name]] if name in results.missing else [])])
            memory = [_number(results.median(name, of)) for of in ("main", "worker")]
            verdicts = [_verdict(results.ratio(name, target), target) for target in figure.targets]
            cells = ["\n".join(cell) for cell in zip(*verdicts, strict=True)] or [""] * 3
            made.add_row(figure.words, f"{results.times} x", wall, _seconds(results.median(name, "cpu")), *memory, *cells)
    for words, most, exponent in growth(every):
        made.add_row(words, f"{every[0].times} to {every[-1].times} x", "", "", "", "", *_verdict(exponent, Target(most)), style="bold")
    return made


def growth(every: Sequence[Results]) -> list[tuple[str, float, float]]:
    """With which power of the content the processor time grows, from the least of it to the most: of everything but sheets, and of sheets."""
    if len(every) < 2:
        return []
    (least, most) = (every[0], every[-1])

    def exponent(seconds: Callable[[Results], float]) -> float:
        return math.log(seconds(most) / seconds(least)) / math.log(most.times / least.times)

    def sheets(results: Results) -> float:
        return results.median("build", "cpu") - results.median("pages", "cpu")

    found = [
        ("exponent of growth, everything but sheets", 0.9, exponent(lambda results: results.median("pages", "cpu"))),
        ("exponent of growth, sheets", 1.0, exponent(sheets)),
    ]
    return [row for row in found if not math.isnan(row[2])]


def _verdict(found: float, target: Target) -> tuple[str, str, str]:
    beside = " + ".join(target.beside)
    unit = f" x {beside}" if beside else " MB" if target.of == "worker" else ""
    if math.isnan(found):
        return "-", f"at most {target.most:g}{unit}", "not measured"
    return f"{found:.3g}", f"at most {target.most:g}{unit}", "yes" if found <= target.most else "NO"


def _seconds(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.0f}"


def _title() -> str:
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[2]:.1f} in the last 15 minutes"


def _tell(line: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(line, markup=False)


def with_peers(asked: Sequence[str]) -> list[str]:
    """Some figures with those that they are held against, in the order of all; all where none is asked for."""
    wanted = {*asked, *(other for name in asked for target in FIGURES[name].targets for other in target.beside)} or {*FIGURES}
    return [name for name in FIGURES if name in wanted]


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure our commands beside what one would use instead.")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each figure is measured at the content as it is (default: 3)")
    parser.add_argument("--times", default="1,3,10", metavar="N,N", help="how many times the content is there (default: 1,3,10)")
    parser.add_argument("--only", action="append", default=[], choices=FIGURES, metavar="FIGURE", help=f"one figure and its peers: {', '.join(FIGURES)}")
    parser.add_argument("--profile", action="store_true", help="also write where our own process spends its time, beside the table")
    return parser.parse_args(arguments)


def main() -> None:
    """Print the table, and keep it in .cache/bench/."""
    asked = options(sys.argv[1:])
    sizes: Mapping[int, int] = {times: max(1, asked.rounds // times) for times in sorted({int(n) for n in asked.times.split(",")})}
    names = with_peers(asked.only)
    RESULTS.mkdir(parents=True, exist_ok=True)
    every: list[Results] = []
    for times, rounds in sizes.items():
        with tempfile.TemporaryDirectory(prefix="pmp-bench-") as folder:
            work = Workload(Path(folder), times)
            every.append(measured(work, [name for name in names if not (FIGURES[name].once and every)], rounds))
            if asked.profile and len(every) == 1:
                _tell(f"Profiles: {', '.join(map(str, figures.profile(work, RESULTS)))}")
    made = table(every)
    with (RESULTS / "table.txt").open("w", encoding="utf-8") as file:
        for console in (Console(width=170), Console(file=file, width=170)):
            console.print(made)


if __name__ == "__main__":
    main()
