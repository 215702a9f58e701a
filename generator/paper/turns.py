"""One worker for many who ask: the sheets that it makes wait here for their turn, and those that somebody looks at come first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from generator.paper.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(eq=False)
class _Task:
    call: tuple[Any, ...]  # the function and its arguments
    future: Future[Any]
    first: bool


class Turns(Executor):
    """Has tasks done one after the other. The same task is done once, however many ask for it while it waits; `first` is for who looks at what comes of it."""

    def __init__(self) -> None:
        self._worker = _ready()
        self._tasks: list[_Task] = []
        self._changed = threading.Condition()
        self._ended = False
        self.first = _First(self)
        threading.Thread(target=self._run, daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._add(False, fn, *args, **kwargs)

    def forget(self) -> None:
        """Drop what waits and nobody looks at; its futures are cancelled."""
        with self._changed:
            dropped = [task for task in self._tasks if not task.first and task.future.cancel()]
            self._tasks = [task for task in self._tasks if task not in dropped]

    def end(self) -> None:
        """End the worker, whatever it is doing. May be called again."""
        with self._changed:
            self._ended = True
        self._worker.end()

    def _add(self, first: bool, *call: Any, **named: Any) -> Future[Any]:
        assert not named, "a task is known by its arguments in their order"
        with self._changed:
            task = next((task for task in self._tasks if task.call == call), None)
            if task is None:
                task = _Task(call, Future(), first)
                self._tasks.append(task)
            task.first |= first
            self._changed.notify()
            return task.future

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tasks)
                task = next((task for task in self._tasks if task.first), self._tasks[0])
                task.future.set_running_or_notify_cancel()
            fn, *args = task.call
            try:
                task.future.set_result(self._worker.submit(fn, *args).result())
            except BaseException as error:  # of the task, or of a worker that was ended: whoever waits is told
                task.future.set_exception(error)
                if isinstance(error, BrokenProcessPool):
                    self._begin_again()
            with self._changed:
                self._tasks.remove(task)

    def _begin_again(self) -> None:
        self._worker.end()
        with self._changed:
            if not self._ended:
                self._worker = _ready()


def _ready() -> Workers:
    worker = Workers(1)
    worker.get_ready()
    return worker


class _First(Executor):
    """The front door of Turns."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._turns._add(True, fn, *args, **kwargs)
