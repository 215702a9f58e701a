"""What happens to a machine while it builds: a process killed, two at once, a damaged cache, an odd place for the site, a full or a locked disk.

Each trial works in a folder of its own, from outside, through the command line, and yields what did not hold. A site is whole if it is, byte for
byte, what a quiet build makes of one of the two texts that the trials know.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.conftest import small_project, tree
from tests.tools.commands import BUILD, QUICK, finish, pmp, start
from tests.tools.oracle import Fault, difference, everything, output_is_plain

Trial = Callable[[Path, Path, Random], Iterator[str | Fault]]  # (folder, ready, chance) -> first what is tried, then the faults

TEXT = "docs/messages/pain/alarm.md"
OLD, NEW = "The alarm is set too high.", "The alarm is set very high."
Tree = dict[str, bytes]


def ready(folder: Path) -> Path:
    """The small project with few sheets and one of two texts, each with its site and its cache: `old/` and `new/`. Every trial begins with copies."""
    for name, words in (("old", OLD), ("new", NEW)):
        root = small_project(folder / name)
        (root / "handouts" / "real.md").unlink()
        shutil.rmtree(root / "handouts" / "packs")
        text = (root / TEXT).read_text(encoding="utf-8")
        assert OLD in text
        (root / TEXT).write_text(text.replace(OLD, words), encoding="utf-8")
        status, output = pmp(*BUILD, cwd=root)
        assert status == 0, output
    return folder


def killed(folder: Path, ready: Path, chance: Random) -> Iterator[str | Fault]:
    """A build is killed at some moment: a reader finds the old site or the new one, and the next build is good and tidies up."""
    root, old, new = _copy(folder, ready)
    _edit(root)
    steps = chance.choice([0, 0, 1, 2, 3, 4])
    after = chance.uniform(0, 4)
    yield f"killed {f'as the names beside site/ change for the {steps}. time' if steps else f'after {after:.2f} s'}"
    reader = _Reader(root / "site", old, new)
    build = start(*BUILD, cwd=root)
    begun, names, seen = time.monotonic(), sorted(os.listdir(root)), 0  # noqa: PTH208 - as fast as it goes
    while build.poll() is None and (seen < steps if steps else time.monotonic() - begun < after):
        now = sorted(os.listdir(root))  # noqa: PTH208
        if now != names:
            names, seen = now, seen + 1
        if not steps:
            time.sleep(0.005)
    build.send_signal(signal.SIGKILL)
    build.wait()
    yield from _no_process_is_left(build.pid)
    yield from reader.stop()
    yield from _is_whole(root / "site", old, new, "after the kill")
    yield from _builds_well(root, new, "after a kill")


def paired(folder: Path, ready: Path, chance: Random) -> Iterator[str | Fault]:
    """Two builds at once: both end well, or one says why not; the site is whole all the time."""
    root, old, new = _copy(folder, ready)
    _edit(root)
    wait = chance.choice([0.0, 0.0, chance.uniform(0, 2)])
    command = chance.choice([BUILD, (*BUILD, "--jobs", "1")])
    if emptied := chance.random() < 0.25:
        shutil.rmtree(root / ".cache")
    yield f"two builds at once, the second {wait:.2f} s later{', without a cache' if emptied else ''}"
    reader = _Reader(root / "site", old, new)
    one = start(*command, cwd=root)
    time.sleep(wait)
    two = start(*command, cwd=root)
    outcomes = [finish(build) for build in (one, two)]
    for status, output in outcomes:
        yield from output_is_plain(status, output)
    if all(status for status, _ in outcomes):
        yield "neither of two builds at once ended well", outcomes[0][1][-300:]
    yield from reader.stop()
    yield from _is_whole(root / "site", new, new, "after two builds")
    yield from _nothing_lies_about(root, "after two builds")


def damaged(folder: Path, ready: Path, chance: Random) -> Iterator[str | Fault]:
    """Something in the cache is damaged: the next build makes the same site, or says what to do."""
    root, old, _ = _copy(folder, ready)
    cache = root / ".cache"
    files = sorted(file for file in cache.rglob("*") if file.is_file())
    file = chance.choice(files)
    raw, another = file.read_bytes(), chance.choice([other for other in files if other.suffix == file.suffix])
    contents = {
        "cut": raw[: len(raw) // 2],
        "empty": b"",
        "nonsense": b"%PDF-1.7 nonsense",
        "a bit wrong": _flipped(raw, chance),
        "another": another.read_bytes(),
    }
    instead: dict[str, Callable[[Path], object]] = {
        "gone": lambda place: None,
        "a folder": lambda place: place.mkdir(),
        "a link to nothing": lambda place: place.symlink_to("/nonexistent/boo"),
        "a link to a text": lambda place: place.symlink_to(root / TEXT),
        "a text": lambda place: place.write_text("boo", encoding="utf-8"),
    }
    match chance.choice(["file", "file", "file", "file", "place", "place", "cache", "every file", "strange files"]):
        case "file":
            way = chance.choice(list(contents))
            yield f"a {file.suffix} of the cache is {way}"
            file.write_bytes(contents[way])
        case "place":
            way = chance.choice(list(instead))
            yield f"in the place of a {file.suffix} of the cache: {way}"
            file.unlink()
            instead[way](file)
        case "cache":
            way = chance.choice(list(instead))
            yield f"in the place of the cache: {way}"
            shutil.rmtree(cache)
            instead[way](cache)
        case "every file":
            yield "every file of the cache is cut"
            for other in files:
                other.write_bytes(other.read_bytes()[:100])
        case _:
            yield "strange files are in the cache"
            for name in ("boo.pdf", "boo.png", f"{file.name}.1.part", f"{'0' * 64}.pdf", "boo"):
                (file.parent / name).write_bytes(b"boo")
    before = everything(folder, but=[root / "site", cache])
    status, output = pmp(*BUILD, cwd=root)
    yield from output_is_plain(status, output)
    if status and "Traceback" not in output and ".cache" not in output and "cache" not in output:
        yield "a damaged cache stops the build, and it does not say that it is the cache", output[-300:]
    yield from _is_whole(root / "site", old, old, "with a damaged cache")
    if changed := difference(before, everything(folder, but=[root / "site", cache])):
        yield "a build with a damaged cache changed other files", changed


def placed(folder: Path, ready: Path, chance: Random) -> Iterator[str | Fault]:
    """`--site-dir` names an odd place: the site is there and nothing else was touched, or the command says why not."""
    root, _, _ = _copy(folder, ready)
    photos = folder / "photos"
    photos.mkdir()
    (photos / "holiday.jpg").write_bytes(b"photo")
    (folder / "link").symlink_to(photos)
    (folder / "dangling").symlink_to(folder / "nowhere")
    (folder / "inner").symlink_to(root / "docs")
    places = {
        ".": False, "..": False, "docs": False, "docs/messages/pain": False, "handouts": False, "templates": False, ".cache": False, ".cache/sheets": False, "mkdocs.yml": False, "docs/site": None,
        "site/handouts": None, "../photos": False, "../link": False, "../dangling": None, "../inner": False, "../inner/messages": False, str(photos / "holiday.jpg"): False, "../photos/new": True, "nowhere/deep/site": True,
        "a site \u00e9\u202e": True, "site/../site": True, "-site": True, "/dev/null": False, "/proc/boo": False, "": None, "x" * 250: None, "x" * 300: False, "~": None, "site\nnew": None,
    }  # fmt: skip
    place = chance.choice(list(places))
    good = places[place]
    yield f"--site-dir {place!a}"
    target = Path(os.path.abspath(root / place))  # noqa: PTH100 - links are not followed: the place itself
    mine = [path for path in (root / "site", root / ".cache") if not str(path).startswith(str(target) + "/") and path != target]
    before = everything(folder, but=mine if good is None or good is False else [*mine, target])
    status, output = pmp(*QUICK, f"--site-dir={place}", cwd=root)
    yield from output_is_plain(status, output)
    if good and status:
        yield "a good place for a site is refused", output[-300:]
    if status == 0 and not (target / "index.html").is_file():
        yield "the command says that the site is there, and it is not", place
    if not folder.is_dir():
        yield "the folder around the project is gone", place
        return
    after = everything(folder, but=mine) if folder.is_dir() else {}
    lost = sorted(path for path, was in before.items() if after.get(path) != was and not (was[0].startswith("d") and path in after))
    if lost and good is not True:
        yield "a build took files that were not its own", f"{place!a}: {', '.join(map(ascii, lost[:4]))} ({len(lost)})"
    elif lost:
        yield "a build changed other files", f"{place!a}: {', '.join(map(ascii, lost[:4]))}"
    if leftovers := [path for path in after if ".new-" in path or ".old-" in path or path.endswith(".part")]:
        yield "something lies about after a build to an odd place", f"{place!a}: {leftovers[0]}"


def short_of_disk(folder: Path, ready: Path, chance: Random) -> Iterator[str | Fault]:
    """The disk is full, locked, or another one: a good site or a clear word, and the old site as it was."""
    way = chance.choice(
        [
            "full, for all",
            "full, for the cache",
            "full, for the site",
            "locked, for all",
            "locked, for the cache",
            "locked, for the site",
            "another, for the site",
            "nearly full, for all",
        ]
    )
    yield f"the disk is {way}"
    if os.geteuid() != 0:
        return  # only root may mount
    kind, _, what = way.partition(", for ")
    root = folder / "project"
    root.mkdir()
    with contextlib.ExitStack() as mounts:
        source = ready / "old"
        size = 40_000
        if what == "all":
            used = sum(file.stat().st_size // 4096 * 4 + 4 for file in source.rglob("*"))
            size = {"full": used + chance.randrange(8, 200), "nearly full": used + chance.randrange(200, 900)}.get(kind, size)
            mounts.enter_context(_disk(root, size))
        shutil.copytree(source, root, dirs_exist_ok=True)
        _edit(root)
        new = tree(ready / "new" / "site")
        if what != "all":
            place = root / {"the cache": ".cache", "the site": "site"}[what]
            shutil.rmtree(place)
            place.mkdir()
            mounts.enter_context(_disk(place, 200 if kind == "full" else size))
            if what == "the site":
                shutil.copytree(ready / "old" / "site", place, dirs_exist_ok=True) if kind != "full" else (place / "index.html").write_text(
                    "old", encoding="utf-8"
                )
        site = tree(root / "site")
        if kind == "locked":
            _mount("-o", "remount,ro", str(root if what == "all" else place))
        status, output = pmp(*BUILD, cwd=root)
        yield from output_is_plain(status, output)
        now = tree(root / "site") if (root / "site").is_dir() else {}
        if status == 0 and now != new:
            yield "a build on a bad disk says that it is good, and the site is not whole", way
        if status and now != site:
            yield "a build on a bad disk was stopped, and the site is not as it was", way
        if kind != "locked":
            yield from _nothing_lies_about(root, "on a bad disk")


KINDS: dict[str, tuple[int, Trial]] = {
    "kills": (40, killed),
    "pairs": (40, paired),
    "caches": (9, damaged),
    "places": (12, placed),
    "disks": (5, short_of_disk),
}


class _Reader:
    """Somebody who reads the site all the while: its pages are those of the old site or those of the new one, and never missing."""

    PAGES = ("index.html", "patients/pain/index.html", "assets/styles/site.css")

    def __init__(self, site: Path, old: Tree, new: Tree) -> None:
        self._site, self._good = site, {page: {old[page], new[page]} for page in self.PAGES}
        self._wrong: dict[str, int] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while not self._done.is_set():
            for page, good in self._good.items():
                try:
                    wrong = "" if (self._site / page).read_bytes() in good else "neither the old page nor the new one"
                except OSError:
                    wrong = "no page"
                if wrong:
                    self._wrong[wrong] = self._wrong.get(wrong, 0) + 1
            time.sleep(0)

    def stop(self) -> Iterator[Fault]:
        self._done.set()
        self._thread.join()
        yield from ((f"while a build is under way a reader finds {wrong}", f"{count} times") for wrong, count in self._wrong.items())


def _copy(folder: Path, ready: Path) -> tuple[Path, Tree, Tree]:
    root = shutil.copytree(ready / "old", folder / "project", symlinks=True)
    return root, tree(ready / "old" / "site"), tree(ready / "new" / "site")


def _edit(root: Path) -> None:
    text = (root / TEXT).read_text(encoding="utf-8")
    (root / TEXT).write_text(text.replace(OLD, NEW), encoding="utf-8")


def _is_whole(site: Path, old: Tree, new: Tree, when: str) -> Iterator[Fault]:
    if not site.is_dir():
        yield f"there is no site {when}", ""
    elif (found := tree(site)) not in (old, new):
        was = {path: ("", content) for path, content in new.items()}
        yield f"the site is not whole {when}", difference(was, {path: ("", content) for path, content in found.items()})


def _builds_well(root: Path, new: Tree, when: str) -> Iterator[Fault]:
    status, output = pmp(*BUILD, cwd=root)
    if status:
        yield f"the next build fails {when}", output[-300:]
    yield from _is_whole(root / "site", new, new, f"{when} and the next build")
    yield from _nothing_lies_about(root, f"{when} and the next build")


def _nothing_lies_about(root: Path, when: str) -> Iterator[Fault]:
    known = {"docs", "handouts", "templates", "mkdocs.yml", "site", ".cache"}
    found = [path.name for path in root.iterdir() if path.name not in known]
    found += [path.relative_to(root).as_posix() for path in root.glob(".cache/**/*") if path.suffix in {".part", ".tmp", ".new"}]
    if found:
        yield f"something lies about {when}", ", ".join(sorted(found)[:4])


def _no_process_is_left(group: int) -> Iterator[Fault]:
    """Workers of a killed build end by themselves."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        listed = subprocess.run(["ps", "-e", "-o", "pgid=", "-o", "stat="], capture_output=True, text=True, check=True).stdout.splitlines()
        rows = [line.split() for line in listed]
        assert rows
        if not any(int(of) == group and not state.startswith("Z") for of, state in rows):  # what has ended, and nobody has asked for yet
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    yield "workers live on after their build was killed", ""


def _flipped(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) or 1)
    return content and content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


@contextlib.contextmanager
def _disk(place: Path, kilobytes: int) -> Iterator[None]:
    """A disk of this size in the place of a folder."""
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(place))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)
