"""Workers end when they are told to, whatever they are doing."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from generator.paper.rendering import Rendering
from generator.paper.workers import Workers
from tests.conftest import Project, built

SOON = 10  # seconds


def test_they_end_at_once_while_they_work_and_can_be_ended_again() -> None:
    workers = Workers(2)
    busy = [workers.submit(time.sleep, 600) for _ in range(4)]
    while not busy[1].running():
        time.sleep(0.05)
    began = time.monotonic()
    workers.end()
    workers.end()
    assert time.monotonic() - began < SOON
    assert all(future.done() for future in busy)
    assert not multiprocessing.active_children()


def test_half_a_result_is_not_waited_for() -> None:
    """A worker that was ended while it handed over its sheet never hands over the rest."""
    workers = Workers(1)
    result = workers.submit(bytes, 200_000_000)
    (reader,) = [thread for thread in threading.enumerate() if "ExecutorManager" in type(thread).__name__]
    while "_recv_bytes" not in [frame.name for frame in traceback.extract_stack(sys._current_frames()[reader.ident or 0])]:
        assert not result.done()
    (process,) = multiprocessing.active_children()
    os.kill(process.pid or 0, signal.SIGSTOP)  # in the midst of it
    began = time.monotonic()
    workers.end()
    assert time.monotonic() - began < SOON
    with pytest.raises(BrokenProcessPool):
        result.result()


def test_a_rendering_that_fails_half_way_ends_its_workers(project: Project) -> None:
    root = project()
    site = built(root).site
    assert site
    rendering = Rendering(root, site.prints, jobs=2)
    assert multiprocessing.active_children()
    shutil.rmtree(root / ".cache")
    Path(root / ".cache").write_text("a file where the sheets should go", encoding="utf-8")
    with pytest.raises(OSError, match=r"\.cache"):
        rendering.wait()
    assert not multiprocessing.active_children()


def test_a_rendering_that_nobody_waits_for_ends_its_workers(project: Project) -> None:
    root = project()
    site = built(root).site
    assert site
    with Rendering(root, site.prints, jobs=2):
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()
