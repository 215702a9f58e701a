"""Which system parts are missing on this machine, the command that installs them, and which parts shape the bytes of a sheet.

Sheets need three libraries that no Python package brings: Pango, PangoFT2 and HarfBuzz-Subset.
Only Debian was tried; the commands for macOS and Windows come from the documentation of WeasyPrint.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

# The names under which WeasyPrint looks for each library, and the function that tells its version.
LIBRARIES = {
    "Pango": (("libpango-1.0.so.0", "libpango-1.0-0", "libpango-1.0.dylib", "libpango-1.0-0.dll"), "pango_version_string"),
    "PangoFT2": (("libpangoft2-1.0.so.0", "libpangoft2-1.0-0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"), ""),
    "HarfBuzz-Subset": (("libharfbuzz-subset.so.0", "libharfbuzz-subset-0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"), "hb_version_string"),
}

COMMANDS = {
    "linux": "sudo apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
    "win32": "pacman -S mingw-w64-ucrt-x86_64-pango   (in the MSYS2 UCRT64 window)",
}


OURS = ("typeset", "sides", "finish", "joining", "preview", "cache")  # modules of this room that shape a sheet, or how it is kept
PACKAGES = ("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "pikepdf", "fonttools", "pypdfium2", "pillow")


@dataclass(frozen=True)
class Part:
    """One thing that the program needs from the machine; `found` is its version, or None where it is missing."""

    name: str
    found: str | None
    command: str


def parts() -> tuple[Part, ...]:
    """Every system part, found or missing."""
    command = COMMANDS.get(sys.platform, COMMANDS["linux"])
    python = ".".join(map(str, sys.version_info[:3]))
    return (Part("Python", python, ""), *(Part(name, found, command) for name, found in library_versions().items()))


def missing() -> tuple[Part, ...]:
    """The parts without which no sheet can be rendered."""
    return tuple(part for part in parts() if part.found is None)


@cache
def library_versions() -> Mapping[str, str | None]:
    """The version of each system library; None where it is not there."""
    return {name: _version(names, function) for name, (names, function) in LIBRARIES.items()}


@cache
def shaping() -> Mapping[str, str | None]:
    """Each part that shapes the bytes of a sheet beside its content, and its version: two machines with the same parts make the same sheets."""
    ours = hashlib.sha256(b"".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in OURS)).hexdigest()
    return {"pmp-generator": ours[:12], **{name: version(name) for name in PACKAGES}, **library_versions()}


def _version(names: tuple[str, ...], function: str) -> str | None:
    for name in names:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        if not function:
            return "found"
        tell = getattr(library, function)
        tell.restype = ctypes.c_char_p
        text: bytes = tell()
        return text.decode("ascii")
    return None
