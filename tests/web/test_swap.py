"""A new site takes the place of the old one whole, one build at a time, and of nothing else; whatever stops a build, a whole site stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from generator.web import faults, swap
from generator.web.swap import WAITING, Swap
from tests.conftest import REPO, TODAY, Project, rewrite, run, tree

BUILD = ("build", "--today", str(TODAY), "--no-handouts")
PMP = Path(sys.executable).with_name("pmp")
PARTS = ("worker.js", "handouts/index.json", "index.html", "patients/index.html", "patients/sleep/index.html")


def write_site(folder: Path, words: str) -> None:
    """Something that has the signs of a site of ours, each of its files with the same words."""
    for name in PARTS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words, encoding="utf-8")


def words_of(site: Path) -> set[str]:
    """The words of all of a site's files; more than one means that it is a mixture."""
    return {(site / name).read_text(encoding="utf-8") for name in PARTS}


def replace(target: Path, words: str, tell: Callable[[str], None] = lambda _: None) -> None:
    """A build in small."""
    with closing(Swap(target, target.parent / "project")) as new:
        new.begin(tell)
        write_site(new.new, words)
        new.finish()


def everything(folder: Path) -> dict[str, object]:
    """All that is in a folder: files with their bytes, links with where they lead, and folders."""
    return {
        path.relative_to(folder).as_posix(): path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def is_our_site(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("index.html", "worker.js", "handouts/index.json", "patients/pain/index.html"))


def assert_refused(outcome: subprocess.CompletedProcess[str], *words: str) -> None:
    """One message with its cure, nothing else, and the exit status of what is not the content's fault."""
    assert outcome.returncode == 2, outcome.stdout + outcome.stderr
    assert outcome.stdout == ""
    message, cure = outcome.stderr.splitlines()
    assert cure.startswith("    ")
    for word in words:
        assert word in message


# One build at a time


def test_of_builds_at_once_each_waits_for_its_turn_and_says_so(built_project: Path) -> None:
    before = tree(built_project / "site")
    command = (PMP, "build", "--today", str(TODAY))
    builds = [subprocess.Popen(command, cwd=built_project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = [build.communicate(timeout=300) for build in builds]
    assert [build.returncode for build in builds] == [0, 0, 0], outputs
    assert {errors for _, errors in outputs} <= {"", f"{WAITING}\n"}
    assert sum(WAITING in errors for _, errors in outputs) >= 1
    assert tree(built_project / "site") == before
    assert {path.name for path in built_project.iterdir()} == {"docs", "handouts", "mkdocs.yml", ".cache", "site"}, "nothing is left lying about"


def test_two_projects_and_bare_mkdocs_wait_for_each_other_at_one_place(built_project: Path, tmp_path: Path) -> None:
    place = tmp_path / "www"
    with closing(Swap(place, tmp_path / "another-project")) as other:
        other.begin(lambda _: None)
        builds = [
            subprocess.Popen(command, cwd=built_project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for command in ((PMP, *BUILD, "--site-dir", place), (PMP.with_name("mkdocs"), "build", "-d", place))
        ]
        for build in builds:
            assert build.stderr
            assert any(WAITING in line for line in build.stderr)  # reads until the line comes
            assert build.poll() is None
    assert [build.wait(300) for build in builds] == [0, 0]
    assert is_our_site(place)


def test_a_build_that_waits_goes_on_when_the_first_is_killed(built_project: Path) -> None:
    before = tree(built_project / "site")
    shutil.rmtree(built_project / ".cache")  # so that the first one takes its time
    first = subprocess.Popen([PMP, "build", "--today", str(TODAY)], cwd=built_project, start_new_session=True)
    try:
        wait_for((built_project / ".site.pmp-new").is_dir)
        second = subprocess.Popen([PMP, *BUILD], cwd=built_project, stderr=subprocess.PIPE, text=True)
        assert second.stderr
        assert second.stderr.readline() == f"{WAITING}\n"
        assert tree(built_project / "site") == before
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert second.wait(300) == 0
    assert is_our_site(built_project / "site")
    assert not list(built_project.glob(".site*")), "what the killed one left is gone"


def test_a_build_that_waits_goes_on_when_the_first_takes_its_folders_away(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "er" / "site"
    said = threading.Event()
    first = Swap(target, tmp_path / "project")
    first.begin(lambda _: None)
    second = threading.Thread(target=replace, args=(target, "second", lambda _: said.set()))
    second.start()
    assert said.wait(60)
    first.close()
    second.join(60)
    assert words_of(target) == {"second"}


def wait_for(condition: Callable[[], bool], within: float = 120) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_of_many_swaps_each_is_whole_and_nothing_is_left(tmp_path: Path) -> None:
    threads = [threading.Thread(target=replace, args=(tmp_path / "site", str(number))) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(words_of(tmp_path / "site")) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


# A site at every moment


def can_exchange(folder: Path) -> bool:
    for name in ("one", "other"):
        (folder / name).mkdir()
    able = swap._exchange(folder / "one", folder / "other")
    for name in ("one", "other"):
        (folder / name).rmdir()
    return able


def test_names_are_exchanged_or_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "mark").touch()
    assert not swap._exchange(tmp_path / "one", tmp_path / "not there")
    assert (tmp_path / "one" / "mark").exists()
    if not can_exchange(tmp_path / "one"):
        pytest.skip("the file system here cannot exchange two names")
    (tmp_path / "other").mkdir()
    assert swap._exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "other" / "mark").exists()
    assert not (tmp_path / "one" / "mark").exists()


def test_a_reader_finds_a_site_at_every_moment(tmp_path: Path) -> None:
    if not can_exchange(tmp_path):
        pytest.skip("the file system here cannot exchange two names")
    target = tmp_path / "site"
    replace(target, "0")
    done = threading.Event()
    missed: list[OSError] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        while not done.is_set():
            try:
                os.stat(target)  # noqa: PTH116 - the name itself, as a web server looks for it
            except OSError as error:
                missed.append(error)
            reads += 1

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        replace(target, str(number))
    done.set()
    reader.join()
    assert missed == []
    assert reads > 60


# A build in small that dies at a given step: before or after any call that changes what is at a name.
DEADLY = """
import os, shutil, signal, sys
from contextlib import closing
from pathlib import Path
from generator.web import swap

target, made, last, way = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
steps = 0

def deadly(act):
    def acted(*args, **kwargs):
        tick()
        outcome = act(*args, **kwargs)
        tick()
        return outcome
    return acted

def tick():
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)

swap._exchange = deadly(swap._exchange) if way == "exchange" else lambda *_: False
for name in ("rename", "mkdir", "unlink", "rmdir"):
    setattr(os, name, deadly(getattr(os, name)))
with closing(swap.Swap(target, target.parent / "project")) as new:
    new.begin(print)
    shutil.copytree(made, new.new, dirs_exist_ok=True)
    new.finish()
"""


@pytest.mark.parametrize("way", ["exchange", "two renames"])
@pytest.mark.parametrize("before", ["old", None], ids=["over an old site", "where no site was"])
def test_a_kill_at_any_step_leaves_a_whole_site_and_no_ruins(tmp_path: Path, way: str, before: str | None) -> None:
    """The harness dies before and after every call that changes a name; with exchange the site is never away, else the next build brings it back."""
    if way == "exchange" and not can_exchange(tmp_path):
        pytest.skip("the file system here cannot exchange two names")
    write_site(tmp_path / "made", "new")
    away = 0
    for step in range(1, 200):
        folder = tmp_path / str(step)
        target = folder / "site"
        folder.mkdir()
        if before:
            write_site(target, before)
        ended = subprocess.run([sys.executable, "-c", DEADLY, target, tmp_path / "made", str(step), way], cwd=REPO, check=False).returncode
        if target.exists():
            assert words_of(target) in ({before}, {"new"}), step
        else:
            away += before is not None
        with closing(Swap(target, folder / "project")) as following:  # the next build, which comes to nothing
            following.begin(lambda _: None)
        assert [path.name for path in folder.iterdir()] == (["site"] if target.exists() else []), step
        if before:
            assert words_of(target) in ({before}, {"new"}), step
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    else:
        pytest.fail("the swap never came to its end")
    assert step > 10, "every step was tried"
    assert words_of(target) == {"new"}
    assert (away > 0) == (way == "two renames" and before is not None)


def test_a_second_rename_that_fails_brings_the_old_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "site"
    replace(target, "old")
    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    with closing(Swap(target, tmp_path / "project")) as new:
        new.begin(lambda _: None)
        new.new.rmdir()  # then there is nothing to rename
        with pytest.raises(FileNotFoundError):
            new.finish()
    assert words_of(target) == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_only_what_is_ours_is_cleared_away(tmp_path: Path) -> None:
    """Names that look like ours, and even our very names, where they are not folders of ours."""
    kept = ("site.old-20240101", "site.new-cafebabe", "site.old", "site.new")
    for name in kept:
        write_site(tmp_path / name, "mine")
    for name in ("site.new-1", "site.old-1"):
        (tmp_path / name).write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    write_site(elsewhere, "mine")
    (tmp_path / ".site.pmp-old").symlink_to(elsewhere)
    before = everything(tmp_path)
    replace(tmp_path / "site", "new")
    assert {name: what for name, what in everything(tmp_path).items() if name.split("/")[0] != "site"} == before
    (tmp_path / ".site.pmp-new").write_text("mine")
    with pytest.raises(FileExistsError):
        replace(tmp_path / "site", "newer")
    assert (tmp_path / ".site.pmp-new").read_text() == "mine"
    assert words_of(tmp_path / "site") == {"new"}


# Where a site may go


def link(root: Path) -> str:
    (root / "www").mkdir()
    (root / "site").symlink_to("www")
    return "site"


def link_to_a_link(root: Path) -> str:
    replace(root / "www", "old")
    (root / "latest").symlink_to("www")
    (root / "site").symlink_to(root / "latest")
    return "site"


def dangling_link(root: Path) -> str:
    (root / "site").symlink_to("nowhere/yet")
    return "site"


def up_and_down(root: Path) -> str:
    return f"docs/../../{root.name}/handouts/../site"


RIGHT: dict[str, Callable[[Path], str]] = {
    "a link": link,
    "a link to a link": link_to_a_link,
    "a link to nothing": dangling_link,
    "spaces and emoji": lambda _: "the site 🩹 of ours",
    "a path with dots": up_and_down,
    "a folder in new folders": lambda _: "a/b/c/site",
    "an empty folder": lambda root: (root / "public").mkdir() or "public",  # type: ignore[func-returns-value]
}


@pytest.mark.parametrize("prepare", RIGHT.values(), ids=RIGHT.keys())
def test_odd_places_that_are_right(project: Project, prepare: Callable[[Path], str]) -> None:
    root = project()
    place = prepare(root)
    before = everything(root)
    for _ in range(2):
        outcome = run("pmp", *BUILD, "--site-dir", place, cwd=root)
        assert outcome.returncode == 0, outcome.stderr
        assert is_our_site(root / place)
    after = everything(root)
    assert not [name for name in after if ".pmp-" in name]
    assert {name: after.get(name) for name, what in before.items() if isinstance(what, Path)} == {
        name: what for name, what in before.items() if isinstance(what, Path)
    }, "a link stays a link"
    assert {name: what for name, what in after.items() if name.split("/")[0] in ("docs", "handouts", "mkdocs.yml")} == {
        name: what for name, what in before.items() if name.split("/")[0] in ("docs", "handouts", "mkdocs.yml")
    }


def a_file(root: Path) -> str:
    (root / "site").write_text("precious")
    return "site"


def a_circle(root: Path) -> str:
    (root / "site").symlink_to("site")
    return "site"


def a_link_to_what_is_written(root: Path) -> str:
    (root / "site").symlink_to("handouts")
    return "site"


def what_is_written_behind_a_link(root: Path) -> str:
    shutil.move(root / "handouts", root.parent / "shared" / "handouts")
    (root / "handouts").symlink_to(root.parent / "shared" / "handouts")
    return str(root.parent / "shared" / "handouts" / "site")


def photos(root: Path) -> str:
    (root.parent / "photos").mkdir()
    (root.parent / "photos" / "one.jpg").write_text("precious")
    (root.parent / "photos" / "worker.js").write_text("one sign is not enough")
    return "../photos"


def only_hidden(root: Path) -> str:
    (root / "public").mkdir()
    (root / "public" / ".htaccess").write_text("precious")
    return "public"


def kept_by_git(root: Path) -> str:
    write_site(root / "public", "published")
    (root / "public" / ".git").mkdir()
    return "public"


REFUSED: dict[str, Callable[[Path], str]] = {
    "docs": lambda _: "docs",
    "handouts": lambda _: "handouts",
    "templates, though there are none": lambda _: "templates",
    "inside of handouts": lambda _: "handouts/packs/site",
    "mkdocs.yml": lambda _: "mkdocs.yml",
    "the project": lambda _: ".",
    "a folder above": lambda _: "..",
    "the root": lambda _: "/",
    "a file": a_file,
    "a link to itself": a_circle,
    "a link to what is written": a_link_to_what_is_written,
    "what is written, behind a link": what_is_written_behind_a_link,
    "a folder of photos": photos,
    "the cache": lambda root: (root / ".cache").mkdir() or (root / ".cache" / "sheets").mkdir() or ".cache",  # type: ignore[func-returns-value]
    "a folder with a hidden file": only_hidden,
    "a site that git keeps": kept_by_git,
    "too long a name": lambda _: "x" * 250,
    "below a file": lambda _: "mkdocs.yml/site",
}


@pytest.mark.parametrize("prepare", REFUSED.values(), ids=REFUSED.keys())
def test_places_that_are_refused_before_anything_is_built(project: Project, prepare: Callable[[Path], str]) -> None:
    root = project()
    place = prepare(root)
    rewrite(root / "docs" / "messages" / "pain" / "alarm.md", [["title:", "titel:"]])  # is not even looked at
    before = everything(root.parent)
    assert_refused(run("pmp", *BUILD, "--site-dir", place, cwd=root))
    assert everything(root.parent) == before


def test_bare_mkdocs_refuses_them_as_well(project: Project) -> None:
    root = project()
    place = photos(root)
    before = everything(root.parent)
    outcome = run("mkdocs", "build", "-q", "-d", place, cwd=root)
    assert outcome.returncode == 2
    assert f"{root.parent / 'photos'} holds something else than a site of ours" in outcome.stdout
    assert "Traceback" not in outcome.stdout + outcome.stderr
    assert everything(root.parent) == before


@pytest.mark.parametrize("place", ["handouts", "templates", "docs", "mkdocs.yml", "."])
@pytest.mark.parametrize("command", [("pmp", *BUILD), ("mkdocs", "build")], ids=["pmp", "mkdocs"])
def test_mkdocs_yml_cannot_send_the_site_over_what_is_written(project: Project, command: tuple[str, ...], place: str) -> None:
    root = project({"mkdocs.yml": [["site_name: Small", f"site_name: Small\nsite_dir: {place}"]]})
    before = everything(root)
    outcome = run(*command, cwd=root)
    assert outcome.returncode == (2 if command[0] == "pmp" or place not in ("docs", ".") else 1)
    assert "Traceback" not in outcome.stdout + outcome.stderr
    assert str(root) in outcome.stdout + outcome.stderr
    assert everything(root) == before


def test_mkdocs_yml_says_where_the_site_goes(project: Project) -> None:
    root = project({"mkdocs.yml": [["site_name: Small", "site_name: Small\nsite_dir: public"]]})
    outcome = run("pmp", *BUILD, cwd=root)
    assert "in public/, in" in outcome.stdout
    assert is_our_site(root / "public")


def test_what_comes_to_stand_there_during_the_build_stays(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with closing(Swap(target, tmp_path / "project")) as new:
        new.begin(lambda _: None)
        write_site(new.new, "new")
        target.mkdir()
        (target / "letter.txt").write_text("precious")
        with pytest.raises(faults.UnusablePlaceError):
            new.finish()
    assert everything(tmp_path) == {"site": "folder", "site/letter.txt": b"precious"}


# What the machine refuses


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, for tests that may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, check=False).returncode == 0
    if not mounted:
        pytest.skip("only an administrator may mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def fill(disk: Path, free: int) -> None:
    """Fill a disk up, so that about so many bytes are left."""
    count = max(shutil.disk_usage(disk).free - free, 0)
    with suppress(OSError):
        (disk / "filler").write_bytes(b"x" * count)


def test_the_place_of_a_disk_is_refused_and_a_folder_on_it_is_right(built_project: Path, disk: Path) -> None:
    assert_refused(run("pmp", *BUILD, "--site-dir", disk, cwd=built_project), str(disk), "the place of a disk")
    assert everything(disk) == {}
    assert run("pmp", *BUILD, "--site-dir", disk / "site", cwd=built_project).returncode == 0
    assert is_our_site(disk / "site")


def test_a_folder_that_the_system_holds_is_told_at_the_end(built_project: Path, tmp_path: Path, disk: Path) -> None:
    """A folder mounted upon another of the same disk looks like any other, until it is to be moved."""
    shutil.copytree(built_project / "site", disk / "origin")
    (disk / "www").mkdir()
    subprocess.run(["mount", "--bind", disk / "origin", disk / "www"], check=True)
    try:
        before = everything(disk)
        assert_refused(run("pmp", *BUILD, "--site-dir", disk / "www", cwd=built_project), str(disk / "www"), "the system holds this in use")
        assert everything(disk) == before
    finally:
        subprocess.run(["umount", disk / "www"], check=True)


@pytest.mark.parametrize(("command", "share"), [("pmp", 0), ("pmp", 0.3), ("mkdocs", 0.3), ("pmp", 0.7), ("pmp", 0.97)])
def test_a_full_disk_leaves_the_old_site_as_it_was(built_project: Path, disk: Path, command: str, share: float) -> None:
    """It fills up at the first file, while others are copied, and while pages are written, of which the last bytes are the last to find no room."""
    room = shutil.disk_usage(disk).free
    shutil.copytree(built_project / "site", disk / "site")
    fill(disk, int((room - shutil.disk_usage(disk).free) * share))
    before = everything(disk)
    outcome = run(command, "build", *(("--today", str(TODAY)) if command == "pmp" else ("-q",)), "--site-dir", disk / "site", cwd=built_project)
    if command == "pmp":
        assert_refused(outcome, str(disk / "site"), "the disk is full")
    assert outcome.returncode == 2
    assert f"{disk / 'site'}: the disk is full" in outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr
    assert everything(disk) == before


def test_a_full_disk_ends_the_preview(built_project: Path, disk: Path) -> None:
    root = shutil.copytree(built_project, disk / "project", ignore=shutil.ignore_patterns("site", ".cache"))
    fill(disk, 0)
    outcome = run("pmp", "serve", "--today", str(TODAY), "--address", "127.0.0.1:65035", cwd=root)
    assert outcome.returncode == 2
    assert f"{root}: the disk is full" in outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_a_full_disk_of_the_project_is_named_though_the_site_goes_to_another(built_project: Path, disk: Path, tmp_path: Path) -> None:
    shutil.rmtree(built_project / ".cache")
    root = shutil.copytree(built_project, disk / "project", ignore=shutil.ignore_patterns("site"))
    fill(disk, 0)
    assert_refused(run("pmp", "build", "--today", str(TODAY), "--site-dir", tmp_path / "www", cwd=root), str(root), "the disk is full")
    assert not (tmp_path / "www").exists()


def test_no_room_for_another_file_at_all(built_project: Path, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,nr_inodes=1", disk], check=True)
    assert_refused(run("pmp", *BUILD, "--site-dir", disk / "site", cwd=built_project), str(disk), "the disk is full")
    assert everything(disk) == {}


def test_a_disk_that_can_only_be_read(built_project: Path, disk: Path, tmp_path: Path) -> None:
    root = shutil.copytree(built_project, disk / "project")
    before = everything(disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert_refused(run("pmp", *BUILD, cwd=root), str(root), "can be read but not written")
    outcome = run("pmp", "build", "--today", "2026-12-01", "--site-dir", tmp_path / "www", cwd=root)  # another day, so other sheets
    assert_refused(outcome, str(root), "can be read but not written")
    assert everything(disk) == before
    assert not (tmp_path / "www").exists()


def test_a_limit_on_files_is_like_a_full_disk(built_project: Path) -> None:
    before = everything(built_project)
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); from generator.cli import main; main()"
    assert_refused(run("python", "-c", limited, *BUILD, cwd=built_project), str(built_project / "site"), "no file may grow so large")
    assert everything(built_project) == before


def as_a_user(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command for which the permissions of files hold, which an administrator's do not care for."""
    if os.geteuid() != 0:
        return run(*command, cwd=cwd)
    dropped = ["--bounding-set", "-dac_override,-dac_read_search,-fowner"]
    setpriv = shutil.which("setpriv")
    if not setpriv:
        pytest.skip("an administrator needs setpriv to be held by permissions")
    name, *rest = map(str, command)
    return run("python", "-c", f"import os, sys; os.execv({setpriv!r}, sys.argv[1:])", "setpriv", *dropped, PMP.with_name(name), *rest, cwd=cwd)


def test_a_folder_that_may_not_be_written(built_project: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    place = tmp_path / "locked" / "site"
    assert_refused(as_a_user("pmp", *BUILD, "--site-dir", place, cwd=built_project), str(place.parent), "may not read or write")
    assert list(place.parent.iterdir()) == []
    assert_refused(as_a_user("pmp", "new", "project", tmp_path / "locked" / "one", cwd=tmp_path), str(place.parent), "may not read or write")
    assert_refused(as_a_user("pmp", "export", tmp_path / "locked" / "one", *BUILD[1:], cwd=built_project), str(place.parent), "may not read or write")


@pytest.mark.parametrize("is_file", [True, False], ids=["a file", "may not be written"])
def test_a_cache_that_cannot_be_used(built_project: Path, is_file: bool) -> None:
    before = tree(built_project / "site")
    cache = built_project / ".cache"
    shutil.rmtree(cache)
    cache.write_text("mine") if is_file else cache.mkdir(mode=0o555)
    kept = everything(built_project)
    for command in ("pmp", "mkdocs"):
        outcome = as_a_user(command, "build", cwd=built_project)
        assert outcome.returncode == 2, outcome.stdout + outcome.stderr
        assert f"{cache}" in outcome.stdout + outcome.stderr
        assert "Traceback" not in outcome.stdout + outcome.stderr
    assert everything(built_project) == kept
    assert tree(built_project / "site") == before


@pytest.mark.parametrize("command", ["pmp", "mkdocs"])
def test_a_fault_of_our_own_still_shows(built_project: Path, command: str) -> None:
    before = everything(built_project)
    start = {"pmp": "from generator.cli import main; main()", "mkdocs": "from mkdocs.__main__ import cli; cli()"}[command]
    for wrong in ("(new / 'no such file').read_text()", "new.no_such_method()"):
        program = f"from generator.web import packing; packing.pack = lambda new: {wrong}; {start}"
        outcome = run("python", "-c", program, "build", cwd=built_project)
        assert outcome.returncode == 1
        assert "Traceback" in outcome.stderr
        assert everything(built_project) == before
