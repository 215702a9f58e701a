"""`mkdocs.yml` -> what we need of it ourselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.content.documents import read_yaml
from generator.content.model import ADDRESS
from generator.content.problems import Place, Problem, Report


@dataclass(frozen=True)
class Settings:
    """What `mkdocs.yml` says that we need ourselves."""

    site_name: str = ""
    site_url: str = ""
    clinic: str | None = ""  # None where the file could not be read, and its own problem is enough
    clinic_line: int = 1
    card: bool = False  # whether the project has a picture for links that are shared


def load_settings(root: Path, report: Report) -> Settings:
    """The settings of the project below `root`, with every problem reported."""
    document = read_yaml(root / "mkdocs.yml", root, report, tags=True)
    if document is None:
        return Settings(clinic=None)
    fields = document.fields
    name = _text(fields, "site_name")
    if not name.strip():
        report(Problem(Place(document.path, document.line_of(("site_name",))), "the site has no name", "Write it after `site_name:`.", "site-name"))
    address = _text(fields, "site_url")
    if address and not re.search(ADDRESS.replace("https", "https?"), address):
        what = f'"{address}" cannot be the address of a site'
        report(
            Problem(
                Place(document.path, document.line_of(("site_url",))), what, "Write it as a browser shows it, such as https://www.example.org/.", "site-url"
            )
        )
        address = ""
    settings = Settings(name, address)
    plugins = fields.get("plugins")
    for index, plugin in enumerate(plugins if isinstance(plugins, list) else ()):
        if isinstance(plugin, dict) and isinstance(plugin.get("pmp"), dict):
            return replace(settings, clinic=_text(plugin["pmp"], "clinic"), clinic_line=document.line_of(("plugins", index, "pmp", "clinic")))
    return settings


def _text(fields: Any, key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""
