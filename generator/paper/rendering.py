"""Many sheets at once: those that the cache has are taken from it, and workers make the others."""

from __future__ import annotations

import hashlib
import html
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from generator.compose.site import Print
from generator.content import layers
from generator.content.files import authored
from generator.content.problems import Place, Problem
from generator.paper import machine, typeset
from generator.paper.cache import Cache, sha256
from generator.paper.typeset import Outcome
from generator.paper.workers import UnusableWorkersError, Workers

FEW = 4  # sheets, for which a second worker costs more than it brings
BATCH = 300  # sheets after which the workers are replaced, so that their memory stays flat
NAMED = r"""asset:([^"'()\s]+)"""  # a file that a sheet or its style uses


@dataclass(frozen=True)
class Sheet:
    """A rendered sheet: where it and the picture of its first side lie, its A4 sides, and the SHA-256 of both files. Only some have a picture."""

    print: Print
    file: Path
    picture: Path
    pages: int
    sha256: str
    picture_sha256: str | None

    @property
    def files(self) -> list[tuple[str, Path]]:
        """What the site shows of it, by its place there."""
        return _places(self.print, self.file, self.picture)

    def altered(self, site: Path) -> Iterator[Problem]:
        """A problem for each of its files that lies in the folder of a site and is not what was rendered."""
        for (uri, _), expected in zip(self.files, (self.sha256, self.picture_sha256), strict=False):
            if sha256(site / uri) != expected:
                yield _altered(self.print, uri)


class Rendering:
    """The rendering of some sheets, under way from the moment it is made until `wait` or `end` is called; `with` calls the latter. Packs follow when their
    sheets are there: those that are by then, at `go_on`.

    `root` is the project. `jobs` is the number of workers (default: every core). `executor` replaces our own workers, for example
    with a `Cluster`, or with `Workers` that live for many renderings; `ready` are the first of our own, started before.
    """

    def __init__(self, root: Path, prints: Sequence[Print], *, jobs: int | None = None, executor: Executor | None = None, ready: Workers | None = None) -> None:
        self._files = _files(root)
        self._named_by_style = re.findall(NAMED, self._files[typeset.STYLE].decode())
        self._cache = Cache(root)
        self._digests = self._named(prints)
        self._made = [(sheet, self._digests[sheet.uri]) for sheet in prints]
        needed = {self._digests[sheet.uri]: sheet for whole in prints for sheet in (*whole.parts, whole)}
        self._shown = {digest for sheet, digest in self._made if sheet.preview}
        self._kept, self._damaged = self._cache.claim(needed)
        self._kept = {digest: kept for digest, kept in self._kept.items() if kept.picture_sha256 or digest not in self._shown}
        self._stale = {digest: sheet for digest, sheet in needed.items() if digest not in self._kept}
        self._packs = {digest: sheet for digest, sheet in self._stale.items() if sheet.parts}  # that are still to be begun
        self._jobs = jobs or os.cpu_count() or 1
        self._executor = executor
        self._futures: dict[str, Future[Outcome]] = {}
        self._taken = 0  # of those that are under way, how many have come back
        self._problems: list[Problem] = []
        self._ready = ready
        self._own: list[Workers] = []
        try:
            self._start()
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    @property
    def count(self) -> int:
        """How many sheets are not in the cache, and so are rendered now."""
        return len(self._stale)

    @property
    def done(self) -> int:
        """How many of them are rendered so far."""
        return self._taken + sum(future.done() for future in list(self._futures.values()))

    @property
    def notice(self) -> str:
        """A line on what was wrong with the cache; empty where nothing was."""
        if self._damaged == 1:
            return "1 sheet in the cache was damaged, and is made anew."
        return f"{self._damaged} sheets in the cache were damaged, and are made anew." if self._damaged else ""

    def files(self) -> list[tuple[str, Path]]:
        """Where everything will lie when it is rendered, by its place in the site."""
        return [place for sheet, digest in self._made for place in _places(sheet, self._cache.pdf(digest), self._cache.picture(digest))]

    def wait(self) -> tuple[list[Sheet], list[Problem]]:
        """Every sheet that could be made, in the order of its print, and the problems that kept others from it."""
        try:
            self.go_on()
            while self._futures:
                self._take(list(self._futures))
        finally:
            self.end()
        self._cache.prune()
        return [self._sheet(sheet, digest) for sheet, digest in self._made if digest in self._kept], self._problems

    def go_on(self) -> None:
        """Keep what is rendered by now, and begin with the packs whose sheets are all there."""
        self._take([digest for digest, future in self._futures.items() if future.done()])

    def _take(self, digests: Iterable[str]) -> None:
        """Wait for some of what is under way, keep it, and begin with what can follow. Where the workers cannot go on, nothing is under way any more."""
        for digest in digests:
            try:
                outcome = self._futures[digest].result()
            except BrokenProcessPool:
                cure = "Build again. If it comes back, the machine may be short of memory: render fewer at once, with --jobs 1."
                self._problems.append(Problem(Place("handouts"), "a process that renders sheets was ended from outside", cure, "worker"))
                self._futures.clear()
                return
            except UnusableWorkersError as error:
                self._problems.append(Problem(Place("handouts"), error.what, error.cure, "worker"))
                self._futures.clear()
                return
            del self._futures[digest]
            self._taken += 1
            found = list(_problems(self._stale[digest], outcome))
            self._problems += found
            if not found:
                self._kept[digest] = self._cache.keep(digest, outcome.pdf, outcome.picture, outcome.pages)
        self._start_packs()

    def end(self) -> None:
        """End our own workers, and with them what is still under way. May be called again."""
        for workers in (*self._own, *filter(None, [self._ready])):
            workers.end()

    def _sheet(self, sheet: Print, digest: str) -> Sheet:
        kept = self._kept[digest]
        return Sheet(sheet, self._cache.pdf(digest), self._cache.picture(digest), kept.pages, kept.pdf_sha256, kept.picture_sha256)

    def _start(self) -> None:
        """Begin with the sheets, the largest first, so that no worker is left with a long one at the end."""
        stale = sorted(((digest, sheet) for digest, sheet in self._stale.items() if not sheet.parts), key=lambda item: -len(item[1].html))
        for first in range(0, len(stale), BATCH):
            batch = stale[first : first + BATCH]
            executor = self._executor or self._workers(len(batch))
            for digest, sheet in batch:
                self._futures[digest] = executor.submit(typeset.render, sheet.html, self._used(sheet), sheet.limit, digest in self._shown)

    def _start_packs(self) -> None:
        """Begin with the packs whose sheets are all there."""
        ready = {digest: sheet for digest, sheet in self._packs.items() if all(self._digests[part.uri] in self._kept for part in sheet.parts)}
        if ready:
            self._packs = {digest: sheet for digest, sheet in self._packs.items() if digest not in ready}
            executor = self._executor or (self._own[-1] if self._own else self._workers(len(ready)))
            for digest, sheet in ready.items():
                parts = tuple((part.recipe.key, self._cache.pdf(self._digests[part.uri]).read_bytes()) for part in sheet.parts)
                hashes = [hashlib.sha256(pdf).hexdigest() for _, pdf in parts]
                altered = [part for part, found in zip(sheet.parts, hashes, strict=True) if found != self._kept[self._digests[part.uri]].pdf_sha256]
                if altered:
                    self._problems += [_altered(part, part.uri) for part in altered]
                else:
                    self._futures[digest] = executor.submit(typeset.pack, sheet.html, self._used(sheet), parts)

    def _workers(self, sheets: int) -> Workers:
        count = 1 if sheets <= FEW else min(self._jobs, sheets)
        workers, self._ready = self._ready or Workers(count), None
        workers.allow(count)
        self._own.append(workers)
        return workers

    def _named(self, prints: Iterable[Print]) -> dict[str, str]:
        """By uri, the name of each sheet in the cache, those of packs included: the digest of its HTML, the sides that it may take, the files that it uses,
        the parts that shape the bytes, and of a pack its sheets."""
        shaping = repr(machine.shaping())
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in self._files.items()}
        found: dict[str, str] = {}
        for sheet in (sheet for whole in prints for sheet in (*whole.parts, whole)):
            if sheet.uri not in found:
                made_of = [shaping, *(f"{name} {hashes[name]}" for name in self._used(sheet)), *(found[part.uri] for part in sheet.parts)]
                found[sheet.uri] = hashlib.sha256("\n".join([*made_of, str(sheet.limit), sheet.html]).encode()).hexdigest()
        return found

    def _used(self, sheet: Print) -> dict[str, bytes]:
        """The files of a sheet: its style and fonts, and the pictures that either names. One that it names and that is not there is told when it is rendered."""
        named = {*re.findall(NAMED, html.unescape(sheet.html)), *self._named_by_style}
        return {name: content for name, content in self._files.items() if typeset.is_fixed(name) or name in named}


