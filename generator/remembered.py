"""What slow, pure functions answered: in memory while a program runs, and in `.cache/answers.json` of a project between its commands.

An answer holds for one state of this program. A file of another state, or one that is damaged, counts for nothing and is written anew. After a whole
build only what that has asked for is in the file, so that it never grows far beyond one project.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from generator import unchanged

MOST = 1_000_000  # answers in memory, some times as many as ten large programmes ask for

T = TypeVar("T")
Ask = Callable[..., T]  # its arguments are texts


class _Memory:
    """Answers by their question. By its digest, `kept` has those of the file as they stand there; those to what was `asked` go back into it."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, ...], Any] = {}
        self.kept: dict[str, Any] = {}
        self.asked: dict[tuple[str, ...], Callable[[Any], Any]] = {}


_memory = _Memory()
_UNKNOWN: Any = object()


def _same(answer: Any) -> Any:
    return answer


def recall(question: tuple[str, ...], answer: Callable[[], T], to_json: Callable[[T], Any] = _same, from_json: Callable[[Any], T] = _same) -> T:
    """What was answered to a question, else what `answer` gives, which rests on the question alone. Nobody may change it.

    `to_json` makes of an answer what JSON knows, and `from_json` undoes that; without them it is lists of texts and numbers, and no tuple.
    """
    answers = _memory.answers
    if len(answers) >= MOST:
        answers.clear()
        _memory.asked.clear()
    _memory.asked[question] = to_json
    found: T = answers.get(question, _UNKNOWN)
    if found is _UNKNOWN:  # threads ask too, and any of them may empty the memory at any moment
        raw = _memory.kept.get(_digest(question))
        found = answers[question] = answer() if raw is None else from_json(raw)
    return found


def digest(value: object) -> str:
    """What stands for a large value in a question: the same for values that print the same. A set has to be sorted before."""
    return _hashed(repr(value))


def forget(question: tuple[str, ...]) -> None:
    """Ask anew the next time."""
    _memory.answers.pop(question, None)


def remembered(to_json: Callable[[T], Any], from_json: Callable[[Any], T]) -> Callable[[Ask[T]], Ask[T]]:
    """A function of texts whose answer rests on them alone, worked out once for each; `recall` says what the arguments are for."""

    def decorated(function: Ask[T]) -> Ask[T]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def ask(*texts: str) -> T:
            return recall((name, *texts), lambda: function(*texts), to_json, from_json)

        return ask

    return decorated


@contextmanager
def kept(root: Path, *, whole: bool = False) -> Iterator[None]:
    """What is asked meanwhile is looked up in the file of the project at `root`, and written there in the end, whatever ends it.

    What asks for all that a project needs is `whole`: what it did not ask for goes. It has to come to its end for that.
    """
    file = root / ".cache" / "answers.json"
    version = hashlib.sha256(unchanged.program().encode()).hexdigest()
    _memory.kept = _load(file, version)
    _memory.asked = {}
    try:
        yield
    except BaseException:
        whole = False
        raise
    finally:
        asked = {_digest(question): (question, to_json) for question, to_json in _memory.asked.items() if question in _memory.answers}
        if asked.keys() - _memory.kept.keys() or (whole and asked.keys() != _memory.kept.keys()):
            new = {digest: to_json(_memory.answers[question]) for digest, (question, to_json) in asked.items() if digest not in _memory.kept}
            old = {digest: answer for digest, answer in _memory.kept.items() if digest in asked} if whole else _memory.kept
            with suppress(OSError):  # a project that cannot be written to: the next time takes as long as this one
                _save(file, version, old | new)


def _load(file: Path, version: str) -> dict[str, Any]:
    try:
        head, text = file.read_text(encoding="utf-8").split("\n", 1)
    except (OSError, ValueError):
        return {}
    return dict(json.loads(text)) if head == _checksum(version, text) else {}


def _save(file: Path, version: str, answers: dict[str, Any]) -> None:
    text = json.dumps(answers, ensure_ascii=False, separators=(",", ":"))
    file.parent.mkdir(exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        part.write_text(f"{_checksum(version, text)}\n{text}", encoding="utf-8", newline="")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)  # on a full disk


def _checksum(version: str, text: str) -> str:
    return hashlib.sha256(f"{version}\n{text}".encode()).hexdigest()


@lru_cache(MOST)
def _digest(question: tuple[str, ...]) -> str:
    return _hashed("\0".join(question))


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()
