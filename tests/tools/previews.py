"""A live preview as a browser meets it: a page that is asked for, told of changes, and asked for again until it has them. Knows HTTP and nothing else."""

from __future__ import annotations

import math
import re
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from tests.tools.cost import UnmeasuredError, started

GAP = 0.01  # seconds between two questions, where the page is not told of changes
PAUSE = 1  # seconds before the first save: no hand is faster, and a preview may still be looking round


class Preview:
    """A preview that runs. `first` is what it took to its first page."""

    def __init__(self, address: str, page: str, patience: float, alive: Callable[[], bool]) -> None:
        self._address, self._page, self._patience, self._alive = address, page, patience, alive
        self.first = math.nan

    def get(self, path: str, patience: float | None = None) -> bytes | None:
        """What stands there now; nothing while nothing does."""
        try:
            with urllib.request.urlopen(self._address + path, timeout=patience or self._patience) as answer:
                return bytes(answer.read())
        except (OSError, HTTPException):
            return None

    def page_with(self, words: str) -> float:
        """Seconds until the page has these words. Like the page's own script, it waits to be told (MkDocs has a question that is answered then)."""
        begun = time.perf_counter()
        while words not in (text := (self.get(self._page) or b"").decode(errors="replace")):
            self._hold_on(begun, f'"{words}" on the page')
            if told := re.search(r"livereload\((\d+), ?(\d+)\)", text):
                self.get(f"livereload/{told[1]}/{told[2]}")
            time.sleep(GAP)
        return time.perf_counter() - begun

    def files_other_than(self, before: dict[str, bytes | None]) -> float:
        """Seconds until each of some files is there, and another than it was."""
        begun = time.perf_counter()
        for path, old in before.items():
            while (now := self.get(path)) is None or now == old:
                self._hold_on(begun, f"another {path}")
                time.sleep(GAP)
        return time.perf_counter() - begun

    def _hold_on(self, begun: float, what: str) -> None:
        if not self._alive():
            raise UnmeasuredError("the preview has ended")
        if time.perf_counter() - begun > self._patience:
            raise UnmeasuredError(f"not within {self._patience:.0f} s: {what}")


@contextmanager
def preview(*command: str | Path, option: str, cwd: Path, page: str, patience: float) -> Iterator[Preview]:
    """The preview that a command starts, from its first page on. `option` is how it is told its address; `patience` the seconds after which a thing counts as not shown."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    begun = time.perf_counter()
    with started(*command, option, address, cwd=cwd) as (process, _, _):
        shown = Preview(f"http://{address}/", page, patience, lambda: process.poll() is None)
        shown.page_with("<h1")
        shown.first = time.perf_counter() - begun
        time.sleep(PAUSE)
        yield shown
