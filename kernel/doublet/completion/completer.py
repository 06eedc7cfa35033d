"""Completion of names in both languages: C++ names in C++ and Python cells, Python's names in C++ cells.

Front-ends ask while somebody types. Nothing is bound or defined for an answer, and nothing of the user's runs: types
are the compiler's answer in a process of its own, and Python objects are looked at by their type.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge import bind, crosses
from doublet.bridge.keywords import KEYWORDS
from doublet.cells.cursor import Cursor, at_cursor
from doublet.cells.scanner import WORD, mask
from doublet.completion.parameters import parameter_names
from doublet.engine.proxies import class_of, instance_type
from doublet.engine.std_names import C_NAMES, STD_NAMES
from doublet.errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Container

    from doublet.engine.binding import Binding
    from doublet.engine.entities import Entity
    from doublet.engine.interpreter import Interpreter

__all__ = ["Candidate", "Completer"]

_KINDS = {"type": "class", "function": "function", "directive": "macro"}
_WORDS = KEYWORDS | {"and", "break", "class", "continue", "else", "for", "if", "not", "or", "return", "std", "try", "while"}
_UNKNOWN = "<unknown>"
_NUMBERS = {"bool": bool, "float": float, "double": float, "long double": float}
_WHOLE = re.compile(r"(?:unsigned |signed )?(?:char|short|int|long|long long)")
_MOST_ELEMENTS = 1000
"""A list with more is not turned into C++ for an answer."""
_CALL = re.compile(r"([\w.]+)\s*\Z")


@dataclass(frozen=True)
class Candidate:
    """What a name can go on as; `kind` is what front-ends show beside it."""

    text: str
    kind: str = _UNKNOWN
    signature: str = ""


@dataclass(frozen=True)
class Found:
    """The candidates that replace the text from `start` to the cursor."""

    start: int
    candidates: tuple[Candidate, ...]
    is_all: bool = True
    """Whether nothing else can stand there."""


class Completer:
    """`names` are Python's, `hidden` those of them that are not the user's."""

    def __init__(self, interpreter: Interpreter, names: Mapping[str, Any], hidden: Container[str]) -> None:
        self._interpreter = interpreter
        self._definitions = interpreter.definitions
        self._names = names
        self._hidden = hidden

    @property
    def python_names(self) -> Mapping[str, Any]:
        """Python's names."""
        return self._names

    def in_cpp(self, text: str, position: int) -> Found:
        """What can stand at a place in a cell of C++."""
        cursor = at_cursor(text, position)
        if cursor is None:
            return Found(position, ())
        if cursor.joint in (".", "->"):
            found = self.members(cursor)
        elif cursor.joint == "::":
            found = self._scoped(cursor.owner)
        else:
            found = self._free(text[: position - len(cursor.prefix)] + " " + text[position:], cursor.prefix)
        return _found(position, cursor.prefix, found)

    def in_python(self, text: str, position: int) -> Found | None:
        """What can stand at a place in a cell of Python, as far as C++ knows; None if it does not."""
        line = text[text.rfind("\n", 0, position) + 1 : position]
        cursor = at_cursor(line, len(line))
        if cursor is None:
            return None
        if cursor.joint == "." and (cursor.owner == "cpp" or cursor.owner.startswith("cpp.")):
            found = self._attributes(cursor)
            return None if found is None else _found(position, cursor.prefix, found)
        if not cursor.joint and (parameters := self._parameters(text, position - len(cursor.prefix))):
            return _found(position, cursor.prefix, (Candidate(f"{name}=", "param") for name in parameters), is_all=False)
        return None

    def members(self, cursor: Cursor) -> Iterator[Candidate]:
        """The members of the expression at the cursor."""
        kind = self._interpreter.asking.type_of(cursor, self._bindings(cursor.before + cursor.owner))
        known = self._interpreter.asking.members_of(kind) if kind else []
        yield from (Candidate(m.name, m.kind if m.kind == "function" else m.type, m.parameters) for m in known)
        if kind and not known:  # a class of this very cell
            yield from map(Candidate, self._own_members(cursor.before, kind))

    def _own_members(self, before: str, kind: str) -> set[str]:
        opening = re.search(rf"\b(?:class|struct|union)\s+{re.escape(re.sub(r'doublet_v[0-9]+_', '', kind))}\b[^;{{]*\{{", before)
        if opening is None:
            return set()
        cell = self._interpreter.read(f"{opening[0]}{_body(before, opening.end())}}};", 1 << 30)
        return set().union(*(item.members for item in cell.items)) - {*cell.items[0].names}

    def _bindings(self, text: str) -> dict[str, Binding]:
        """Python's names in a text as C++ would see them, as far as nothing has to be defined for that."""
        found = {}
        for name in {*WORD.findall(mask(text)[0])} & self._names.keys():
            value, known = self._names[name], self._interpreter.binding(name)
            if known is not None and known.unchanged(value):
                continue
            if known is None and (name in KEYWORDS or self._interpreter.names.knows(name)):
                continue
            if _is_plain(value):
                try:
                    found[name] = bind(name, value)
                except BridgeError:
                    continue
        return found

    def _free(self, text: str, prefix: str) -> Iterator[Candidate]:
        """Names without an owner; `text` is the cell without what has been typed of this one."""
        yield from self._of_scope(())
        for name, value in self._names.items():
            if name.startswith(prefix or name) and name not in self._hidden and not name.startswith("_") and name not in KEYWORDS and crosses(value):
                yield Candidate(name, f"Python {type(value).__name__}")
        masked = mask(text)[0]
        yield from (Candidate(word[0]) for word in re.finditer(r"(?<![\w.>:])[^\W\d]\w+", masked) if word[0] not in _WORDS)
        if prefix:
            yield from (Candidate(word, "keyword") for word in _WORDS)
            yield from (Candidate(name, f"<{header}>") for name, header in C_NAMES.items())
            if "using namespace std" in masked or any("using namespace std;" in cell for cell in self._interpreter.texts.values()):
                yield from self._scoped("std")

    def _scoped(self, owner: str) -> Iterator[Candidate]:
        """What a namespace or class has."""
        path = tuple(part for part in re.sub(r"\s", "", owner).split("::") if part)
        if path[:1] == ("std",):
            inside = "::".join((*path[1:], ""))
            yield from (
                Candidate(name.removeprefix(inside).partition("::")[0], f"<{header}>") for name, header in STD_NAMES.items() if name.startswith(inside)
            )
        aliased = next((e.scope for e in reversed(self._definitions.namespaces.exposures) if path and e.alias == path[0]), path[:1])
        path = (*aliased, *path[1:])
        yield from self._of_scope(path)
        entity = self._definitions.entities.get("::".join(path))
        if entity is not None and "type" in entity.kinds:
            yield from (Candidate(name) for item in entity.items for name in item.members - {entity.name})
        elif path and path[0] not in self._definitions.namespaces:
            members = self._interpreter.asking.members
            yield from map(Candidate, members.names_in("::".join(path)) if path != ("std",) else ())
            yield from (Candidate(m.name, m.kind, m.parameters) for m in self._interpreter.asking.members_of("::".join(path)) if m.is_static)

    def _of_scope(self, scope: tuple[str, ...]) -> Iterator[Candidate]:
        """What cells have defined in a namespace, or at the top level."""
        for entity in [*self._definitions.entities.values()]:
            if entity.scope == scope and entity.name.isidentifier() and not entity.name.startswith(("doublet_", "__")):
                yield Candidate(entity.name, _kind_of(entity), _signature(entity))
            elif entity.scope[: len(scope)] == scope and len(entity.scope) > len(scope):
                yield Candidate(entity.scope[len(scope)], "module")
        if not scope:
            yield from (Candidate(name, "module") for name in self._definitions.namespaces.versions)
            yield from (Candidate(e.alias, "module") for e in self._definitions.namespaces.exposures if e.alias)

    def _attributes(self, cursor: Cursor) -> Iterable[Candidate] | None:
        """What Python finds in an expression that begins with ``cpp``; None if its type is not known."""
        chain = cursor.owner.removeprefix("cpp").removeprefix(".")
        if not chain:
            return [*self._scoped(""), Candidate("std", "module"), Candidate("vectorize", "function")]
        path, rest = self._namespace_of(chain)
        if not rest:
            return self._scoped(path)
        expression = "::".join(filter(None, (path, rest)))
        kind = self._interpreter.asking.type_of(Cursor("", ".", expression, "", ";"), self._bindings(rest))
        if not kind:
            return None
        known = {m.name: Candidate(m.name, m.kind if m.kind == "function" else m.type, m.parameters) for m in self._interpreter.asking.members_of(kind)}
        python = self._python_type(kind)
        return [*known.values(), *(Candidate(name) for name in dir(python) if not name.startswith("_") and name not in known)]

    def _namespace_of(self, chain: str) -> tuple[str, str]:
        """The namespaces or classes that a chain of attributes begins with, as C++ writes them, and the rest."""
        path: list[str] = []
        words = chain.split(".")
        while words and words[0].isidentifier() and self._is_scope((*path, words[0])):
            path.append(words.pop(0))
        return "::".join(path), ".".join(words)

    def _is_scope(self, path: tuple[str, ...]) -> bool:
        name, known = "::".join(path), self._definitions
        if path[0] in known.namespaces or known.namespaces.aliased(path[0]):
            entity = known.entities.get(name)
            return any(e.scope[: len(path)] == path for e in known.entities.values()) or len(path) == 1 or (entity is not None and "type" in entity.kinds)
        if (entity := known.entities.get(name)) is not None:
            return "type" in entity.kinds
        return name == "std" or (path[0] not in known.entities and self._interpreter.asking.members.is_namespace(name))

    def _python_type(self, kind: str) -> object:
        """What Python has a C++ value of this type as."""
        if kind.startswith("doublet::hist<") and "hist" in sys.modules:
            return sys.modules["hist"].Hist
        if _WHOLE.fullmatch(kind):
            return int
        return _NUMBERS.get(kind) or class_of(kind)

    def _parameters(self, text: str, position: int) -> tuple[str, ...]:
        """The parameters of the C++ function between whose brackets the cursor is, but for those that are given already."""
        masked = mask(text[:position])[0]
        opening = _open_bracket(masked)
        callee = _CALL.search(masked, 0, opening) if opening >= 0 else None
        before = masked[opening + 1 :].rstrip()
        if callee is None or (before and before[-1] != ","):
            return ()
        given = set(re.findall(r"(\w+)\s*=(?!=)", before))
        return tuple(name for name in parameter_names(self._interpreter, self._names, callee[1]) if name not in given)


