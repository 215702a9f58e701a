"""What the site is made of beside its pages: the pictures, fonts, styles and scripts of the theme and of `docs/assets`.

Only kinds that are known here become files of the site, and each is what its ending says: a page that is called a picture is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from generator.content import addresses, files, layers
from generator.content.drawings import read_drawing
from generator.content.problems import Place, Problem, Report

MOST_BYTES = 10_000_000
DRAWING = ".svg"
TEXTS = (".css", ".js", ".txt")
# How files of these kinds begin
SIGNS = {
    ".png": rb"\x89PNG\r\n\x1a\n",
    ".jpg": rb"\xff\xd8\xff",
    ".jpeg": rb"\xff\xd8\xff",
    ".gif": rb"GIF8[79]a",
    ".webp": rb"RIFF.{4}WEBP",
    ".avif": rb".{4}ftypavi[fs]",
    ".ico": rb"\x00\x00\x01\x00",
    ".woff2": rb"wOF2",
    ".mp3": rb"ID3|\xff[\xe0-\xff]",
    ".m4a": rb".{4}ftyp",
    ".ogg": rb"OggS",
}
PHOTOS, AUDIO = (".jpg", ".jpeg", ".png", ".webp", ".avif"), (".mp3", ".m4a", ".ogg")  # of a voice
KINDS = (DRAWING, *SIGNS, *TEXTS)
LOGOS = "docs/assets/logos"
APART = ("diagrams", "pictures", "logos")  # folders of docs/assets that pages and sheets draw on, and that are no part of the site


def load_assets(root: Path, inlined: Collection[str], report: Report) -> dict[str, bytes]:
    """Every sound file of the site that is no page, by its place in the site: those of the theme, and the project's own beside them.

    `inlined` are the drawings that stand in pages too, and that were looked at for that.
    """
    found: dict[str, bytes | None] = {}
    for folder in reversed(layers.folders(root, "theme")):  # a file of the project wins
        for file in files.walk(folder, root, report):
            uri = file.relative_to(folder).as_posix()
            if uri.startswith("assets/"):
                found[uri] = read_asset(file, root, report)
            elif file.suffix != ".html":
                files.unknown(file, root, "Templates end with .html here, and pictures, fonts, styles and scripts stand in templates/theme/assets.", report)
    themes = {addresses.SEARCH_SCRIPT, *found} - {addresses.MARK}
    folder = root / "docs" / "assets"
    for file in files.walk(folder, root, report):
        uri = f"assets/{file.relative_to(folder).as_posix()}"
        if file.relative_to(folder).parts[0] in APART:
            continue
        if uri in themes:
            what, cure = (
                "the theme has a file of this name, which this one would hide",
                f"Rename it. To change the one of the theme, write templates/theme/{uri}.",
            )
            report(Problem(Place(layers.shown(root, file)), what, cure, "hidden-file"))
        else:
            found[uri] = files.read_bytes(file, root, report) if uri in inlined else read_asset(file, root, report)
    return {uri: content for uri, content in sorted(found.items()) if content is not None}


def hold_logos(root: Path, report: Report) -> None:
    """Hold every logo against what one may be. What it shows is the name of its clinic, which stands in the clinic's file."""
    for file in files.authored(root / LOGOS, root, (DRAWING, ".png"), report):
        read_asset(file, root, report)


def read_asset(file: Path, root: Path, report: Report) -> bytes | None:
    """What a file holds. None, with the problem reported, where it is of no known kind, or not of the one that its ending names."""
    place = Place(layers.shown(root, file))
    if file.suffix not in KINDS:
        small = file.suffix.lower()
        cure = f"Write its ending in small letters: {small}" if small in KINDS else f"Take it away, or save it as one of these: {', '.join(KINDS)}"
        files.unknown(file, root, f"{cure}.", report)
        return None
    if not file.name.isprintable():
        report(Problem(place, "the name of this file has an invisible character in it", "Rename the file.", "bad-name"))
        return None
    if file.suffix == DRAWING:
        return read_drawing(file, root, report)
    content = files.read_bytes(file, root, report, most=MOST_BYTES)
    if content is not None and file.suffix in SIGNS and not re.match(SIGNS[file.suffix], content, re.DOTALL):
        cure = "Save it again as what its ending says, or give it the ending of what it is."
        report(Problem(place, f"this file is no {file.suffix[1:]}, whatever its ending says", cure, "unknown-file"))
        return None
    is_broken_text = content is not None and file.suffix in TEXTS and files.decoded(content, file, root, report) is None
    return None if is_broken_text else content
