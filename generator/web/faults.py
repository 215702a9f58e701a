"""What a machine refuses: a full disk, a folder that may not be written. Neither the content nor this program is at fault, so it is told with a cure.

An error of the system that no fault of a machine explains is one of ours, and keeps its trace.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = "Make room there, then try again."
RIGHT = "Ask for the right to, or choose a folder where you have it."
WAY = "Move it out of the way, or choose another folder."
TOO_MUCH = {
    errno.ENOSPC: ("the disk is full", ROOM),
    errno.EDQUOT: ("your share of the disk is used up", ROOM),
    errno.EFBIG: ("no file may grow so large here", "Raise the limit of this machine (ulimit -f), then try again."),
}
KNOWN = TOO_MUCH | {
    errno.EACCES: ("you may not read or write here", RIGHT),
    errno.EPERM: ("you may not read or write here", RIGHT),
    errno.EROFS: ("this disk can be read but not written", "Choose a folder on another disk, or copy the project to one."),
    errno.EBUSY: ("the system holds this in use, perhaps as the place of a disk", "Choose a folder inside of it."),
    errno.EXDEV: ("this cannot be moved, perhaps since it came with a container", "Choose a folder that is not there yet."),
    errno.ENOTDIR: ("this is not a folder, and one is needed here", WAY),
    errno.EEXIST: ("this is not a folder, and one is needed here", WAY),
    errno.EISDIR: ("this is a folder, and a file is needed here", WAY),
    errno.ELOOP: ("this is a link that leads back to itself", "Point it to a folder."),
    errno.ENAMETOOLONG: ("a name here would be too long", "Choose a shorter one."),
    errno.ENOLCK: ("this disk cannot hold a place for one build at a time", "Build on a disk of this machine, and copy the site."),
    errno.EIO: ("the disk does not answer", "Look whether it is still connected, then try again."),
}


class UnusablePlaceError(Exception):
    """A place that cannot be used: which and why, and what would do."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}\n    {cure}")
        self.what, self.cure = what, cure


def explain(error: BaseException, *places: Path) -> UnusablePlaceError | None:
    """What an error means if a machine is at fault, else None. Where the system names no file, it is about one of `places`."""
    if isinstance(error, UnusablePlaceError):
        return error
    if not isinstance(error, OSError) or error.errno not in KNOWN:
        return None
    what, cure = KNOWN[error.errno]
    named = isinstance(error.filename, str) and not (places and error.errno in TOO_MUCH)  # of a copy, the system names what was read
    place = _part_that_is_there(Path(error.filename)) if named else min(places, key=_is_writable_with_room, default=None)
    return UnusablePlaceError(f"{place}: {what}." if place else f"{what.capitalize()}.", cure)


@contextmanager
def explained(*places: Path) -> Iterator[None]:
    """What a machine refuses in this block is raised as UnusablePlaceError."""
    try:
        yield
    except OSError as error:
        if fault := explain(error, *places):
            raise fault from error
        raise


def _part_that_is_there(path: Path) -> Path:
    return next(part for part in (path, *path.parents, Path()) if os.path.lexists(part))


def _is_writable_with_room(place: Path) -> tuple[bool, int]:
    there = _part_that_is_there(place)
    return os.access(there, os.W_OK), shutil.disk_usage(there).free
