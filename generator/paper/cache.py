"""The sheets that were rendered before: `.cache/sheets/` of a project. The only room that knows how they are kept.

| file            | what it is                                                                                                   |
|-----------------|--------------------------------------------------------------------------------------------------------------|
| `<digest>.pdf`  | a sheet; its name is the digest of all that it was made from                                                 |
| `<digest>.png`  | the picture of its first side, where a page shows it                                                         |
| `<digest>.json` | its record, written last: that digest, its sides, the SHA-256 of the files, and below it that of the record  |
| `lock`          | held for a moment by a build that says which sheets it wants, or takes away those that nobody wants          |

A folder of which nobody knows who has been there is not to be believed: a sheet counts only where every byte of it is what its record says.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

KEPT_DAYS = 30  # for which a sheet is kept that no build asked for


@dataclass(frozen=True)
class Kept:
    """A sheet in the cache, as it was when it was looked at: its A4 sides, and the SHA-256 of its files. It may have no picture."""

    pages: int
    pdf_sha256: str
    picture_sha256: str | None


class Cache:
    """The cache of the project at `root`. Its methods raise OSError where the system refuses something."""

    def __init__(self, root: Path) -> None:
        self._folder = root / ".cache" / "sheets"
        self._lock = FileLock(self._folder / "lock")

    def pdf(self, digest: str) -> Path:
        """Where a sheet lies, or will lie."""
        return self._folder / f"{digest}.pdf"

    def picture(self, digest: str) -> Path:
        """Where the picture of its first side lies, or will lie."""
        return self._folder / f"{digest}.png"

    def claim(self, digests: Iterable[str]) -> tuple[dict[str, Kept], int]:
        """Those of some sheets that are here and whole, and how many others are damaged. What is claimed is kept for a while: no build takes it away."""
        self._folder.mkdir(parents=True, exist_ok=True)
        wanted = list(dict.fromkeys(digests))
        with self._lock:
            for digest in wanted:
                for file in self._files(digest):
                    with suppress(OSError):
                        os.utime(file)
        found = {digest: kept for digest in wanted if (kept := self._whole(digest))}
        damaged = [digest for digest in wanted if digest not in found and any(map(os.path.lexists, self._files(digest)))]
        return found, len(damaged)

    def keep(self, digest: str, pdf: bytes, picture: bytes | None, pages: int) -> Kept:
        """Put a sheet in, whatever stands in its place. Each file is there whole or not at all, and without the last one no other counts."""
        kept = Kept(pages, hashlib.sha256(pdf).hexdigest(), hashlib.sha256(picture).hexdigest() if picture else None)
        facts = json.dumps({"made_from": digest, **vars(kept)})
        if picture:
            _write(self.picture(digest), picture)
        _write(self.pdf(digest), pdf)
        _write(self._record(digest), f"{facts}\n{_checksum(facts)}\n".encode())
        return kept

    def prune(self) -> None:
        """Take away what no build has asked for in a long time. Another build's claim comes before this look at it, or finds it gone."""
        limit = time.time() - KEPT_DAYS * 86400
        with self._lock:
            for path in self._folder.iterdir():
                with suppress(FileNotFoundError):  # a build has just given it its name
                    if path.stat().st_mtime < limit and path.name != "lock":
                        _remove(path)

    def _record(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _files(self, digest: str) -> tuple[Path, Path, Path]:
        return self.pdf(digest), self.picture(digest), self._record(digest)

    def _whole(self, digest: str) -> Kept | None:
        facts = self._facts(digest)
        if facts.pop("made_from", None) != digest:  # the record of another sheet that was given this name
            return None
        kept = Kept(**facts)
        found = (sha256(self.pdf(digest)), sha256(self.picture(digest)) if kept.picture_sha256 else None)
        return kept if found == (kept.pdf_sha256, kept.picture_sha256) else None

    def _facts(self, digest: str) -> dict[str, Any]:
        """What a record says; nothing where it is damaged."""
        record = self._record(digest)
        try:
            facts, checksum = record.read_text(encoding="utf-8").splitlines() if record.is_file() else ("", "")
        except (OSError, ValueError):
            return {}
        return dict(json.loads(facts)) if _checksum(facts) == checksum else {}


def sha256(file: Path) -> str | None:
    """The SHA-256 of a file; None where there is no file that can be read."""
    try:
        if not file.is_file():
            return None
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None


def _checksum(facts: str) -> str:
    return hashlib.sha256(facts.encode()).hexdigest()


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, also where another build writes the same file at the same moment."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        if file.is_dir():
            _remove(file)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)  # what is left of it stops what comes next, which tells why
    else:
        path.unlink()
