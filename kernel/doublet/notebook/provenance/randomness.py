"""Which generators of random numbers cells make and seed, as their sources tell.

Read from the sources, for a generator itself does not tell what it was seeded with: what functions of a module do is not
seen, and of a seed that is no number but a name, the value that the name has after the cell is taken.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from doublet.notebook.provenance.names import Aliases
from doublet.notebook.provenance.record import Randomness
from doublet.notebook.provenance.sources import cpp_text, python_tree

__all__ = ["Generators"]

_WORTH_READING = re.compile(r"[Rr]and|seed|rng|PRNG|mt19937|ranlux|minstd|knuth|import")
_BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
_MAKERS = frozenset((
    *(f"numpy.random.{name}" for name in ("default_rng", "RandomState", "SeedSequence", *_BIT_GENERATORS)),
    "random.Random",
    "jax.random.PRNGKey",
    "jax.random.key",
    "torch.Generator.manual_seed",
))
"""What makes a generator from a seed, and from the system's chance without one."""
_SEEDERS = {
    "numpy.random.seed": "numpy.random",
    "random.seed": "random",
    "torch.manual_seed": "torch",
    "tensorflow.random.set_seed": "tensorflow",
}
"""What seeds a generator that a module has for all, and that module."""
_SHARED = ("numpy.random", "random", "torch")
_CHANCE = frozenset(("os.urandom", "random.SystemRandom", "secrets.randbits", "secrets.randbelow", "secrets.token_bytes", "uuid.uuid4"))
"""What cannot be seeded."""
_NOT_DRAWN = frozenset(("Generator", "BitGenerator", "get_state", "set_state", "getstate", "setstate", "get_bit_generator", "set_bit_generator"))
_TORCH_DRAWS = frozenset(("rand", "randn", "randint", "randperm", "bernoulli", "multinomial", "normal", "rand_like", "randn_like"))
_ENGINE = re.compile(
    r"\b(?:std::)?(mt19937(?:_64)?|minstd_rand0?|ranlux(?:24|48)(?:_base)?|knuth_b|default_random_engine|TRandom[123]?|TRandomMixMax|TRandomMT64)"
    r"(\s+\w+)?\s*([;({=])"
)
_SEEDED = re.compile(r"\b(srand48|srand|gRandom\s*->\s*SetSeed)\s*\(")
_SYSTEM = re.compile(r"\brandom_device\b")
_INTEGER = re.compile(r"(0[xX][\da-fA-F']+|\d[\d']*)[uUlLzZ]*")


class _Found(NamedTuple):
    generator: str
    seed: int | str | None = None
    is_known: bool = True


class Generators:
    """Those of a kernel's cells so far."""

    def __init__(self) -> None:
        self.found: list[Randomness] = []
        self.aliases = Aliases()
        self._seeded: set[str] = set()

    def note(self, source: str, count: int, cell: str = "", *, cpp_first: bool = False, value: Callable[[str], object] = lambda _: None) -> None:
        """Take note of a cell that has been executed; `value` gives what a name is after it."""
        if not _WORTH_READING.search(source):
            return
        text = cpp_text(source, cpp_first=cpp_first)
        for generator, seed, is_known in _in_cpp(text) if text else self._in_python(source, cpp_first, value):
            if generator in _SHARED and seed is None and is_known:
                if generator in self._seeded:
                    continue  # drawn from, and seeded before, or told already
                self._seeded.add(generator)
            elif generator in _SHARED:
                self._seeded.add(generator)
            self.found.append(Randomness(generator, count, seed, cell, is_known))

    def _in_python(self, source: str, cpp_first: bool, value: Callable[[str], object]) -> Iterator[_Found]:
        tree = python_tree(source, cpp_first=cpp_first)
        if tree is None:
            return
        self.aliases.note(tree)
        calls = sorted((node for node in ast.walk(tree) if isinstance(node, ast.Call)), key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))
        for call in calls:
            called = self.aliases.full(call.func)
            module, _, name = called.rpartition(".")
            if called in _SEEDERS:
                yield _seeded(_SEEDERS[called], call, value)
            elif called in _MAKERS:
                yield _seeded(called, call, value)
            elif called in _CHANCE:
                yield _Found(called)
            elif module in _SHARED and name not in _NOT_DRAWN and (module != "torch" or name in _TORCH_DRAWS):
                yield _Found(module)


def _seeded(generator: str, call: ast.Call, value: Callable[[str], object]) -> _Found:
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in ("seed", "x", "a", "entropy"))]
    if not given:
        return _Found(generator)
    node = given[0]
    seed: object
    if isinstance(node, ast.Name):
        seed = value(node.id)
    else:
        try:
            seed = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return _Found(generator, is_known=False)
        if seed is None:
            return _Found(generator)
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        known = isinstance(seed, (list, tuple)) and len(seed) <= 8 and all(isinstance(part, int) for part in seed)
        return _Found(generator, ",".join(map(str, seed))) if known and isinstance(seed, (list, tuple)) else _Found(generator, is_known=False)
    return _Found(generator, seed.__index__())


def _in_cpp(text: str) -> Iterator[_Found]:
    """Numbers only are read: what is seeded from a variable or an expression is unknown, and ``std::random_device`` free."""
    found = [(match.start(), _Found("std::random_device")) for match in list(_SYSTEM.finditer(text))[:1]]
    found += [(match.start(), _argument(re.sub(r"\s", "", match[1]), _inside(text, match.end() - 1))) for match in _SEEDED.finditer(text)]
    for match in _ENGINE.finditer(text):
        name = match[1] if match[1].startswith("T") else f"std::{match[1]}"
        given = _inside(text, match.end() - 1)
        if (match[2] and match[3] == "(" and not given) or (not match[2] and match[3] in ";="):
            continue  # a function that returns one; an alias
        if match[3] == ";" or (not given and match[3] != "="):
            found.append((match.start(), _Found(name, "default")))
        elif match[3] != "=":
            found.append((match.start(), _argument(name, given)))
    yield from (item for _, item in sorted(found, key=lambda pair: pair[0]))


def _inside(text: str, at: int) -> str:
    """What stands in the brackets that open at a place."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "({") - (text[place] in ")}")
        if not depth:
            return text[at + 1 : place].strip()
    return text[at + 1 :].strip()


def _argument(generator: str, given: str) -> _Found:
    """What a seed in C++ is; ROOT's generators take 0 for the system's chance."""
    number = _INTEGER.fullmatch(given)
    if number is None:
        return _Found(generator, is_known=False)
    digits = number[1].replace("'", "")
    seed = int(digits, 8) if re.fullmatch(r"0[0-7]+", digits) else int(digits, 0)
    is_free = seed == 0 and (generator.startswith("TRandom") or "gRandom" in generator)
    return _Found(generator) if is_free else _Found(generator, seed)
