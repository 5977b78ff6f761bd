"""What the child that reads a document may no longer ask of the kernel: a seccomp filter, for good, from here on.

It needs its file, memory and the pipe for its answer. So it may open nothing for writing and change no file, has no
network (on Lambda the runtime's own address is one), starts no process, reaches no other one and does not outlive its
parent. What is refused answers EPERM; a call of another architecture ends the process. Lambda has no Landlock (it came
with Linux 5.13) and no user namespaces, and by many reports refuses prctl(2), so there are two ways to set the filter.
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import os
import platform
import struct
from dataclasses import dataclass

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 22, 38, 2
"""prctl(2)."""
_SECCOMP_SET_MODE_FILTER = 1
"""seccomp(2), which takes no filter from a process without no_new_privs; a runtime may have set it for all."""

_INSTRUCTION = struct.Struct("<HBBI")  # struct sock_filter: code, jump if true, jump if false, operand
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # struct seccomp_data: where in it, in bytes
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
_X32 = 0x40000000
_CHANGES_A_FILE = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
_F_SETOWN, _F_SETOWN_EX = 8, 15
"""fcntl(2): whom the kernel sends a file's signal, which may be any."""


@dataclass(frozen=True)
class _Machine:
    """Numbers of system calls (unistd.h). `opens` is for each way to open a file the place of its flags."""

    architecture: int
    refused: tuple[int, ...]
    opens: tuple[tuple[int, int], ...]
    fcntl: int
    seccomp: int
    on_itself: tuple[int, ...]


# In the same order on both; arm64 never had some of those that came before openat and its like.
_MACHINES = {
    "x86_64": _Machine(
        architecture=0xC000003E,
        refused=(
            41, 53,  # socket socketpair
            62, 200, 129, 297, 424,  # kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal
            56, 57, 58, 435, 59, 322,  # clone fork vfork clone3 execve execveat
            101, 310, 311, 434, 438, 440,  # ptrace process_vm_readv/writev pidfd_open pidfd_getfd process_madvise
            141, 203, 144, 142, 314, 251, 112, 109,  # setpriority sched_set* ioprio_set setsid setpgid
            157, 105, 106, 113, 114, 117, 119, 122, 123,  # prctl set*id: either would end the parent's hold on it
            321, 298, 323, 425, 250, 248, 249,  # bpf perf_event_open userfaultfd io_uring_setup keyctl *_key
            165, 166, 155, 161, 272, 308, 175, 313, 246, 169, 167, 163,  # mount umount *root unshare setns …
            85, 437, 304,  # creat openat2 open_by_handle_at
            82, 264, 316, 87, 263, 83, 258, 84, 86, 265, 88, 266,  # rename* unlink* mkdir* rmdir link* symlink*
            90, 91, 268, 92, 93, 94, 260, 76, 133, 259,  # chmod* chown* truncate mknod*
            132, 235, 261, 280, 188, 189, 190, 197, 198, 199,  # utime* setxattr* removexattr*
            29, 30, 68, 64, 240,  # shmget shmat msgget semget mq_open
        ),
        opens=((257, 2), (2, 1)),  # openat open
        fcntl=72,
        seccomp=317,
        on_itself=(234, 302),  # tgkill, which abort() is, and prlimit64
    ),
    "aarch64": _Machine(
        architecture=0xC00000B7,
        refused=(
            198, 199, 129, 130, 138, 240, 424, 220, 435, 221, 281, 117, 270, 271, 434, 438, 440,
            140, 122, 119, 118, 274, 30, 157, 154,
            167, 146, 144, 145, 143, 147, 149, 151, 152, 280, 241, 282, 425, 219, 217, 218,
            40, 39, 41, 51, 97, 268, 105, 273, 104, 142, 224, 89, 437, 265,
            38, 276, 35, 34, 37, 36, 52, 53, 55, 54, 45, 33, 88, 5, 6, 7, 14, 15, 16, 194, 196, 186, 190, 180,
        ),
        opens=((56, 2),),
        fcntl=25,
        seccomp=277,
        on_itself=(131, 261),
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter(machine: _Machine, process: int) -> bytes:
    """The program that the kernel runs at each call. `process` is the one process that may be spoken of, or 0."""
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]
    for number, flags in machine.opens:
        program += [
            (_IF_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * flags),
            (_IF_ANY_BIT, 0, 1, _CHANGES_A_FILE),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    program += [
        (_IF_EQUAL, 0, 5, machine.fcntl),
        (_LOAD, 0, 0, _FIRST_ARGUMENT + 8),
        (_IF_EQUAL, 1, 0, _F_SETOWN),
        (_IF_EQUAL, 0, 1, _F_SETOWN_EX),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    for number in machine.on_itself:
        program += [
            (_IF_EQUAL, 0, 5, number),
            (_LOAD, 0, 0, _FIRST_ARGUMENT),
            (_IF_EQUAL, 2, 0, process),
            (_IF_EQUAL, 1, 0, 0),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    return _packed(program) + _REFUSALS[machine]


def _refusals(machine: _Machine) -> bytes:
    program = []
    for number in machine.refused:
        program += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    return _packed([*program, (_RETURN, 0, 0, _ALLOW)])


def _packed(program: list[tuple[int, int, int, int]]) -> bytes:
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in program)


_REFUSALS = {machine: _refusals(machine) for machine in _MACHINES.values()}
"""The end of each program, which is the same for every process."""


def give_up_system_calls() -> bool:
    """Confines the calling process, which is single-threaded, and sets no_new_privs. There is no way back.

    False where the kernel takes no filter either way; the process goes on as it was.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    code = _filter(machine, os.getpid())
    program = ctypes.byref(_Program(len(code) // _INSTRUCTION.size, code))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(
        libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0
        or libc.syscall(machine.seccomp, _SECCOMP_SET_MODE_FILTER, 0, program) == 0
    )
