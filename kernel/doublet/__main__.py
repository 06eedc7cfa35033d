"""``python -m doublet -f CONNECTION_FILE``: how Jupyter starts the kernel."""

from __future__ import annotations

from doublet.kernel import DoubletApp

if __name__ == "__main__":
    DoubletApp.launch_instance()
