"""What can be wrong with a notebook, and with the place that it is to be put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doublet.errors import DoubletError

if TYPE_CHECKING:
    from doublet.notebook.notes import Finding

__all__ = ["NotebookError", "PublishError", "RefusedError"]


class NotebookError(DoubletError):
    """A file is no notebook that can be used: `path` names it, `reason` says why and what to do."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"'{self.path}' {self.reason}"


class RefusedError(DoubletError):
    """A notebook holds what should not leave: `findings` are those that stop it."""

    def __init__(self, path: str, findings: Sequence[Finding]) -> None:
        self.path, self.findings = path, tuple(findings)
        super().__init__(path, self.findings)

    def __str__(self) -> str:
        rules = sorted({finding.rule for finding in self.findings})
        force = " ".join(f"--force {rule}" for rule in rules)
        return f"'{self.path}' is not sent: mend what stops it ({', '.join(rules)}), or send it all the same with {force}"


class PublishError(DoubletError):
    """A server has not done what was asked: `url` is the place, `status` its answer's, 0 if there was none."""

    def __init__(self, url: str, reason: str, status: int = 0) -> None:
        self.url, self.reason, self.status = url, reason, status
        super().__init__(url, reason, status)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"
