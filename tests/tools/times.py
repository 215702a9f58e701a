"""The shipped content several times over, to see how time and memory grow with it: `python -m tests.tools.times FOLDER 10`.

Every topic, message, sheet and pack stands there again under a new key, with a new title and question, and with new words in most sentences,
so that nothing that is remembered of one text answers for another. What a programme has once (urgent help, glossary, clinics) stays as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Set
from pathlib import Path

from tests.conftest import copy_of_the_repo

ENDINGS = "bdgjklmnqvzh"  # one for each copy: at the end of its keys, titles and everyday words; with them no two sheets have the same code
# Words that no rule, list or glossary asks for. Those of a copy are as long and as easy to say, and are read nowhere else.
EVERYDAY = re.compile(r"(?<!picture: )\b(people|life|things|time|plan|home|work|friend|course|skills|clinic|evidence|goal)\b(?![:/-])")
TITLE = re.compile(r"^(?:title|question|title_for_referrers): .*\w", re.MULTILINE)
NAMED = re.compile(r"((?:message|handout): ?|^  - )([a-z0-9/-]+)(?=[),\n])", re.MULTILINE)  # a message or a sheet, where another file names it
URGENT = re.compile(r"^role: (?:urgent|soon|crisis)\n", re.MULTILINE)
ALONE = re.compile(r"^role: stop-slowly\n", re.MULTILINE)  # one message has it; its copies are messages as others
RIGHT_NOW = re.compile(r"^## Right now\n.*?(?=^## )", re.MULTILINE | re.DOTALL)


def grow(project: Path, times: int) -> None:
    """Write the content of `project` again, until it is there `times` times."""
    files = {file: file.read_text(encoding="utf-8") for pattern in ("docs/messages/*/*.md", "handouts/**/*.md") for file in sorted(project.glob(pattern))}
    once = {file.parent for file, text in files.items() if URGENT.search(text)}
    files = {file: text for file, text in files.items() if file.parent not in once}
    assert once, f"{project} holds no urgent help"
    assert files, f"{project} holds nothing else"
    endings = ENDINGS[: times - 1]
    assert len(endings) == times - 1, f"{len(ENDINGS) + 1} times at most"
    for number, ending in enumerate(endings, 1):
        renamed = {_key(file): re.sub(r"(?=/|$)", ending, _key(file)) for file in files}
        for file, text in files.items():
            copy = _copy(file, ending)
            copy.parent.mkdir(exist_ok=True)
            is_topic = file.stem == "index"  # its lead leads to the one message of a role that stands alone
            kept = RIGHT_NOW.sub("", text)  # its doors are of the programme, which stands once
            copy.write_text(_other_words(_other_names(kept, number, ending, {} if is_topic else renamed), ending), encoding="utf-8")
    _support_copies(project / "docs" / "sources.yml", {file.stem for file in files}, endings)
    _ways_in(project / "templates" / "pages" / "audience.md.j2")


def _key(file: Path) -> str:
    """How other files name a message or a sheet."""
    return f"{file.parent.name}/{file.stem}" if "messages" in file.parts else file.stem


def _copy(file: Path, ending: str) -> Path:
    folder = file.parent.with_name(file.parent.name + ending) if "messages" in file.parts else file.parent
    return folder / (file.name if file.stem == "index" else f"{file.stem}{ending}.md")


def _other_names(text: str, number: int, ending: str, renamed: Mapping[str, str]) -> str:
    """A place of its own in the order, and copies where the text names something."""
    text = ALONE.sub("", text)
    text = re.sub(r"^order: (\d+)$", lambda order: f"order: {100 * number + int(order[1])}", text, flags=re.MULTILINE)

    def other_name(name: re.Match[str]) -> str:
        return renamed.get(name[0], name[0]) if "/" in name[0] else name[0] + ending  # a topic names its own messages, without their topic

    text = re.sub(r"^messages: \[.+\]$", lambda names: re.sub(r"(?<=[\[ ])[\w/-]+(?=[,\]])", other_name, names[0]), text, flags=re.MULTILINE)
    return NAMED.sub(lambda name: name[1] + renamed.get(name[2], name[2]), text)


def _other_words(text: str, ending: str) -> str:
    text = TITLE.sub(rf"\g<0>{ending}", text)
    return EVERYDAY.sub(lambda word: word[0][:-1] + ending, text)


def _support_copies(sources: Path, copied: Set[str], endings: str) -> None:
    """A work that may carry a message may carry its copies."""

    def with_copies(listed: re.Match[str]) -> str:
        return re.sub(r"[\w-]+", lambda name: ",\n    ".join([name[0], *(name[0] + ending for ending in endings if name[0] in copied)]), listed[0])

    text = sources.read_text(encoding="utf-8")
    sources.write_text(re.sub(r"(?<=^  supports:)\s+\[[^\]]+\]", with_copies, text, flags=re.MULTILINE), encoding="utf-8")


def _ways_in(front_door: Path) -> None:
    """The front door lists every question: so many are ways to other pages, and no text to read."""
    before, listed, after = re.split(r"(?s)(<div class=\"worries\".*?</div>)", front_door.read_text(encoding="utf-8"))
    front_door.write_text(before + listed.replace("<div ", "<nav ").replace("</div>", "</nav>") + after, encoding="utf-8")


def main() -> None:
    """Write the project."""
    grow(copy_of_the_repo(Path(sys.argv[1])), int(sys.argv[2]))


if __name__ == "__main__":
    main()
