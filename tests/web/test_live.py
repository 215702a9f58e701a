"""The resident preview gives, after any row of edits, what a clean build gives; and it keeps the reader's place."""

from __future__ import annotations

import json
import random
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import AUTHORED, TODAY, rewrite, run, tree, watched
from tests.web.test_serve import Preview

LEFT_OUT = {"worker.js", "sitemap.xml.gz"}  # of what a build writes, for readers who are elsewhere


def without_what_is_live(page: bytes) -> bytes:
    """A page of the preview without what the preview adds to its end."""
    text, count = re.subn(r"<style>\n#pmp-live .*?</script>(?=</body>)", "", page.decode(), flags=re.DOTALL)
    assert count == 1
    return text.encode()


def without_what_is_for_readers(page: bytes) -> bytes:
    """A built page without what the preview leaves out: the policy, which stops its script, and the worker for reading offline."""
    text, policies = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n', "", page.decode())
    text, workers = re.subn(r' data-worker="[^"]*"', "", text)
    assert policies == workers == 1
    return text.encode()


class Resident(Preview):
    """A preview of which a test knows when it has followed."""

    def fetch(self, path: str) -> bytes:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            return bytes(error.read())

    def news(self, known: str = "") -> tuple[int, bool]:
        said = json.loads(self.fetch(f".live?{known}"))
        return said["number"], said["working"]

    def rests(self, after: int = 0) -> int:
        """Wait until something later than `after` is shown, and nothing is under way."""
        end = time.monotonic() + 120
        state = self.news()
        while time.monotonic() < end:
            if state[0] > after and not state[1]:
                time.sleep(0.2)  # a second file may have been written with the first
                if self.news() == state:
                    return state[0]
            state = self.news(f"{state[0]}-{json.dumps(state[1])}") if state[1] or state[0] <= after else self.news()
        raise AssertionError(self.log.read_text())


@pytest.fixture
def resident(built_project: Path) -> Iterator[tuple[Path, Resident]]:
    serving = Resident(built_project)
    try:
        assert serving.shows("", "Small"), serving.log.read_text()
        yield built_project, serving
    finally:
        serving.process.terminate()
        serving.process.wait(10)


ALARM, INDEX = "docs/messages/pain/alarm.md", "docs/messages/pain/index.md"
Edit = Callable[[Path, random.Random], None]


def changed(path: str, pattern: str, words: str) -> Edit:
    """Put some of the words, drawn by lot, in the place of what matches in a file."""

    def edit(root: Path, lot: random.Random) -> None:
        rewrite(root / path, [])  # where the program has it
        text = (root / path).read_text(encoding="utf-8")
        found = re.search(pattern, text)
        assert found, f"{path} holds no {pattern}"
        drawn = lot.choice([word for word in words.split("|") if word != found[1]])
        new = text[: found.start(1)] + drawn + text[found.end(1) :]
        (root / path).write_text(new, encoding="utf-8")

    return edit


def order(root: Path, lot: random.Random) -> None:
    text = (root / INDEX).read_text(encoding="utf-8")
    names = re.findall(r"[\w-]+", re.search(r"messages: \[(.*)\]", text)[1])  # type: ignore[index]
    (root / INDEX).write_text(re.sub(r"messages: \[.*\]", f"messages: [{', '.join(reversed(names))}]", text), encoding="utf-8")


def new_message(root: Path, lot: random.Random) -> None:
    text = (root / ALARM).read_text(encoding="utf-8")
    name = lot.choice(("bell", "wire", "door"))
    text = re.sub(r"title: .*\nquestion: .*", f"title: A {name}\nquestion: What is a {name}?", text)
    (root / f"docs/messages/pain/{name}.md").write_text(text.replace("The body has", f"A {name} is in the house. The body has"), encoding="utf-8")
    rewrite(root / INDEX, [["messages: [", f"messages: [{name}, "]])


