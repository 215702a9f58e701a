"""Workers end when they are told to, whatever they are doing."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
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


def test_they_end_though_they_were_stopped_as_the_first_of_them_began(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first process and the thread that watches over it."""

    def stopped(_: threading.Thread) -> None:
        raise SystemExit(143)

    workers = Workers(1)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", stopped)
        with pytest.raises(SystemExit):
            workers.submit(time.sleep, 600)
    (process,) = multiprocessing.active_children()
    workers.end()
    process.join(SOON)
    assert not multiprocessing.active_children()


def test_two_threads_may_end_them_at_once() -> None:
    """The preview's own thread ends a worker that broke, while the command ends everything."""
    faults: list[BaseException] = []
    both = threading.Barrier(2)

    def end(workers: Workers) -> None:
        both.wait(SOON)
        try:
            workers.end()
        except BaseException as fault:
            faults.append(fault)

    for _ in range(30):  # without its lock, a third of them failed
        workers = Workers(1)
        workers.submit(time.sleep, 600)
        threads = [threading.Thread(target=end, args=(workers,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SOON)
    assert not multiprocessing.active_children()
    assert not faults


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


def test_a_worker_imports_what_it_needs_before_it_has_work_and_nothing_of_the_command(project: Project) -> None:
    root = project()
    site = built(root).site
    assert site
    workers = Workers(1)
    workers.get_ready()
    loaded = workers.submit(eval, "set(__import__('sys').modules)").result()
    assert {"weasyprint", "pikepdf", "pypdfium2"} < loaded
    assert not loaded & {"pytest", "typer", "pydantic"}
    for sheet in site.prints[:2]:  # and lives for more than one rendering
        with Rendering(root, [sheet], executor=workers) as rendering:
            assert rendering.count == 1
            assert rendering.wait()[1] == []
    assert len(multiprocessing.active_children()) == 1
    workers.end()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, names have to be asked for")
def test_getting_ready_starts_no_other_program() -> None:
    program = """if True:
        import ctypes.util, sys
        started = []
        sys.addaudithook(lambda event, _: started.append(event) if event == "subprocess.Popen" else None)
        from generator.paper import typeset
        typeset.get_ready()
        assert "weasyprint" in sys.modules and not started, started
        ctypes.util.find_library("none-of-this-name")
        assert started, "it asks a compiler, and is as it was"
    """
    subprocess.run([sys.executable, "-c", program], check=True)
