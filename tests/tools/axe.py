"""axe on a page that is open in the browser: what of WCAG 2.2, A to AAA, and of best practice it breaks. Only that is handed over: all that axe says takes longer than axe."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "color-contrast-enhanced")

SCRIPT = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RUN = """([parts, options]) => axe.run(parts ?? document, options).then((all) => ({
    passes: all.passes.map((rule) => rule.id),
    broken: all.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]),
}))"""


@dataclass(frozen=True)
class Found:
    """The rules that hold somewhere on a page, and each that is broken, with the elements that break it."""

    passes: Set[str]
    broken: Sequence[tuple[str, Sequence[str]]]


def look(page: Page, parts: Sequence[str] | None = None, *, colours: bool = True) -> Found:
    """What axe finds on a page, or in `parts` of it (selectors). Without `colours`, which take most of the time, it looks at all else."""
    rules = {} if colours else {rule: {"enabled": False} for rule in COLOURS}
    page.evaluate(SCRIPT)
    found = page.evaluate(RUN, [parts, {"runOnly": list(TAGS), "resultTypes": ["violations"], "rules": rules}])
    return Found(set(found["passes"]), [(rule, elements) for rule, elements in found["broken"]])
