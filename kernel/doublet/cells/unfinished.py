"""Where the ``;`` behind a class has been forgotten, which a compiler would only tell of a whole file's next line.

Cells are cut into items first, and ``struct Track { double pt; } Track t{1.5};`` reads as a class with variables.
"""

from __future__ import annotations

import re

__all__ = ["unfinished_class"]

_HEAD = re.compile(r"\b(enum|class|struct|union)\b[^;{}()=]*\{")
_BRACE = re.compile(r"[{}]")
_SPECIFIERS = re.compile(r"\s*(?:(?:const|volatile|static|inline|constexpr|constinit|extern|thread_local|mutable)\b\s*)*")
_WORD = re.compile(r"(?!alignas\b|__)([^\W\d]\w*)\s*")
_DECLARED = re.compile(r"[;,({\[]|=(?!=)|:(?!:)|\Z")
"""What may stand behind the name of a variable."""
_NO_NAME = frozenset(
    (
        "auto", "bool", "char", "class", "do", "double", "enum", "float", "for", "friend", "goto", "if", "int", "long",
        "namespace", "return", "short", "signed", "struct", "switch", "template", "throw", "try", "typedef", "typename",
        "union", "unsigned", "using", "void", "while",
    )
)  # fmt: skip


def unfinished_class(masked: str) -> tuple[int, str] | None:
    """Where a ``;`` is missing in a text without comments and literals, and what it would end; the first one."""
    for head in _HEAD.finditer(masked):
        depth = 1
        for brace in _BRACE.finditer(masked, head.end()):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                if _begins_anew(masked, brace.end()):
                    return brace.end(), head[1]
                break
    return None


def _begins_anew(masked: str, at: int) -> bool:
    """Whether there is something else than a variable of the class; a word all in capitals may be a macro."""
    specified = _SPECIFIERS.match(masked, at)
    word = _WORD.match(masked, specified.end() if specified else at)
    if word is None or (word[1].isupper() and len(word[1]) > 1):
        return False
    return word[1] in _NO_NAME or not _DECLARED.match(masked, word.end())
