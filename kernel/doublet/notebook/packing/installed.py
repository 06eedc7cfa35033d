"""The packages that a Python has: versions, what they need in turn and where they come from. Nothing of them is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from packaging.utils import canonicalize_name

from doublet.notebook.errors import PackError

__all__ = ["Distribution", "Installed"]

_ASK = """\
import importlib.metadata as metadata, importlib.util, json, os, platform, sys
names = json.load(sys.stdin)
sys.path = [path for path in sys.path if path]
marker = {
    "implementation_name": sys.implementation.name, "implementation_version": platform.python_version(), "os_name": os.name,
    "platform_machine": platform.machine(), "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(), "platform_system": platform.system(), "platform_version": platform.version(),
    "python_full_version": platform.python_version(), "python_version": ".".join(platform.python_version_tuple()[:2]), "sys_platform": sys.platform,
}
found = [[d.metadata["Name"], d.version, d.requires or [], d.read_text("direct_url.json") or ""] for d in metadata.distributions() if d.metadata["Name"]]
all_known = metadata.packages_distributions()
modules = {name: all_known[name] for name in names if name in all_known}
def origin(name):
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return ""
    return (spec.origin or "") if spec else ""
print(json.dumps([marker, found, modules, {name: origin(name) for name in names if name not in modules}]))
"""
_SECONDS = 120


@dataclass(frozen=True)
class Distribution:
    """One that is installed, by the name that its author gives it; `origin` is what ``direct_url.json`` says (PEP 610)."""

    name: str
    version: str
    requires: Sequence[str] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Installed:
    """All that a Python has: `distributions` by canonical names, `marker` what requirements may ask for (PEP 508).

    `modules` are the distributions of the modules that were asked for, `origins` the files of those that come from none.
    """

    marker: Mapping[str, str] = field(default_factory=dict)
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    modules: Mapping[str, list[str]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, python: str, modules: Sequence[str] = ()) -> Installed:
        """Ask a Python; raises `PackError` if it does not answer."""
        try:
            asked = subprocess.run((python, "-c", _ASK), input=json.dumps(modules), capture_output=True, text=True, timeout=_SECONDS, check=True)
            marker, found, known, origins = json.loads(asked.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            raise PackError(python, "is the Python of the notebook's kernel, and does not say what is installed for it: mend that kernel first") from None
        distributions: dict[str, Distribution] = {}
        for name, version, requires, origin in found:
            distributions.setdefault(canonicalize_name(name), Distribution(name, version, requires, json.loads(origin) if origin else {}))
        # A package that is installed from its sources, as by 'pip install -e', may not say which modules it has.
        unknown = {name: file for name, file in origins.items() if canonicalize_name(name) not in distributions and name not in sys.stdlib_module_names}
        files = {name: file for name, file in unknown.items() if file not in ("", "built-in", "frozen")}
        return cls(marker, distributions, known, files)
