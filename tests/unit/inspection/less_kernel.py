"""Judges a text in a process whose kernel refuses what Lambda's is said to refuse: prctl(2), and seccomp(2) as well.

python less_kernel.py NUMBERS...   the system calls that answer EPERM; writes a JSON object
"""

import ctypes
import hashlib
import json
import os
import struct
import sys
import tempfile
from pathlib import Path

from intake.inspection.inspector import Request
from intake.inspection.sandbox import Sandbox

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
TEXT = b"I write about the rivers of my country, and about the people who live along them. " * 40


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse(numbers: list[int]) -> None:
    instructions = [(0x20, 0, 0, 0)]
    for number in numbers:
        instructions += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050001)]
    instructions.append((0x06, 0, 0, 0x7FFF0000))
    code = b"".join(struct.pack("<HBBI", *instruction) for instruction in instructions)
    libc = ctypes.CDLL(None)
    assert libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    program = ctypes.byref(_Program(len(instructions), code))
    assert libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0


def main() -> None:
    refuse([int(number) for number in sys.argv[1:]])
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        path = Path(folder) / "document"
        path.write_bytes(TEXT)
        request = Request(str(path), "cv.txt", ("txt",), 1_000_000)
        judged = sandbox.judge(request, size=len(TEXT), sha256=hashlib.sha256(TEXT).hexdigest())
        said = {
            "verdict": judged.inspection.verdict,
            "is_filtered": judged.is_filtered,
            "shown": Path(f"/proc/{os.getpid()}/environ").read_text(),
            "kept": os.environ["AWS_SECRET_ACCESS_KEY"],
        }
        sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