def deleted_message(root: Path, lot: random.Random) -> None:
    rewrite(root / INDEX, [["messages: [", "messages: ["]])
    text = (root / INDEX).read_text(encoding="utf-8")
    name = re.search(r"\b(bell|wire|door)\b", text)
    assert name, "one was written before"
    (root / INDEX).write_text(text.replace(f"{name[1]}, ", "").replace(f", {name[1]}", ""), encoding="utf-8")
    (root / f"docs/messages/pain/{name[1]}.md").unlink()


EDITS: dict[str, Edit] = {
    "words": changed(ALARM, r"The body has an? ([^\n.]*)\.", "bell|horn|light|lamp"),
    "title": changed("docs/messages/pain/real-pain.md", r"title: ([^\n]*)", "Pain is true|Pain is no lie|Yes, it hurts"),
    "order": order,
    "title of a sheet": changed("handouts/touch.md", r"title: ([^\n]*)", "A light touch|Why a touch hurts|Soft hands"),
    "term": changed("docs/glossary.yml", r"meaning: (A bell[^\n]*)", "A bell that rings.|A bell in a house.|A bell that is loud."),
    "clinic": changed("docs/clinics/sample.yml", r'phone: "([^"]*)"', "0113 496 0002|0113 496 0003|0113 496 0004"),
    "page": changed("docs/about.md", r"title: ([^\n]*)", "About us|Who we are|This site"),
    "template": changed("templates/pages/topic-patients.md.j2", r"\n(# \{\{ title \}\}[^\n]*)", "# {{ title }}!|# {{ title }}?|# {{ title }}."),
    "style": changed("templates/theme/assets/styles/site.css", r"main \{([^}]*)", " color: red; | color: blue; | color: green; "),
    "style on paper": changed("templates/handouts/print.css", r"\nhtml \{([^}]*)", " font-size: 13.5pt | font-size: 13pt | font-size: 12.5pt "),
    "new message": new_message,
    "deleted message": deleted_message,
}


def test_after_any_row_of_edits_it_gives_what_a_clean_build_gives(resident: tuple[Path, Resident], tmp_path: Path) -> None:
    root, serving = resident
    lot = random.Random(16)
    row = [name for name in EDITS if name not in {"new message", "deleted message"}] + ["words", "title"]
    lot.shuffle(row)
    row[3:3], row[8:8] = ["new message"], ["deleted message"]
    clean = tmp_path / "clean"
    shown = serving.rests()
    edits = files = pages = 0
    for name in row:
        good = {path: serving.fetch(path) for path in ("patients/pain/", "sources/")}
        if lot.random() < 0.3:  # a mistake, and its mending
            words = (root / ALARM).read_text(encoding="utf-8")
            (root / ALARM).write_text(words.replace("title:", "titel:", 1), encoding="utf-8")
            shown = serving.rests(shown)
            for path, before in good.items():
                notice = re.compile(rb'<div class="problems" role="alert">.*?</div>\n', re.DOTALL)
                now = without_what_is_live(serving.fetch(path))
                assert ALARM.encode() in notice.search(now)[0]  # type: ignore[index]
                assert notice.sub(b"", now) == without_what_is_live(before), "the last good words stay below the notice"
            (root / ALARM).write_text(words, encoding="utf-8")
            shown = serving.rests(shown)
            edits += 2
        EDITS[name](root, lot)
        shown = serving.rests(shown)
        edits += 1
        for authored in AUTHORED:
            if (root / authored).is_dir():
                shutil.rmtree(clean / authored, ignore_errors=True)
                shutil.copytree(root / authored, clean / authored)
            elif (root / authored).exists():
                shutil.copy(root / authored, clean / authored)
        outcome = run("pmp", "build", "--today", str(TODAY), cwd=clean)
        assert outcome.returncode == 0, f"{name}: {outcome.stdout}{outcome.stderr}"
        for path, built in tree(clean / "site").items():
            if path in LEFT_OUT:
                continue
            served = serving.fetch(path)
            if path.endswith(".html"):
                assert without_what_is_live(served) == without_what_is_for_readers(built), f"after {name}: {path}"
                pages += 1
            else:
                assert served == built, f"after {name}: {path}"
            files += 1
    assert edits >= 15
    assert pages >= 20 * len(row)
    assert files >= 40 * len(row)


