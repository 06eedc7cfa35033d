#!/bin/sh
# Print the Python to build with, or say in one sentence what is missing and how to get it.
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for python in "$@"; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    fail "Doublet needs Python 3.11 or newer, and ${PYTHON:-python3} is missing or older: install one and name it with 'make PYTHON=/path/to/python3'."
}

python=$(find_python)
command -v g++ >/dev/null ||
    fail "Doublet needs g++, which was not found: install it, on Debian with 'apt-get install g++'."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Doublet needs the venv module, which $python does not have: install it, on Debian with 'apt-get install python3-venv'."
"$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' ||
    fail "Doublet needs the header Python.h, which $python does not have: install it, on Debian with 'apt-get install python3-dev'."
echo "$python"
