"""The commands, as the contract has them: what they print, and how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from generator.cli import app
from generator.paper import machine
from tests.conftest import REPO, TODAY, Project, rewrite, run

IN_TURN = """
import sys
from generator import cli
for command in sys.argv[1:]:
    sys.argv = ["pmp", *command.split()]
    try:
        cli.main()
    except SystemExit as end:
        print("ended with", end.code or 0, file=sys.stderr)
"""
COMMANDS = ("build", "serve", "check", "export", "review", "issue", "new", "doctor")


def test_check_is_quiet_on_a_sound_project(project: Project) -> None:
    outcome = run("pmp", "check", "--today", str(TODAY), cwd=project())
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert "All is well: 7 messages, 3 sheets, 2 sources." in outcome.stdout


def test_check_names_place_problem_and_cure(project: Project) -> None:
    root = project({"docs/messages/pain/alarm.md": [["[green-2020]", "[green-2002]"]]})
    outcome = run("pmp", "check", "--project", root, cwd=root.parent)
    assert outcome.returncode == 1
    assert outcome.stdout.startswith('docs/messages/pain/alarm.md:4: there is no source "green-2002"\n    Did you mean "green-2020"?\n1 problem.\n\n')


def test_check_as_json(project: Project) -> None:
    root = project({"docs/messages/pain/alarm.md": [["[green-2020]", "[green-2002]"]]})
    outcome = run("pmp", "check", "--format", "json", cwd=root)
    assert outcome.returncode == 1
    assert json.loads(outcome.stdout) == [
        {
            "path": "docs/messages/pain/alarm.md",
            "line": 4,
            "severity": "error",
            "rule": "unknown-source",
            "message": 'there is no source "green-2002"',
            "cure": 'Did you mean "green-2020"?',
        }
    ]
    rewrite(root / "docs/messages/pain/alarm.md", [["[green-2002]", "[green-2020]"]])
    outcome = run("pmp", "check", "--format", "json", "--today", str(TODAY), cwd=root)
    assert (outcome.returncode, json.loads(outcome.stdout)) == (0, [])


def test_an_overdue_review_is_a_warning_unless_strict(project: Project) -> None:
    root = project()
    late = ("--today", "2028-06-01")
    checked = run("pmp", "check", *late, cwd=root)
    assert "warning: the review is overdue" in checked.stdout
    assert checked.returncode == 0
    assert run("pmp", "check", "--strict", *late, cwd=root).returncode == 1
    assert run("pmp", "build", "--no-handouts", *late, cwd=root).returncode == 0
    assert run("pmp", "build", "--no-handouts", "--strict", *late, cwd=root).returncode == 1


def test_python_m_generator_is_the_same_command(project: Project) -> None:
    assert run("python", "-m", "generator", "check", "--today", str(TODAY), cwd=project()).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--today", "22/11/2026"),
        ("build", "--project", "/nowhere"),
        ("build", "--jobs", "0"),
        ("build", "--scheduler", "tcp://127.0.0.1:1"),
        ("serve", "--address", "127.0.0.1:99999"),
        ("serve", "--address", "127.0.0.1:0"),
        ("serve", "--address", "8000"),
        ("serve", "--address", "my computer:8000"),
        ("serve", "--address", "192.0.2.1:8000", "--no-handouts"),
        ("export", "."),
        ("new", "message", "Not A Name"),
        ("new", "message", "no-such-topic/one"),
        ("new", "clinic", "sample"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_would_do(project: Project, arguments: tuple[str, ...]) -> None:
    outcome = run("pmp", *arguments, cwd=project())
    assert outcome.returncode == 2
    assert outcome.stderr.strip()
    assert "Traceback" not in outcome.stderr


def test_a_clinic_that_is_not_there_is_a_problem(project: Project) -> None:
    outcome = run("pmp", "build", "--clinic", "smaple", cwd=project())
    assert outcome.returncode == 1
    assert 'there is no clinic "smaple"' in outcome.stdout
    assert 'Did you mean "sample"?' in outcome.stdout


def test_sheets_of_every_clinic(project: Project) -> None:
    root = project()
    outcome = run("pmp", "build", "--all-clinics", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 0, outcome.stderr
    assert (root / "site/handouts/clinics/sample/touch.pdf").is_file()
    rows = json.loads((root / "site/handouts/index.json").read_text(encoding="utf-8"))
    assert {row["file"] for row in rows} >= {"touch.pdf", "clinics/sample/touch.pdf"}


def test_a_site_without_sheets(project: Project) -> None:
    root = project()
    outcome = run("pmp", "build", "--no-handouts", cwd=root)
    assert outcome.returncode == 0
    assert "no sheets" in outcome.stdout
    assert not list((root / "site").rglob("*.pdf"))
    assert "PDF" not in (root / "site/handouts/real/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["topic", "message", "handout", "pack", "clinic"])
def test_new_writes_a_form_that_check_can_read(project: Project, kind: str) -> None:
    root = project()
    name = "pain/new-one" if kind == "message" else "new-one"
    outcome = run("pmp", "new", kind, name, "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 0, outcome.stderr
    file = root / outcome.stdout.split()[0]
    assert file.is_file()
    problems = json.loads(run("pmp", "check", "--format", "json", "--today", str(TODAY), cwd=root).stdout)
    expected = {
        "topic": {"fill-in"},
        "message": {"fill-in", "unsourced"},
        "handout": {"fill-in"},
        "pack": {"fill-in"},
        "clinic": {"fill-in"},
    }
    assert {problem["rule"] for problem in problems} == expected[kind]


def test_review_lists_what_is_due_first(project: Project) -> None:
    lines = run("pmp", "review", "--today", "2028-01-20", cwd=project()).stdout.splitlines()
    assert "2028-01-10 (overdue)" in lines[1]
    assert "pain/real-pain" in lines[1]
    assert len(lines) == 12
    lists = ("synonyms", "triage", "urgent", "en-GB")
    assert [next(word for word in lists if word in line) for line in lines[-4:]] == list(lists), "so are words"


def test_doctor_on_a_machine_that_has_everything(project: Project) -> None:
    outcome = run("pmp", "doctor", cwd=project(), fresh=True)
    assert outcome.returncode == 0
    assert "Pango: 1." in outcome.stdout


@pytest.mark.parametrize(("system", "command"), [("linux", "apt-get install"), ("darwin", "brew install pango"), ("win32", "pacman -S")])
def test_a_machine_without_pango(project: Project, monkeypatch: pytest.MonkeyPatch, system: str, command: str) -> None:
    """The site is still built, with one plain message; --strict and doctor end with 2 and the command."""
    root = project()
    monkeypatch.setattr(machine, "LIBRARIES", {"Pango": (("no-such-library.so",), "pango_version_string")})
    monkeypatch.setattr("sys.platform", system)
    machine.library_versions.cache_clear()
    try:
        checked = CliRunner().invoke(app, ["check", "--project", str(root), "--today", str(TODAY)])
        assert checked.exit_code == 0
        assert "the sheets are left out: Pango is missing on this machine" in checked.stdout
        assert command in checked.stdout
        for arguments in (["doctor"], ["build", "--strict", "--project", str(root)]):
            outcome = CliRunner().invoke(app, arguments)
            assert outcome.exit_code == 2
            assert command in outcome.stderr
    finally:
        machine.library_versions.cache_clear()


def test_every_command_is_in_the_help_and_in_the_readme() -> None:
    listed = run("pmp", "--help", cwd=REPO, fresh=True).stdout
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert command in listed
        assert f"pmp {command}" in readme
        assert run("pmp", command, "--help", cwd=REPO).returncode == 0


def test_every_make_target_has_its_help() -> None:
    text = Path(REPO / "Makefile").read_text(encoding="utf-8")
    targets = text.split(".PHONY:")[1].split("\n")[0].split()
    assert len(targets) > 6
    assert [target for target in targets if f"\n{target}:" not in text or "##" not in text.split(f"\n{target}:")[1].split("\n")[0]] == []


def test_review_says_what_it_cannot_read(project: Project) -> None:
    root = project({"docs/messages/pain/alarm.md": [["reviewed: 2026-02-10", "reviewed: 10/2/2026"]], "templates/pages/front.md.j2": "{% broken"})
    outcome = run("pmp", "review", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 1
    assert 'docs/messages/pain/alarm.md:6: "10/2/2026" is not a date' in outcome.stdout
    assert "What could not be read is not in the list." in outcome.stdout
    assert "pain/real-pain" in outcome.stdout
    assert "front.md.j2" not in outcome.stdout, "a list composes nothing"


def test_check_composes_no_clinic_that_was_not_asked_for(project: Project) -> None:
    """A page of a named clinic that could not be made is found by the build that makes it."""
    root = project({"templates/pages/clinic.md.j2": [["{{ urgent_help }}", ""]]})
    assert run("pmp", "check", "--today", str(TODAY), cwd=root).returncode == 0
    assert run("pmp", "build", "--no-handouts", "--today", str(TODAY), cwd=root).returncode == 0
    outcome = run("pmp", "build", "--no-handouts", "--clinic", "abroad", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 1
    assert "has no urgent-help box" in outcome.stdout


@pytest.mark.parametrize("kind", ["topic", "message", "handout", "pack", "clinic"])
def test_a_broken_form_is_a_problem(project: Project, kind: str) -> None:
    ending = "yml" if kind == "clinic" else "md"
    root = project({f"templates/new/{kind}.{ending}.j2": "title: {{ titel }}\n"})
    outcome = run("pmp", "new", kind, "pain/one" if kind == "message" else "one", cwd=root)
    assert outcome.returncode == 1
    assert f"templates/new/{kind}.{ending}.j2:1: this template cannot be used" in outcome.stdout
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_country_and_language_are_for_new_projects(project: Project) -> None:
    outcome = run("pmp", "new", "topic", "one", "--country", "IE", cwd=project())
    assert outcome.returncode == 2
    assert "for a new project" in outcome.stderr


@pytest.mark.parametrize(
    ("settings", "every"),
    [({"PYTHONIOENCODING": "ascii"}, False), ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, True)],
    ids=["ascii", "LC_ALL=C"],
)
def test_a_terminal_that_knows_ascii_only_gets_every_message(project: Project, settings: dict[str, str], every: bool) -> None:
    root = project({"docs/messages/pain/alarm.md": [["[green-2020]", '["gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n-2020 \N{ADHESIVE BANDAGE}"]']]})
    outcome = run("pmp", "check", cwd=root, env=settings)
    assert outcome.returncode == 1
    assert r'there is no source "gr\xfcn-2020 \U0001fa79"' in outcome.stdout
    outcome = run("pmp", "check", "--format", "json", cwd=root, env=settings)
    assert any("gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n-2020" in row["message"] for row in json.loads(outcome.stdout))
    commands = [
        *([f"{command} --help" for command in COMMANDS] if every else []),
        "doctor",
        "review",
        "build",
        "new topic caf\N{LATIN SMALL LETTER E WITH ACUTE}",
        "--help",
    ]
    outcome = run("python", "-c", IN_TURN, *commands, cwd=root, env=settings)
    assert re.findall(r"^ended with (.*)", outcome.stderr, re.MULTILINE) == [*(["0"] * len(COMMANDS) if every else []), *"01120"]
    assert outcome.stdout.isascii()


@pytest.mark.parametrize("arguments", [("check",), ("check", "--format", "json"), ("review",), ("--help",), ("build", "--no-handouts")])
def test_a_reader_who_stops_reading_is_no_fault(project: Project, arguments: tuple[str, ...]) -> None:
    """As in `pmp check | head -1`: the pipe is closed before anything is written, whether that is a word or more than the pipe takes at once."""
    root = project({f"docs/messages/pain/{number}.md": "title: one\n" for number in range(300)} if arguments == ("check",) else None)
    reader, writer = os.pipe()
    os.close(reader)
    program = Path(sys.executable).with_name("pmp")
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    outcome = subprocess.run([program, *arguments], cwd=root, env=buffered, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    os.close(writer)
    assert outcome.stderr == ""
    assert outcome.returncode == 1


def test_a_site_that_mkdocs_yml_does_not_allow_is_told_with_what_is_wrong(project: Project) -> None:
    root = project({"mkdocs.yml": "site_name: [\n"})
    for command in (("build",), ("serve", "--no-handouts")):
        outcome = run("pmp", *command, cwd=root)
        assert outcome.returncode == 1
        assert "mkdocs.yml:2: this is not valid YAML" in outcome.stdout
        assert "Traceback" not in outcome.stdout + outcome.stderr
    rewrite(root / "mkdocs.yml", "site_name: Small\nsite_url: no address\nplugins:\n  - pmp:\n      clinic: sample\n")
    outcome = run("pmp", "build", cwd=root)
    assert outcome.returncode == 2
    assert "site_url" in outcome.stderr
    assert "mkdocs.yml cannot be used" in outcome.stderr
    rewrite(root / "mkdocs.yml", "INHERIT: mkdocs.yml\nsite_name: Small\nplugins:\n  - pmp:\n      clinic: sample\n")
    outcome = run("pmp", "build", cwd=root)
    assert outcome.returncode == 2
    assert "`INHERIT` leads round in a circle" in outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr
