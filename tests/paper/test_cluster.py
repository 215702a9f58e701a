"""Many machines: here, worker processes that share no folder with the project, and are known by an address only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.compose.site import Print
from generator.paper.cluster import Cluster
from generator.paper.rendering import Rendering
from generator.paper.workers import UnusableWorkersError
from tests.conftest import REPO, TODAY, Project, built, changed, run, until

pytest.importorskip("distributed")
MANY = 16  # sheets: some are done while others are not


class Machines:
    """A scheduler, and workers with a folder and an environment of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address, self.processes = folder, "", list[subprocess.Popen[bytes]]()
        found = self._start("scheduler", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", "scheduler.json")
        until(lambda: (folder / "scheduler" / "scheduler.json").is_file() or found.poll() is not None)
        self.address = json.loads((folder / "scheduler" / "scheduler.json").read_text(encoding="utf-8"))["address"]

    def worker(self, name: str, *paths: Path) -> subprocess.Popen[bytes]:
        """One more worker; `paths` come first where it looks for packages."""
        return self._start(name, "dask", "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name, paths=paths)

    def _start(self, name: str, program: str, *arguments: str, paths: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        own = self.folder / name
        own.mkdir()
        log = (own / "log").open("wb")
        environment = {**os.environ, "HOME": str(own), "TMPDIR": str(own), "PYTHONPATH": os.pathsep.join(map(str, (*paths, REPO)))}
        process = subprocess.Popen([Path(sys.executable).with_name(program), *arguments], cwd=own, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    started = Machines(tmp_path)
    yield started
    for process in started.processes:
        process.kill()
        process.wait()


def many_prints(root: Path) -> list[Print]:
    outcome = built(root)
    assert outcome.site, outcome.problems
    sheet = next(made for made in outcome.site.prints if made.uri == "handouts/real.pdf")
    more = [changed(sheet, uri=f"handouts/real-{at}.pdf", html=sheet.html.replace("<h1>", f"<p>Number {at}.</p><h1>")) for at in range(MANY)]
    return [*outcome.site.prints, *more]


def test_what_a_killed_worker_was_making_is_made_again_and_all_is_as_it_is_made_here(project: Project, machines: Machines) -> None:
    root = project()
    lost, _ = machines.worker("first"), machines.worker("second")
    prints = many_prints(root)
    with Cluster(machines.address) as cluster:
        until(lambda: len(cluster._client.scheduler_info()["workers"]) == 2)
        with Rendering(root, prints, executor=cluster) as rendering:
            futures = list(rendering._futures.values())
            until(lambda: sum(future.done() for future in futures) >= 2)
            lost.kill()
            assert sum(future.done() for future in futures) < MANY, "in the midst of it"
            sheets, problems = rendering.wait()
        assert problems == []
        assert len(cluster._client.scheduler_info()["workers"]) == 1
    assert len(sheets) == len(prints) == MANY + 5
    there = {sheet.print.uri: sheet.file.read_bytes() for sheet in sheets}
    shutil.rmtree(root / ".cache")
    some = [sheet for sheet in prints if sheet.parts or sheet.uri in {"handouts/touch.pdf", "handouts/real-3.pdf"}]
    here, _ = Rendering(root, some, jobs=1).wait()
    assert {sheet.print.uri: sheet.file.read_bytes() for sheet in here} == {sheet.uri: there[sheet.uri] for sheet in some}
    assert len(here) == 3, "a pack among them"


def other_version(folder: Path) -> Path:
    """A folder in which another WeasyPrint says that it is installed."""
    (folder / "weasyprint-70.99.dist-info").mkdir(parents=True)
    (folder / "weasyprint-70.99.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: weasyprint\nVersion: 70.99\n", encoding="utf-8")
    return folder


def test_a_worker_of_another_version_is_refused_by_name_and_part(project: Project, machines: Machines, tmp_path: Path) -> None:
    root = project()
    machines.worker("first")
    prints = many_prints(root)
    with Cluster(machines.address) as cluster:
        machines.worker("other", other_version(tmp_path / "packages"))  # it joins after all others were looked at
        until(lambda: len(cluster._client.scheduler_info()["workers"]) == 2)
        sheets, problems = Rendering(root, prints, executor=cluster).wait()
        assert [(str(problem.place), problem.rule) for problem in problems] == [("handouts:1", "worker")]
        address = next(address for address, worker in cluster._client.scheduler_info()["workers"].items() if worker["name"] == "other")
        assert f"the worker {address} has weasyprint 70.99, and this machine 70" in problems[0].message
        assert "its lock file" in problems[0].cure
        assert len(sheets) < len(prints)
    with pytest.raises(UnusableWorkersError, match=r"has weasyprint 70\.99"):
        Cluster(machines.address)
    outcome = run("pmp", "build", "--scheduler", machines.address, "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 2
    assert "has weasyprint 70.99" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (root / "site").exists()


def test_a_worker_without_our_package_is_refused(machines: Machines, tmp_path: Path) -> None:
    empty = tmp_path / "packages"
    empty.mkdir()
    (empty / "generator.py").write_text("", encoding="utf-8")  # in the place of ours
    machines.worker("bare", empty)
    with pytest.raises(UnusableWorkersError, match="cannot render sheets"):
        Cluster(machines.address)


def test_a_site_is_built_by_machines_that_see_nothing_of_it(built_project: Path, machines: Machines) -> None:
    shutil.rmtree(built_project / ".cache")
    before = {file.name: file.read_bytes() for file in (built_project / "site/handouts").rglob("*.pdf")}
    machines.worker("first")
    outcome = run("pmp", "build", "--scheduler", machines.address, "--today", str(TODAY), cwd=built_project)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "5 sheets (5 rendered)" in outcome.stdout
    assert {file.name: file.read_bytes() for file in (built_project / "site/handouts").rglob("*.pdf")} == before
