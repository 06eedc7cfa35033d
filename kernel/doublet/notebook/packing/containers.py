"""Where a pack can be executed without setting anything up: Docker, Binder (repo2docker) and REANA."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from doublet.loading import PACKAGES
from doublet.notebook.needs.finding import LIBRARY_OF_HEADER
from doublet.notebook.packing.wheels import WHEELS

if TYPE_CHECKING:
    from doublet.notebook.needs.reading import Needed
    from doublet.notebook.provenance.record import Session

__all__ = ["Recipe", "debian_packages"]

_ALWAYS = ("g++", "make")
_DEBIAN = {"10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie", "14": "trixie"}
"""Debian's releases by the version of their g++."""
_DOCKERFILE = """\
FROM python:{python}-slim-{debian}
RUN apt-get update \\
 && apt-get install -y --no-install-recommends {packages} \\
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 1000 physicist
WORKDIR /home/physicist/pack
{copied}RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=1000:1000 . .
RUN chown 1000:1000 .
USER physicist
RUN doublet doctor --fix
CMD {command}
"""


def debian_packages(needed: Needed) -> tuple[str, ...]:
    """Debian's packages with the compiler, and with the libraries that cells take, as far as they are known."""
    named = {name.lower() for name in needed.libraries} | {LIBRARY_OF_HEADER.get(name.partition("/")[0], "") for name in needed.headers}
    return (*_ALWAYS, *sorted({PACKAGES[name] for name in named if name in PACKAGES}))


@dataclass(frozen=True)
class Recipe:
    """How to execute the pack's `notebook`, with the versions of Python and g++, Debian's packages, and what lies elsewhere there."""

    notebook: str
    python: str
    compiler: str
    packages: Sequence[str]
    mappings: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        """Execute the notebook again, and judge it."""
        data = [word for old, new in self.mappings.items() for word in ("--data", f"{old}={new}")]
        return ["doublet", "rerun", self.notebook, *data, "--output", self.result]

    @property
    def result(self) -> str:
        """The file that the executed notebook is put into."""
        return f"{self.notebook.removesuffix('.ipynb')}.rerun.ipynb"

    def files(self, inputs: Sequence[str]) -> dict[str, str]:
        """The files, by their places in the pack, whose other files are `inputs`."""
        return {
            "Dockerfile": self._dockerfile(inputs),
            ".binder/apt.txt": "".join(f"{name}\n" for name in self.packages),
            ".binder/requirements.txt": "-r ../requirements.txt\n",
            ".binder/runtime.txt": f"python-{'.'.join(self._version.split('.')[:2])}\n",
            "reana.yaml": self._reana(inputs),
        }

    def _dockerfile(self, inputs: Sequence[str]) -> str:
        wheels = [place for place in inputs if place.startswith(f"{WHEELS}/")]
        copied = "COPY requirements.txt ./\n" + (f"COPY {WHEELS} {WHEELS}/\n" if wheels else "")
        return _DOCKERFILE.format(python=self._version, debian=self._debian, packages=" ".join(self.packages), copied=copied, command=json.dumps(self.command, ensure_ascii=False))

    def _reana(self, inputs: Iterable[str]) -> str:
        # REANA's containers belong to nobody known, so that the packages go into the folder that it gives them.
        # That image has a compiler, and other packages of Debian's cannot be added to it there.
        install = 'export HOME="$PWD" && python -m venv environment && environment/bin/pip install -r requirements.txt'
        command = f"{install} && environment/bin/{shlex.join(self.command)}"
        whole: dict[str, Any] = {
            "inputs": {"files": sorted(inputs)},
            "workflow": {
                "type": "serial",
                "specification": {"steps": [{"name": "rerun", "environment": f"docker.io/library/python:{self._version}-{self._debian}", "commands": [command]}]},
            },
            "outputs": {"files": [self.result]},
        }
        return str(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=1000))

    @property
    def _version(self) -> str:
        """The version of Python without what a pre-release adds."""
        match = re.match(r"\d+\.\d+(?:\.\d+)?", self.python)
        return match[0] if match else "3"

    @property
    def _debian(self) -> str:
        match = re.search(r"\d+", self.compiler.removeprefix("g++"))
        return _DEBIAN.get(match[0] if match else "", "bookworm")


def compiler_of(session: Session | None) -> str:
    """The compiler of a record, such as ``g++ 12.2.0``; empty without one."""
    return session.cpp.get("compiler", "") if session else ""
