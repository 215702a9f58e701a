"""Many sheets at once: worker processes, and a cache. The only room that knows processes.

A sheet that was rendered before, from the same bytes by the same libraries, is taken from the cache, whose file names are the hash of
all that shapes a sheet.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from generator.compose.site import Print
from generator.content import layers
from generator.content.files import authored
from generator.content.problems import Place, Problem
from generator.paper import finish, machine, preview, typeset
from generator.paper.typeset import Outcome

FEW = 4  # sheets, for which a second worker costs more than it brings
BATCH = 300  # sheets after which the workers are replaced, so that their memory stays flat
KEPT_DAYS = 30  # for which the cache keeps a sheet that no build asked for


@dataclass(frozen=True)
class Sheet:
    """A rendered sheet: where it lies, and its A4 sides."""

    print: Print
    file: Path
    pages: int

    @property
    def files(self) -> list[tuple[str, Path]]:
        """What the site shows of it, by its place there."""
        return _places(self.print, self.file)


class Rendering:
    """The rendering of some sheets, under way from the moment it is made until `wait` is called.

    `root` is the project. `jobs` is the number of workers (default: every core). `executor` replaces our own workers, for example
    with those of a cluster that sees the project at the same path.
    """

    def __init__(self, root: Path, prints: Sequence[Print], *, jobs: int | None = None, executor: Executor | None = None) -> None:
        self._assets = _assets(root)
        stylesheet = layers.find(root, "handouts/print.css")
        assert stylesheet, "a style for sheets comes with the program"
        self._stylesheet = stylesheet.read_text(encoding="utf-8")
        self._cache = root / ".cache" / "sheets"
        self._prints = prints
        self._files = [self._cache / f"{digest}.pdf" for digest in self._digests(prints)]
        self._stale = {file: sheet for sheet, file in zip(prints, self._files, strict=True) if not self._is_good(file, sheet)}
        self._jobs = jobs or os.cpu_count() or 1
        self._executor = executor
        self._futures: dict[Path, Future[Outcome]] = {}
        self._own: list[ProcessPoolExecutor] = []
        self._start()

    @property
    def count(self) -> int:
        """How many sheets are not in the cache, and so are rendered now."""
        return len(self._stale)

    def files(self) -> list[tuple[str, Path]]:
        """Where everything will lie when it is rendered, by its place in the site."""
        return [place for sheet, file in self._made() for place in _places(sheet, file)]

    def _made(self) -> list[tuple[Print, Path]]:
        return list(zip(self._prints, self._files, strict=True))

    def wait(self) -> tuple[list[Sheet], list[Problem]]:
        """Every sheet that could be made, in the order of its print, and the problems that kept others from it."""
        problems: list[Problem] = []
        self._cache.mkdir(parents=True, exist_ok=True)
        try:
            for file, future in self._futures.items():
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    cure = "Build again. If it comes back, the machine may be short of memory: render fewer at once, with --jobs 1."
                    problems.append(Problem(Place("handouts"), "a process that renders sheets was ended from outside", cure, "worker"))
                    break
                found = list(_problems(self._stale[file], outcome))
                problems += found
                if not found:
                    _write(file.with_suffix(".png"), outcome.picture)
                    _write(file, outcome.pdf)
        finally:
            for pool in self._own:
                pool.shutdown(cancel_futures=True)
        self._prune()
        return [Sheet(sheet, file, finish.page_count(file)) for sheet, file in self._made() if self._is_good(file, sheet)], problems

    def _start(self) -> None:
        stale = list(self._stale.items())
        for first in range(0, len(stale), BATCH):
            batch = stale[first : first + BATCH]
            executor = self._executor or self._pool(len(batch))
            for file, sheet in batch:
                self._futures[file] = executor.submit(typeset.render, sheet.html, self._stylesheet, self._assets, sheet.limit)

    def _pool(self, sheets: int) -> ProcessPoolExecutor:
        pool = workers(1 if sheets <= FEW else min(self._jobs, sheets))
        self._own.append(pool)
        return pool

    def _digests(self, prints: Iterable[Print]) -> list[str]:
        """The cache key of each sheet: its HTML and all else that shapes the bytes."""
        shared = hashlib.sha256(self._stylesheet.encode())
        for name, file in self._assets:
            shared.update(name.encode() + file.read_bytes())
        for room in (typeset, finish, preview):
            shared.update(Path(str(room.__file__)).read_bytes())
        shared.update(
            repr([*(version(name) for name in ("weasyprint", "pydyf", "pikepdf", "fonttools", "pypdfium2", "pillow")), machine.library_versions()]).encode()
        )
        return [hashlib.sha256(shared.digest() + sheet.html.encode()).hexdigest() for sheet in prints]

    def _is_good(self, file: Path, sheet: Print) -> bool:
        """Whether the cache has this sheet. One that is now too long is rendered again, to tell by how much."""
        if not file.is_file() or (sheet.limit is not None and finish.page_count(file) > sheet.limit):
            return False
        os.utime(file)
        return True

    def _prune(self) -> None:
        limit = time.time() - KEPT_DAYS * 86400
        for file in self._cache.glob("*.pdf"):
            if file.stat().st_mtime < limit:
                file.unlink(missing_ok=True)
                file.with_suffix(".png").unlink(missing_ok=True)


def _assets(root: Path) -> tuple[tuple[str, Path], ...]:
    """All that a sheet may use (`asset:<name>`), and where it lies: fonts, pictures, diagrams and logos."""
    own = root / "docs" / "assets"
    folders = ("pictures", "diagrams", "logos")
    found = {
        f"{name}/{file.name}": file for name in folders for file in authored(own / name, root, (".svg", ".png"), lambda _: None)
    }  # told when they were read
    shipped = {f"pictures/{name}": file for name, file in layers.files(root, "pictures", "*.svg").items()}
    fonts = {f"fonts/{name}": file for name, file in layers.files(root, "handouts/fonts", "*.ttf").items()}
    return tuple(sorted({**fonts, **shipped, **found}.items()))


def _places(sheet: Print, file: Path) -> list[tuple[str, Path]]:
    """The PDF, and the picture of its first side where a page shows one, by their places in the site."""
    return [(sheet.uri, file), *([(sheet.preview, file.with_suffix(".png"))] if sheet.preview else [])]


def workers(count: int) -> ProcessPoolExecutor:
    """Processes that render; spawned, since a fork would carry over whatever the parent has open."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def _problems(sheet: Print, outcome: Outcome) -> Iterable[Problem]:
    """A sheet keeps the number of sides that its recipe promises, and is made without a warning."""
    place = sheet.recipe.place
    for complaint in outcome.complaints:
        yield Problem(place, f"the sheet {sheet.uri} cannot be set: {complaint}", "Mend its layout in templates/handouts.", "sheet")
    if sheet.limit is not None and outcome.pages > sheet.limit:
        longest = f' Its longest message is "{outcome.longest}", with {outcome.longest_lines} lines.' if outcome.longest else ""
        yield Problem(
            sheet.recipe.at("pages"),
            f"the sheet {sheet.uri} takes {outcome.pages} sides, and its recipe allows {sheet.limit}: {outcome.lines_over} lines too many.{longest}",
            "Show a message in its short form ({message: …, show: short}), take one out, or allow more `pages`.",
            "too-long",
        )


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a build that is stopped half-way leaves no broken sheet behind."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(file)
