"""A pack's description: an RO-Crate (researchobject.org, version 1.1), which says of each file what it is, its size and checksum."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from rocrate.model import ContextEntity, File, Person
from rocrate.rocrate import ROCrate

from doublet.notebook.errors import PackError
from doublet.notebook.packing.contents import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from doublet.notebook.packing.citation import Citation
    from doublet.notebook.packing.contents import Contents

__all__ = ["METADATA", "REQUIREMENTS", "Crate", "Part", "described", "read_crate"]

METADATA, REQUIREMENTS = "ro-crate-metadata.json", "requirements.txt"
_VERSION = "1.1"
_FORMATS = {
    ".cff": "application/yaml",
    ".h": "text/x-c",
    ".hpp": "text/x-c",
    ".ipynb": "application/x-ipynb+json",
    ".md": "text/markdown",
    ".root": "application/x-root",
    ".yaml": "application/yaml",
    "Dockerfile": "text/plain",
}
"""What Python does not know, or not in each of its versions."""
_OF_PYTHON = mimetypes.MimeTypes()
"""Without what this machine adds."""
_REFERENCE, _MAPPING = "#data/", "#mapping/"
"""The beginnings of the names of what is no file of the crate."""
_UUID, _ABSENT = "urn:uuid:", "Not in this crate: "


@dataclass(frozen=True)
class Part:
    """A file of a crate: its size in bytes, and its checksum."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Crate:
    """What a description says: `parts` by their places, `mappings` from what stands in the notebook to what is in the crate.

    `references` is data that is not in it.
    """

    notebook: str
    parts: Mapping[str, Part]
    mappings: Mapping[str, str] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()


def described(contents: Contents, parts: Mapping[str, Part], notebook: str, citation: Citation, programs: Mapping[str, str]) -> bytes:
    """The description of what is packed, as a file; `programs` are names and versions of what executed the notebook."""
    crate = ROCrate(version=_VERSION)
    crate.name, crate.description, crate.datePublished = citation.title, citation.description, citation.date
    licence = {"@type": "CreativeWork", "name": citation.licence, "identifier": citation.licence}
    crate.license = (
        crate.add(ContextEntity(crate, f"https://spdx.org/licenses/{citation.licence}", licence)) if citation.licence else "No licence is stated: ask the authors before you use it."
    )
    people = [crate.add(Person(crate, f"#{quote(name)}", {"name": name})) for name in citation.authors.written()]
    if people:
        crate.root_dataset["author"] = people if people[1:] else people[0]
    made = [crate.add(ContextEntity(crate, f"#{quote(name)}", {"@type": "SoftwareApplication", "name": name, "version": version})) for name, version in programs.items()]
    for place in sorted(parts):
        part = parts[place]
        properties: dict[str, Any] = {"name": place.rpartition("/")[2], "contentSize": str(part.size), "sha256": part.sha256, "encodingFormat": _format(place)}
        if place == notebook:
            properties |= {"@type": ["File", "SoftwareSourceCode"], "softwareRequirements": made}
        entity = crate.add(File(crate, None, place, properties=properties))
        if place == notebook:
            crate.mainEntity = entity
    mentioned = [
        *(crate.add(ContextEntity(crate, _REFERENCE + quote(name), _reference(reference))) for name, reference in sorted(contents.references.items())),
        *(crate.add(ContextEntity(crate, _MAPPING + quote(old), _mapping(old, new))) for old, new in contents.places.mappings.items()),
    ]
    if mentioned:
        crate.root_dataset["mentions"] = mentioned
    ((_, text),) = crate.metadata.stream()
    return bytes(text) + b"\n"


def read_crate(text: bytes, path: str) -> Crate:
    """What a description says; raises `PackError` if it is none, with `path` the pack's."""
    try:
        crate = ROCrate(json.loads(text))
        parts = {unquote(entity.id): Part(int(entity["contentSize"]), str(entity["sha256"])) for entity in crate.data_entities}
        notebook = unquote(crate.mainEntity.id)
        mappings = {str(entity["name"]): str(entity["value"]) for entity in _mentioned(crate, _MAPPING)}
        references = tuple(_referred(entity) for entity in _mentioned(crate, _REFERENCE))
    except (AssertionError, AttributeError, KeyError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise PackError(path, f"is no pack: its description, {METADATA}, is none ({type(error).__name__})") from None
    if notebook not in parts:
        raise PackError(path, f"is no pack: its notebook, {notebook}, is not among its files")
    return Crate(notebook, parts, mappings, references)


def _mentioned(crate: Any, beginning: str) -> Iterator[Any]:
    return (entity for entity in crate.contextual_entities if entity.id.startswith(beginning))


def _reference(reference: Reference) -> dict[str, Any]:
    told = {
        "name": reference.name,
        "contentSize": str(reference.size) if reference.size else "",
        "sha256": reference.sha256,
        "identifier": f"{_UUID}{reference.uuid}" if reference.uuid else "",
        "description": f"{_ABSENT}{reference.reason}",
    }
    return {"@type": "MediaObject", **{name: value for name, value in told.items() if value}}


def _referred(entity: Any) -> Reference:
    told = {name: str(value) for name, value in entity.properties().items()}
    size, uuid = int(told.get("contentSize", "0")), told.get("identifier", "").removeprefix(_UUID)
    return Reference(told["name"], size, told.get("sha256", ""), uuid, told.get("description", "").removeprefix(_ABSENT))


def _mapping(old: str, new: str) -> dict[str, Any]:
    return {"@type": "PropertyValue", "propertyID": "place in this crate of what the notebook calls by name", "name": old, "value": new}


def _format(place: str) -> str:
    return _FORMATS.get(PurePosixPath(place).suffix or place) or _OF_PYTHON.guess_type(place)[0] or "application/octet-stream"
