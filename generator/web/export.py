"""The Site as a folder that any engine can build: for engines that run no plugin (Zensical), and for copies to keep.

DIR/mkdocs.yml   settings without our plugin
DIR/docs/        every page as Markdown, every sheet as PDF, the assets
DIR/theme/       our theme
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.compose.site import Site
from generator.content import addresses, layers
from generator.content.documents import copy_settings
from generator.paper.rendering import Sheet
from generator.web import engine, packing


def export(root: Path, site: Site, sheets: Sequence[Sheet], index: str, folder: Path) -> int:
    """Write the site into `folder`, which is new or empty, and say how many pages it has. `index` is the text of `handouts/index.json`."""
    docs, theme = folder / "docs", folder / "theme"
    for name, file in layers.files(root, "theme", "*.html").items():
        _write(theme / name, file.read_bytes())
    for uri, content in site.assets.items():
        _write(docs / uri, content)
    texts = {page.uri: page.markdown for page in site.pages} | dict(site.files) | {twin.uri: twin.text for twin in site.texts} | {addresses.INDEX: index}
    for uri, text in texts.items():
        _write(docs / uri, text.encode())
    for uri, file in [place for sheet in sheets for place in sheet.files]:
        _write(docs / uri, file.read_bytes())
    changes = {
        "docs_dir": "docs",
        "site_dir": "site",
        "plugins": [],
        "nav": list(site.nav),
        "extra": dict(site.theme),
        "theme": {**engine.THEME, "custom_dir": "theme"},
        "markdown_extensions": list(engine.EXTENSIONS),
    }
    packing.pack(docs)
    copy_settings(root / "mkdocs.yml", folder / "mkdocs.yml", changes)
    return len(site.pages)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
