"""`pmp` without its start: a process that has imported everything forks one for each command. `tests.conftest.run` asks it.

A line on its standard input is a command: its arguments, folder, environment, and the pipes for what it prints. The answer is its exit status, as
`subprocess` tells it. It ends with the process that asks.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import mkdocs.commands.build
import mkdocs.config
import mkdocs.plugins

from generator import start
from generator.web import mkdocs_plugin

HEAVY = (mkdocs.commands.build, mkdocs.config, mkdocs.plugins, mkdocs_plugin)  # what commands import once they know that they need it
TOO_LONG = 300  # seconds; a command that hangs is ended, and its status says so


def main() -> None:
    gc.freeze()  # a fork leaves these pages shared
    for line in sys.stdin:
        asked = json.loads(line)
        if (child := os.fork()) == 0:
            become(asked)
            start.main()
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def become(asked: dict[str, Any]) -> None:
    """Everything that a fresh process would have from the one that starts it."""
    for number, (file, how) in enumerate(((os.devnull, os.O_RDONLY), (asked["out"], os.O_WRONLY), (asked["err"], os.O_WRONLY))):
        opened = os.open(file, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdout = os.fdopen(1, "w", closefd=False)  # those of before know what their files were
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    tempfile.tempdir = None
    sys.argv = asked["command"]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    signal.alarm(TOO_LONG)


if __name__ == "__main__":
    main()
