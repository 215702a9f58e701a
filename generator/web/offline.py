"""The worker that keeps the site for when there is no network, written for one finished site: what to keep, by its hash, and until when each sheet is current.

Pages are kept on the first visit, sheets and all else when they are opened. Where there is a network, it comes first, so that nobody reads old words.
A sheet past its review date is never handed over without a page that says so (templates/pages/overdue.md.j2). A picture of its first side stands on a
page that says so itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from generator.compose.templating import Templates
from generator.content import addresses
from generator.web import packing

NAME = "worker.js"
PAGES = {".html", ".css", ".js", ".woff2", ".svg"}  # what pages are made of; all else is opened from them
NOT_KEPT = {NAME, "404.html", "robots.txt", "sitemap.xml", "sitemap.xml.gz"}  # no reader opens these


def worker(templates: Templates, site: Path, due: Mapping[str, str]) -> str:
    """The text of the worker for the finished folder `site`. `due` are the days on which sheets are due for review, by their places in it.

    Its version is made of what it keeps: the same site gives the same worker, and browsers fetch a changed one anew.
    Raises BrokenTemplateError if `templates/worker.js.j2` cannot be used.
    """
    pages: dict[str, tuple[str, ...]] = {}
    sheets: dict[str, tuple[str, ...]] = {}
    for file in sorted(file for file in site.rglob("*") if file.is_file()):
        path = file.relative_to(site).as_posix()
        if path in NOT_KEPT:
            continue
        digest = _hash(file.read_bytes())
        if file.suffix in PAGES:
            pages[_address(path)] = (digest,)
        else:
            sheets[_address(path)] = (digest, *([due[path]] if path in due else ()))
    version = _hash(json.dumps([pages, sheets]).encode())
    overdue, offline = (addresses.web_path(addresses.MADE[name]) for name in ("overdue", "offline"))
    return packing.script(templates.render("worker.js.j2", version=version, pages=pages, sheets=sheets, overdue=overdue, offline=offline))


def _address(path: str) -> str:
    """A file as browsers ask for it, in the spelling of JavaScript's encodeURIComponent, which the worker compares with."""
    return quote(re.sub(r"(^|/)index\.html$", r"\1", path), safe="/!~*'()")


def _hash(content: bytes) -> str:
    """As much of the SHA-256 as rules out accidents; there is one for each file, and every browser loads them all."""
    return hashlib.sha256(content).hexdigest()[:16]
