"""Processes that render, and how they end. The only room that knows processes.

They end with this process, whatever ends it, and at once when they are told to: half a sheet is not worth waiting for.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import ParamSpec, TypeVar

from generator.paper import typeset

P = ParamSpec("P")
T = TypeVar("T")


class UnusableWorkersError(Exception):
    """Workers that cannot be used: what is wrong with them, and its cure."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what, cure)
        self.what, self.cure = what, cure


class Workers(ProcessPoolExecutor):
    """At most `count` processes, each started when there is something to do and all others are busy.

    They are spawned: a fork would carry over whatever the parent has open, and a server that forks would be one more process to end, for half a
    second a worker.
    """

    def __init__(self, count: int) -> None:
        self._ending = threading.RLock()
        self._folder = tempfile.mkdtemp(prefix="pmp-")  # a process that is killed cannot tidy up, and its fonts are large
        with _unheard(), _alone():
            super().__init__(count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(self._folder,))

    def get_ready(self) -> None:
        """Start one of them before there is anything to do: it imports meanwhile what takes long."""
        self.submit(typeset.get_ready)

    def allow(self, count: int) -> None:
        """From now on there may be as many as `count`."""
        self._max_workers = count

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As every executor does; a process is started where one is missing."""
        with _unheard(), _alone():
            return super().submit(fn, *args, **kwargs)

    def end(self) -> None:
        """End them, whatever they are doing. May be called again, from any thread."""
        with self._ending:
            for process in list((self._processes or {}).values()):
                process.kill()
            if self._result_queue:
                self._result_queue._writer.close()  # type: ignore[attr-defined]  # else half a result in the pipe would be waited for
            with suppress(RuntimeError):  # its own thread has not begun: what stops a command may come between a process and that
                self.shutdown(cancel_futures=True)
            shutil.rmtree(self._folder, ignore_errors=True)


def _begin(folder: str) -> None:
    """Runs in a worker, whose temporary files go into `folder`. What stops a command reaches every process of its terminal; the parent hears it, and ends its workers."""
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent, "only workers have one"
    parent.join()
    os._exit(1)


@contextmanager
def _alone() -> Iterator[None]:
    """A process that is started meanwhile does not import the program that runs here, as it would by itself: what it does is none of that."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _unheard() -> Iterator[None]:
    """A process that is started meanwhile hears neither Ctrl and C nor that its window is closed. Windows has no such thing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
