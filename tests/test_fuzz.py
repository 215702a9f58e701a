"""A short run of `make fuzz` with a fixed seed; and that what it holds builds to would be seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import REPO, built, run
from tests.tools import mutations, oracle, trials

ROW = re.compile(r"^(\w+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +\d+ +\d+ MB", re.MULTILINE)


def test_what_is_damaged_or_hostile_is_built_whole_or_refused_in_words() -> None:
    outcome = run("python", "-m", "tests.tools.fuzz", "--seed", "14", "--cases", "12", cwd=REPO)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    rows = {kind: tuple(map(int, counts)) for kind, *counts in ROW.findall(outcome.stdout)}
    assert rows.keys() == mutations.KINDS.keys() | trials.KINDS.keys()
    assert all(cases > 0 and held == cases and not failed for cases, _, _, held, failed in rows.values())
    _, was_built, refused, _, _ = map(sum, zip(*rows.values(), strict=True))
    assert was_built > 5
    assert refused > 5


PLANTED = {
    "raw HTML": ("<h1", '<b boo="1">x</b><h1', 'a page holds <b>'),
    "an event": ("<h1", "<h1 onclick='x()'", 'the attribute "onclick"'),
    "a style": ("<h1", "<h1 style='x'", 'the attribute "style"'),
    "another page at once": ("<head>", "<head><meta http-equiv=refresh content='0;url=x'>", "no policy"),
    "a script": ("</body>", "<script>x()</script></body>", "a script that is not ours"),
    "a script of another place": ("</body>", "<script src='https://x.example/assets/scripts/page.js'></script></body>", "a script that is not ours"),
    "a frame": ("<h1", "<iframe></iframe><h1", "<iframe>"),
    "an address that runs": ('href="../../"', 'href="java\tscript:x()"', 'an address of "javascript:"'),
    "an address of ours": ('href="../../"', 'href="message:pain/alarm"', 'an address of "message:"'),
    "another host": ('href="../../"', 'href="//x.example"', "another host"),
    "a link to nothing": ('href="../../"', 'href="../../nothing/"', "leads nowhere"),
    "a link to no part": ('href="#alarm"', 'href="#bell"', "a part of a page that is not there"),
    "no policy": ("Content-Security-Policy", "X", "no policy"),
    "no title": ("<title>Pain - Small</title>", "", "no title"),
    "no banner": ("Sample content.", "", "that it is a sample"),
    "no robots": ('content="noindex"', 'content=""', "search engines"),
    "another audience": ("voice-patients", "voice-both", "lost its audience"),
    "no urgent help": ('class="urgent-help"', 'class="x"', "no urgent-help box"),
    "urgent help that folds": ("<main", "<details><main", "or is hidden"),
    "another number": ("option 2", "option 3", "lost a number"),
    "words for referrers": ("What pain is.", "Low-threshold evoked pain is common in this group of people with long-term pain.", "text for referrers"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fault"), PLANTED.values(), ids=PLANTED.keys())
def test_the_oracle_sees(built_project: Path, old: str, new: str, fault: str) -> None:
    file = built_project / "site" / "patients" / "pain" / "index.html"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    faults = list(oracle.site_holds(built_project / "site", built(built_project)))
    assert any(fault in what for what, _ in faults), faults


def test_the_oracle_sees_nothing_amiss_in_a_good_site(built_project: Path) -> None:
    assert list(oracle.site_holds(built_project / "site", built(built_project))) == []
