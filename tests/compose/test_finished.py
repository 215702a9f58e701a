"""Whatever made a page, it holds nothing that could run, load or lead away, and every link of it leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.compose import finished

POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'

TITLE = "<title>A page</title>"


def told(folder: Path, body: str, head: str = POLICY, title: str = TITLE, heading: str = "<h1>Here</h1>") -> list[str]:
    (folder / "other").mkdir(exist_ok=True)
    (folder / "other" / "index.html").write_text(f'<head>{POLICY}{TITLE}</head><h1>Other</h1><h2 id="ä b">There</h2>', encoding="utf-8")
    (folder / "sheet.pdf").write_bytes(b"%PDF")
    (folder / "index.html").write_text(f"<!doctype html><head>{head}{title}</head><body id=top>{heading}{body}</body>", encoding="utf-8")
    problems = list(finished.pages(folder, {"index.html": "docs/index.md"}))
    assert all(problem.place.path == "docs/index.md" for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<p onclick=x>", "<p onclick>"),
        ("<svg><g/onload=x>", "<g onload>"),
        ('<p style="color: red">', "<p style>"),
        ('<a href="/x" ping="/y">', "<a ping>"),
        ("<iframe srcdoc=x></iframe>", "<iframe>"),
        ("<form><input></form>", "<form>"),
        ("<button formaction=x>", "<button formaction>"),
        ("<svg><foreignObject>", "<foreignobject>"),
        ("<svg><use href='#a'>", "<use>"),
        ("<base href='/x/'>", "<base>"),
        ("<style>p { color: red }</style>", "<style>"),
        ('<meta http-equiv="refresh" content="0;url=https://example.org">', '<meta http-equiv="refresh">'),
        ('<a href="javascript:x">', '<a href="javascript:x">'),
        ('<a href=" JAVA&#115;cript:x">', '<a href="JAVAscript:x">'),
        ('<a href="message:pain/alarm">', '<a href="message:pain/alarm">'),
        ('<a href="http://example.org">', '<a href="http://example.org">'),
        ('<a href="//example.org">', '<a href="//example.org">'),
        ('<img src="https://example.org/x.png">', '<img src="https://example.org/x.png">'),
        ('<script src="https://example.org/x.js"></script>', '<script src="https://example.org/x.js">'),
        ('<link rel="stylesheet" href="//example.org/x.css">', '<link href="//example.org/x.css">'),
        ('<img srcset="data:x">', '<img srcset="data:x">'),
    ],
)
def test_what_no_page_may_hold(tmp_path: Path, body: str, what: str) -> None:
    assert any(what in message for message in told(tmp_path, body)), told(tmp_path, body)


def test_a_page_without_its_policy(tmp_path: Path) -> None:
    assert told(tmp_path, "<p>Text.</p>", head="") == ["the page index.html has no policy"]


def test_a_page_has_one_title_and_one_first_heading(tmp_path: Path) -> None:
    assert told(tmp_path, "<svg><title>A bell</title></svg>") == []
    assert told(tmp_path, "</svg>", title=f"</svg>{TITLE}") == []
    assert told(tmp_path, "", title="") == ["the page index.html has no <title>"]
    assert told(tmp_path, "<h1>Again</h1>") == ["the page index.html has 2 <h1> elements"]
    assert told(tmp_path, "", heading="") == ["the page index.html has no <h1>"]


@pytest.mark.parametrize("link", ["gone/", "other/#gone", "#gone", "gone.pdf", "../outside/", "other/gone.png"])
def test_a_link_to_nowhere(tmp_path: Path, link: str) -> None:
    assert told(tmp_path, f'<a href="{link}">x</a>') == [f'the page index.html has a link to "{link}", which is not there']


def test_a_fault_of_the_theme_is_one_problem(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.html").write_text(f"<head>{POLICY}{TITLE}</head><h1>{name}</h1><iframe></iframe>", encoding="utf-8")
    assert [problem.message for problem in finished.pages(tmp_path, {})] == ["the page a.html has <iframe>, which no page may have, as have 2 others"]


def test_what_a_page_may_hold(tmp_path: Path) -> None:
    good = '<a href="other/#%C3%A4%20b">a</a><a href="sheet.pdf">b</a><a href="./">c</a><a href="#top">d</a><a href="other/index.html?x">e</a>'
    good += (
        '<a href="https://example.org">f</a><a href="tel:999">g</a><a href="mailto:a@example.org">h</a><p data-any="x" aria-label="&lt;x onload=1&gt;">i</p>'
    )
    assert told(tmp_path, good) == []
