"""What two runs of a notebook depend on, and what differs in it, as sentences: the sources, packages, files, machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doublet.notebook.provenance.record import Part, Provenance, Session

__all__ = ["differences", "free_from"]

_SHOWN = 8
"""How many differences of a kind are named."""


def differences(first: Provenance, second: Provenance, until: int | None = None) -> list[str]:
    """What differs in the environments of the last kernels; one sentence if a notebook does not tell.

    Of settings those count that the first had before the execution with the number `until` had ended: others cannot have a share in its results.
    """
    one, two = (each.sessions[-1] if each.sessions else None for each in (first, second))
    if one is None or two is None:
        which = "neither notebook tells" if one is two else "the reference does not tell" if one is None else "the second notebook does not tell"
        return [f"{which} what its results depend on, for it was run without Doublet's record"]
    return [*_settings(one, two, until), *_differences(one, two)]


def free_from(provenance: Provenance) -> int | None:
    """The number of the execution from which on random numbers are drawn without a seed; none if there is none."""
    counts = [each.count for session in provenance.sessions[-1:] for each in session.randomness if each.is_free]
    return min(counts, default=None)


def _settings(one: Session, two: Session, until: int | None) -> Iterator[str]:
    """What variables held otherwise."""
    others = {setting.name: setting for setting in two.settings}
    pairs = [(setting, others[setting.name]) for setting in one.settings if setting.name in others and (until is None or setting.count <= until)]
    changed = [(was, now) for was, now in pairs if was.value != now.value]
    for was, now in changed[:_SHOWN]:
        yield f"setting {was.name}: {was.text} -> {now.text}"
    if len(changed) > _SHOWN:
        yield f"{len(changed) - _SHOWN} more settings differ"


def _differences(one: Session, two: Session) -> Iterator[str]:
    others = _dependences(two)
    for what, before in _dependences(one).items():
        after = others[what]
        changed = [(name, before[name], after[name]) for name in before if name in after and before[name] != after[name]]
        for name, was, is_now in changed[:_SHOWN]:
            yield f"{what} {name} is {_short(is_now)}, was {_short(was)}"
        if len(changed) > _SHOWN:
            yield f"{len(changed) - _SHOWN} more of the kind '{what}' differ"
    if one.hash_seed != two.hash_seed:
        yield f"PYTHONHASHSEED is {two.hash_seed or 'not set'}, was {one.hash_seed or 'not set'}"


def _dependences(session: Session) -> dict[str, Mapping[str, object]]:
    """What a kernel depended on: for each kind, names with versions or checksums."""
    return {
        "package": session.packages,
        "Python's": session.python,
        "C++:": session.cpp,
        "kernel's": session.kernel,
        "machine's": session.platform,
        "threads:": session.threads,
        "header": _checksums(session.headers),
        "library": _checksums(session.libraries),
        "module": _checksums(session.own_modules),
        "number of entries read of": {f"{tree} in {file.name}": count for file in session.files for tree, count in file.entries.items()},
        "data file": {file.name: file.sha256 or file.uuid or f"{file.size} bytes" for file in session.files if not file.is_written},
    }


def _checksums(parts: Iterable[Part]) -> dict[str, str]:
    return {part.name: part.sha256 for part in parts}


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 else text
