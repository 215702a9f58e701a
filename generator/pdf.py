"""Print HTML -> PDF. The only room that knows WeasyPrint, processes and the cache.

WeasyPrint is imported in the workers only. Each worker keeps one renderer: one font set, one parsed stylesheet, one fetcher that
knows our asset folder and nothing else. A sheet that was rendered before, from the same bytes by the same libraries, is taken from
the cache, whose file names are the hash of all that shapes a sheet.
"""

from __future__ import annotations

import gc
import hashlib
import io
import logging
import multiprocessing
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator import machine
from generator.model import Print
from generator.problems import Problem

FEW = 4  # sheets, for which a second worker costs more than it brings
BATCH = 300  # sheets after which the workers are replaced, so that their memory stays flat
KEPT_DAYS = 30  # for which the cache keeps a sheet that no build asked for
FINISH = 2  # raise it when `_finish` changes: it shapes the bytes


@dataclass(frozen=True)
class Sheet:
    """A rendered sheet: where it lies, and its A4 sides."""

    print: Print
    file: Path
    pages: int


@dataclass(frozen=True)
class Outcome:
    """What a worker hands back: the PDF and its pages, the lines that lie beyond the limit, and what WeasyPrint complained of."""

    pdf: bytes
    pages: int
    lines_over: int
    complaints: tuple[str, ...]


class Rendering:
    """The rendering of some sheets, under way from the moment it is made until `wait` is called.

    `root` is the project. `jobs` is the number of workers (default: every core). `executor` replaces our own workers, for example
    with those of a cluster that sees the project at the same path.
    """

    def __init__(self, root: Path, prints: Sequence[Print], *, jobs: int | None = None, executor: Executor | None = None) -> None:
        self._assets = root / "docs" / "assets"
        self._stylesheet = (root / "templates" / "handouts" / "print.css").read_text(encoding="utf-8")
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

    def files(self) -> list[tuple[Print, Path]]:
        """Where each sheet will lie when it is rendered."""
        return list(zip(self._prints, self._files, strict=True))

    def wait(self) -> tuple[list[Sheet], list[Problem]]:
        """Every sheet that could be made, in the order of its print, and the problems that kept others from it."""
        problems: list[Problem] = []
        self._cache.mkdir(parents=True, exist_ok=True)
        try:
            for file, future in self._futures.items():
                outcome = future.result()
                found = list(_problems(self._stale[file], outcome))
                problems += found
                if not found:
                    _write(file, outcome.pdf)
        finally:
            for pool in self._own:
                pool.shutdown(cancel_futures=True)
        self._prune()
        return [Sheet(sheet, file, _page_count(file)) for sheet, file in self.files() if self._is_good(file, sheet)], problems

    def _start(self) -> None:
        stale = list(self._stale.items())
        for first in range(0, len(stale), BATCH):
            batch = stale[first : first + BATCH]
            executor = self._executor or self._pool(len(batch))
            for file, sheet in batch:
                self._futures[file] = executor.submit(render, sheet.html, self._stylesheet, self._assets, sheet.limit)

    def _pool(self, sheets: int) -> ProcessPoolExecutor:
        pool = workers(1 if sheets <= FEW else min(self._jobs, sheets))
        self._own.append(pool)
        return pool

    def _digests(self, prints: Iterable[Print]) -> list[str]:
        """The cache key of each sheet: its HTML and all else that shapes the bytes."""
        shared = hashlib.sha256(self._stylesheet.encode())
        for file in sorted(path for path in self._assets.rglob("*") if path.suffix in {".ttf", ".svg", ".png"}):
            shared.update(file.relative_to(self._assets).as_posix().encode() + file.read_bytes())
        shared.update(repr([FINISH, *(version(name) for name in ("weasyprint", "pydyf", "pikepdf", "fonttools")), machine.library_versions()]).encode())
        return [hashlib.sha256(shared.digest() + sheet.html.encode()).hexdigest() for sheet in prints]

    def _is_good(self, file: Path, sheet: Print) -> bool:
        """Whether the cache has this sheet. One that is now too long is rendered again, to tell by how much."""
        if not file.is_file() or (sheet.limit is not None and _page_count(file) > sheet.limit):
            return False
        os.utime(file)
        return True

    def _prune(self) -> None:
        limit = time.time() - KEPT_DAYS * 86400
        for file in self._cache.glob("*.pdf"):
            if file.stat().st_mtime < limit:
                file.unlink(missing_ok=True)


def workers(count: int) -> ProcessPoolExecutor:
    """Processes that render; spawned, since a fork would carry over whatever the parent has open."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def render(html: str, stylesheet: str, assets: Path, limit: int | None) -> Outcome:
    """One sheet; runs in a worker. WeasyPrint's warnings come back as complaints, never as a silently worse sheet."""
    from weasyprint.urls import FatalURLFetchingError

    renderer = _renderer(stylesheet, assets)
    with _Complaints() as complaints:
        try:
            document = renderer.render(html)
            pdf = _finish(document.write_pdf(pdf_variant="pdf/ua-1", pdf_forms=True))
        except FatalURLFetchingError as error:
            return Outcome(b"", 0, 0, (str(error),))
    beyond = document.pages[limit:] if limit is not None else []
    return Outcome(pdf, len(document.pages), sum(_text_lines(page._page_box) for page in beyond), tuple(complaints.messages))


class _Renderer:
    """What a worker keeps from sheet to sheet: half of the cost of one sheet is here."""

    def __init__(self, stylesheet: str, assets: Path) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        class OurAssets(URLFetcher):  # type: ignore[misc]
            """`asset:` names inside docs/assets, and nothing else: no network, no other file."""

            def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
                file = (assets / url.removeprefix("asset:")).resolve()
                if not url.startswith("asset:") or not file.is_relative_to(assets.resolve()) or not file.is_file():
                    raise FatalURLFetchingError(f"a sheet may only use files of docs/assets, not {url}")
                return URLFetcherResponse(url, file.read_bytes())

        self._html = weasyprint.HTML
        self._fetcher = OurAssets(fail_on_errors=True)
        self._fonts = FontConfiguration()
        self._css = weasyprint.CSS(string=stylesheet, url_fetcher=self._fetcher, font_config=self._fonts)
        gc.freeze()

    def render(self, html: str) -> Any:
        return self._html(string=html, url_fetcher=self._fetcher).render(stylesheets=[self._css], font_config=self._fonts)


@cache
def _renderer(stylesheet: str, assets: Path) -> _Renderer:
    return _Renderer(stylesheet, assets)


class _Complaints(logging.Handler):
    """Collects what WeasyPrint warns of while a sheet is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> _Complaints:
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)


def _finish(pdf: bytes) -> bytes:
    """What PDF/UA asks for and WeasyPrint leaves out: the scope of header cells, and links that print. Fields are made ready for any viewer."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        _ready_fields(document)
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary):
                if thing.get("/S") == "/TH":
                    thing.A.Scope = pikepdf.Name.Column  # our tables have headers for columns only
                if thing.get("/Subtype") == "/Link":
                    thing.F = int(thing.get("/F", 0)) | 4
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
        return out.getvalue()


def _ready_fields(document: Any) -> None:
    """WeasyPrint's fields name a subset of our font, which lacks most letters; a viewer's own Helvetica has them all. Tab goes in reading order."""
    from pikepdf import Dictionary, Name, String

    if "/AcroForm" not in document.Root or not document.Root.AcroForm.Fields:
        return
    form = document.Root.AcroForm
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    form.DR = Dictionary(Font=Dictionary(Helv=document.make_indirect(helvetica)))
    for field in (form, *form.Fields):
        field.DA = String("/Helv 12 Tf 0 g")
    for page in document.pages:
        page.Tabs = Name.S


def _text_lines(page: Any) -> int:
    """The lines of text in the flow of a page, its margins left out."""
    return sum(type(box).__name__ == "LineBox" for child in page.children if type(child).__name__ != "MarginBox" for box in child.descendants())


def _problems(sheet: Print, outcome: Outcome) -> Iterable[Problem]:
    """A sheet keeps the number of sides that its recipe promises, and is made without a warning."""
    place = sheet.handout.place
    for complaint in outcome.complaints:
        yield Problem(place, f"the sheet {sheet.uri} cannot be set: {complaint}", "Mend its layout in templates/handouts.", "sheet")
    if sheet.limit is not None and outcome.pages > sheet.limit:
        over = f"{outcome.pages} sides, and its recipe allows {sheet.limit}: about {outcome.lines_over} lines too many"
        yield Problem(
            sheet.handout.at("pages"),
            f"the sheet {sheet.uri} takes {over}",
            "Show a message in its short form ({message: …, show: short}), take one out, or allow more `pages`.",
            "too-long",
        )


def _page_count(file: Path) -> int:
    import pikepdf

    with pikepdf.open(file) as document:
        return len(document.pages)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a build that is stopped half-way leaves no broken sheet behind."""
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(file)
