"""The live preview follows what is saved, and an author's mistake shows as a notice: it never hangs the browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import TODAY, Project, rewrite, run


class Preview:
    """`pmp serve` on a project."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        program = Path(sys.executable).with_name("pmp")
        self.log = root.parent / "serve.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([program, "serve", "--address", f"127.0.0.1:{self.port}", "--today", str(TODAY)], cwd=root, stdout=log, stderr=log)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=10) as answer:
            return str(answer.read().decode(errors="replace"))

    def shows(self, path: str, words: str, *, within: float = 25, without: str = "\0") -> bool:
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                text = self.get(path)
            except OSError:
                text = ""
            if words in text and without not in text:
                return True
            time.sleep(0.2)
        return False


@pytest.fixture
def preview(built_project: Path) -> Iterator[tuple[Path, Preview]]:
    (built_project / "templates").mkdir()  # templates of its own are watched from the start on
    serving = Preview(built_project)
    try:
        assert serving.shows("patients/pain/", "The body has an alarm"), serving.log.read_text()
        yield built_project, serving
    finally:
        serving.process.terminate()
        serving.process.wait(10)


def test_a_saved_change_shows(preview: tuple[Path, Preview]) -> None:
    root, serving = preview
    rewrite(root / "docs/messages/pain/alarm.md", [["The body has an alarm", "The body has a bell"]])
    assert serving.shows("patients/pain/", "The body has a bell")
    assert serving.shows("handouts/touch/", "The body has a bell")
    assert serving.get("handouts/touch.pdf").startswith("%PDF")
    rewrite(root / "handouts/touch.md", [["title: Touch", "title: A light touch"]])
    assert serving.shows("handouts/touch/", "A light touch")
    rewrite(
        root / "templates/words/en-GB.yml",
        [["{one: A sheet to print, other: Sheets to print}", "{one: A sheet for your pocket, other: Sheets for your pocket}"]],
    )
    assert serving.shows("patients/pain/", "for your pocket")
    rewrite(root / "templates/theme/base.html", [['href="#content">', 'href="#content">Go: ']])
    assert serving.shows("patients/pain/", "Go: Skip to the text")


def test_a_mistake_shows_as_a_notice_above_the_last_good_page(preview: tuple[Path, Preview]) -> None:
    root, serving = preview
    rewrite(root / "docs/messages/pain/alarm.md", [["title: An alarm", "titel: An alarm"]])
    assert serving.shows("patients/pain/", "is not a key of this kind of file")
    text = serving.get("patients/pain/")
    assert "docs/messages/pain/alarm.md:2" in text
    assert "The body has an alarm" in text, "the last good words stay"
    rewrite(root / "docs/messages/pain/alarm.md", [["titel: An alarm", "title: A bell"]])
    assert serving.shows("patients/pain/", "A bell", without="This is not right yet")


@pytest.mark.parametrize(
    ("path", "change", "shown"),
    [
        ("templates/pages/sources.md.j2", [["{% endfor %}", "{% endfro %}"]], "templates/pages/sources.md.j2:22"),
        ("templates/theme/base.html", [["{% block footer %}", "{% blok footer %}"]], "templates/theme/base.html:133"),
        ("templates/pages/problems.md.j2", [["{% for", "{% fro"]], ""),
        ("docs/messages/pain/alarm.md", [["A marmalade jar can set it off.", "The body has an alarm.\n\n" * 90]], "and its recipe allows 1:"),
    ],
    ids=["page template", "theme", "template of the notice", "too long"],
)
def test_other_mistakes_never_hang_the_preview(preview: tuple[Path, Preview], path: str, change: list[list[str]], shown: str) -> None:
    root, serving = preview
    rewrite(root / path, [])  # as it came
    before = (root / path).read_bytes()
    rewrite(root / path, change)
    assert serving.shows("sources/", shown), serving.log.read_text()
    (root / path).write_bytes(before)
    assert serving.shows("sources/", "What this site rests on", without="This is not right yet"), serving.log.read_text()


def test_a_second_preview_at_the_same_address_says_what_to_do(preview: tuple[Path, Preview]) -> None:
    root, serving = preview
    outcome = run("pmp", "serve", "--address", f"127.0.0.1:{serving.port}", "--no-handouts", cwd=root)
    assert outcome.returncode == 2
    assert "something already answers at" in outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_a_project_that_begins_with_a_mistake_can_be_mended_while_serving(project: Project) -> None:
    root = project({"docs/messages/pain/alarm.md": [["title: An alarm", "titel: An alarm"]]})
    serving = Preview(root)
    try:
        assert serving.shows("", "docs/messages/pain/alarm.md:2"), serving.log.read_text()
        rewrite(root / "docs/messages/pain/alarm.md", [["titel: An alarm", "title: A bell"]])
        assert serving.shows("patients/pain/", "A bell")
    finally:
        serving.process.terminate()
        serving.process.wait(10)
