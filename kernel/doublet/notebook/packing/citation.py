"""How a pack wants to be cited (CITATION.cff, of version 1.2.0), and what Zenodo takes over (``.zenodo.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from doublet.errors import CppUsageError

__all__ = ["Authors", "Citation", "licence_of"]


@dataclass(frozen=True)
class Authors:
    """People, as ``Family, Given``, several with ``;`` in between."""

    names: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str) -> Authors:
        """Those of a text; raises `CppUsageError` for what is no such name."""
        names = []
        for whole in filter(None, map(str.strip, text.split(";"))):
            family, comma, given = (part.strip() for part in whole.partition(","))
            if not (family and comma and given):
                raise CppUsageError(f"'{whole}' is no author", "write --author 'Family, Given', several with ; in between")
            names.append((family, given))
        return cls(tuple(names))

    @classmethod
    def of_notebook(cls, metadata: Mapping[str, Any]) -> Authors:
        """Those that a notebook's metadata tells, in Jupyter's way: the last word of each name is taken for the family's."""
        told = metadata.get("authors")
        names = [str(each.get("name", "")).strip() for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
        pairs = [tuple(part.strip() for part in name.partition(",")[::2]) if "," in name else (name.rpartition(" ")[2], name.rpartition(" ")[0]) for name in names if name]
        return cls(tuple((family, given) for family, given in pairs))

    def written(self) -> list[str]:
        """Each as ``Family, Given``."""
        return [", ".join(filter(None, name)) for name in self.names]


def licence_of(text: str) -> str:
    """The SPDX identifier of a licence, as it is written properly; raises `CppUsageError` for what is none, and for a choice of several."""
    try:
        known = str(canonicalize_license_expression(text)) if text else ""
    except InvalidLicenseExpression:
        known = " "
    if " " in known:
        raise CppUsageError(f"'{text}' is no licence's identifier", "write --license CC-BY-4.0, or another one of https://spdx.org/licenses")
    return known


@dataclass(frozen=True)
class Citation:
    """What is said of the pack of a `notebook` as a whole; `date` is an ISO 8601 date, `licence` an SPDX identifier or empty."""

    notebook: str
    title: str
    authors: Authors
    date: str
    licence: str = ""

    @property
    def description(self) -> str:
        """In a sentence."""
        return f"The Jupyter notebook {self.notebook} with its outputs, code and data, packed to be executed again by 'doublet rerun'."

    def cff(self) -> str:
        """CITATION.cff."""
        people = [{"family-names": family, **({"given-names": given} if given else {})} for family, given in self.authors.names]
        whole: dict[str, Any] = {
            "cff-version": "1.2.0",
            "message": "Please cite this as below.",
            "type": "software",
            "title": self.title,
            "authors": people or [{"name": f"The authors of {self.notebook}"}],
            "date-released": self.date,
            "abstract": self.description,
            **({"license": self.licence} if self.licence else {}),
        }
        return str(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=1000))

    def zenodo(self) -> str:
        """``.zenodo.json``."""
        return json.dumps(self.metadata(), indent=2, ensure_ascii=False) + "\n"

    def metadata(self) -> dict[str, Any]:
        """As Zenodo's deposits have it."""
        whole: dict[str, Any] = {
            "title": self.title,
            "upload_type": "software",
            "publication_date": self.date,
            "description": self.description,
            "creators": [{"name": name} for name in self.authors.written()],
            **({"license": self.licence.lower()} if self.licence else {}),
        }
        return {name: value for name, value in whole.items() if value}


