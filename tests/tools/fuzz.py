"""`make fuzz`: thousands of damaged and hostile projects, and trials of the process itself. What is good comes out, what is not is told, and nothing is lost.

    python -m tests.tools.fuzz [--seed N] [--cases M] [--only KIND] [--case NUMBER]

Chance comes from the seed, the kind and the number of a case alone, so that `--only KIND --case NUMBER` repeats it, and leaves its project to look at.
Each case runs in a process of its own, copied from one that has all of the program loaded, with limits of time and memory.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import multiprocessing
import multiprocessing.connection
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import jinja2
from rich.console import Console
from rich.table import Table

from generator import cli
from generator.build import Request, build
from generator.content.problems import as_json, errors
from tests.conftest import TODAY
from tests.tools import mutations, oracle, trials
from tests.tools.commands import BUILD, QUICK, SECONDS, pmp, quick_pmp
from tests.tools.oracle import Fault

CASES = 2000  # of content; the trials have numbers of their own, and shrink with this one
AT_ONCE = 2
WORK, WAIT = 10, 120  # seconds that a case may work, and those after which it hangs; a trial may take longer
TRIAL = 240
MEMORY = 2 << 30
TEMPORARY = "temporary"
FORK = multiprocessing.get_context("fork")  # one thread, so that nothing is lost
LONGEST = 600  # characters that are told of a fault
SAMPLE = {"rendered": 0.6, "again": 0.04, "refused": 0.12}  # of what builds, of that, of what does not: how many go on to the next, slower look


@dataclass
class Outcome:
    """What came of a case: what was done, whether it was built or refused, and what did not hold."""

    kind: str
    number: int
    did: str = ""
    state: str = "held"
    faults: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    memory: int = 0  # KB


def content(kind: str, case: Path, ready: Path, chance: Random) -> Iterator[str | Fault]:
    """One damaged project through the build, and further as chance will have it. First what was done, then "built" or "refused" among the faults."""
    root = shutil.copytree(ready / "base", case / "project", ignore=shutil.ignore_patterns("site", ".cache"))
    outside = case / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("---\ntitle: A secret\n---\n\nA secret.\n", encoding="utf-8")
    yield mutations.KINDS[kind](root, chance)
    mine = [
        root / "site",
        root / "boo",
        root / ".cache",  # a case may say `site_dir: boo`
        case / TEMPORARY,
        case / "log",
    ]
    before = oracle.everything(case, but=mine)
    try:
        built = build(root, Request(TODAY))
    except Exception:
        yield f"the build broke: {oracle.innermost(traceback.format_exc())}", traceback.format_exc()[-300:]
        return
    yield "built" if built.site else "refused"
    yield from oracle.problems_are_told_well(built.problems, root)
    try:
        as_json(built.problems).encode()
    except UnicodeError as error:
        yield "problems cannot be printed", str(error)
    if not built.site and not errors(built.problems):
        yield "nothing was built, and no problem says why", ""
    if not built.site and chance.random() < SAMPLE["refused"]:
        yield from _stopped(case, root, ready, built.problems, chance)
    if built.site and chance.random() < SAMPLE["rendered"]:
        shutil.copytree(ready / "base" / "site", root / "site")
        old = oracle.everything(root / "site")
        status, output = quick_pmp(*QUICK, cwd=root, log=case / "log")
        yield from oracle.output_is_plain(status, output)
        if status:
            yield from _is_as_it_was(root / "site", old)
        else:
            yield from oracle.site_holds(root / "site", built, authored_templates=kind == "templates")
            if chance.random() < SAMPLE["again"]:
                yield from _again(root, chance)
    if changed := oracle.difference(before, oracle.everything(case, but=mine)):
        yield "a build changed files that are not its own", changed
    if left := sorted(path.name for path in (case / TEMPORARY).iterdir()):
        yield "a build leaves something in the folder for temporary files", ", ".join(left[:4])


def _stopped(case: Path, root: Path, ready: Path, problems: Iterable[Any], chance: Random) -> Iterator[Fault]:
    """As a user does it: the command says the same as the build did, and leaves the site as it was."""
    shutil.copytree(ready / "base" / "site", root / "site")
    old = oracle.everything(root / "site")
    hashes = {"PYTHONHASHSEED": str(chance.randrange(1, 1000))}
    status, output = pmp(*BUILD, cwd=root, env=hashes)
    yield from oracle.output_is_plain(status, output)
    if status == 0:
        yield "what the build refuses, the command builds", output[-300:]
    yield from _is_as_it_was(root / "site", old)
    status, output = pmp("check", "--today", str(TODAY), "--format", "json", cwd=root, env=hashes)
    with contextlib.suppress(ValueError):
        if json.loads(output) != json.loads(as_json(problems)):
            yield "two runs tell different problems", output[-300:]


def _is_as_it_was(site: Path, old: oracle.Everything) -> Iterator[Fault]:
    if lost := oracle.difference(old, oracle.everything(site) if site.is_dir() else {}):
        yield "a build was stopped, and the site is not as it was", lost


def _again(root: Path, chance: Random) -> Iterator[Fault]:
    """A second run, as a user does it, makes the same bytes; and its sheets can be made as well, or it says why not."""
    first = oracle.everything(root / "site")
    status, output = pmp(*QUICK, cwd=root, env={"PYTHONHASHSEED": str(chance.randrange(1, 1000))})
    yield from oracle.output_is_plain(status, output)
    if different := oracle.difference(first, oracle.everything(root / "site")):
        yield "two runs make different bytes", different
    status, output = pmp(*BUILD, cwd=root)
    yield from oracle.output_is_plain(status, output)


class Running:
    """A case under way, in a process of its own that was copied from this one."""

    def __init__(self, kind: str, number: int, seed: int, folder: Path, ready: Path) -> None:
        self.place = folder / f"{kind}-{number}"
        self.place.mkdir()
        self._outcome, self._limit = Outcome(kind, number), TRIAL if kind in trials.KINDS else WAIT
        self._heard, tell = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=run_case, args=(self._outcome, seed, self.place, ready, tell))
        self._started = time.monotonic()
        self._process.start()
        tell.close()

    @property
    def sentinel(self) -> int:
        """What tells that it has ended."""
        return self._process.sentinel

    @property
    def is_late(self) -> bool:
        """Whether it hangs."""
        return time.monotonic() - self._started > self._limit

    def end(self) -> Outcome:
        """What came of it. One that is still under way is killed, with all that it has started."""
        late = self._process.is_alive()
        if late:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.join()
        with contextlib.suppress(EOFError):
            while self._heard.poll():
                self._outcome = self._heard.recv()
        self._heard.close()
        if status := self._process.exitcode:
            how = "works too long" if status == -signal.SIGXCPU else "hangs" if late else f"died ({status})"
            self._outcome.faults[f"the build {how}"] = ""
            self._outcome.seconds = time.monotonic() - self._started
        return self._outcome


def run_case(outcome: Outcome, seed: int, folder: Path, ready: Path, tell: multiprocessing.connection.Connection) -> None:
    """One case. Tells what it does before it does it, so that one that hangs is known too."""
    os.setsid()
    started = time.perf_counter()
    (folder / TEMPORARY).mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / TEMPORARY)
    chance = Random(f"{seed}:{outcome.kind}:{outcome.number}")
    if outcome.kind in trials.KINDS:
        steps = trials.KINDS[outcome.kind][1](folder, ready, chance)
    else:
        resource.setrlimit(resource.RLIMIT_CPU, (WORK, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        steps = content(outcome.kind, folder, ready, chance)
    try:
        outcome.did = str(next(steps))
        tell.send(outcome)
        for step in steps:
            if isinstance(step, str):
                outcome.state = step
            else:
                outcome.faults.setdefault(step[0], step[1][-LONGEST:])
            tell.send(outcome)
    except Exception:
        outcome.faults["the harness broke"] = traceback.format_exc()[-LONGEST:]
    outcome.seconds = time.perf_counter() - started
    outcome.memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    tell.send(outcome)


def run(cases: Iterable[tuple[str, int]], seed: int, folder: Path, ready: Path, *, keep: bool = False) -> Iterator[Outcome]:
    """Every case, a few at once, in the order in which they end."""
    waiting = list(cases)[::-1]
    running: dict[int, Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                case = Running(*waiting.pop(), seed, folder, ready)
                running[case.sentinel] = case
            ended = multiprocessing.connection.wait(list(running), timeout=1)
            for sentinel, case in list(running.items()):
                if sentinel in ended or case.is_late:
                    yield running.pop(sentinel).end()
                    if not keep:
                        shutil.rmtree(case.place, ignore_errors=True)
    finally:
        for case in running.values():
            case.end()


def warm_up(folder: Path) -> None:
    """The project that all cases begin with, built once, which loads whatever a build needs; and its faults, of which there may be none."""
    compile_once()
    root = mutations.base(folder / "base")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), contextlib.suppress(SystemExit):
        sys.argv = ["pmp", *QUICK, "--project", str(root)]
        cli.main()
    built = build(root, Request(TODAY))
    assert built.site, f"the project that all cases begin with cannot be built: {said.getvalue()}"
    faults = list(oracle.site_holds(root / "site", built))
    assert not faults, faults


def compile_once() -> None:
    """Templates that did not change are not compiled anew for each case: that is most of the time of a build."""
    plain: Any = jinja2.Environment.compile
    kept: dict[Any, Any] = {}

    def compiled(self: jinja2.Environment, *given: Any) -> Any:
        key = (*given, self.autoescape, self.finalize, tuple(self.extensions))  # what shapes it
        if key not in kept:
            kept[key] = plain(self, *given)
        return kept[key]

    jinja2.Environment.compile = compiled  # type: ignore[method-assign,assignment]


def plan(cases: int, only: str | None, number: int | None) -> list[tuple[str, int]]:
    """Which cases of which kinds. The trials keep their share: all of them in a run of the usual length, and one at least."""
    share = {kind: math.ceil(cases / len(mutations.KINDS)) for kind in mutations.KINDS}
    share |= {kind: max(1, count * cases // CASES) for kind, (count, _) in trials.KINDS.items()}
    if only:
        share = {only: cases}
    return [(kind, at) for kind, count in share.items() for at in ([number] if number is not None else range(count))]


def main() -> int:
    """Run, print each fault with the cases that show it and then the table, and return the exit status."""
    kinds = [*mutations.KINDS, *trials.KINDS]
    parser = argparse.ArgumentParser(description="Damaged and hostile projects, by chance.")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="where chance begins (default: another each time)")
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many damaged projects (default: {CASES})")
    parser.add_argument("--only", choices=kinds, help="one kind of case")
    parser.add_argument("--case", type=int, help="one case of that kind, whose project is left to look at")
    asked = parser.parse_args()
    if asked.case is not None and not asked.only:
        parser.error("--case goes with --only")
    out = Console(highlight=False, soft_wrap=True, markup=False)
    out.print(f"seed {asked.seed}")
    keep = asked.case is not None
    folder = Path(tempfile.mkdtemp(prefix="pmp-fuzz-"))
    try:
        ready = folder / "ready"
        ready.mkdir()
        warm_up(ready)
        planned = plan(asked.cases, asked.only, asked.case)
        if any(kind in trials.KINDS for kind, _ in planned):
            trials.ready(ready)
        outcomes = list(run(planned, asked.seed, folder, ready, keep=keep))
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    for line in report(outcomes, asked.seed):
        out.print(line)
    if keep:
        out.print(f"\n{outcomes[0].did}: {outcomes[0].state}. Its project is in {folder}")
    return int(any(outcome.faults for outcome in outcomes))


def report(outcomes: list[Outcome], seed: int) -> Iterator[str | Table]:
    """Each fault with its cases, the commonest first, and the table."""
    found: dict[str, list[tuple[Outcome, str]]] = defaultdict(list)
    for outcome in sorted(outcomes, key=lambda outcome: (outcome.kind, outcome.number)):
        for what, where in outcome.faults.items():
            found[what].append((outcome, where))
    for what, shown in sorted(found.items(), key=lambda row: -len(row[1])):
        yield f"\n{what} ({len(shown)})"
        for outcome, where in shown:
            yield f"  {outcome.kind} {outcome.number}: {outcome.did}\n    {' '.join(where.split())[:300]}\n    python -m tests.tools.fuzz --seed {seed} --only {outcome.kind} --case {outcome.number}"
    table = Table("kind", "cases", "built", "refused", "held", "failed", "seconds", "peak memory", box=None, pad_edge=False)
    for kind in dict.fromkeys(outcome.kind for outcome in sorted(outcomes, key=lambda outcome: [*mutations.KINDS, *trials.KINDS].index(outcome.kind))):
        rows = [outcome for outcome in outcomes if outcome.kind == kind]
        states = [sum(outcome.state == state for outcome in rows) for state in ("built", "refused")]
        failed = sum(bool(outcome.faults) for outcome in rows)
        table.add_row(
            kind,
            *map(str, (len(rows), *states, len(rows) - failed, failed)),
            f"{sum(outcome.seconds for outcome in rows):.0f}",
            f"{max(outcome.memory for outcome in rows) // 1024} MB",
        )
    yield ""
    yield table


if __name__ == "__main__":
    sys.exit(main())
