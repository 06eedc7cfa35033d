"""The property test of arrays of C++ memory under valgrind, which sees every read of memory that has been freed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = ("tests/test_lifetimes.py::TestLifetimes",)
OPTIONS = (
    "--smc-check=all-non-file",  # Cling writes code while it runs
    "--error-limit=no",
    "--show-mismatched-frees=no",  # what is kept for arrays is freed by the C library in the end
    "--undef-value-errors=no",
)
_FREED = re.compile(r"Invalid (?:read|write).*free'd", re.DOTALL)
_TEARDOWN = "TCling::~TCling()"
"""Where Cling, at the end of the process, frees things in the wrong order."""


def main() -> int:
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        print("valgrind is needed and was not found; on Debian, run 'apt-get install valgrind'", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = (valgrind, *OPTIONS, f"--log-file={log}", sys.executable, "-m", "pytest", "-q", "--timeout", "0", *TESTS)
        tested = subprocess.run(command, env={**os.environ, "PYTHONMALLOC": "malloc"}, check=False).returncode
        text = re.sub(r"^==\d+== ?", "", log.read_text(encoding="utf-8"), flags=re.MULTILINE)
    invalid = [error for error in text.split("\n\n") if _FREED.search(error) and _TEARDOWN not in error]
    print("\n\n".join(invalid) or "valgrind has seen no read or write of freed memory")
    return int(bool(tested or invalid))


if __name__ == "__main__":
    sys.exit(main())
