"""Scripts as they are published: without comments and spare spaces. The only room that knows the minifier, rjsmin.

Names stay as they are, so that a script can still be read where it runs; a licence (`/*! … */`) stays too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import rjsmin


def published(root: Path) -> dict[str, str]:
    """The scripts of `docs/assets`, by their place in the site. Those in a folder below `scripts/` come as one file with the name of the folder."""
    docs = root / "docs"
    together: dict[Path, list[Path]] = {}
    for file in sorted((docs / "assets").rglob("*.js")):
        whole = file if file.parent.name in {"scripts", "vendor"} else file.parent.with_suffix(".js")
        together.setdefault(whole, []).append(file)
    return {whole.relative_to(docs).as_posix(): _minified(parts) for whole, parts in together.items()}


def _minified(parts: Iterable[Path]) -> str:
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return str(rjsmin.jsmin(text, keep_bang_comments=True)) + "\n"
