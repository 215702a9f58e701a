"""Small projects written as text, the real project built once, and the checks both share."""

from __future__ import annotations

import contextlib
import datetime
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from generator.build import Built, Request, build
from generator.compose.site import Print, Text

REPO = Path(__file__).parents[1]
TODAY = datetime.date(2026, 11, 29)
AUTHORED = ("docs", "handouts", "templates", "mkdocs.yml")

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """`project({path: text})` writes the small project of tests/small with some files changed (None takes one away).

    A text may be a list of (old, new) pairs: the file as it was, with these pieces replaced.
    """

    def make(changes: Mapping[str, str | bytes | list[list[str]] | None] | None = None) -> Path:
        root = small_project(tmp_path / "project")
        for path, change in (changes or {}).items():
            rewrite(root / path, change)
        return root

    return make


def small_project(root: Path) -> Path:
    return shutil.copytree(REPO / "tests" / "small", root)


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built once for each worker."""
    root = small_project(tmp_path_factory.mktemp("small") / "project")
    outcome = run("pmp", "build", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return root


@pytest.fixture
def built_project(small_site: Path, tmp_path: Path) -> Path:
    """A copy of the small project with its site, where a test may do as it likes."""
    return shutil.copytree(small_site, tmp_path / "project")


def rewrite(file: Path, change: str | bytes | list[list[str]] | None) -> None:
    """Change one file of a project. A template is changed as an educator would: a copy of the one that came with the program, in the same place."""
    if "templates" in file.parts and not file.exists() and isinstance(change, list):
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPO.joinpath(*file.parts[file.parts.index("templates") :]), file)
    if change is None:
        file.unlink()
        return
    if isinstance(change, list):
        text = file.read_text(encoding="utf-8")
        for old, new in change:
            assert old in text, f"{file} holds no {old!r}"
            text = text.replace(old, new)
        change = text
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(change if isinstance(change, bytes) else change.encode())


def built(root: Path, today: datetime.date = TODAY, **asked: object) -> Built:
    return build(root, Request(today, **asked))  # type: ignore[arg-type]


@functools.cache
def real() -> Built:
    """The real project up to the Site: nothing is rendered."""
    return built(REPO)


def changed(sheet: Print, *, html: str, **facts: Any) -> Print:
    """A sheet with another text, and with some other facts."""
    return replace(sheet, make=lambda: Text(html, ""), **facts)


def copy_of_the_repo(folder: Path) -> Path:
    """The real content and templates, where a test may do as it likes."""
    folder.mkdir(exist_ok=True)
    for name in AUTHORED:
        source = REPO / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    if (REPO / ".cache").is_dir():
        shutil.copytree(REPO / ".cache", folder / ".cache", ignore=shutil.ignore_patterns("look", "bench"))
    return folder


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None, fresh: bool = False) -> subprocess.CompletedProcess[str]:
    """A command of this environment, as a user runs it.

    `pmp` is forked from a process that has imported it, which saves most of its time, unless the test is about the process: `fresh`, or an `env` that
    it is to start with.
    """
    name, *rest = map(str, command)
    program = str(Path(sys.executable).with_name(name))
    if name == "pmp" and env is None and not fresh:
        return _forked([program, *rest], cwd)
    return subprocess.run(
        [program, *rest],
        cwd=cwd,
        env={**os.environ, **PLAIN, **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


PLAIN = {"NO_COLOR": "1", "COLUMNS": "200"}


@functools.cache
def _warm() -> subprocess.Popen[str]:
    """One for each worker of pytest. It ends with it."""
    program = [sys.executable, str(REPO / "tests" / "tools" / "warm_pmp.py")]
    environment = {**os.environ, **PLAIN, "PYTHONPATH": os.pathsep.join(filter(None, (str(REPO), os.environ.get("PYTHONPATH"))))}
    return subprocess.Popen(program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _forked(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    warm = _warm()
    assert warm.stdin
    assert warm.stdout
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as readers:
        pipes = [Path(folder, name) for name in ("out", "err")]
        for pipe in pipes:
            os.mkfifo(pipe)
        said = [readers.submit(pipe.read_text, encoding="utf-8") for pipe in pipes]  # to their ends: until whatever it has started has ended too
        asked = {"command": command, "cwd": str(cwd), "env": {**os.environ, **PLAIN}, "out": str(pipes[0]), "err": str(pipes[1])}
        print(json.dumps(asked), file=warm.stdin, flush=True)
        status = int(warm.stdout.readline())
        return subprocess.CompletedProcess(command, status, *(pipe.result() for pipe in said))


@pytest.fixture(scope="session")
def real_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real project, built once for all workers: `site/` is in it, and `every-clinic/` with the sheets of the second clinic besides."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "real"
    with FileLock(f"{root}.lock"):
        if not root.is_dir():
            made = copy_of_the_repo(root.with_name("real.new"))
            for options in ((), ("--clinic", "hillside", "--site-dir", "every-clinic")):
                outcome = run("pmp", "build", "--today", str(TODAY), *options, cwd=made)
                assert outcome.returncode == 0, outcome.stdout + outcome.stderr
            made.rename(root)
    return root


@pytest.fixture
def real_copy(real_project: Path, tmp_path: Path) -> Path:
    """The real project with what its build remembers, where a test may do as it likes."""
    for name in (*AUTHORED, ".cache"):
        source, target = real_project / name, tmp_path / "copy" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return tmp_path / "copy"


@pytest.fixture(scope="session")
def real_site(real_project: Path) -> Path:
    return real_project / "site"


@pytest.fixture(scope="session")
def every_clinic(real_project: Path) -> Path:
    """The site with the sheets of each clinic."""
    return real_project / "every-clinic"


def until(condition: Callable[[], object], within: float = 60) -> None:
    """Wait for something that another process does; `within` seconds."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def texts(file: Path) -> list[str]:
    """The text of each side of a sheet."""
    return subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


# In a real browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address of a folder on a server of this machine, which is gone afterwards."""

    class Patient(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that moves on breaks off what it was loading."""

    server = Patient(("127.0.0.1", 0), functools.partial(handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def address(real_site: Path) -> Iterator[str]:
    with served(real_site) as address:
        yield address


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "the tests need Chromium: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextlib.contextmanager
def watched(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    """A page that fails the test on any request to another host, any console message (a broken policy is one) and any script error.

    The offline worker is kept out, unless a test is about it: `service_workers="allow"`.
    """
    context = browser.new_context(**{"viewport": {"width": 360, "height": 800}, "service_workers": "block", **options})  # type: ignore[arg-type]
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("request", lambda request: None if request.url.startswith((address, "data:", "file:")) else wrong.append(f"request: {request.url}"))
    harmless = "Service Worker registration blocked by Playwright"
    opened.on("console", lambda message: None if message.text == harmless else wrong.append(f"console: {message.text}"))
    opened.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched(browser, address) as opened:
        yield opened


def every_page(site: Path) -> list[str]:
    """The path of every page, the front page's being "/"."""
    return [file.parent.relative_to(site).as_posix().removeprefix(".") + "/" for file in sorted(site.rglob("index.html"))]
