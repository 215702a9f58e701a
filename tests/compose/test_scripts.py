"""Scripts as they are published, and the one that is not ours."""

from __future__ import annotations

import hashlib
from pathlib import Path

from generator.compose import scripts
from generator.web import packing
from tests.conftest import REPO, real

VENDORED = "4e02b9fa52f244c377d737c7d06cda6bce967d137254e8532d6c79f68469bef3"  # sha256 of minisearch 7.2.0's dist/umd/index.js, without the last line, which names a source map that does not ship


def test_minisearch_is_what_was_published_with_its_licence() -> None:
    lines = (REPO / "templates/theme/assets/vendor/minisearch.js").read_text(encoding="utf-8").split("\n", 2)
    assert lines[0].startswith("/*! MiniSearch 7.2.0, MIT licence")
    assert hashlib.sha256(lines[2].encode()).hexdigest() == VENDORED
    assert "Permission is hereby granted" in (REPO / "templates/theme/assets/vendor/minisearch-LICENSE.txt").read_text(encoding="utf-8")


PUBLISHED = {
    "assets/vendor/minisearch.js",
    "assets/scripts/search.js",
    "assets/scripts/page.js",
    "assets/scripts/overdue.js",
    "assets/scripts/with-me.js",
    "assets/scripts/amount.js",
    "assets/scripts/register.js",
    "assets/scripts/build-a-sheet.js",
}


def test_published_scripts_keep_their_licence_and_lose_their_comments() -> None:
    words = real().library.words
    assert words
    published = scripts.published(REPO, words)
    assert set(published) == PUBLISHED
    assert published["assets/vendor/minisearch.js"].startswith("/*! MiniSearch 7.2.0, MIT licence")
    packed = {name: packing.script(text) for name, text in published.items()}
    assert {name: text.count("/*") for name, text in packed.items() if "/*" in text} == {"assets/vendor/minisearch.js": 1}
    search = published["assets/scripts/search.js"]
    for part in ("pmpWords", "pmpUrgent", "pmpEngine"):
        assert f"function {part}(" in search


def test_the_site_has_no_script_twice(real_site: Path) -> None:
    found = {file.relative_to(real_site).as_posix() for file in real_site.rglob("*.js")}
    assert found == PUBLISHED | {"worker.js", "search/words.js", "search/patients.js", "search/referrers.js", "sheet/pieces.js"}
    assert (real_site / "assets" / "vendor" / "minisearch-LICENSE.txt").is_file()
