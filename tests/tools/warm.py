"""What each sheet takes in a worker that is warm already: `python -m tests.tools.warm PROJECT FILE` writes seconds by the sheet's place in the site, as JSON."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from generator.compose.site import Print
from generator.paper.rendering import Rendering
from tests.conftest import TODAY, built


class Here(Executor):
    """Does each task at once, in this process. `seconds` is what the last one took."""

    seconds = 0.0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        begun = time.perf_counter()
        done.set_result(fn(*args, **kwargs))
        self.seconds = time.perf_counter() - begun
        return done


def sheets(project: Path) -> dict[str, float]:
    """Seconds for each sheet that is no pack, after one that is not counted. Empties the cache of the project."""
    site = built(project, TODAY).site
    assert site, f"{project} does not build"
    worker = Here()

    def made(sheet: Print) -> float:
        shutil.rmtree(project / ".cache", ignore_errors=True)
        with Rendering(project, [sheet], executor=worker) as rendering:
            _, problems = rendering.wait()
        assert rendering.count == 1
        assert not problems
        return worker.seconds

    alone = [sheet for sheet in site.prints if "/packs/" not in sheet.uri]
    made(alone[0])
    return {sheet.uri: made(sheet) for sheet in alone}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(sheets(Path(sys.argv[1]))), encoding="utf-8")
