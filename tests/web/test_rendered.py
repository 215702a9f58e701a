"""Pages that are remembered between builds are those of a clean build."""

from __future__ import annotations

import json
import shutil

from tests.conftest import TODAY, Project, rewrite, run, tree

BUILD = ("pmp", "build", "--no-handouts", "--today", str(TODAY))


def test_a_build_after_an_edit_leaves_what_a_clean_one_does(project: Project) -> None:
    root = project()
    assert run(*BUILD, cwd=root).returncode == 0
    kept = (root / ".cache/answers.json").read_text(encoding="utf-8").split("\n", 1)[1]
    assert sum(isinstance(answer, dict) and "toc" in answer for answer in json.loads(kept).values()) > 15, "pages are in it"
    rewrite(root / "docs/about.md", [["---\n\n", "---\n\nA new sentence. "]])
    rewrite(root / "docs/messages/pain/real-pain.md", [["## In short\n\n", "## In short\n\nOne more. "]])
    assert run(*BUILD, cwd=root).returncode == 0
    edited = tree(root / "site")
    for folder in ("site", ".cache"):
        shutil.rmtree(root / folder)
    assert run(*BUILD, cwd=root).returncode == 0
    clean = tree(root / "site")
    assert len(clean) > 35
    assert [place for place in clean.keys() | edited.keys() if clean.get(place) != edited.get(place)] == []
