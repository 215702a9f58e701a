"""How a command is stopped from outside: by Ctrl and C, a closed window, or the system. The only room that listens to signals."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = tuple(signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if name in signal.Signals.__members__)
STOPPED = "Stopped. Nothing was changed in the site."

_before: dict[signal.Signals, Any] = {}  # what each signal did before `obey`


class Stopped(SystemExit):
    """The end of a command that was stopped; its code is what shells expect. What is open is closed on the way, and nothing takes it for an error."""


def obey() -> None:
    """From now on a signal to stop raises Stopped, once, in the main thread, which is where this is called. One that is ignored stays so: `nohup` does it."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            _before[number] = signal.signal(number, _stop)


@contextmanager
def past_stopping() -> Iterator[None]:
    """What is done here is done whole, and the work with it: afterwards each signal does again what it did before `obey`."""
    _ignore()
    try:
        yield
    finally:
        while _before:
            signal.signal(*_before.popitem())


def _stop(number: int, _: FrameType | None) -> None:
    _ignore()  # to clean up takes a moment only
    raise Stopped(128 + number)


def _ignore() -> None:
    for number in _before:
        signal.signal(number, signal.SIG_IGN)
