"""The worker that keeps the site for when there is no network, written for one finished site: what to keep, and which version of each sheet is current and until when.

Pages are kept on the first visit, sheets when they are opened. Where there is a network, it comes first, so that nobody reads old words.
A sheet past its review date is never handed over without a page that says so (templates/pages/overdue.md.j2).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from generator.compose.templating import Templates
from generator.content import addresses

NAME = "worker.js"
KEPT = {".html", ".css", ".js", ".woff2", ".svg"}  # what pages are made of: no sheets, and nothing that only a server needs


def worker(templates: Templates, site: Path) -> str:
    """The text of the worker for the finished folder `site`.

    Its version is made of what it keeps: the same site gives the same worker, and browsers fetch a changed one anew.
    Raises BrokenTemplateError if `templates/worker.js.j2` cannot be used.
    """
    rows = json.loads((site / "handouts" / "index.json").read_text(encoding="utf-8"))
    sheets = {f"handouts/{row['file']}": (row["review_by"], row["sha256"]) for row in rows}
    files = {file.relative_to(site).as_posix(): file for file in sorted(site.rglob("*")) if file.suffix in KEPT}
    kept = {path.removesuffix("index.html"): hashlib.sha256(file.read_bytes()).hexdigest() for path, file in files.items() if path not in {NAME, "404.html"}}
    version = hashlib.sha256(json.dumps([kept, sheets]).encode()).hexdigest()[:16]
    overdue, offline = (addresses.web_path(addresses.MADE[name]) for name in ("overdue", "offline"))
    return templates.render("worker.js.j2", version=version, pages=list(kept), sheets=sheets, overdue=overdue, offline=offline)
