"""Where templates, words, theme, fonts and pictures come from: the project's own file if there is one of that path, else the one that came with the program."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

# In the wheel they lie inside of the package, in a checkout beside it.
SHIPPED = next(folder for folder in (Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "templates") if folder.is_dir())


def folders(root: Path, name: str = "") -> tuple[Path, ...]:
    """The folders that hold `templates/<name>`, the project's first."""
    return tuple(dict.fromkeys(folder for folder in (root / "templates" / name, SHIPPED / name) if folder.is_dir()))


def find(root: Path, name: str) -> Path | None:
    """The file `templates/<name>` that counts; None where there is none."""
    return next((file for folder in folders(root) if (file := folder / name).is_file()), None)


def files(root: Path, name: str, pattern: str) -> dict[str, Path]:
    """Every file below `templates/<name>` that matches, by its path there; sorted."""
    found = {file.relative_to(folder).as_posix(): file for folder in reversed(folders(root, name)) for file in folder.rglob(pattern) if file.is_file()}
    return dict(sorted(found.items()))


@lru_cache(4096)
def shown(root: Path, file: Path) -> str:
    """The path of a file as an author writes it: one that came with the program as the path at which the project may lay its own."""
    for folder, before in ((root, ""), (SHIPPED, "templates/")):
        if file.is_relative_to(folder):
            return before + file.relative_to(folder).as_posix()
    return file.as_posix()
