"""What a site engine of MkDocs's kind has to be told, whether our plugin tells it or an export writes it down."""

from __future__ import annotations

from typing import Any

THEME: dict[str, Any] = {
    "name": "material",
    "static_templates": ["404.html"],
    "font": False,
}  # Material's block names are those of our base.html; its font would call Google
EXTENSIONS = ("toc", "tables", "fenced_code", "attr_list", "md_in_html", "smarty")
