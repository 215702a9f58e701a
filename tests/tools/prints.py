"""The print HTML of a project as plain files, for others to set: `python -m tests.tools.prints PROJECT FOLDER`. Each pack is one file with all its sheets."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from generator.compose.site import Print
from tests.conftest import TODAY, built


def write(project: Path, folder: Path) -> None:
    """Write every sheet and pack with its style sheet, and the letters and pictures that they use."""
    site = built(project, TODAY).site
    assert site, f"{project} does not build"
    for name, source in {"fonts": "templates/handouts/fonts", "pictures": "templates/pictures"}.items():
        shutil.copytree(project / source, folder / "assets" / name)
    shutil.copytree(project / "docs" / "assets", folder / "assets", dirs_exist_ok=True)
    style = (project / "templates" / "handouts" / "print.css").read_text(encoding="utf-8")
    (folder / "print.css").write_text(style.replace("asset:", "assets/"), encoding="utf-8")
    for sheet in site.prints:
        html = _whole(sheet).replace("asset:", "assets/").replace("</head>", '<link rel="stylesheet" href="print.css">\n</head>', 1)
        (folder / f"{Path(sheet.uri).stem}.html").write_text(html, encoding="utf-8")


def _whole(sheet: Print) -> str:
    """A sheet; a pack with the sheets behind its contents, where it does not hold them itself."""
    parts = "".join(re.findall(r"(?s)<body>(.*)</body>", part.html)[0] for part in getattr(sheet, "parts", ()))
    return sheet.html.replace("</body>", f"{parts}</body>", 1)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
