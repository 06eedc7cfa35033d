"""Parameters from a command line in a notebook's cells, by papermill: a cell behind the one tagged ``parameters`` sets them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from papermill.exceptions import PapermillException
from papermill.parameterize import parameterize_notebook
from papermill.translators import Translator, papermill_translators

from doublet.cells import parse
from doublet.errors import CppUsageError
from doublet.notebook.errors import NotebookError
from doublet.notebook.provenance.sources import cpp_text, language_of, python_tree

if TYPE_CHECKING:
    from doublet.notebook.reading import Cell, Notebook

__all__ = ["parameters", "with_parameters"]

_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_CPP = "doublet-cpp"


def parameters(given: Iterable[str]) -> dict[str, Any]:
    """The values of ``name=value``: a number, ``true``, ``false``, ``null``, a list or dict in Python's spelling, else a text."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise CppUsageError(f"'{text}' is no parameter", "write -p NAME=VALUE")
        found[name] = _value(value)
    return found


def with_parameters(notebook: Notebook, values: Mapping[str, Any], path: str, kernel: str) -> Notebook:
    """A notebook with a cell that sets these; raises `NotebookError` for a parameter that it does not have, or cannot take."""
    tagged = next((cell for cell in notebook.cells if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", ())), None)
    cpp_first = kernel == _CPP
    language = ("cpp" if cpp_first else "python") if tagged is None else language_of(tagged.source, cpp_first=cpp_first)
    known = [] if tagged is None else list(_declared(tagged, language, cpp_first=cpp_first))
    if tagged is not None and (unknown := [name for name in values if name not in known]):
        raise NotebookError(path, f"has no parameter '{unknown[0]}': the cell tagged 'parameters' sets {', '.join(known) or 'none'}")
    notebook.metadata.setdefault("papermill", {})
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])  # where papermill looks
    declarations = {name: head for name, head in _heads(tagged.source, cpp_first=cpp_first).items() if name in values} if tagged is not None and language == "cpp" else {}
    papermill_translators.register(_CPP, _CppTranslator(declarations))
    translator = _CPP if language == "cpp" else "python3" if kernel.startswith("doublet") else kernel
    spoken = language if kernel.startswith("doublet") else notebook.metadata.get("kernelspec", {}).get("language", "python")
    try:
        made = parameterize_notebook(notebook, dict(values), kernel_name=translator, language=spoken)
    except (PapermillException, NotImplementedError) as error:
        raise NotebookError(path, f"cannot be given these parameters: {error}") from None
    for cell in made.cells:
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
    injected = next(cell for cell in made.cells if "injected-parameters" in cell.metadata.get("tags", ()))
    if kernel.startswith("doublet") and (language == "cpp") != cpp_first:
        injected.source = f"%%{language}\n{injected.source}"
    return made


class _CppTranslator(Translator):  # type: ignore[misc] # papermill is not typed
    """C++ that gives variables values: as they were declared, for a cut of type ``double`` that became an ``int`` would divide otherwise."""

    def __init__(self, declarations: Mapping[str, str]) -> None:
        self._declarations = declarations

    def codify(self, parameters: Mapping[str, Any], comment: str = "Parameters") -> str:
        return "\n".join([f"// {comment}", *(self._line(name, value) for name, value in parameters.items())])

    def _line(self, name: str, value: Any) -> str:
        head = self._declarations.get(name, f"{_type(value)} " if not self._declarations else "")
        return f"{head}{name} = {_literal(value)};"


def _heads(source: str, *, cpp_first: bool) -> dict[str, str]:
    """What stands before each variable that a cell of C++ declares alone: ``const double ``; nothing for several in one declaration."""
    heads = {}
    for item in parse(cpp_text(source, cpp_first=cpp_first)).items:
        for name in item.names:
            match = re.match(rf"(.*?)\b{re.escape(name)}\s*[={{(;]", item.text, re.DOTALL)
            heads[name] = match[1] if match is not None and len(item.names) == 1 and "," not in match[1] else ""
    return heads


def _declared(cell: Cell, language: str, *, cpp_first: bool) -> Sequence[str]:
    if language == "cpp":
        return list(_heads(cell.source, cpp_first=cpp_first))
    tree = python_tree(cell.source, cpp_first=cpp_first)
    if tree is None:
        return []
    targets = [node for part in ast.walk(tree) for node in (part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else [])]
    return list(dict.fromkeys(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)))


def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, (int, float, str, list, dict)) else text


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if abs(value) < 1 << 31 else "long long"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list) and value:
        kinds = {_type(part) for part in value}
        return f"std::vector<{kinds.pop() if len(kinds) == 1 else 'double'}>"
    return "std::string"


def _literal(value: Any) -> str:
    """A value as C++ writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        special = {"nan": 'std::nan("")', "inf": "HUGE_VAL", "-inf": "-HUGE_VAL"}
        return special.get(repr(value), repr(value))
    if isinstance(value, str):
        return '"' + "".join(_escaped(byte) for byte in value.encode()) + '"'
    if isinstance(value, list):
        return "{" + ", ".join(map(_literal, value)) + "}"
    raise NotImplementedError(f"C++ has no literal for {value!r}")


def _escaped(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\{byte:03o}"
