"""The scripts as they are published: the parts of the search as one file, and the words that scripts show before the script of every page.

The libraries of others stand alone, so that `guard` can look at all that is ours.
"""

from __future__ import annotations

import json
from pathlib import Path

from generator.content import addresses, layers
from generator.content.model import Words

PARTS = {
    "assets/vendor/minisearch.js": ("vendor/minisearch",),
    "assets/vendor/lean-qr.js": ("vendor/lean-qr",),
    addresses.SEARCH_SCRIPT: ("scripts/search/words", "scripts/search/urgent", "scripts/search/engine", "scripts/search/page"),
    "assets/scripts/overdue.js": ("scripts/overdue",),
    "assets/scripts/with-me.js": ("scripts/with-me",),
    "assets/scripts/build-a-sheet.js": ("scripts/sheet/compose", "scripts/sheet/paper", "scripts/sheet/page"),
    "assets/scripts/amount.js": ("scripts/amount",),
    "assets/scripts/register.js": ("scripts/register",),
}
PAGE = "assets/scripts/page.js"
GROUP = "script."  # of the words that scripts alone show
SHARED = ("theme.search", "theme.search_own_words")  # and those that pages show too


def published(root: Path, words: Words) -> dict[str, str]:
    """Every script of the theme by its place in the site. Scripts that an educator lays into `docs/assets` come as they are."""
    keys = [key for key in words.phrases if key.startswith(GROUP) or key in SHARED]
    said = {key.partition(".")[2]: dict(forms) if len(forms := words.phrases[key].forms) > 1 else forms["other"] for key in keys}
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    page = f"window.pmpSays = {data};\n{_read(root, PAGE)}"
    return {PAGE: page} | {uri: "\n".join(_read(root, f"assets/{part}.js") for part in parts) for uri, parts in PARTS.items()}


def is_part(uri: str) -> bool:
    """Whether a file is a script of the theme, which `published` has as the site needs it."""
    return uri == PAGE or any(uri == f"assets/{part}.js" for parts in PARTS.values() for part in parts)


def _read(root: Path, uri: str) -> str:
    file = layers.find(root, f"theme/{uri}")
    assert file, f"{uri} comes with the program"
    return file.read_text(encoding="utf-8")
