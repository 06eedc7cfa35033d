"""What can be wrong with a notebook, and with the place that it is to be put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doublet.errors import DoubletError

if TYPE_CHECKING:
    from doublet.notebook.notes import Finding

__all__ = ["NotebookError", "PackError", "PublishError", "RefusedError"]


class NotebookError(DoubletError):
    """A file is no notebook that can be used: `path` names it, `reason` says why and what to do."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"'{self.path}' {self.reason}"


class PackError(DoubletError):
    """A pack cannot be made, or is none that can be unpacked: `path` names it, `reason` says why and what to do."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"'{self.path}' {self.reason}"


class RefusedError(DoubletError):
    """A notebook holds what should not leave: `findings` are those that stop it, `act` says what is not done, in two forms."""

    def __init__(self, path: str, findings: Sequence[Finding], act: tuple[str, str] = ("send", "sent")) -> None:
        self.path, self.findings, self.act = path, tuple(findings), act
        super().__init__(path, self.findings, act)

    def __str__(self) -> str:
        rules = sorted({finding.rule for finding in self.findings})
        force = " ".join(f"--force {rule}" for rule in rules)
        do, done = self.act
        return f"'{self.path}' is not {done}: mend what stops it ({', '.join(rules)}), or {do} it all the same with {force}"


class PublishError(DoubletError):
    """A server has not done what was asked: `url` is the place, `status` its answer's, 0 if there was none."""

    def __init__(self, url: str, reason: str, status: int = 0) -> None:
        self.url, self.reason, self.status = url, reason, status
        super().__init__(url, reason, status)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"
