"""The versions of all packages that a notebook takes, for pip: those of its record, and for the rest those that are installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from doublet.notebook.errors import PackError
from doublet.notebook.needs.finding import DISTRIBUTIONS
from doublet.notebook.notes import Finding

if TYPE_CHECKING:
    from doublet.notebook.packing.installed import Distribution, Installed
    from doublet.notebook.provenance.record import Session

__all__ = ["Lock", "lock", "locked_packages"]

_RUNNER = {"doublet": ("check", "publish", "run")}
"""What executes the notebook on the other machine, with its extras."""
_HEAD = """\
# The packages that {notebook} was run with, and all that they need, for Python {python}.
# Versions only: an installed package does not tell the checksum of the file that it came in.
"""
_RUNNER_HEAD = "# What 'doublet rerun' needs besides:"


@dataclass(frozen=True)
class Lock:
    """What pip installs: requirements by canonical names, sorted; `python` is the version of Python.

    `runner` is what the notebook does not need, but 'doublet rerun', which executes it. `local` are the packages among them that were installed from a folder or file of this machine.
    """

    python: str
    requirements: Mapping[str, str]
    runner: Mapping[str, str]
    notes: tuple[Finding, ...] = ()
    local: Mapping[str, Distribution] = field(default_factory=dict)

    def with_wheels(self, places: Mapping[str, str]) -> Lock:
        """With packages that are in the pack, by their canonical names; pip looks for them from the pack's folder."""
        requirements, runner = ({name: f"./{places[name]}" if name in places else line for name, line in part.items()} for part in (self.requirements, self.runner))
        return replace(self, requirements=requirements, runner=runner, notes=tuple(note for note in self.notes if note.rule != "local"))

    def text(self, notebook: str) -> str:
        """As the file for pip."""
        return _HEAD.format(notebook=notebook, python=self.python) + "\n".join((*self.requirements.values(), _RUNNER_HEAD, *self.runner.values(), ""))


def lock(kernel: str, modules: Mapping[str, Iterable[int]], session: Session | None, there: Installed, own: Installed) -> Lock:
    """The versions for the `modules` that cells import, of a notebook whose `kernel` has what is `there`; `own` has what executes notebooks.

    A version in the record counts more than the one that is installed now.
    """
    recorded = {canonicalize_name(name): (name, version) for name, version in (session.packages.items() if session else ())}
    made = _Lock({name: version for name, (_, version) in recorded.items()}, there, own)
    for name, (written, _) in recorded.items():
        made.take(name, written)
    for module, cells in modules.items():
        known = there.modules.get(module) or [(session.modules.get(module) if session else None) or DISTRIBUTIONS.get(module, module)]
        for written in known:
            made.take(canonicalize_name(written), written, tuple(cells))
    for written in ("ipykernel", *(("doublet",) if kernel.startswith("doublet") else ())):
        made.take(canonicalize_name(written), written)
    needed = set(made.lines)
    for written, extras in _RUNNER.items():
        made.take(canonicalize_name(written), written, extras=extras)
    python = (session.python.get("version", "") if session else "") or there.marker.get("python_full_version", "")
    requirements, runner = ({name: line for name, line in sorted(made.lines.items()) if (name in needed) == is_needed} for is_needed in (True, False))
    return Lock(python, requirements, runner, tuple(made.notes), dict(sorted(made.local.items())))


def locked_packages(requirements: Path) -> dict[str, str]:
    """The versions in a pack's file for pip that the notebook needs, by names; what comes from an address is ``@`` and that, what is a wheel in the pack has its version.

    Raises `PackError` for what `Lock` does not write.
    """
    packages = {}
    for line in requirements.read_text(encoding="utf-8").partition(_RUNNER_HEAD)[0].splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        try:
            if line.startswith("./"):
                name, version, _, _ = parse_wheel_filename(line.rpartition("/")[2])
                packages[str(name)] = str(version)
                continue
            requirement = Requirement(line)
            packages[requirement.name] = f"@ {requirement.url}" if requirement.url else next((each.version for each in requirement.specifier if each.operator == "=="), "")
        except (InvalidRequirement, InvalidWheelFilename) as error:
            raise PackError(str(requirements), f"is no lock of a pack: {str(error).splitlines()[0]}") from None
    return packages


class _Lock:
    def __init__(self, recorded: Mapping[str, str], there: Installed, own: Installed) -> None:
        self._recorded, self._there, self._own = recorded, there, own
        self._taken: set[tuple[str, str]] = set()
        self.lines: dict[str, str] = {}
        self.notes: list[Finding] = []
        self.local: dict[str, Distribution] = {}

    def take(self, name: str, written: str, cells: tuple[int, ...] = (), extras: Iterable[str] = ()) -> None:
        """Take a package, by its canonical name, and what it needs."""
        left = [(name, written, cells, tuple(extras))]
        while left:
            name, written, cells, extras = left.pop()
            found = self._there.distributions.get(name) or self._own.distributions.get(name)
            if name not in self.lines:
                self.lines[name] = self._line(name, written, found, cells)
            left += [(canonicalize_name(each.name), each.name, cells, tuple(sorted(each.extras))) for each in self._needs(name, found, extras)]

    def _needs(self, name: str, found: Distribution | None, extras: Iterable[str]) -> Iterator[Requirement]:
        for extra in ("", *extras):
            if (name, extra) in self._taken:
                continue
            self._taken.add((name, extra))
            for text in found.requires if found else ():
                try:
                    requirement = Requirement(text)
                except InvalidRequirement:
                    continue
                if requirement.marker is None:
                    if not extra:
                        yield requirement
                elif requirement.marker.evaluate({**self._there.marker, "extra": extra}):
                    yield requirement

    def _line(self, name: str, written: str, found: Distribution | None, cells: tuple[int, ...]) -> str:
        recorded = self._recorded.get(name, "")
        written = found.name if found else written
        if found is None:
            self._tell("unknown" if not recorded else "dependencies", f"{written} is not installed here, so {'what it needs' if recorded else 'its version'} is not known", cells)
            return f"{written}=={recorded}" if recorded else written
        if recorded and recorded != found.version:
            self._tell("versions", f"{written} {recorded} was used, and {found.version} is installed here: the pack asks for the former, with what the latter needs", cells)
            return f"{written}=={recorded}"
        url = str(found.origin.get("url", ""))
        if "vcs_info" in found.origin:
            told = found.origin["vcs_info"]
            return f"{written} @ {told['vcs']}+{_without_user(url)}@{told['commit_id']}"
        if "archive_info" in found.origin and not url.startswith("file:"):
            checksum = str(found.origin["archive_info"].get("hash", ""))
            return f"{written} @ {_without_user(url)}" + (f"#{checksum}" if checksum else "")
        if url:
            self.local[name] = found
            self._tell("local", f"{written} {found.version} was installed from a folder or file of this machine: elsewhere, pip finds it only if it is published, or if --wheels packs it", cells)
        return f"{written}=={found.version}"

    def _tell(self, rule: str, text: str, cells: tuple[int, ...]) -> None:
        self.notes.append(Finding(rule, cells[0] if cells else 0, text))


def _without_user(url: str) -> str:
    """Without the password that a URL may hold."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
