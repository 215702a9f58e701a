"""Safety rule 6: the article's words are known by their hashes alone, and no run of eight of them is used."""

from __future__ import annotations

import hashlib
import re

from tests.conftest import REPO, Project, built


def test_a_run_of_eight_words_is_found_across_lines_and_punctuation(project: Project) -> None:
    run = "green doors often sing when the north wind"
    other = "They say: green doors\noften sing, when the NORTH wind blows."
    root = project(
        {
            "docs/runs/green-2020.txt": hashlib.sha256(run.encode()).hexdigest()[:16] + "\n",
            "docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", other]],
        }
    )
    problem = built(root).problems[0]
    assert str(problem.place) == "docs/messages/pain/alarm.md:16"
    assert problem.rule == "own-words"
    assert run in problem.message
    root_of_seven = {"docs/messages/pain/alarm.md": other.replace("wind", "gale")}
    (root / "docs/messages/pain/alarm.md").write_text(
        (root / "docs/messages/pain/alarm.md").read_text(encoding="utf-8").replace(other, root_of_seven["docs/messages/pain/alarm.md"]), encoding="utf-8"
    )
    assert built(root).problems == ()


def test_the_project_keeps_hashes_of_the_whole_article_and_none_of_its_text() -> None:
    lines = (REPO / "docs" / "runs" / "gauntlett-gilbert-2018.txt").read_text(encoding="ascii").splitlines()
    assert len(lines) > 3000
    assert all(re.fullmatch(r"[0-9a-f]{16}", line) for line in lines)
