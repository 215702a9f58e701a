"""What slow functions answered is looked up, and is never another answer than they would give."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from generator import remembered, unchanged

CALLS: list[str] = []


@remembered.remembered(list, tuple)
def letters(text: str) -> tuple[str, ...]:
    CALLS.append(text)
    return tuple(text)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that has just begun."""
    forget(monkeypatch)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_memory", remembered._Memory())
    CALLS.clear()


def ask(root: Path, *texts: str, whole: bool = True) -> list[tuple[str, ...]]:
    with remembered.kept(root, whole=whole):
        return [letters(text) for text in texts]


def test_an_answer_is_worked_out_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(tmp_path, "ab", "c", "ab") == [("a", "b"), ("c",), ("a", "b")]
    assert CALLS == ["ab", "c"]
    forget(monkeypatch)
    assert ask(tmp_path, "ab", "d") == [("a", "b"), ("d",)]
    assert CALLS == ["d"]
    forget(monkeypatch)
    assert ask(tmp_path, "c") == [("c",)]
    assert CALLS == ["c"], "what was not asked the last time is not kept for ever"


def test_what_asks_for_a_part_alone_or_is_stopped_keeps_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(tmp_path, "ab", "c")
    forget(monkeypatch)
    ask(tmp_path, "d", whole=False)
    forget(monkeypatch)
    with pytest.raises(KeyError), remembered.kept(tmp_path, whole=True):
        {"e": letters("e")}["f"]
    forget(monkeypatch)
    assert ask(tmp_path, "ab", "c", "d", "e") == [("a", "b"), ("c",), ("d",), ("e",)]
    assert CALLS == []


@pytest.mark.parametrize("damage", ["", "x", "cut", "another answer", "another state", "a folder"])
def test_a_damaged_file_or_one_of_another_state_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    ask(tmp_path, "ab")
    file = tmp_path / ".cache/answers.json"
    whole = file.read_text(encoding="utf-8")
    assert '["a","b"]' in whole
    if damage == "another state":
        monkeypatch.setattr(unchanged, "program", lambda: "another")
    elif damage == "a folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_text({"cut": whole[:-5], "another answer": whole.replace('["a","b"]', '["a","x"]')}.get(damage, damage), encoding="utf-8")
    forget(monkeypatch)
    assert ask(tmp_path, "ab") == [("a", "b")]
    assert CALLS == ["ab"]
    if damage != "a folder":
        forget(monkeypatch)
        assert ask(tmp_path, "ab") == [("a", "b")]
        assert CALLS == [], "it was written anew"


def test_a_project_that_cannot_be_written_to_is_asked_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".cache").write_text("a file where the folder belongs")
    assert ask(tmp_path, "ab") == [("a", "b")]
    forget(monkeypatch)
    assert ask(tmp_path, "ab") == [("a", "b")]
    assert CALLS == ["ab"]


def _asked_often(root: Path, number: int) -> None:
    for turn in range(20):
        remembered._memory = remembered._Memory()
        assert ask(root, "ab", f"{number} {turn}") == [("a", "b"), tuple(f"{number} {turn}")]


def test_two_programs_at_once_leave_a_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = [multiprocessing.get_context("fork").Process(target=_asked_often, args=(tmp_path, number)) for number in range(3)]
    for process in begun:
        process.start()
    for process in begun:
        process.join()
    assert [process.exitcode for process in begun] == [0, 0, 0]
    assert [file.name for file in (tmp_path / ".cache").iterdir()] == ["answers.json"]
    assert ask(tmp_path, "ab") == [("a", "b")]
    assert CALLS == []


def test_memory_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 10)
    for number in range(25):
        assert letters(str(number)) == tuple(str(number))
    assert 0 < len(remembered._memory.answers) <= 10
    assert 0 < len(remembered._memory.asked) <= 10
