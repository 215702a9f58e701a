"""The scripts of the search as they are published: its parts come as one file, one request. MiniSearch stands alone, so that guard.py can look at all that is ours."""

from __future__ import annotations

from pathlib import Path

from generator import packing

PARTS = {
    "assets/vendor/minisearch.js": ("vendor/minisearch",),
    "assets/scripts/search.js": ("scripts/search/words", "scripts/search/urgent", "scripts/search/engine", "scripts/search/page"),
}


def published(root: Path) -> dict[str, str]:
    """Every script of the site by its place in it. Scripts that an educator lays into `docs/assets` beside ours come as they are."""
    assets = root / "docs" / "assets"
    return {uri: packing.script("\n".join((assets / f"{part}.js").read_text(encoding="utf-8") for part in parts)) for uri, parts in PARTS.items()}


def is_part(uri: str) -> bool:
    """Whether a file of `docs/` is a script of ours, which `published` has as the site needs it."""
    return any(uri == f"assets/{part}.js" for parts in PARTS.values() for part in parts)
