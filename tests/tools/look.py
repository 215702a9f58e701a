"""`make look`: the kinds of page, and odd content, at 360 and 1280 pixels in light and dark, on contact sheets to look at.

Each is photographed as its first screen (for what a reader meets first) and whole (`.cache/look/*.png`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.conftest import REPO, chromium, rewrite, run, served
from tests.tools.odd import ODD

KINDS = {
    "front": "",
    "patients": "patients/",
    "right now": "patients/right-now/",
    "topic for patients": "patients/pain-mechanisms/",
    "urgent help": "patients/safety/",
    "professionals": "referrers/",
    "topic for professionals": "referrers/sleep/",
    "sheets": "handouts/",
    "a sheet": "handouts/sleep-and-pain/",
    "search": "search/#q=sleep&for=patients",
    "not found": "404.html",
}
ODD_PAGES = {
    "one message, long title": "patients/one/",
    "the same for professionals": "referrers/one/",
    "twelve messages": "patients/twelve/",
    "front": "",
    "professionals": "referrers/",
}
SCREENS = {"phone": (360, 640), "desktop": (1280, 900)}
FOLDER = REPO / ".cache" / "look"


def photograph(browser: Browser, address: str, pages: dict[str, str], prefix: str) -> None:
    """Every page on every screen in both schemes, and a contact sheet for each screen: a row a scheme."""
    for screen, (width, height) in SCREENS.items():
        rows = []
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
                service_workers="block",
            )
            page = context.new_page()
            shots = []
            for name, path in pages.items():
                page.goto("about:blank")
                page.goto(address + path, wait_until="networkidle")
                first, whole = (FOLDER / f"{prefix}{name.replace(' ', '-')}-{screen}-{scheme}{end}.png" for end in ("", "-whole"))
                page.screenshot(path=first)
                page.screenshot(path=whole, full_page=True)
                shots.append(first)
            rows.append(shots)
            context.close()
        contact_sheet(rows, FOLDER / f"{prefix}contact-{screen}.png", 1.0 if screen == "phone" else 0.5)


def contact_sheet(rows: Iterable[list[Path]], file: Path, scale: float) -> None:
    pictures = [[Image.open(shot).convert("RGB") for shot in row] for row in rows]
    width, height = (round(side * scale) for side in pictures[0][0].size)
    gap = 12
    columns = min(5, len(pictures[0]))
    lines = [row[start : start + columns] for start in range(0, len(pictures[0]), columns) for row in pictures]
    sheet = Image.new("RGB", (columns * (width + gap) + gap, len(lines) * (height + gap) + gap), "#777777")
    for down, line in enumerate(lines):
        for across, picture in enumerate(line):
            sheet.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (gap + across * (width + gap), gap + down * (height + gap)))
    sheet.save(file)


def main() -> None:
    """Photograph `site/`, and a small project with odd content."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        with served(REPO / "site") as address:
            photograph(browser, address, KINDS, "")
        odd = Path(folder, "odd")
        shutil.copytree(REPO / "tests" / "small", odd)
        shutil.copytree(REPO / "templates", odd / "templates")
        shutil.copytree(REPO / "docs" / "assets", odd / "docs" / "assets")
        for path, text in ODD.items():
            rewrite(odd / path, text)
        outcome = run("pmp", "build", "--no-handouts", cwd=odd)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        with served(odd / "site") as address:
            photograph(browser, address, ODD_PAGES, "odd-")
    for sheet in sorted(FOLDER.glob("*contact-*.png")):
        print(sheet.relative_to(REPO))  # noqa: T201 - what this command is for


if __name__ == "__main__":
    main()