def _found(position: int, prefix: str, candidates: Iterable[Candidate], *, is_all: bool = True) -> Found:
    """Those that go on with the prefix, one of each name: the first, but for one whose kind is known."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.text.startswith(prefix) and (candidate.text not in found or found[candidate.text].kind == _UNKNOWN):
            found[candidate.text] = candidate
    ordered = sorted(found.values(), key=lambda candidate: (candidate.text.startswith("_"), candidate.text.lower(), candidate.text))
    return Found(position - len(prefix), tuple(ordered), is_all)


def _kind_of(entity: Entity) -> str:
    return next((word for kind, word in _KINDS.items() if kind in entity.kinds), "instance")


def _signature(entity: Entity) -> str:
    """The parameters of a function that has one definition."""
    if entity.kinds != {"function"} or len(entity.items) != 1:
        return ""
    head = entity.items[0].text.partition("{")[0]
    opening = head.find("(", max(head.find(entity.name), 0))
    return " ".join(head[opening : head.rfind(")") + 1].split()) if opening >= 0 else ""


def _is_plain(value: object) -> bool:
    """Whether C++ sees it without anything being compiled or called before."""
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype.names is None and not value.dtype.hasobject
    if isinstance(value, (list, tuple)):
        is_own = type(value) in (list, tuple) and len(value) <= _MOST_ELEMENTS
        return is_own and all(type(one) in (bool, int, float, complex, str) for one in value)
    return type(value) in (bool, int, float, complex, str, bytes, bytearray) or isinstance(value, instance_type())


def _body(text: str, begin: int) -> str:
    """What stands between the brace that opens before `begin` and the one that closes it."""
    depth = 1
    for bracket in re.finditer(r"[{}]", mask(text)[0][begin:]):
        depth += 1 if bracket[0] == "{" else -1
        if not depth:
            return text[begin : begin + bracket.start()]
    return text[begin:]


def _open_bracket(masked: str) -> int:
    """Where the innermost round bracket begins that is open at the end, -1 if there is none."""
    depth = 0
    for at in range(len(masked) - 1, -1, -1):
        if masked[at] in ")]}":
            depth += 1
        elif masked[at] in "([{":
            if not depth:
                return at if masked[at] == "(" else -1
            depth -= 1
    return -1
