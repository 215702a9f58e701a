"""Commands of ours as the trials run them: as a user does, in a process of its own; or in a copy of this process, which has everything loaded already."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import REPO, TODAY

BUILD = ("build", "--today", str(TODAY))
QUICK = (*BUILD, "--no-handouts")
SECONDS = 60  # of work that a command may take as a process of its own
ENVIRONMENT = {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": str(REPO)}  # wherever a project lies, it is built by this program
Said = tuple[int, str]  # the exit status, and all that was printed


def start(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """`pmp` with these arguments, in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "generator", *arguments],
        cwd=cwd,
        env={**os.environ, **ENVIRONMENT, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),  # noqa: PLW1509 - the trials have one thread each
    )


def finish(process: subprocess.Popen[str]) -> Said:
    """What came of a command. One that hangs is killed."""
    try:
        output = process.communicate(timeout=2 * SECONDS)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = process.communicate()[0]
    return process.returncode, output


def pmp(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Said:
    """`pmp`, as a user runs it."""
    return finish(start(*arguments, cwd=cwd, env=env))


def quick_pmp(*arguments: str, cwd: Path, log: Path) -> Said:
    """`pmp` in a copy of this process: the same, without the second that it takes to begin. What it prints goes through the file `log`."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.chdir(cwd)
            os.environ.update(ENVIRONMENT)
            printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(printed, 1)
            os.dup2(printed, 2)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1, errors="backslashreplace")  # noqa: SIM115
            from generator import cli

            sys.argv = ["pmp", *arguments]
            cli.main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # the interpreter would print it too
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    _, how = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(how), log.read_text(encoding="utf-8", errors="backslashreplace")
