"""The cache: whatever happened to it, what it gives is what was rendered, and it mends itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from generator import cli
from generator.build import handout_index
from generator.compose.site import Print
from generator.paper.cache import Cache
from generator.paper.rendering import Rendering
from generator.web.export import export
from tests.conftest import TODAY, Project, built, run, tree

BUILD = ("pmp", "build", "--today", str(TODAY))
NOTICE = "1 sheet in the cache was damaged, and is made anew."
DIGEST = "d" * 64


def prints(root: Path) -> tuple[Print, ...]:
    site = built(root).site
    assert site
    return site.prints


class Entry:
    """A sheet in the cache of a built project, found by what was published of it."""

    def __init__(self, root: Path, uri: str) -> None:
        published = (root / "site" / uri).read_bytes()
        self.pdf = next(file for file in (root / ".cache" / "sheets").glob("*.pdf") if file.read_bytes() == published)
        self.png, self.record = self.pdf.with_suffix(".png"), self.pdf.with_suffix(".json")
        self.files = (self.pdf, self.png, self.record)


def cut(entry: Entry, _: Entry) -> None:
    entry.pdf.write_bytes(entry.pdf.read_bytes()[:-500])


def emptied(entry: Entry, _: Entry) -> None:
    entry.pdf.write_bytes(b"")


def garbage(entry: Entry, _: Entry) -> None:
    entry.pdf.write_bytes(b"\x00\xff garbage" * 100)


def folder(entry: Entry, _: Entry) -> None:
    entry.pdf.unlink()
    entry.pdf.mkdir()
    (entry.pdf / "file").write_text("x", encoding="utf-8")


def gone(entry: Entry, _: Entry) -> None:
    entry.pdf.unlink()


def sheet_of_another(entry: Entry, other: Entry) -> None:
    shutil.copy(other.pdf, entry.pdf)


def all_of_another(entry: Entry, other: Entry) -> None:
    for mine, theirs in zip(entry.files, other.files, strict=True):
        with suppress(FileNotFoundError):
            shutil.copy(theirs, mine)


def empty_picture(entry: Entry, _: Entry) -> None:
    entry.png.write_bytes(b"")


def picture_is_a_folder(entry: Entry, _: Entry) -> None:
    entry.png.unlink()
    entry.png.mkdir()


def pipe(entry: Entry, _: Entry) -> None:
    """Who reads it waits for ever."""
    entry.pdf.unlink()
    os.mkfifo(entry.pdf)


def broken_record(entry: Entry, _: Entry) -> None:
    entry.record.write_bytes(b"[" * 100_000)


def record_of_more_sides(entry: Entry, _: Entry) -> None:
    text = entry.record.read_text(encoding="utf-8")
    assert '"pages": 1' in text
    entry.record.write_text(text.replace('"pages": 1', '"pages": 7'), encoding="utf-8")


def no_record(entry: Entry, _: Entry) -> None:
    entry.record.unlink()


def unreadable(entry: Entry, _: Entry) -> None:
    if os.geteuid() == 0:
        pytest.skip("the administrator reads everything")
    entry.pdf.chmod(0)


DAMAGES = (
    cut, emptied, garbage, folder, gone, sheet_of_another, all_of_another, empty_picture, picture_is_a_folder, pipe, broken_record, record_of_more_sides,
    no_record, unreadable,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_sheet_is_made_anew_and_told_in_one_line(built_project: Path, damage: Callable[[Entry, Entry], None]) -> None:
    before = tree(built_project / "site")
    damage(Entry(built_project, "handouts/touch.pdf"), Entry(built_project, "handouts/real.pdf"))
    outcome = run(*BUILD, cwd=built_project)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert outcome.stderr == f"{NOTICE}\n"
    assert "(1 rendered)" in outcome.stdout
    assert tree(built_project / "site") == before
    healed = Rendering(built_project, prints(built_project))
    assert (healed.count, healed.notice) == (0, "")


def test_bare_mkdocs_tells_of_damage_and_a_strict_build_takes_it_for_no_fault(built_project: Path) -> None:
    before = tree(built_project / "site")
    for uri in ("handouts/touch.pdf", "handouts/real.pdf"):
        emptied(Entry(built_project, uri), Entry(built_project, uri))
    outcome = run("mkdocs", "build", "--strict", cwd=built_project)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr.count("2 sheets in the cache were damaged, and are made anew.") == 1
    assert {name for name, content in tree(built_project / "site").items() if before[name] != content} <= {"sitemap.xml", "sitemap.xml.gz"}


@pytest.mark.parametrize("command", [BUILD, ("mkdocs", "build")], ids=["pmp", "mkdocs"])
@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_a_file_that_changes_between_the_look_at_it_and_its_copy_is_never_published(built_project: Path, command: tuple[str, ...], kind: str) -> None:
    before = tree(built_project / "site")
    entry = Entry(built_project, "handouts/touch.pdf")
    changed = {"pdf": entry.pdf, "png": entry.png}[kind]
    with (built_project / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("hooks: [meddle.py]\n")
    (built_project / "meddle.py").write_text(f"def on_env(env, **_):\n    open({str(changed)!r}, 'wb').write(b'x')\n    return env\n", encoding="utf-8")
    outcome = run(*command, cwd=built_project)
    assert outcome.returncode == 1
    shown = outcome.stdout + outcome.stderr
    assert f"handouts/touch.md:1: handouts/touch.{kind} is no longer what was rendered" in shown
    assert "Nothing was changed in" in shown
    assert "Traceback" not in shown
    assert tree(built_project / "site") == before


def test_a_pack_is_never_joined_from_a_sheet_that_changed_since_it_was_looked_at(built_project: Path) -> None:
    Entry(built_project, "handouts/packs/both.pdf").record.unlink()
    part = Entry(built_project, "handouts/touch.pdf")
    with Rendering(built_project, prints(built_project)) as rendering:
        assert rendering.count == 1
        part.pdf.write_bytes(part.pdf.read_bytes()[:-500])
        sheets, problems = rendering.wait()
    assert [(str(problem.place), problem.rule) for problem in problems] == [("handouts/touch.md:1", "sheet")]
    assert "handouts/touch.pdf is no longer what was rendered" in problems[0].message
    assert "handouts/packs/both.pdf" not in {sheet.print.uri for sheet in sheets}


def test_an_export_with_a_file_that_is_not_what_was_rendered_is_refused(built_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meddled(root: Path, site: object, sheets: object, index: str, folder: Path) -> int:
        Entry(built_project, "handouts/touch.pdf").pdf.write_bytes(b"x")
        return export(root, site, sheets, index, folder)  # type: ignore[arg-type]

    monkeypatch.setattr(cli, "export_site", meddled)
    outcome = CliRunner().invoke(cli.app, ["export", str(tmp_path / "out"), "--project", str(built_project), "--today", str(TODAY)])
    assert outcome.exit_code == 1
    assert "handouts/touch.pdf is no longer what was rendered" in outcome.stdout
    assert "Do not use what is in" in outcome.stdout


def test_the_index_tells_the_hash_and_the_sides_of_each_sheet_without_opening_it(built_project: Path) -> None:
    rows = json.loads((built_project / "site/handouts/index.json").read_text(encoding="utf-8"))
    assert len(rows) == 5
    for row in rows:
        assert row["sha256"] == hashlib.sha256((built_project / "site/handouts" / row["file"]).read_bytes()).hexdigest()
    with Rendering(built_project, prints(built_project)) as rendering:
        sheets, _ = rendering.wait()
    shutil.rmtree(built_project / ".cache")
    assert json.loads(handout_index(sheets, TODAY)) == rows


def test_a_sheet_that_may_take_other_sides_is_made_anew(project: Project) -> None:
    """It may be set closer, or need not be: what is published hangs on what is asked for, never on what was built before."""
    root = project()
    sheets = prints(root)
    first = Rendering(root, sheets, jobs=1)
    first.wait()
    (root / "handouts/touch.md").write_text((root / "handouts/touch.md").read_text(encoding="utf-8").replace("pages: 1", "pages: 2"), encoding="utf-8")
    again = Rendering(root, prints(root), jobs=1)
    assert (again.count, again.notice) == (2, ""), "it, and its pack"
    again.wait()


def test_builds_at_once_share_the_cache(built_project: Path) -> None:
    before = tree(built_project / "site")
    shutil.rmtree(built_project / ".cache")
    program = Path(sys.executable).with_name("pmp")
    places = [built_project.parent / name for name in ("one", "two")]
    builds = [subprocess.Popen([program, *BUILD[1:], "--site-dir", place], cwd=built_project) for place in places]
    assert [build.wait(300) for build in builds] == [0, 0]
    assert all(tree(place) == before for place in places)
    rendering = Rendering(built_project, prints(built_project))
    assert (rendering.count, rendering.notice) == (0, "")
    assert not list((built_project / ".cache").rglob("*.part"))


@pytest.mark.parametrize("writes", range(3))
def test_a_sheet_whose_writing_was_cut_off_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    replace = Path.replace
    done: list[Path] = []

    def stopped(file: Path, target: Path) -> Path:
        if len(done) == writes:
            raise KeyboardInterrupt
        done.append(target)
        return replace(file, target)

    cache = Cache(tmp_path)
    cache.claim([DIGEST])
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            cache.keep(DIGEST, b"sheet", b"picture", 1)
    assert cache.claim([DIGEST]) == ({}, 1 if writes else 0)
    assert not list(tmp_path.rglob("*.part"))
    kept = cache.keep(DIGEST, b"sheet", b"picture", 1)
    assert cache.claim([DIGEST]) == ({DIGEST: kept}, 0)


def test_what_no_build_asks_for_leaves_the_cache_and_what_one_asks_for_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.claim([])
    for digest in ("a" * 64, "b" * 64):
        cache.keep(digest, b"sheet", b"picture", 1)
    (cache.pdf("c" * 64)).mkdir()
    (cache.pdf("c" * 64).with_suffix(".pdf.1234.part")).write_bytes(b"x")
    for path in (tmp_path / ".cache/sheets").iterdir():
        os.utime(path, (0, 0))
    assert len(cache.claim(["a" * 64])[0]) == 1
    cache.prune()
    assert {path.name for path in (tmp_path / ".cache/sheets").iterdir()} == {*(f"{'a' * 64}.{ending}" for ending in ("pdf", "png", "json")), "lock"}


def test_a_claim_that_comes_first_keeps_another_build_from_pruning(tmp_path: Path) -> None:
    """The other build comes to prune while this one claims an old sheet: it waits its turn, and looks at the sheet's age only then."""
    cache = Cache(tmp_path)
    cache.claim([])
    kept = cache.keep(DIGEST, b"sheet", b"picture", 1)
    files = [path for path in (tmp_path / ".cache/sheets").iterdir() if path.name != "lock"]
    for path in files:
        os.utime(path, (0, 0))
    with FileLock(tmp_path / ".cache/sheets/lock"):
        other = threading.Thread(target=Cache(tmp_path).prune)
        other.start()
        time.sleep(0.5)
        for path in files:
            os.utime(path)
    other.join()
    assert cache.claim([DIGEST]) == ({DIGEST: kept}, 0)


@pytest.mark.parametrize("place", [".cache", ".cache/sheets"])
def test_a_file_in_place_of_the_cache_is_an_error_of_the_machine_that_leaves_no_worker(project: Project, place: str) -> None:
    root = project()
    (root / place).parent.mkdir(exist_ok=True)
    (root / place).write_text("x", encoding="utf-8")
    with pytest.raises(OSError, match=r"\.cache"):
        Rendering(root, prints(root), jobs=1)