def test_the_readers_place_is_kept_and_work_is_told(resident: tuple[Path, Resident], browser: Browser) -> None:
    root, serving = resident
    serving.rests()
    address = f"http://127.0.0.1:{serving.port}/"
    with watched(browser, address, viewport={"width": 360, "height": 300}) as page:
        page.goto(f"{address}patients/pain/")
        fold = page.locator("details.rests-on")
        fold.locator("summary").click()
        page.evaluate("scrollTo(0, 700)")
        assert page.evaluate("scrollY") == 700
        status = page.get_by_role("status")
        assert status.inner_text() == "", "nothing is under way"
        rewrite(root / ALARM, [["The body has an alarm", "The body has a bell"]])
        page.get_by_text("The body has a bell").wait_for()
        assert fold.get_attribute("open") is not None
        page.wait_for_function("scrollY === 700")
        status.get_by_text("Working…").wait_for()  # on the sheets
        status.get_by_text("Working…").wait_for(state="detached", timeout=60_000)
        assert page.evaluate("sessionStorage.length") == 0
        assert page.evaluate("history.scrollRestoration") == "auto"


def test_a_folder_of_templates_that_comes_later_is_followed(resident: tuple[Path, Resident]) -> None:
    root, serving = resident
    shown = serving.rests()
    rewrite(root / "templates/theme/base.html", [['href="#content">', 'href="#content">Go: ']])
    shown = serving.rests(shown)
    assert b"Go: Skip to the text" in serving.fetch("patients/pain/")
    shutil.rmtree(root / "templates")
    shown = serving.rests(shown)
    assert b"Go: Skip to the text" not in serving.fetch("patients/pain/")
    rewrite(root / "templates/theme/base.html", [['href="#content">', 'href="#content">On: ']])
    serving.rests(shown)
    assert b"On: Skip to the text" in serving.fetch("patients/pain/")


@pytest.mark.parametrize(
    ("path", "change", "shown"),
    [
        ("templates/pages/topic-patients.md.j2", [["# {{ title }}", "# {{ titel }}"]], "templates/pages/topic-patients.md.j2:"),
        ("templates/pages/sources.md.j2", [["{{ urgent_help }}", ""]], "sources.md has no urgent-help box"),
        ("templates/theme/base.html", [["{{ config.extra.words.skip | e }}", "{{ nobody.knows.this }}"]], "templates/theme/base.html:"),
        ("mkdocs.yml", [["site_name: Small", "site_name: Small\nsite_url: 5"]], "mkdocs.yml"),
        ("mkdocs.yml", [["  - pmp:\n      clinic: sample", "  []"]], "mkdocs.yml"),
    ],
    ids=["value", "guard", "theme at work", "settings", "no plugin"],
)
def test_what_only_shows_when_a_page_is_made_gives_way_to_what_was_good(
    resident: tuple[Path, Resident], path: str, change: list[list[str]], shown: str
) -> None:
    root, serving = resident
    number = serving.rests()
    good = without_what_is_live(serving.fetch("patients/pain/"))
    rewrite(root / path, [])
    number = serving.rests(number) if path != "mkdocs.yml" else number
    before = (root / path).read_bytes()
    rewrite(root / path, change)
    number = serving.rests(number)
    for _ in range(2):
        assert shown in serving.fetch("patients/pain/").decode()
        assert b"What this site rests on" in serving.fetch("sources/")
    (root / path).write_bytes(before)
    serving.rests(number)
    assert without_what_is_live(serving.fetch("patients/pain/")) == good
