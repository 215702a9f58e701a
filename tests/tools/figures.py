"""What `make bench` does: our commands, and what one would use instead. Each function is one measurement, and gives the figures that it finds by name."""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import tempfile
from contextlib import AbstractContextManager, ExitStack
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import REPO, chromium, served
from tests.tools import measure, search_report
from tests.tools.cost import Cost, UnmeasuredError, spent, started
from tests.tools.previews import Preview, preview
from tests.tools.workload import DAY, PAGE, SHEET, Workload, forget

Found = dict[str, Cost]

PATIENCE = 120  # seconds, at n times the content n times as many, after which a preview has not shown a thing
SAVES = 3  # in one preview; the median counts

PLAIN_LOOP = """
import pathlib, weasyprint
for html in sorted(pathlib.Path().glob("*.html")):
    weasyprint.HTML(html).write_pdf(html.with_suffix(".pdf"), pdf_variant="pdf/ua-1")
"""
CHROMIUM = """
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    page = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"]).new_page()
    for html in sorted(pathlib.Path().glob("*.html")):
        page.goto(html.absolute().as_uri())
        page.pdf(path=html.with_suffix(".pdf"), prefer_css_page_size=True, tagged=True)
"""
TYPST = """
import sys, typst
typst.compile(sys.argv[1], output=sys.argv[2], root=".", font_paths=["templates/handouts/fonts"], ignore_system_fonts=True, pdf_standards=["ua-1"])
"""
PROFILED = """
import cProfile, pstats, sys
from generator import cli
profile = cProfile.Profile()
file = sys.argv.pop()
try:
    profile.runcall(cli.main)
finally:
    with open(file, "w", encoding="utf-8") as written:
        pstats.Stats(profile, stream=written).sort_stats("cumulative").print_stats(40)
"""


# What one would use instead


def material(work: Workload) -> Found:
    shutil.rmtree(work.theirs / "site", ignore_errors=True)
    return {"M": spent("mkdocs", "build", "--quiet", cwd=work.theirs)}


def loop(work: Workload) -> Found:
    return {"L": spent("python", "-c", PLAIN_LOOP, cwd=work.paper)}


def chromium_prints(work: Workload) -> Found:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    _need(browser, "chromium")
    return {"Chromium": spent("python", "-c", CHROMIUM, str(browser), cwd=work.paper)}


def zensical(work: Workload) -> Found:
    _need(find_spec("zensical"), "zensical")
    forget(work.theirs)
    return {"Zensical": spent("zensical", "build", cwd=work.theirs)}


def typst(_: Workload) -> Found:
    _need(find_spec("typst"), "typst")
    with tempfile.TemporaryDirectory() as folder:
        return {"Typst": spent("python", "-c", TYPST, "tests/tools/leaflet.typ", Path(folder, "leaflet.pdf"), cwd=REPO)}


def mkdocs_serve(work: Workload) -> Found:
    return _serve_theirs(work, "mkdocs", "--quiet", "--livereload")


def zensical_serve(work: Workload) -> Found:
    _need(find_spec("zensical"), "zensical")
    return _serve_theirs(work, "zensical")


def _serve_theirs(work: Workload, name: str, *options: str) -> Found:
    with _preview(work, name, "serve", *options, option="--dev-addr", cwd=work.theirs) as shown:
        saves = [shown.page_with(work.edit_theirs()) for _ in range(SAVES)]
    return {f"{name} serve": Cost(shown.first), f"{name} page": Cost(statistics.median(saves))}


# Ours


def unchanged(work: Workload) -> Found:
    return {"unchanged": work.unchanged()}


def edit(work: Workload) -> Found:
    return {"edit": work.one_edit()}


def build(work: Workload) -> Found:
    return {"build": work.from_nothing()}


def pages(work: Workload) -> Found:
    forget(work.cold)
    return {"pages": spent("pmp", "build", "--no-handouts", *DAY, cwd=work.cold)}


