"""What is measured: the content in folders for us and for the peers, and the commands that each is given."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from tests.conftest import REPO, TODAY, copy_of_the_repo
from tests.tools.cost import Cost, UnmeasuredError, spent
from tests.tools.times import grow

DAY = ("--today", str(TODAY))
MESSAGE = "docs/messages/activity-management/steady-increase.md"  # stands on SHEET and some others, and in a pack
PAGE = "patients/activity-management/"
SHEET = "handouts/steady-activity.pdf"
EDITED = re.compile(r"pick (\w+) thing to build up")
INDEX = "handouts/index.json"


def material_pages(project: Path, folder: Path) -> None:
    """The pages of a project with Material as it comes, in a new folder."""
    spent("pmp", "export", folder, *DAY, cwd=project)
    settings = folder / "mkdocs.yml"
    text = re.sub(r"^theme:\n(?: .*\n)+", "theme:\n  name: material\n", settings.read_text(encoding="utf-8"), flags=re.MULTILINE)
    settings.write_text(text.replace("plugins: []", "plugins: [search]"), encoding="utf-8")


class Words:
    """Words that were read nowhere before, short and easy to say."""

    def __init__(self) -> None:
        self._left = iter([a + b + c for a in "zvjq" for b in "aeiou" for c in "bdfgklmnprtvz"])

    def another(self) -> str:
        return next(self._left)


class Workload:
    """The content `times` times over. `ours` keeps its cache, `cold` is without one, `theirs` has the same pages for other engines, and `paper` the same print HTML."""

    def __init__(self, folder: Path, times: int) -> None:
        self.times = times
        self.ours = copy_of_the_repo(folder / "ours")
        grow(self.ours, times)
        forget(self.ours)
        self.cold = shutil.copytree(self.ours, folder / "cold")
        self.carried: list[str] = []
        self._folder = folder
        self._words = Words()
        self._settled = False

    @cached_property
    def theirs(self) -> Path:
        self.settle()
        material_pages(self.ours, self._folder / "theirs")
        return self._folder / "theirs"

    @cached_property
    def paper(self) -> Path:
        spent("python", "-m", "tests.tools.prints", self.ours, self._folder / "paper", cwd=REPO)
        return self._folder / "paper"

    def from_nothing(self) -> Cost:
        forget(self.ours)
        return self._build()

    def settle(self) -> None:
        """Let `ours` be built as it stands now."""
        if not self._settled:
            self._build()

    def unchanged(self) -> Cost:
        self.settle()
        return self._build()

    def one_edit(self) -> Cost:
        """A build after one edit; `carried` are then the sheets and packs that it changed."""
        self.settle()
        before = self._sums()
        self.edit()
        cost = self._build()
        self.carried = sorted(f"handouts/{file}" for file, digest in self._sums().items() if before.get(file) != digest)
        if not {SHEET} < {*self.carried}:
            raise UnmeasuredError(f"the edit changed {self.carried}, and not {SHEET} among others")
        return cost

    def edit(self) -> str:
        """Put another word into the message, and say which."""
        self._settled = False
        return self._put_word(self.ours / MESSAGE)

    def edit_theirs(self) -> str:
        """The same on the page of the peers."""
        return self._put_word(self.theirs / "docs" / f"{PAGE.rstrip('/')}.md")

    def _put_word(self, file: Path) -> str:
        word = self._words.another()
        text = file.read_text(encoding="utf-8")
        assert EDITED.search(text), f"{file} has no {EDITED.pattern!r}"
        file.write_text(EDITED.sub(f"pick {word} thing to build up", text), encoding="utf-8")
        return word

    def _build(self) -> Cost:
        cost = spent("pmp", "build", *DAY, cwd=self.ours)
        self._settled = True
        return cost

    def _sums(self) -> dict[str, str]:
        return {row["file"]: row["sha256"] for row in json.loads((self.ours / "site" / INDEX).read_text(encoding="utf-8"))}


def forget(project: Path) -> None:
    """Take away what was built and what is remembered."""
    for name in ("site", ".cache"):
        with suppress(FileNotFoundError):
            shutil.rmtree(project / name)
