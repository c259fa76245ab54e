"""Work in processes of its own: on all cores, or apart, so that its memory is given back when it is done."""

import gc
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import ForkContext, SpawnContext
from threading import Thread
from types import MappingProxyType
from typing import Any, TypeVar

from ontology.errors import PlenaryError

Answer = TypeVar("Answer")
Told = TypeVar("Told")
Say = Callable[[str], None]
_FORK, _SPAWN = get_context("fork"), get_context("spawn")


class Ended(PlenaryError):
    """A process of the build was ended from outside."""

    def __init__(self) -> None:
        super().__init__("a process of the build was ended, as happens where memory is short. Free some and try again.")


def apart(work: Callable[[Callable[[Told], None]], Answer], say: Callable[[Told], None] = lambda told: None) -> Answer:
    """What a function gives that is run in a fork of this process; what it says on its way is said here.

    It changes nothing in this process. An error is raised here as it was there; raises Ended if the fork is killed.
    """
    return _awaited(_FORK, work, say)


def afresh(work: Callable[..., Answer], *arguments: object) -> Answer:
    """What a function of a module gives in a new process.

    For work on a store on disk: where this process has had one open, its engine waits forever in a fork for threads
    that a fork does not have.
    """
    return _awaited(_SPAWN, partial(_called, work, arguments), lambda step: None)


def _called(work: Callable[..., Answer], arguments: tuple[object, ...], _say: object) -> Answer:
    return work(*arguments)


def _awaited(
    context: ForkContext | SpawnContext, work: Callable[[Callable[[Told], None]], Answer], say: Callable[[Told], None]
) -> Answer:
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, there))
    process.start()
    there.close()
    try:
        while (told := here.recv())[0] == "step":
            say(told[1])
    except EOFError:
        raise Ended from None
    finally:
        process.terminate()  # it has nothing left to do, or this process was told to stop
        process.join()
    if told[0] == "error":
        raise _error(*told[1])
    answer: Answer = told[1]
    return answer


def _run(work: Callable[[Callable[[Told], None]], Any], there: connection.Connection) -> None:
    _watch()
    _tell(work, there)


def _tell(work: Callable[[Callable[[Told], None]], Any], there: connection.Connection) -> None:
    try:
        there.send(("done", work(lambda told: there.send(("step", told)))))
    except KeyboardInterrupt:
        os._exit(130)
    except Exception as error:  # noqa: BLE001  (it is raised again in the process that waits)
        if not isinstance(error, PlenaryError):
            error.add_note(traceback.format_exc())
        there.send(("error", (type(error), error.args, vars(error))))


def _error(type_: type[Exception], args: tuple[Any, ...], kept: dict[str, Any]) -> Exception:
    """An error as it was, without calling its constructor, which may want other arguments than it keeps."""
    error = type_.__new__(type_, *args)
    error.args = args
    vars(error).update(kept)
    return error


@contextmanager
def workers() -> Iterator[Executor]:
    """A process for each core, started when there is something to do; raises Ended if one of them is killed."""
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=_FORK, initializer=_watch)
    try:
        yield pool
    except BrokenProcessPool:
        raise Ended from None
    finally:
        pool.shutdown(cancel_futures=True)


class Afresh:
    """One new process that does one thing after another, for work on a store on disk; it begins with the first.

    `settings` are added to its environment. An executor would do, but for what Python says of its semaphores when a
    build is killed.
    """

    def __init__(self, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        self.settings = settings
        self.thread = ThreadPoolExecutor(1)
        self.begun: tuple[Any, connection.Connection] | None = None

    def submit(self, work: Callable[..., Answer], *arguments: object) -> Future[Answer]:
        """Have a function of a module called; the answer raises its errors, and Ended if the process is killed."""
        return self.thread.submit(self._answer, partial(_called, work, arguments))

    def _answer(self, work: Callable[[object], Answer]) -> Answer:
        if not self.begun:  # so late, lest a fork of this process hold the pipe too
            here, there = _SPAWN.Pipe()
            self.begun = _SPAWN.Process(target=_serve, args=(there,)), here
            with _environment(self.settings):
                self.begun[0].start()
            there.close()
        try:
            self.begun[1].send(work)
            kind, told = self.begun[1].recv()
        except (EOFError, OSError):
            raise Ended from None
        if kind == "error":
            raise _error(*told)
        answer: Answer = told
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._terminate()
        self.thread.shutdown(cancel_futures=True)
        self._terminate()  # it may have begun meanwhile
        if self.begun and self.begun[0].pid:
            self.begun[0].join()

    def _terminate(self) -> None:
        if self.begun and self.begun[0].pid:
            self.begun[0].terminate()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """What is started meanwhile has these settings, unless they were made from outside."""
    added = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _serve(there: connection.Connection) -> None:
    _watch()
    try:
        while True:
            _tell(there.recv(), there)
    except (EOFError, KeyboardInterrupt):
        os._exit(130)


def _watch() -> None:
    """In a process that another one began: end with it, and collect no cycles, which costs more than it gives back."""
    gc.freeze()
    gc.disable()
    parent = parent_process()
    if parent:
        Thread(target=lambda: (connection.wait([parent.sentinel]), os._exit(1)), daemon=True).start()
