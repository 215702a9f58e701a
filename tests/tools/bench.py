"""`make bench`: our build beside what one would use instead, in one run, on the real content.

The other way: `mkdocs build` with Material as it comes on the same pages, then each sheet through WeasyPrint in a plain loop, every time.
Whole processes, in turn (ours, theirs, ours, theirs …); the median, and the ratio of each pair.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.conftest import TODAY, built, copy_of_the_repo, rewrite

ROUNDS = 3
PLAIN_LOOP = """
import pathlib, weasyprint
class Assets(weasyprint.urls.URLFetcher):
    def fetch(self, url, headers=None):
        return weasyprint.urls.URLFetcherResponse(url, pathlib.Path("docs/assets", url.removeprefix("asset:")).read_bytes())
for html in sorted(pathlib.Path("sheets").glob("*.html")):
    weasyprint.HTML(html, url_fetcher=Assets()).write_pdf(
        html.with_suffix(".pdf"), stylesheets=[weasyprint.CSS("templates/handouts/print.css", url_fetcher=Assets())], pdf_variant="pdf/ua-1")
"""


def seconds(*command: str, cwd: Path) -> float:
    """The wall time of a whole process, which must end well."""
    program = Path(sys.executable).with_name(command[0])
    started = time.perf_counter()
    subprocess.run([str(program), *command[1:]], cwd=cwd, check=True, capture_output=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        ours.mkdir()
        copy_of_the_repo(ours)
        seconds("pmp", "export", str(theirs), cwd=ours)
        rewrite(theirs / "mkdocs.yml", [["  custom_dir: theme\n", ""], ["plugins: []", "plugins: [search]"]])
        shutil.copytree(ours / "docs" / "assets", theirs / "docs" / "assets", dirs_exist_ok=True)
        shutil.copytree(ours / "templates", theirs / "templates")
        site = built(ours, TODAY).site
        assert site
        (theirs / "sheets").mkdir()
        for sheet in site.prints:
            (theirs / "sheets" / f"{Path(sheet.uri).stem}.html").write_text(sheet.html, encoding="utf-8")
        (theirs / "loop.py").write_text(PLAIN_LOOP, encoding="utf-8")

        message = ours / "docs" / "messages" / "pain-mechanisms" / "pain-is-real.md"
        words = iter(("truly", "indeed", "surely", "certainly", "really"))

        def nothing_cached() -> None:
            shutil.rmtree(ours / ".cache", ignore_errors=True)

        def one_message_edited() -> None:
            message.write_text(message.read_text(encoding="utf-8").replace("Your pain is", f"Your pain {next(words)} is", 1), encoding="utf-8")

        def other_way() -> float:
            return seconds("mkdocs", "build", cwd=theirs) + seconds("python", "loop.py", cwd=theirs)

        table = Table(
            "", "ours, s", "other way, s", "ratio", title=f"{len(site.pages)} pages, {len(site.prints)} sheets, {os.cpu_count()} cores, median of {ROUNDS}"
        )
        cases: list[tuple[str, Callable[[], None]]] = [
            ("from nothing", nothing_cached),
            ("one message edited", one_message_edited),
            ("nothing changed", lambda: None),
        ]
        for name, prepare in cases:
            pairs = []
            for _ in range(ROUNDS):
                prepare()
                pairs.append((seconds("pmp", "build", cwd=ours), other_way()))
            mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
            table.add_row(name, f"{mine:.2f}", f"{other:.2f}", f"{statistics.median(a / b for a, b in pairs):.2f}")
        Console().print(table)


if __name__ == "__main__":
    main()
