"""The place of the site: whether a site may go there, one build at a time, and the swap in which the new one takes the place of the old.

Only what is recognisably a site of ours is ever replaced: a folder that holds both `worker.js` and `handouts/index.json`, as every site that we
build does and nothing that is written by hand, and that git does not keep. Three names that nobody else would choose stand beside it meanwhile:

| name             | what it is                                                                                                      |
|------------------|-----------------------------------------------------------------------------------------------------------------|
| `.site.pmp-lock` | held by the build; it is here so that every project, user and machine that builds to this place finds it        |
| `.site.pmp-new`  | the new site while it grows; after the swap, the old one until it is removed                                    |
| `.site.pmp-old`  | the old site for a moment, on a system that cannot exchange two names in one step                               |

What a killed build leaves of them, the next one brings back or removes.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from generator.web.faults import UnusablePlaceError

SIGNS = ("worker.js", "handouts/index.json")  # of a site of ours
AUTHORED = ("docs", "handouts", "templates")
WAITING = "Another build of this site is under way; this one waits for it."
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, and RENAME_SWAP of macOS


class Swap:
    """A new site on its way to its place, `target`. `root` is the project that it is made of.

    `begin` before anything is built, `finish` when the folder `new` holds the whole site, `close` in any case; it may be called again.
    All three raise OSError where the system refuses something, and leave the old site as it was. A link is followed, and stays.
    """

    def __init__(self, target: Path, root: Path) -> None:
        self.target = Path(os.path.realpath(target))
        self.new = self._beside("new")
        self._old = self._beside("old")
        self._root = root
        self._lock = FileLock(self._beside("lock"), mode=0o666)  # whoever may build here may wait here
        self._made: list[Path] = []

    def begin(self, tell: Callable[[str], None]) -> None:
        """Wait until no other build is under way, which is told once, and repair what a killed one left.

        Raises UnusablePlaceError, with nothing changed, where no site may go.
        """
        self._refuse_what_is_written()
        self._refuse_what_is_not_ours()
        self._made = [folder for folder in self.target.parents if not folder.exists()]
        try:
            self._lock.acquire(blocking=False)  # makes the folders above as well
        except Timeout:
            tell(WAITING)
            while not self._lock.is_locked:
                with suppress(FileNotFoundError):  # the build before has removed the folders that it had made
                    self._lock.acquire()
        self._repair()
        self.new.mkdir()

    def finish(self) -> None:
        """Put the new site in its place. A reader finds the old one or the new one at every moment, wherever the system can exchange two names.

        Raises UnusablePlaceError where something else has come to stand there meanwhile.
        """
        self._refuse_what_is_not_ours()
        if self.target.exists() and not _exchange(self.new, self.target):
            self.target.rename(self._old)
        if not self.target.exists():
            self.new.rename(self.target)

    def close(self) -> None:
        """Leave nothing behind but a whole site, and let the next build begin."""
        if self._lock.is_locked:
            with suppress(OSError):  # what cannot be removed now, the next build tells of
                self._repair()
            with suppress(OSError):  # Windows removes no file that is held
                Path(self._lock.lock_file).unlink()
            self._lock.release()
        for folder in self._made:
            with suppress(OSError):  # it is in use
                folder.rmdir()

    def _beside(self, use: str) -> Path:
        return self.target.parent / f".{self.target.name}.pmp-{use}"

    def _repair(self) -> None:
        ours = [folder for folder in (self._old, self.new) if folder.is_dir() and not folder.is_symlink()]
        if self._old in ours and not self.target.exists():
            self._old.rename(self.target)
            ours.remove(self._old)
        for folder in ours:
            shutil.rmtree(folder)

    def _refuse_what_is_written(self) -> None:
        for name in AUTHORED:
            if _is_within(self.target, self._root / name):
                raise UnusablePlaceError(f"{self.target} is in {name}/, where you write, so no site can go there.", "Name another folder for the site.")
        for written in (self._root, *(self._root / name for name in AUTHORED)):
            if _is_within(written.resolve(), self.target):
                raise UnusablePlaceError(f"{self.target} holds what you write, so no site can take its place.", "Name a new folder inside of it.")

    def _refuse_what_is_not_ours(self) -> None:
        target = self.target
        if os.path.lexists(target) and not target.is_dir():
            raise UnusablePlaceError(f"{target} is not a folder, so no site can go there.", "Move it out of the way, or name another folder.")
        if os.path.ismount(target):  # the method of Path does not work on Windows
            raise UnusablePlaceError(f"{target} is the place of a disk of its own, which no site can take.", "Name a folder inside of it.")
        if not target.is_dir() or not any(target.iterdir()):
            return
        if not all((target / sign).is_file() for sign in SIGNS):
            raise UnusablePlaceError(f"{target} holds something else than a site of ours, which would be lost.", "Name a new folder, or one inside of it.")
        if (target / ".git").exists():
            raise UnusablePlaceError(f"{target} is kept by git, and its history would be lost.", "Build into another folder, and copy the site into this one.")


def _is_within(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or inside of it, whatever names they go by: links, or other capitals on a disk that sees none."""
    return any(part == folder or (part.exists() and folder.exists() and part.samefile(folder)) for part in (path, *path.parents))


def _exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step. False where that is not to be had, or fails: then two renames are tried, and tell why."""
    if os.name != "posix":
        return False
    system, first, second = ctypes.CDLL(None), os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):  # Linux; the paths are absolute, so the folders that they begin in do not matter
        return bool(system.renameat2(0, first, 0, second, EXCHANGE) == 0)
    if hasattr(system, "renamex_np"):  # macOS
        return bool(system.renamex_np(first, second, EXCHANGE) == 0)
    return False
