"""What a command takes: wall time, processor time and memory of the whole of it, with every process that it starts."""

from __future__ import annotations

import ctypes
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER: what a command leaves behind comes to us, and is counted too
LEFT_BEHIND = 5  # seconds that it may go on
LOOK = 0.05  # seconds between two looks at the memory


class UnmeasuredError(Exception):
    """A figure that cannot be had here, or that came to nothing; says why."""


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and processor time, and the most memory in MB that the command itself and any other process of it held. What was not measured is NaN."""

    wall: float
    cpu: float = math.nan
    main: float = math.nan
    worker: float = math.nan


def spent(*command: str | Path, cwd: Path) -> Cost:
    """Run a command of this environment, or a program with its path. Raises UnmeasuredError with its last words if it does not end well."""
    begun = time.perf_counter()
    with started(*command, cwd=cwd) as (process, said, memory):
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime + _left_behind(process.pid)
        if process.returncode:
            said.seek(0)
            last = said.read().decode(errors="replace").strip()[-500:]
            raise UnmeasuredError(f"{' '.join(map(str, command))} ended with {process.returncode}: {last}")
    main = usage.ru_maxrss * 1024 / 1e6 if math.isnan(memory.main) else memory.main  # nobody looked, so soon was it over
    return Cost(wall, cpu, main, memory.worker)


@contextmanager
def started(*command: str | Path, cwd: Path) -> Iterator[tuple[subprocess.Popen[bytes], Any, Memory]]:
    """A command that runs, in a group of its own, the file of what it says, and its memory. Whatever is left of it at the end is killed."""
    ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [program(command[0]), *map(str, command[1:])],
            cwd=cwd,
            stdout=said,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"},
        )
        with Memory(process.pid) as memory:
            try:
                yield process, said, memory
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if process.returncode is None:
                    process.wait()


def program(name: str | Path) -> str:
    """Where a command of this environment lies; a path is itself."""
    return str(name if isinstance(name, Path) else Path(sys.executable).with_name(name))


class Memory(threading.Thread):
    """The most memory in MB of a process and of the largest that it started, while `with` lasts. The system keeps each one's peak: it is looked at often."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._peaks: dict[int, float] = {}
        self._over = threading.Event()

    def __enter__(self) -> Memory:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    @property
    def main(self) -> float:
        return self._peaks.get(self._pid, math.nan)

    @property
    def worker(self) -> float:
        return max((peak for pid, peak in self._peaks.items() if pid != self._pid), default=math.nan)

    def run(self) -> None:
        while not self._over.wait(LOOK):
            for pid in _group(self._pid):
                with suppress(OSError):
                    if found := re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8")):
                        self._peaks[pid] = max(self._peaks.get(pid, 0), int(found[1]) * 1024 / 1e6)


def _group(leader: int) -> list[int]:
    """The processes of a group, among those that we started or adopted."""
    waiting, found = [os.getpid()], []
    while waiting:
        with suppress(OSError):  # one that has ended meanwhile
            for thread in Path(f"/proc/{waiting.pop()}/task").iterdir():
                children = [*map(int, (thread / "children").read_text(encoding="utf-8").split())]
                waiting += children
                found += [child for child in children if os.getpgid(child) == leader]
    return found


def _left_behind(group: int) -> float:
    """The processor time of what outlived its command, which is waited for."""
    cpu, until = 0.0, time.monotonic() + LEFT_BEHIND
    while time.monotonic() < until:
        try:
            pid, _, usage = os.wait4(-group, os.WNOHANG)
        except ChildProcessError:
            break
        if pid:
            cpu += usage.ru_utime + usage.ru_stime
        else:
            time.sleep(0.01)
    return cpu
