"""Scripts as they are published, and those that are not ours."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from generator.compose import scripts
from generator.web import packing
from tests.conftest import REPO, real

# What was published: the first line here names it, and the sha256 is of the rest. minisearch's is without its last line, which names a source map that does not ship.
VENDORED = {
    "minisearch": ("/*! MiniSearch 7.2.0, MIT licence", 2, "4e02b9fa52f244c377d737c7d06cda6bce967d137254e8532d6c79f68469bef3"),
    "lean-qr": ("/*! lean-qr 2.7.4, MIT licence", 1, "1aaa80f2ea87616a47e9ad358bb11b37ae55358ecf0c8086d2ad2a912cb183ad"),
}


@pytest.mark.parametrize("name", VENDORED)
def test_a_library_is_what_was_published_with_its_licence(name: str) -> None:
    first, ours, digest = VENDORED[name]
    lines = (REPO / f"templates/theme/assets/vendor/{name}.js").read_text(encoding="utf-8").split("\n", ours)
    assert lines[0].startswith(first)
    assert hashlib.sha256(lines[ours].encode()).hexdigest() == digest
    assert "Permission is hereby granted" in (REPO / f"templates/theme/assets/vendor/{name}-LICENSE.txt").read_text(encoding="utf-8")


PUBLISHED = {
    "assets/vendor/minisearch.js",
    "assets/vendor/lean-qr.js",
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
    for name, (first, _, _) in VENDORED.items():
        assert published[f"assets/vendor/{name}.js"].startswith(first)
    packed = {name: packing.script(text) for name, text in published.items()}
    assert {name: text.count("/*") for name, text in packed.items() if "/*" in text} == {f"assets/vendor/{name}.js": 1 for name in VENDORED}
    search = published["assets/scripts/search.js"]
    for part in ("pmpWords", "pmpUrgent", "pmpEngine"):
        assert f"function {part}(" in search


def test_the_site_has_no_script_twice(real_site: Path) -> None:
    found = {file.relative_to(real_site).as_posix() for file in real_site.rglob("*.js")}
    assert found == PUBLISHED | {"worker.js", "search/words.js", "search/patients.js", "search/referrers.js", "sheet/pieces.js"}
    for name in VENDORED:
        assert (real_site / "assets" / "vendor" / f"{name}-LICENSE.txt").is_file()
