"""What tells a file from another one of its name: its size, a checksum, and the identifier that ROOT gives its files."""

from __future__ import annotations

import hashlib
import struct
import uuid
from pathlib import Path

__all__ = ["root_uuid", "sha256"]

_LARGE_FILE = 1_000_000
"""From this version on, a ROOT file's header has places of 64 bits."""


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, as 64 digits."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def root_uuid(path: Path) -> str:
    """The UUID of a ROOT file; empty if it is none.

    The header as ROOT's documentation of TFile gives it: "root", version, then places and lengths, big-endian; behind
    them the version of TUUID's streamer and the UUID, which every writing process makes anew.
    """
    with path.open("rb") as file:
        head = file.read(100)
    if head[:4] != b"root" or len(head) < 63:
        return ""
    (version,) = struct.unpack(">i", head[4:8])
    # fBEGIN, fEND, fSeekFree, fNbytesFree, nfree, fNbytesName, fUnits, fCompress, fSeekInfo, fNbytesInfo, version of TUUID
    layout = ">iqqiiiBiqih" if version >= _LARGE_FILE else ">iiiiiiBiiih"
    at = 8 + struct.calcsize(layout)
    return str(uuid.UUID(bytes=head[at : at + 16]))
