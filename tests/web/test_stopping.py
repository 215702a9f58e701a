"""A command that is stopped ends at once, with all its processes, and leaves the old site as it was."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from generator.web.stopping import STOPPED
from tests.conftest import TODAY, tree, until

MANY = 40  # sheets that are still to be rendered: more than a test waits for
SOON = 10  # seconds, in which everything has ended

PMP_BUILD = ("pmp", "build", "--today", str(TODAY))
MKDOCS_BUILD = ("mkdocs", "build")
EXPORT = ("pmp", "export", "exported", "--today", str(TODAY))


class Running:
    """A command in a session of its own, as a terminal gives it one. After `with`, nothing of it is left."""

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def __init__(self, root: Path, *command: str) -> None:
        program, *rest = command
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name(program), *rest],
            cwd=root,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[str]:
        """The command lines of all that runs in its session, whoever is their parent now."""
        listed = subprocess.run(["ps", "-e", "-ww", "-o", "sid=", "-o", "stat=", "-o", "args="], capture_output=True, text=True, check=True).stdout.splitlines()
        rows = [line.split(maxsplit=2) for line in listed]
        return [args for session, state, args in rows if int(session) == self.process.pid and not state.startswith("Z")]

    @property
    def workers(self) -> list[str]:
        return [args for args in self.processes() if "spawn_main" in args]

    def ends(self) -> tuple[int, str]:
        """Its exit status, and all that it said; nothing of it may be left then."""
        out, err = self.process.communicate(timeout=SOON)
        until(lambda: not self.processes(), SOON)
        return self.process.returncode, out + err


@pytest.fixture
def long_project(built_project: Path) -> Path:
    """A project with its site, and with many new sheets."""
    for number in range(MANY):
        shutil.copy(built_project / "handouts" / "real.md", built_project / "handouts" / f"real-{number}.md")
    shutil.rmtree(built_project / ".cache")
    return built_project


@pytest.mark.parametrize(
    ("command", "number"),
    [(PMP_BUILD, signal.SIGINT), (MKDOCS_BUILD, signal.SIGTERM), (EXPORT, signal.SIGHUP)],
)
def test_a_command_that_is_stopped_ends_with_its_workers(long_project: Path, command: tuple[str, ...], number: signal.Signals) -> None:
    before = tree(long_project / "site")
    with Running(long_project, *command) as running:
        until(lambda: list((long_project / ".cache").rglob("*.png")))
        assert running.workers
        running.process.send_signal(number)
        status, said = running.ends()
    assert status == 128 + number, said
    assert said.count(STOPPED) == 1
    assert "Traceback" not in said
    assert tree(long_project / "site") == before
    assert {path.name for path in long_project.iterdir()} == {"docs", "handouts", "mkdocs.yml", ".cache", "site"}, "nothing is left lying about"
    assert not list((long_project / ".cache").rglob("*.part"))


@pytest.mark.parametrize(("command", "number"), [(PMP_BUILD, signal.SIGTERM), (MKDOCS_BUILD, signal.SIGHUP)])
def test_a_signal_for_all_processes_that_comes_while_workers_begin_shows_no_trace(long_project: Path, command: tuple[str, ...], number: signal.Signals) -> None:
    with Running(long_project, *command) as running:
        until(lambda: running.workers)
        os.killpg(running.process.pid, number)
        status, said = running.ends()
    assert status == 128 + number, said
    assert said.count(STOPPED) == 1
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_preview_ends_with_its_workers(built_project: Path, number: signal.Signals) -> None:
    """Its workers are idle: the preview waits for what is saved next."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    shutil.rmtree(built_project / ".cache")
    with Running(built_project, "pmp", "serve", "--today", str(TODAY), "--address", address) as running:
        log = running.process.stderr
        assert log
        until(lambda: "Serving on" in log.readline())
        assert running.workers
        running.process.send_signal(number)
        status, said = running.ends()
    assert status == (-number if number == signal.SIGKILL else 128 + number)
    assert said.count(STOPPED) == (0 if number == signal.SIGKILL else 1)
    assert "Traceback" not in said


def test_workers_do_not_outlive_a_build_that_is_killed(long_project: Path) -> None:
    with Running(long_project, *PMP_BUILD) as running:
        until(lambda: list((long_project / ".cache").rglob("*.png")))
        assert running.workers
        running.process.kill()
        running.ends()


def test_a_build_that_was_told_to_ignore_a_closed_window_goes_on(built_project: Path) -> None:
    """As `nohup` tells it."""
    shutil.rmtree(built_project / ".cache")
    pmp = str(Path(sys.executable).with_name("pmp"))
    program = f"import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv({pmp!r}, {PMP_BUILD!r})"
    with Running(built_project, "python", "-c", program) as running:
        until(lambda: running.workers)
        os.killpg(running.process.pid, signal.SIGHUP)
        assert running.process.wait(60) == 0
