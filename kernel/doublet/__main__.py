"""``python -m doublet -f CONNECTION_FILE``: how Jupyter starts the kernel."""

from __future__ import annotations

import gc

gc.disable()  # what is made now stays; the kernel enables it once it is there

from doublet.kernel import DoubletApp  # noqa: E402

if __name__ == "__main__":
    DoubletApp.launch_instance()
