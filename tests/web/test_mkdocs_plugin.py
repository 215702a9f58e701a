"""The site as a user gets it: by our command and by bare MkDocs, whole or not at all, the same each time, in every engine."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pypdf
import pytest

from generator.compose.guard import referrer_sentences
from generator.rules.prose import plain_words
from tests.conftest import AUTHORED, REPO, TODAY, Project, real, rewrite, run, texts, tree

TODAY_ARGS = ("--today", str(TODAY))
BREAKS: dict[str, list[list[str]]] = {
    "docs/messages/pain/alarm.md": [["title: An alarm", "titel: An alarm"]],
    "handouts/touch.md": [["[pain/alarm]", "[pain/alram]"]],
}
TOO_LONG = [["A marmalade jar can set it off.", "\n\n".join(["The body has an alarm, and a jar can set it off."] * 60)]]


@pytest.mark.parametrize("command", [("pmp", "build"), ("mkdocs", "build"), ("mkdocs", "build", "--strict")])
@pytest.mark.parametrize("changes", [BREAKS, {"docs/messages/pain/alarm.md": TOO_LONG}], ids=["broken", "too long"])
def test_a_mistake_leaves_the_old_site_as_it_was(built_project: Path, command: tuple[str, ...], changes: dict[str, list[list[str]]]) -> None:
    before = tree(built_project / "site")
    for path, change in changes.items():
        rewrite(built_project / path, change)
    outcome = run(*command, cwd=built_project)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    shown = outcome.stdout + outcome.stderr
    assert "Traceback" not in shown
    assert "Nothing was changed in" in shown
    for path in ("handouts/touch.md:",) if changes is not BREAKS else (*(f"{path}:" for path in BREAKS),):
        assert path in shown
    assert tree(built_project / "site") == before
    assert {path.name for path in built_project.iterdir()} == {*AUTHORED, "site", ".cache"} - {"templates"}


def test_a_page_that_calls_another_host_is_never_published(built_project: Path) -> None:
    before = tree(built_project / "site")
    rewrite(built_project / "templates/theme/base.html", [["{% block libs %}", '<script src="https://example.org/x.js"></script>{% block libs %}']])
    outcome = run("pmp", "build", "--no-handouts", cwd=built_project)
    assert outcome.returncode == 1
    assert (outcome.stdout + outcome.stderr).count('<script src="https://example.org/x.js">, which no page may have') == 1
    assert tree(built_project / "site") == before


def test_a_script_that_stores_or_sends_is_never_published(built_project: Path) -> None:
    before = tree(built_project / "site")
    rewrite(built_project / "docs/assets/scripts/track.js", 'fetch("/x");\nlocalStorage.x = 1;\n')
    outcome = run("pmp", "build", cwd=built_project)
    assert outcome.returncode == 1
    assert "track.js:1" in outcome.stdout + outcome.stderr
    assert tree(built_project / "site") == before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("docs/assets/scripts/track.js", "window.name = location.href;\n"),
        ("docs/assets/scripts/track.js", "caches.open('answers');\n"),
        ("templates/worker.js.j2", 'fetch("https://example.org/", {method: "POST"});\n'),
        ("templates/theme/assets/scripts/page.js", "caches.open('answers');\n"),
    ],
)
def test_what_two_scripts_may_do_no_other_may_nor_they_anything_else(built_project: Path, file: str, text: str) -> None:
    before = tree(built_project / "site")
    rewrite(built_project / file, text)
    outcome = run("pmp", "build", "--no-handouts", cwd=built_project)
    assert outcome.returncode == 1
    assert "something here could leave the reader's device" in outcome.stdout + outcome.stderr
    assert tree(built_project / "site") == before


def test_a_worker_that_cannot_be_made_leaves_the_old_site_as_it_was(built_project: Path) -> None:
    before = tree(built_project / "site")
    rewrite(built_project / "templates/worker.js.j2", [["{{ version | tojson }}", "{{ vrsion }}"]])
    outcome = run("pmp", "build", "--no-handouts", cwd=built_project)
    assert outcome.returncode == 1
    assert "templates/worker.js.j2:4" in outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr
    assert tree(built_project / "site") == before


@pytest.mark.parametrize("name", ["None", "'mkdocs'"])
def test_taking_material_away_is_one_word_and_changes_no_byte(built_project: Path, name: str) -> None:
    before = tree(built_project / "site")
    program = f"from generator.web import engine; engine.THEME['name'] = {name}; from generator.cli import main; main()"
    outcome = run("python", "-c", program, "build", *TODAY_ARGS, "--strict", cwd=built_project)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert tree(built_project / "site") == before


def test_where_the_site_has_an_address_search_engines_and_readers_of_feeds_get_it(project: Project) -> None:
    root = project({"mkdocs.yml": [["site_name: Small", "site_name: Small\nsite_url: https://pain.example.org/deep/"]]})
    (root / "docs/assets/images").mkdir(parents=True)
    shutil.copy(REPO / "docs/assets/images/card.png", root / "docs/assets/images")
    assert run("pmp", "build", *TODAY_ARGS, "--no-handouts", cwd=root).returncode == 0
    site = root / "site"
    front = (site / "patients" / "pain" / "index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://pain.example.org/deep/patients/pain/">' in front
    assert '<meta property="og:image" content="https://pain.example.org/deep/assets/images/card.png">' in front
    assert (site / "assets" / "images" / "card.png").stat().st_size < 60_000
    assert "https://pain.example.org/deep/referrers/pain/" in (site / "sitemap.xml").read_text(encoding="utf-8")
    assert "Sitemap: https://pain.example.org/deep/sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")
    assert 'href="https://pain.example.org/deep/patients/pain/#alarm"' in (site / "changes.xml").read_text(encoding="utf-8")
    assert 'href="/deep/assets/styles/site.css"' in (site / "404.html").read_text(encoding="utf-8"), "it answers for any address"


def test_a_dead_link_stops_a_strict_build(built_project: Path) -> None:
    before = tree(built_project / "site")
    rewrite(built_project / "templates/pages/sources.md.j2", [["{{ urgent_help }}", "[gone](nowhere.md)\n\n{{ urgent_help }}"]])
    assert run("pmp", "build", "--strict", cwd=built_project).returncode == 1
    assert tree(built_project / "site") == before


def test_bare_mkdocs_makes_the_same_site(built_project: Path) -> None:
    before = tree(built_project / "site")
    outcome = run("mkdocs", "build", "--strict", "-d", "other", cwd=built_project)
    assert outcome.returncode == 0, outcome.stderr
    other = tree(built_project / "other")
    assert len(other) > 20
    assert set(other) == set(before)
    assert [name for name in other if other[name] != before[name] and not name.startswith("sitemap")] == []


def test_two_builds_of_the_real_project_are_the_same_bytes(real_project: Path, real_copy: Path) -> None:
    """Pages and data are all made anew; of the sheets, every fourth is rendered again."""
    for file in sorted((real_copy / ".cache" / "sheets").glob("*.pdf"))[::4]:
        file.unlink()
    outcome = run("pmp", "build", *TODAY_ARGS, "--site-dir", "elsewhere", cwd=real_copy, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"})
    assert outcome.returncode == 0, outcome.stderr
    assert int(re.search(r"\((\d+) rendered\)", outcome.stdout)[1]) > 8  # type: ignore[index]
    first, second = tree(real_project / "site"), tree(real_copy / "elsewhere")
    assert sum(name.endswith(".pdf") for name in first) >= 10
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_the_index_tells_of_every_sheet(real_site: Path) -> None:
    rows = json.loads((real_site / "handouts" / "index.json").read_text(encoding="utf-8"))
    assert {row["file"] for row in rows} == {file.relative_to(real_site / "handouts").as_posix() for file in (real_site / "handouts").rglob("*.pdf")}
    keys = {"file", "title", "audience", "format", "clinic", "pages", "messages", "sources", "reviewed", "review_by", "version", "sha256"}
    for row in rows:
        assert set(row) == keys
        assert row["pages"] == len(pypdf.PdfReader(real_site / "handouts" / row["file"]).pages)
        assert row["messages"]
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
        assert f"Version {row['version']}," in texts(real_site / "handouts" / row["file"])[0], "as it is printed"


def test_no_text_for_referrers_reaches_a_patient(real_site: Path) -> None:
    """Every sentence of every section for referrers, against every page, sheet and data file that a patient can load."""
    secret = list(referrer_sentences(real().library))
    assert len(secret) > 400
    index = json.loads((real_site / "handouts" / "index.json").read_text(encoding="utf-8"))
    sheets = [real_site / "handouts" / row["file"] for row in index if row["audience"] == "patients"]
    referrer_twins = {f"handouts/{row['file'].removesuffix('.pdf')}/index.html" for row in index if row["audience"] == "referrers"}
    pages = [file for file in real_site.rglob("*.html") if "referrers" not in file.parts and file.relative_to(real_site).as_posix() not in referrer_twins]
    shown = {file: file.read_text(encoding="utf-8") for file in [*pages, real_site / "search" / "patients.js"]}
    shown |= {file: "\n".join(texts(file)) for file in sheets}
    assert len(pages) > 15
    assert len(sheets) > 8
    for file, text in shown.items():
        plain = plain_words(text)
        assert len(plain) > 200, file
        assert [sentence for sentence in secret if f" {sentence} " in plain] == [], file


def test_the_same_look_finds_that_text_where_it_belongs(real_site: Path) -> None:
    secret = list(referrer_sentences(real().library))
    plain = plain_words("".join(file.read_text(encoding="utf-8") for file in (real_site / "referrers").rglob("*.html")))
    assert sum(f" {sentence} " in plain for sentence in secret) > 0.9 * len(secret)


def test_properdocs_builds_as_many_pages(real_project: Path, real_copy: Path) -> None:
    with (real_copy / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("theme: material\n")  # ProperDocs wants to be told of a theme before our plugin sets ours
    outcome = run("properdocs", "build", "-f", "mkdocs.yml", cwd=real_copy)
    assert outcome.returncode == 0, outcome.stderr
    assert len(list((real_copy / "site").rglob("*.html"))) == len(list((real_project / "site").rglob("*.html"))) > 25


def test_zensical_builds_as_many_pages_from_an_export(real_project: Path, tmp_path: Path) -> None:
    exported = tmp_path / "exported"
    outcome = run("pmp", "export", exported, *TODAY_ARGS, cwd=real_project)
    assert outcome.returncode == 0, outcome.stderr
    outcome = run("zensical", "build", "--strict", cwd=exported)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "No issues found" in outcome.stdout + outcome.stderr
    assert len(list((exported / "site").rglob("*.html"))) == len(list((real_project / "site").rglob("*.html"))) > 25
    assert len(list((exported / "site").rglob("*.pdf"))) == len(list((real_project / "site").rglob("*.pdf"))) >= 10


def test_no_file_of_the_theme_that_no_page_uses_is_published(real_site: Path) -> None:
    names = {file.relative_to(real_site).as_posix() for file in (real_site / "assets").rglob("*") if file.is_file()}
    assert "assets/styles/site.css" in names
    assert not [name for name in names if name.startswith(("assets/javascripts", "assets/stylesheets"))]


def test_no_escape_shows_on_a_page(real_site: Path) -> None:
    """What authors typed is escaped for Markdown and for HTML, and comes out of both as they typed it."""
    pages = sorted(real_site.rglob("*.html"))
    assert len(pages) > 30
    assert "the lead author&#39;s own" in (real_site / "referrers" / "sleep" / "index.html").read_text(encoding="utf-8")
    for page in pages:
        assert not re.search(r"\\[`*_#\[\]{}&]|&amp;#\d+;", page.read_text(encoding="utf-8")), page
