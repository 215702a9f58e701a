"""The live preview: a server that stays, keeps what it has read, and makes each page and sheet when somebody looks at it.

| who                | does what                                                                                                   |
|--------------------|-------------------------------------------------------------------------------------------------------------|
| the main thread    | waits until files change, reads the project, and shows the new version of the site in the place of the last |
| a thread a request | makes the page that is asked for, or waits for its sheet                                                    |
| a thread beside    | makes what nobody has looked at yet, holds it against the rules, and has the sheets rendered                |

A version that turns out to be wrong gives way to the one before it, with a notice above every page. What is served are the bytes of a build but for
one thing: a page lacks the policy and the worker for reading offline (`live` and `worker` in the theme), and has `templates/live.html.j2` at its end.
The only room that knows watchdog.
"""

from __future__ import annotations

import errno
import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from generator.build import Built, Request, draft, handout_index, held
from generator.compose.site import Made, Print, Site
from generator.compose.templating import BrokenTemplateError, Templates
from generator.content import addresses
from generator.content.model import Pack
from generator.content.problems import Place, Problem, as_text
from generator.paper import machine
from generator.paper.rendering import Rendering, Sheet
from generator.paper.turns import Turns
from generator.web.answering import Answer, Server, kind
from generator.web.faults import UnusablePlaceError
from generator.web.mkdocs_plugin import PmpPlugin
from generator.web.piecewise import Pieces

SETTINGS = "mkdocs.yml"
WATCHED = ("docs", "handouts", "templates")
# What is listened for. That a file is read, too, could be heard of: a thousand times whenever the project is read, in the midst of it.
CHANGES: list[type[FileSystemEvent]] = [
    *(DirCreatedEvent, DirDeletedEvent, DirModifiedEvent, DirMovedEvent),
    *(FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent),
]
SETTLED = 0.02  # seconds without a change, after which a row of changes is over
QUIET, MOST_QUIET = 0.3, 1.0  # seconds without a request that are waited for before what nobody has looked at is made, and how long for
PATIENCE = 30  # seconds after which a browser that waits for news hears that there is none
NEWS = ".live"  # where a browser waits for news, below the address of the site
FRONT, NOT_FOUND = "index.html", "404.html"


class NotRenderedError(Exception):
    """A sheet that could not be made; its problem is in the notice."""


@dataclass(eq=False)
class Version:
    """The site as it was read once. `problems` are those that it is shown with; `before` is what to go back to should it turn out to be wrong."""

    built: Built
    pieces: Pieces
    before: Version | None
    problems: tuple[Problem, ...]
    is_checked: bool = False


