"""The door of a worker: once it is sealed, the kernel refuses to let the process open a connection or start a program.

It holds for whatever the engine does, in memory and on disk alike, and needs no rights: a filter of the kernel
(seccomp) answers the system calls concerned with EPERM. What a worker needs it has by then: its connections come to
it through the one that it holds.
"""

import ctypes
import platform
import struct

_NO_NEW_PRIVILEGES = 38
_SET_FILTER = 1
_ALLOW_SPECULATION = 4  # without it some kernels slow the process down
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _MACHINE = 0, 4  # where the kernel shows which call it is, and of which machine
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # the latter with EPERM
_X32 = 0x40000000
# Per machine: its mark, the number of seccomp, and socket, connect, execve, execveat, io_uring_setup, ptrace.
_MACHINES = {
    "x86_64": (0xC000003E, 317, (41, 42, 59, 322, 425, 101)),
    "aarch64": (0xC00000B7, 277, (198, 203, 221, 281, 425, 117)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def seal() -> bool:
    """Seal this process for good; False where the kernel, or the kind of machine, has no such filter."""
    if platform.system() != "Linux" or platform.machine() not in _MACHINES:
        return False
    machine, seccomp, calls = _MACHINES[platform.machine()]
    steps = _steps(machine, calls)
    program = _Program(len(steps) // 8, steps)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.syscall(seccomp, _SET_FILTER, _ALLOW_SPECULATION, ctypes.byref(program)) == 0)


def _steps(machine: int, calls: tuple[int, ...]) -> bytes:
    """The filter: another machine's calls, those of x32, and the calls named are refused; the rest is allowed."""
    refuse = len(calls) + 1  # steps from the first comparison of a call's number to the refusal
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 0, refuse + 2, machine),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, refuse, 0, _X32),
        *((_EQUAL, refuse - 1 - place, 0, call) for place, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
