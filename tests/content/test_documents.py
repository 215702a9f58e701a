"""Authored files are read as they were written, and no file on earth makes the reader raise."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.documents import Document, read_markdown, read_yaml
from generator.content.messages import MESSAGE_SECTIONS
from generator.content.problems import Problem
from tests.conftest import REPO

REAL_MESSAGE = (REPO / "docs" / "messages" / "pain-mechanisms" / "pain-is-real.md").read_bytes()
REAL_CLINIC = (REPO / "docs" / "clinics" / "sample.yml").read_bytes()


def read(content: bytes, name: str = "file.yml") -> tuple[Document | None, list[Problem]]:
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / name).write_bytes(content)
        if name.endswith(".yml"):
            return read_yaml(root / name, root, problems.append), problems
        return read_markdown(root / name, root, MESSAGE_SECTIONS, problems.append), problems


def test_text_is_text() -> None:
    document, problems = read(b"phone: 01632 960001\nanswer: no\ntime: 12:30\nversion: 1.10\nday: 2026-01-02\nnothing:\nnull: ~\n")
    assert problems == []
    assert document
    assert document.fields == {"phone": "01632 960001", "answer": "no", "time": "12:30", "version": "1.10", "day": "2026-01-02", "nothing": "", "null": "~"}


def test_folded_text_keeps_its_words_and_nothing_else() -> None:
    document, _ = read(b"finding: >-\n  one two\n  three\n\n  four\n")
    assert document
    assert document.fields["finding"] == "one two three\nfour"


def test_each_field_and_section_knows_its_line() -> None:
    document, problems = read(b"---\ntitle: A\nsources:\n  - one\n  - two\n---\n\n## In short\n\n\nShort.\n\n## For patients\n\nLong.\n", "m.md")
    assert problems == []
    assert document
    assert document.line_of(("title",)) == 2
    assert document.line_of(("sources", 1)) == 5
    assert document.line_of(("sources", 1, "deeper")) == 5
    assert document.sections["In short"].place.line == 11
    assert document.sections["For patients"].place.line == 15


def test_a_file_from_windows_reads_as_any_other() -> None:
    document, problems = read(b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\n\r\n## In short\r\n\r\nShort.\r\n", "m.md")
    assert problems == []
    assert document
    assert document.sections["In short"].markdown == "Short."


def test_a_code_fence_hides_no_heading() -> None:
    """What sets the text knows no fences: there it would be one."""
    _, problems = read(b"---\ntitle: A\n---\n\n## In short\n\n```\n## A heading\n```\n", "m.md")
    assert [(problem.place.line, problem.rule) for problem in problems] == [(8, "unknown-heading")]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_raise(content: bytes) -> None:
    for name in ("file.yml", "file.md"):
        document, problems = read(content, name)
        assert document is not None or problems


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_slip_of_the_pen_makes_the_reader_raise(data: st.DataObject) -> None:
    original, name = data.draw(st.sampled_from([(REAL_MESSAGE, "file.md"), (REAL_CLINIC, "file.yml")]))
    start = data.draw(st.integers(0, len(original) - 1))
    end = min(len(original), start + data.draw(st.integers(0, 8)))
    piece = data.draw(
        st.sampled_from(
            [b"", b":", b"\t", b"- ", b"[", b"}", b'"', b"'", b"#", b"&", b"*", b"!", b"---\n", b"\n", b"## ", b"\x00", b"\xe9", b"?", b"|", b">", b"%", b"@"]
        )
    )
    document, problems = read(original[:start] + piece + original[end:], name)
    assert document is not None or problems
    for problem in problems:
        assert problem.cure
        assert problem.place.line >= 1