class Live:
    """The preview of the project at `root`. `tell` takes lines for the terminal. To `close` it ends all that it has begun.

    Raises OSError where this machine may not answer at `address` (HOST:PORT).
    """

    def __init__(self, root: Path, request: Request, address: str, tell: Callable[[str], None]) -> None:
        self._root, self._request, self._tell = root, request, tell
        self._plugin: PmpPlugin | None = None
        self._engine = threading.Lock()  # our plugin knows one Site at a time
        self._templates = Templates(root)
        self._changed = threading.Condition()  # held whenever one of these is looked at or set:
        self._stale = False  # files have changed since they were read
        self._reading = True
        self._shown: Version | None = None
        self._errors: tuple[Problem, ...] = ()  # why a version after the shown one cannot be shown
        self._number = int(time.time() * 1000)  # of what is shown, with its notice; no preview before this one has used it
        self._looked_at: dict[str, float] = {}  # when each place of the site was last asked for
        self._asked = 0.0
        self._fault: BaseException | None = None  # for the main thread to raise
        self._server = Server(address, self.answer, self.fail)
        self._mount = "/"
        self._address = address
        self._observer = Observer()
        self._watches: dict[Path, tuple[int, ObservedWatch]] = {}
        self._turns = Turns() if request.sheets and not machine.missing() else None

    def close(self) -> None:
        """End the server, the worker, and the watch over files. May be called again."""
        self._server.end()
        if self._observer.is_alive():
            self._observer.stop()
        if self._turns:
            self._turns.end()
        if self._plugin:
            self._plugin.on_shutdown()

    # The main thread

    def serve(self) -> None:
        """Serve, and follow what is saved, until something is raised."""
        self._server.begin()
        try:
            self._observer.start()
            self._watch()
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EMFILE}:
                raise UnusablePlaceError(
                    "This machine watches too many files already.", "Raise fs.inotify.max_user_watches, or end what watches them."
                ) from error
            raise
        threading.Thread(target=self._careful, args=(self._follow_beside,), daemon=True).start()
        self._read()
        self._tell(f"Serving on http://{self._address}{self._mount}")
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stale or self._fault)
                if self._fault:
                    raise self._fault
                self._reading = True
                self._changed.notify_all()
            self._read()

    def _watch(self) -> None:
        """Watch each folder that authors write, also where it has come since, or has been replaced."""
        for folder in (self._root, *(self._root / name for name in WATCHED)):
            known, there = self._watches.get(folder), folder.stat().st_ino if folder.is_dir() else None
            if known and known[0] != there:
                self._observer.unschedule(self._watches.pop(folder)[1])
            if there and folder not in self._watches:
                changes = _Changes(self._root, self._saved)
                self._watches[folder] = (there, self._observer.schedule(changes, str(folder), recursive=folder != self._root, event_filter=CHANGES))

    def _saved(self) -> None:
        with self._changed:
            self._stale = True
            self._changed.notify_all()

    def _read(self) -> None:
        """Read the project, and show what has come of it."""
        with self._changed:
            self._stale = False
            while self._changed.wait_for(lambda: self._stale, SETTLED):
                self._stale = False
        self._watch()
        if self._turns:
            self._turns.forget()
        built = draft(self._root, self._request)
        shown = self._shown
        version: Version | None = None
        if built.site or shown is None:
            try:
                version = Version(built, self._pieces(built), shown if shown and shown.built.site else None, built.problems)
            except (Abort, ConfigurationError) as error:
                built = _unusable(built, f"this cannot be used: {error}")
            except KeyError:
                built = _unusable(built, "the plugin pmp is not named here")
        with self._changed:
            self._reading = False
            self._asked = time.monotonic()
            if version is None:
                self._show(self._shown, built.problems)
            else:
                if shown and shown.before and shown.before.before:
                    shown.before = shown.before.before  # two that came before are enough
                self._show(version, ())

    def _pieces(self, built: Built) -> Pieces:
        """The files of a version. Raises Abort, ConfigurationError or KeyError for settings that MkDocs cannot use."""
        with self._engine:
            config = load_config(str(self._root / SETTINGS))
            plugin = config.plugins["pmp"]
            assert isinstance(plugin, PmpPlugin)
            if self._plugin is not plugin:  # MkDocs keeps it from then on
                self._plugin, plugin.live, plugin.request = plugin, True, self._request
                config.plugins.on_startup(command="serve", dirty=False)
            plugin.prepared = (built, None)
            self._mount = urlsplit(config.site_url or "").path.rstrip("/") + "/"
            titles = {page.uri: page.title for page in built.site.pages} if built.site else {}
            return Pieces(config, titles, self._sheet_makers(built.site) if built.site else {})

    def _show(self, version: Version | None, errors: tuple[Problem, ...]) -> None:
        """Show a version, and the notice of what is wrong with it or with a later one. `_changed` is held."""
        assert version
        assert self._plugin
        before = self._plugin.problems
        self._shown, self._errors = version, errors
        self._plugin.problems = errors or version.problems
        version.pieces.forget()
        self._number += 1
        self._changed.notify_all()
        if self._plugin.problems != before:
            self._tell(as_text(self._plugin.problems) if self._plugin.problems else "All is well again.")

    def _refute(self, version: Version, problems: tuple[Problem, ...]) -> None:
        """Go back from a version that turned out to be wrong."""
        if self._turns:
            self._turns.forget()
        before = version.before
        if before is None:
            nothing = Built(version.built.library, None, problems)
            before = Version(nothing, self._pieces(nothing), None, problems)
        with self._changed:
            if self._shown is version:
                self._show(before, problems)

    # A thread a request

    def answer(self, path: str) -> Answer:
        """What a browser gets for the path of an address. A page that cannot be made is answered by what was last good, with a notice."""
        with self._changed:
            self._changed.wait_for(lambda: self._shown and not self._stale and not self._reading)
        address, _, query = path.partition("?")
        if not address.startswith(self._mount):
            return Answer(b"", "text/plain", 302, self._mount)
        place = unquote(address.removeprefix(self._mount))
        if place == NEWS:
            return self._news(query)
        page = f"{place}index.html" if place.endswith("/") or not place else place
        while True:
            with self._changed:
                version, number, working = self._shown, self._number, self._is_working()
                self._asked = self._looked_at[page] = time.monotonic()
            assert version
            try:
                if version.pieces.has(f"{place}/index.html"):
                    return Answer(b"", "text/plain", 302, quote(f"{self._mount}{place}/"))
                content, status = version.pieces.content(page), 200
                if content is None:
                    page, content, status = NOT_FOUND, version.pieces.content(NOT_FOUND), 404
            except NotRenderedError:
                return Answer(b"This sheet cannot be made.", "text/plain", 404)
            except BrokenTemplateError as broken:
                problems = (*version.built.problems, broken.problem)
                if not version.built.site:
                    return Answer(as_text(problems).encode(), "text/plain; charset=utf-8", 500)
                self._refute(version, problems)
                continue
            if page.endswith(".html") and content:
                content = self._followed(content, number, working)
            return Answer(content or b"", kind(page), status)

    def _followed(self, page: bytes, number: int, working: bool) -> bytes:
        """A page with what lets it follow the preview."""
        more = self._templates.render("live.html.j2", address=self._mount + NEWS, number=number, working=working).encode()
        body, end, rest = page.rpartition(b"</body>")
        return body + more + end + rest if end else page + more

    def _news(self, query: str) -> Answer:
        """What is shown, and whether there is work under way: told as soon as it is no longer what the browser knows (`NUMBER-WORKING`)."""
        with self._changed:
            self._changed.wait_for(lambda: query != self._state() or self._fault, PATIENCE)
            return Answer(json.dumps({"number": self._number, "working": self._is_working()}).encode(), "application/json")

    def _state(self) -> str:
        return f"{self._number}-{json.dumps(self._is_working())}"

    def _is_working(self) -> bool:
        return self._stale or self._reading or not (self._shown and self._shown.is_checked)

    # Sheets

    def _sheet_makers(self, site: Site) -> dict[str, Callable[[], bytes]]:
        """How each file of a sheet is made, and their index, by their places in the site."""
        makers: dict[str, Callable[[], bytes]] = {addresses.INDEX: partial(self._index, site)}
        for sheet in site.prints:
            for uri in (sheet.uri, sheet.preview):
                if uri:
                    makers[uri] = partial(self._sheet, sheet, uri)
        return makers

    def _sheet(self, sheet: Print, uri: str) -> bytes:
        assert self._turns
        sheets, _ = self._render([sheet], self._turns.first)
        if not sheets:
            raise NotRenderedError(uri)
        return dict(sheets[0].files)[uri].read_bytes()

    def _index(self, site: Site) -> bytes:
        sheets = self._render(site.prints, self._turns.first)[0] if self._turns else ()
        return handout_index(sheets, self._request.today).encode()

    def _render(self, prints: Iterable[Print], executor: Executor) -> tuple[list[Sheet], list[Problem]]:
        with Rendering(self._root, tuple(prints), executor=executor) as rendering:
            return rendering.wait()

    # The thread beside

    def _follow_beside(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._shown and not self._shown.is_checked and not self._stale and not self._reading)
                version = self._shown
            assert version
            self._wait_for_quiet()
            self._complete(version)

    def _wait_for_quiet(self) -> None:
        """Let requests come first: whoever looks at a page waits for it."""
        end = time.monotonic() + MOST_QUIET
        while (rest := min(end, self._asked + QUIET) - time.monotonic()) > 0:
            time.sleep(rest)

    def _complete(self, version: Version) -> None:
        """Make all of a version that nobody has asked for yet, and look at it; given up as soon as files change."""
        site, problems = version.built.site, version.built.problems
        if site:
            try:
                if not self._make(version, site.prints):
                    return
                # they take longest, and the worker makes them beside the rest
                rendering = Rendering(self._root, sorted(site.prints, key=self._turn), executor=self._turns) if self._turns else None
                if not self._make(version, (*site.pages, *site.texts)):
                    return
                for page in (FRONT, NOT_FOUND):  # for faults of the theme
                    version.pieces.content(page)
            except BrokenTemplateError as broken:
                self._refute(version, (*problems, broken.problem))
                return
            built = held(version.built)
            if not built.site:
                self._refute(version, built.problems)
                return
            problems = built.problems
            if rendering:
                try:
                    problems += tuple(rendering.wait()[1])
                except CancelledError:
                    return
        with self._changed:
            if self._shown is version:
                version.is_checked = True
                if version.before:
                    version.before.before = None
                if problems != version.problems:
                    version.problems = problems
                    self._show(version, self._errors)
                self._changed.notify_all()

    def _make(self, version: Version, of_it: Iterable[Made]) -> bool:
        """Make what is left of some of a version; whether it is still the one to be made."""
        for made in of_it:
            if self._is_over(version):
                return False
            _ = made.made  # which makes it
        return True

    def _is_over(self, version: Version) -> bool:
        with self._changed:
            return self._stale or self._reading or self._shown is not version

    def _turn(self, sheet: Print) -> tuple[float, bool]:
        """The sheets of the pages that were looked at last come first, and packs, which take longest, at the end."""
        page = f"{addresses.web_path(addresses.page_of(sheet.recipe))}index.html"
        return -self._looked_at.get(page, 0), isinstance(sheet.recipe, Pack)

    def _careful(self, work: Callable[[], None]) -> None:
        """Do something in another thread; its fault ends the preview, and is told there."""
        try:
            work()
        except BaseException as fault:
            self.fail(fault)

    def fail(self, fault: BaseException) -> None:
        """End the preview by what went wrong in another thread."""
        with self._changed:
            self._fault = self._fault or fault
            self._changed.notify_all()


class _Changes(FileSystemEventHandler):
    """Hears of every change that an author makes below `root`."""

    def __init__(self, root: Path, saved: Callable[[], None]) -> None:
        self._root, self._saved = root, saved

    def on_any_event(self, event: FileSystemEvent) -> None:
        if any(self._counts(path) for path in (event.src_path, event.dest_path) if path):
            self._saved()

    def _counts(self, path: str | bytes) -> bool:
        """Whether this is something that is read, and none of what editors leave beside a file."""
        parts = Path(str(path)).relative_to(self._root).parts
        return bool(parts) and parts[0] in {*WATCHED, SETTINGS} and not any(part.startswith((".", "~")) or part.endswith("~") for part in parts)


def _unusable(built: Built, what: str) -> Built:
    """What was built, less its Site, for settings that MkDocs cannot use."""
    return Built(built.library, None, (*built.problems, Problem(Place(SETTINGS), what, "Compare it with the one that came with the project.", "settings")))