def _files(root: Path) -> dict[str, bytes]:
    """All that a sheet may use, by name: its style, and as `asset:<name>` fonts, pictures, diagrams and logos."""
    own = root / "docs" / "assets"
    folders = ("pictures", "diagrams", "logos")
    found = {
        f"{name}/{file.name}": file for name in folders for file in authored(own / name, root, (".svg", ".png"), lambda _: None)
    }  # told when they were read
    shipped = {f"pictures/{name}": file for name, file in layers.files(root, "pictures", "*.svg").items()}
    fonts = {f"fonts/{name}": file for name, file in layers.files(root, "handouts/fonts", "*.ttf").items()}
    style = layers.find(root, f"handouts/{typeset.STYLE}")
    assert style, "a style for sheets comes with the program"
    text = style.read_text(encoding="utf-8-sig")
    return {typeset.STYLE: text.encode(), **{name: file.read_bytes() for name, file in sorted({**fonts, **shipped, **found}.items())}}


def _places(sheet: Print, pdf: Path, picture: Path) -> list[tuple[str, Path]]:
    """The PDF, and the picture of its first side where a page shows one, by their places in the site."""
    return [(sheet.uri, pdf), *([(sheet.preview, picture)] if sheet.preview else [])]


def _altered(sheet: Print, uri: str) -> Problem:
    what = f"{uri} is no longer what was rendered: something has changed it during the build"
    return Problem(sheet.recipe.place, what, "Build again. If it comes back, find out what else writes into .cache/sheets.", "sheet")


def _problems(sheet: Print, outcome: Outcome) -> Iterable[Problem]:
    """A sheet keeps the number of sides that its recipe promises, wastes none of them, and is made without a warning."""
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
    elif outcome.empty_side:
        yield Problem(
            place,
            f"the sheet {sheet.uri} leaves {outcome.empty:.0%} of side {outcome.empty_side} empty, because what comes next has to stay in one piece",
            "Change the order of its messages, or shorten what comes next: a picture, or what is to be filled in.",
            "empty-side",
        )
