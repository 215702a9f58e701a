"""One worker for many: who looks comes first, nothing is done twice, and what nobody wants any more is dropped."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from generator.paper.turns import Turns


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns()
    yield made
    made.end()


def write(file: Path, word: str) -> int:
    """Runs in the worker."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f"{word} ")
    time.sleep(0.2)
    return os.getpid()


def test_who_looks_comes_first_and_the_same_is_done_once(turns: Turns, tmp_path: Path) -> None:
    file = tmp_path / "words"
    asked = [turns.submit(write, file, word) for word in ("one", "two", "three")]
    while not file.exists():  # the first is under way
        time.sleep(0.01)
    looked_at = turns.first.submit(write, file, "three")
    new = turns.first.submit(write, file, "new")
    assert looked_at is asked[2]
    assert len({future.result(30) for future in (*asked, new)}) == 1, "one worker"
    assert file.read_text(encoding="utf-8").split() == ["one", "three", "new", "two"]


def test_what_nobody_looks_at_is_dropped(turns: Turns, tmp_path: Path) -> None:
    file = tmp_path / "words"
    asked = [turns.submit(write, file, word) for word in ("one", "two", "three")]
    while not file.exists():
        time.sleep(0.01)
    turns.first.submit(write, file, "three")
    turns.forget()
    with pytest.raises(CancelledError):
        asked[1].result(30)
    asked[2].result(30)
    assert file.read_text(encoding="utf-8").split() == ["one", "three"]


def test_a_worker_that_was_ended_from_outside_is_replaced(turns: Turns, tmp_path: Path) -> None:
    with pytest.raises(BrokenProcessPool):
        turns.submit(os._exit, 1).result(30)
    assert turns.submit(write, tmp_path / "words", "one").result(30) != os.getpid()
