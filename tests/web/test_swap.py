"""A new site takes the place of the old one whole, also where several builds end at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from generator.web.mkdocs_plugin import swap
from tests.conftest import TODAY, tree


def test_two_builds_at_once_leave_one_whole_site(built_project: Path) -> None:
    before = tree(built_project / "site")
    command = [str(Path(sys.executable).with_name("pmp")), "build", "--today", str(TODAY)]
    builds = [subprocess.Popen(command, cwd=built_project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(3)]
    outputs = [build.communicate(timeout=300)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0, 0], outputs
    assert tree(built_project / "site") == before
    assert [path.name for path in built_project.iterdir() if path.name.startswith("site")] == ["site"], "nothing is left lying about"


def test_of_many_swaps_each_is_whole_and_the_last_one_stays(tmp_path: Path) -> None:
    def site(number: int) -> Path:
        folder = tmp_path / f"new-{number}"
        folder.mkdir()
        for name in "abc":
            (folder / name).write_text(str(number), encoding="utf-8")
        return folder

    sites = [site(number) for number in range(12)]
    threads = [threading.Thread(target=swap, args=(new, tmp_path / "site")) for new in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(tmp_path / "site" / name).read_text(encoding="utf-8") for name in "abc"}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
