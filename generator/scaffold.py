"""A new topic, message, handout, pack or clinic: a file with its keys and headings in place, made from `templates/new/`."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from generator.templating import Templates

FILES = {
    "topic": "docs/messages/{name}/index.md",
    "message": "docs/messages/{name}.md",
    "handout": "handouts/{name}.md",
    "pack": "handouts/packs/{name}.md",
    "clinic": "docs/clinics/{name}.yml",
}


class CannotBeginError(Exception):
    """A name that cannot be used; says why, and what would do."""

    def __init__(self, why: str, cure: str) -> None:
        super().__init__(why)
        self.cure = cure


def write(root: Path, kind: str, name: str, today: datetime.date) -> Path:
    """Write the file and return it. Raises CannotBeginError; never writes over a file that is there."""
    part = "[a-z0-9]+(?:-[a-z0-9]+)*"
    if not re.fullmatch(f"{part}/{part}" if kind == "message" else part, name):
        example = "sleep/naps" if kind == "message" else "steady-days"
        raise CannotBeginError(f'"{name}" cannot be the name of a {kind}.', f"Use small letters, digits and hyphens, for example {example}.")
    file = root / FILES[kind].format(name=name)
    if file.exists():
        raise CannotBeginError(f"{file.relative_to(root).as_posix()} is there already.", "Choose another name.")
    if kind == "message" and not file.parent.is_dir():
        raise CannotBeginError(f'there is no topic "{file.parent.name}".', f"Begin it with: pmp new topic {file.parent.name}")
    title = file.stem if kind != "topic" else name
    text = Templates(root).render(f"new/{kind}{file.suffix}.j2", title=title.replace("-", " ").capitalize(), today=today)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return file
