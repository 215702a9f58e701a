"""The register: each sheet by its version, what was issued before, and what a printed version is told to be."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import TODAY, Project, built, rewrite, run, served, small_project, watched
from tests.tools.axe import look

HEAD = "sheet\tversion\tday\ttitle\tchange\n"
KEYS = [
    "sheet", "title", "audience", "formats", "version", "issued", "change",
    "messages", "owners", "reviewed", "review_by", "approvals", "older",
]  # fmt: skip
APPROVED = [["country:", "approved_by: Dr B. Tester\napproved_on: 2026-11-28\ncountry:"]]


def rows(root: Path, today: datetime.date = TODAY, **asked: object) -> dict[str, dict[str, Any]]:
    site = built(root, today, **asked).site
    assert site
    return {row["sheet"]: row for row in json.loads(site.files["register.json"])}


def test_the_register_has_every_sheet_with_the_version_that_is_printed_on_it(project: Project) -> None:
    root = project()
    site = built(root).site
    assert site
    found = rows(root)
    assert [list(row) for row in found.values()] == [KEYS] * len(found)
    printed = {
        made.uri.removeprefix("handouts/").partition(".")[0].removesuffix("-large-print").removesuffix("-letter"): made.made.version for made in site.handed_out
    }
    assert {key: row["version"] for key, row in found.items()} == printed
    assert {form for row in found.values() for form in row["formats"]} == {made.format for made in site.handed_out}
    assert {row["issued"] for row in found.values()} == {None}
    real = found["real"]
    assert (real["title"], real["audience"], real["owners"], real["older"]) == ("Pain is real", "patients", ["A. Tester"], [])
    assert [message["key"] for message in real["messages"]] == ["pain/real-pain", "pain/alarm"]
    assert rows(root, sheets=False) == found, "with or without the sheets"


def test_approvals_are_those_of_each_clinic(project: Project) -> None:
    root = project({"docs/clinics/sample.yml": APPROVED})
    clinic = (root / "docs/clinics/sample.yml").read_text(encoding="utf-8")
    rewrite(root / "docs/clinics/other.yml", clinic.replace("2026-11-28", "2026-01-01"))
    approvals = rows(root, clinics=("*",))["real"]["approvals"]
    none = {"approved_by": None, "approved_on": None}
    assert [approval for approval in approvals if approval["clinic"] in {"other", "sample"}] == [
        {"clinic": "sample", "approved_by": "Dr B. Tester", "approved_on": "2026-11-28"},
        {"clinic": "other", **none},
    ], "an approval that is older than the words is none"


def test_issuing_writes_what_is_new_and_nothing_else(project: Project) -> None:
    root, later = project(), TODAY + datetime.timedelta(days=1)
    outcome = run("pmp", "issue", "real", "--today", str(TODAY), "--note", "Tab\tand\nbreak.", cwd=root)
    first = rows(root)["real"]["version"]
    assert (outcome.returncode, outcome.stdout) == (0, f"real {first}\n1 line written to docs/issued.tsv.\n")
    file = root / "docs/issued.tsv"
    assert file.read_text(encoding="utf-8") == f"{HEAD}real\t{first}\t{TODAY}\tPain is real\tTab and break.\n"
    assert (rows(root)["real"]["issued"], rows(root)["real"]["change"], rows(root)["touch"]["issued"]) == (str(TODAY), "Tab and break.", None)

    everything = run("pmp", "issue", "--today", str(TODAY), cwd=root)
    assert f"{len(rows(root)) - 1} lines written" in everything.stdout
    before = file.read_bytes()
    assert run("pmp", "issue", "--today", str(TODAY), cwd=root).stdout == "Nothing to write: these versions have been issued.\n"
    assert run("pmp", "build", "--no-handouts", "--today", str(TODAY), cwd=root).returncode == 0
    assert file.read_bytes() == before

    rewrite(root / "docs/messages/pain/alarm.md", [["The alarm is set too high.", "The alarm is set high."]])
    changed = rows(root)["real"]
    assert (changed["issued"], changed["version"] == first) == (None, False), "not issued yet, and no problem"
    assert changed["older"] == [{"version": first, "issued": str(TODAY), "replaced": None, "title": "Pain is real", "change": "Tab and break."}]
    run("pmp", "issue", "--today", str(later), cwd=root)
    again = rows(root, today=later)["real"]
    assert (again["issued"], again["older"][0]["replaced"]) == (str(later), str(later))


def test_what_cannot_be_issued_is_not(project: Project) -> None:
    root = project()
    outcome = run("pmp", "issue", "reel", cwd=root)
    assert (outcome.returncode, outcome.stderr) == (2, 'there is no sheet "reel".\n    Did you mean "real"?\n')
    rewrite(root / "docs/messages/pain/alarm.md", [["title: An alarm", "titel: An alarm"]])
    outcome = run("pmp", "issue", cwd=root)
    assert outcome.returncode == 1
    assert outcome.stdout.endswith("Nothing was written.\n")
    assert not (root / "docs/issued.tsv").exists()


def test_a_code_of_snomed_ct_goes_along(project: Project) -> None:
    root = project({"docs/messages/pain/alarm.md": [["title: An alarm", "title: An alarm\ncode: 404684003"]]})
    assert rows(root)["touch"]["messages"] == [{"key": "pain/alarm", "code": "404684003"}]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with a past: one sheet was replaced twice, another has yet to be issued, one is gone, and two once had the same version."""
    root = small_project(tmp_path_factory.mktemp("issued") / "project")
    now = rows(root)
    lines = [
        "real\taaaa\t2026-01-05\tPain is real",
        "real\tbbbb\t2026-03-05\tPain is real\tIt was shorter.",
        f"real\t{now['real']['version']}\t2026-11-05\tPain is real\tIt says why.",
        "touch\tbbbb\t2026-02-05\tTouch",
        "baths\tcccc\t2026-02-05\tHot baths",
    ]
    rewrite(root / "docs/issued.tsv", HEAD + "\n".join(lines) + "\n")
    rewrite(root / "docs/clinics/sample.yml", APPROVED)
    outcome = run("pmp", "build", "--no-handouts", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return root / "site"


@pytest.fixture
def register(browser: Browser, issued: Path) -> Iterator[Page]:
    """From a file, as on a stick: nothing can be asked for."""
    with watched(browser, "file:") as opened:
        opened.goto((issued / "referrers/register/index.html").as_uri())
        yield opened


@pytest.fixture
def address(issued: Path) -> Iterator[str]:
    with served(issued) as address:
        yield address


def test_a_printed_version_is_told_to_be_current_replaced_gone_or_unknown(register: Page, issued: Path) -> None:
    now = {row["sheet"]: row["version"] for row in json.loads((issued / "register.json").read_text(encoding="utf-8"))}
    answer, field = register.get_by_role("status"), register.get_by_label("Type the version")
    expect(answer).to_be_empty()
    told = {
        f" Version {now['real'].upper()}, 22 Nov 2026": ["Current. This is Pain is real as it is now.", f"{now['real']}, issued 5 Nov 2026. It says why."],
        "aaaa": [f"Replaced. The version now is {now['real']}: Pain is real.", "aaaa, issued 5 Jan 2026, replaced 5 Mar 2026.", f"{now['real']}, issued 5 Nov 2026. It says why."],
        "touch bbbb": [f"Replaced. The version now is {now['touch']}: Touch.", "bbbb, issued 5 Feb 2026.", f"{now['touch']}, not issued yet."],
        "cccc": ["No longer issued. Hot baths has been taken back.", "cccc, issued 5 Feb 2026."],
        "0000": ["Not known here. No sheet of this site has or had that version. Check each letter and digit, or print the sheet again."],
    }  # fmt: skip
    for typed, lines in told.items():
        field.fill(typed)
        expect(answer.locator("p")).to_have_text(lines)
    field.fill("bbbb")
    expect(answer.get_by_role("link")).to_have_text(["Pain is real", "Touch"])
    for nothing in ("bb", " "):
        field.fill(nothing)
        expect(answer).to_be_empty()
    field.fill("aaaa")
    answer.get_by_role("link").click()
    expect(register.get_by_role("heading", level=1)).to_have_text("Pain is real")


def test_nothing_of_what_is_typed_is_kept(register: Page) -> None:
    register.get_by_label("Type the version").fill("Jo Patient aaaa")
    expect(register.get_by_role("status")).to_contain_text("Replaced")
    assert register.context.cookies() == []
    assert register.evaluate("[localStorage.length, sessionStorage.length, location.hash + location.search, window.name]") == [0, 0, "", ""]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_an_answer(browser: Browser, address: str, scheme: str) -> None:
    with watched(browser, address, color_scheme=scheme) as opened:
        opened.goto(f"{address}referrers/register/")
        for typed in ("bbbb", "cccc"):
            opened.get_by_label("Type the version").fill(typed)
            expect(opened.get_by_role("status").get_by_text(typed)).not_to_have_count(0)
            assert look(opened).broken == []


def test_without_scripts_the_table_is_the_whole_answer(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as opened:
        opened.goto(f"{address}referrers/")
        opened.get_by_role("link", name="Is a printed sheet current?").click()
        expect(opened.locator("#printed-version")).to_be_hidden()
        row = opened.locator("tr").filter(has=opened.locator("th > a", has_text="Pain is real")).first
        for words in ("It says why.", "bbbb, issued 5 Mar 2026, replaced 5 Nov 2026. It was shorter.", "Reviewed by A. Tester", "by Dr B. Tester, 28 Nov 2026"):
            expect(row).to_contain_text(words)
        expect(opened.locator(".withdrawn")).to_contain_text("cccc, issued 5 Feb 2026.")
