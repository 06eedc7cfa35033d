"""The property test of arrays of C++ memory under valgrind, which sees every read of memory that has been freed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = ("tests/test_lifetimes.py", "-k", "Lifetimes or still_the_vector")
OPTIONS = (
    "--smc-check=all-non-file",  # Cling writes code while it runs
    "--error-limit=no",
    "--show-mismatched-frees=no",  # what is kept for arrays is freed by the C library in the end
    "--undef-value-errors=no",
)
_INVALID = re.compile(r"==\d+== (Invalid (?:read|write)[^\n]*(?:\n==\d+==[ ]+(?:at|by)[^\n]*)+)")
_OTHERS = re.compile(r"\(dl-[\w-]+\.c:|TCling::~TCling\(\)")
"""The system's loader reads texts a word at a time, also beyond their ends; Cling takes itself down in the wrong order."""


def main() -> int:
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        print("valgrind is needed and was not found; on Debian, run 'apt-get install valgrind'", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = (valgrind, *OPTIONS, f"--log-file={log}", sys.executable, "-m", "pytest", "-q", "--timeout", "0", *TESTS)
        tested = subprocess.run(command, env={**os.environ, "PYTHONMALLOC": "malloc"}, check=False).returncode
        invalid = [found for found in _INVALID.findall(log.read_text(encoding="utf-8")) if not _OTHERS.search(found)]
    print("\n\n".join(invalid) or "valgrind has seen no read or write of memory that is not there")
    return int(bool(tested or invalid))


if __name__ == "__main__":
    sys.exit(main())
