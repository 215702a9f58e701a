"""Workers on other machines: a cluster of dask.distributed. The only room that knows it.

A sheet goes there as content, and what many sheets share goes once, by its hash: no disk is shared. What a lost worker was making is made again
elsewhere. What comes back is held against its hash, and a worker that would make other bytes than this machine is refused.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from generator.paper import machine
from generator.paper.workers import UnusableWorkersError

P = ParamSpec("P")
T = TypeVar("T")

ANSWER = 5  # seconds, for which a scheduler and its first worker are waited for
RETRIES = 3
INSTALL = "Give every worker the same versions as this machine: install the same package of pmp-generator there, with its lock file, and the same Pango."

_one_at_a_time = threading.Lock()  # a worker may have threads, and a renderer is for one sheet at a time


class Cluster(Executor):
    """The workers of the scheduler at `address`.

    Raises ImportError without the package `distributed`, OSError or ValueError where no scheduler answers, and UnusableWorkersError where it has no worker,
    or one whose parts differ from ours.
    """

    def __init__(self, address: str) -> None:
        from distributed import Client

        self._client = Client(address, timeout=ANSWER)  # type: ignore[no-untyped-call]
        try:
            self._hold_workers()
        except BaseException:
            self._client.close()  # type: ignore[no-untyped-call]
            raise
        self._executor = self._client.get_executor(pure=False, retries=RETRIES)  # type: ignore[no-untyped-call]
        self._sent: dict[str, Any] = {}

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As every executor does. Each `bytes` in the arguments, or in a mapping or tuple there, is sent once, whoever needs it."""
        outcome: Future[T] = Future()
        told = self._executor.submit(_make, dict(machine.shaping()), fn, [self._by_hash(argument) for argument in args], kwargs)
        told.add_done_callback(lambda told: _take(told, outcome))
        return outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Leave the cluster. What is still under way there is given up."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _hold_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=ANSWER)
        except TimeoutError:
            raise UnusableWorkersError("the cluster has no worker", "Start one: dask worker ADDRESS --nthreads 1") from None
        for worker, parts in sorted(self._client.run(machine.shaping, on_error="return").items()):
            if isinstance(parts, BaseException):
                raise UnusableWorkersError(f"the worker {worker} cannot render sheets: {parts}", INSTALL)
            if refused := _differing(worker, parts, machine.shaping()):
                raise refused

    def _by_hash(self, thing: Any) -> Any:
        if isinstance(thing, bytes):
            digest = hashlib.sha256(thing).hexdigest()
            if digest not in self._sent:  # a task, not scattered data: the scheduler has it made again where the worker that held it is lost
                self._sent[digest] = self._client.submit(bytes, thing, key=f"file-{digest}")
            return self._sent[digest]
        if isinstance(thing, Mapping):
            return {name: self._by_hash(value) for name, value in thing.items()}
        return tuple(map(self._by_hash, thing)) if isinstance(thing, tuple) else thing


def _make(expected: dict[str, str | None], fn: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> tuple[str, bytes]:
    """Runs on a worker, which may have joined after all others were looked at. What it made, and the hash of that."""
    from distributed import get_worker

    with _one_at_a_time:
        refused = _differing(get_worker().address, machine.shaping(), expected)
        content = pickle.dumps(refused or fn(*args, **kwargs))
    return hashlib.sha256(content).hexdigest(), content


def _take(told: Future[tuple[str, bytes]], outcome: Future[Any]) -> None:
    """Hand on what came back, if it is what was made."""
    try:
        digest, content = told.result()
    except BaseException as error:  # whatever kept a cluster from it
        cure = "See what the worker says. If it is short of memory, start fewer of them; a sheet that ends three workers needs to be looked at here, without --scheduler."
        outcome.set_exception(UnusableWorkersError(f"the cluster could not render a sheet: {error or type(error).__name__}", cure))
        return
    if hashlib.sha256(content).hexdigest() != digest:
        outcome.set_exception(UnusableWorkersError("a sheet was damaged on its way from the cluster", "Build again."))
        return
    made = pickle.loads(content)  # noqa: S301 - of our own workers
    if isinstance(made, UnusableWorkersError):
        outcome.set_exception(made)
    else:
        outcome.set_result(made)


def _differing(worker: str, parts: Mapping[str, str | None], expected: Mapping[str, str | None]) -> UnusableWorkersError | None:
    """Why a worker is refused; None where it is not."""
    for name, version in expected.items():
        if parts.get(name) != version:
            what = f"the worker {worker} has {name} {parts.get(name) or 'missing'}, and this machine {version or 'none'}: its sheets would not be the same"
            return UnusableWorkersError(what, INSTALL)
    return None