def check(work: Workload) -> Found:
    forget(work.cold)
    return {name: spent("pmp", "check", *DAY, cwd=work.cold) for name in ("check", "check again")}


def serve(work: Workload) -> Found:
    if not work.carried:
        work.one_edit()
    work.settle()
    with _preview(work, "pmp", "serve", *DAY, option="--address", cwd=work.ours) as shown:
        saves = [_save(work, shown) for _ in range(SAVES)]
    named = zip(("page", "page and sheet", "page and all"), zip(*saves, strict=True), strict=True)
    return {"serve": Cost(shown.first), **{name: Cost(statistics.median(seconds)) for name, seconds in named}}


def _save(work: Workload, shown: Preview) -> tuple[float, float, float]:
    """Seconds from a save to the page, to the page and its sheet, and to the page and all that carries the message."""
    before = {path: shown.get(path) for path in work.carried}
    page = shown.page_with(work.edit())
    sheet = page + shown.files_other_than({SHEET: before.pop(SHEET)})
    return page, sheet, sheet + shown.files_other_than(before)


def warm(work: Workload) -> Found:
    with tempfile.NamedTemporaryFile() as file:
        memory = spent("python", "-m", "tests.tools.warm", work.cold, Path(file.name), cwd=REPO).main
        seconds = json.loads(Path(file.name).read_text(encoding="utf-8"))
    return {"warm": Cost(statistics.mean(seconds.values()), main=memory), "warm leaflet": Cost(seconds["handouts/sleep-and-pain.pdf"])}


def cluster(work: Workload) -> Found:
    """Two workers of a cluster of this machine, as fresh as our own are."""
    _need(find_spec("distributed"), "distributed")
    from distributed import Client

    forget(work.cold)
    alone = spent("pmp", "build", "--jobs", "2", *DAY, cwd=work.cold)
    forget(work.cold)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as running:
        running.enter_context(started("dask", "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", cwd=work.cold))
        running.enter_context(started("dask", "worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard", cwd=work.cold))
        with Client(address, timeout="30s") as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=30)
        shared = spent("pmp", "build", "--scheduler", address, *DAY, cwd=work.cold)
    return {"two jobs": alone, "cluster": Cost(shared.wall, main=shared.main)}


def search(work: Workload) -> Found:
    with _site(work) as address, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}search/")
        search_report.first_use(page)
        keys = sorted(search_report.times(page, search_report.queries(search_report.SETS["development"])))
    return {"key": Cost(keys[int(len(keys) * 0.95)] / 1000)}


def paint(work: Workload) -> Found:
    """Of the page that takes longest."""
    with _site(work) as address:
        found = measure.lighthouse(address, measure.PAINTED)
    said = [float(figure) for name, figure in found.items() if name.startswith("first contentful paint")]
    _need(bool(said), f"Lighthouse ({found.get('Lighthouse', '')})")
    return {"paint": Cost(max(said))}


def _site(work: Workload) -> AbstractContextManager[str]:
    """The address of our site, as a web server would send it."""
    work.settle()
    return served(work.ours / "site", measure.AsOnTheWeb)


def profile(work: Workload, folder: Path) -> list[Path]:
    """The functions in which the command itself spends most, from nothing and after one edit: where the two files lie."""
    work.settle()
    files = [folder / "profile-edit.txt", folder / "profile-build.txt"]
    work.edit()
    spent("python", "-c", PROFILED, "build", *DAY, files[0], cwd=work.ours)
    forget(work.cold)
    spent("python", "-c", PROFILED, "build", *DAY, files[1], cwd=work.cold)
    return files


def _preview(work: Workload, *command: str, option: str, cwd: Path) -> AbstractContextManager[Preview]:
    return preview(*command, option=option, cwd=cwd, page=PAGE, patience=PATIENCE * work.times)


def _need(part: object, name: str) -> None:
    if not part:
        raise UnmeasuredError(f"not here: {name}")
