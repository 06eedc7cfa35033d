"""``cpp.vectorize(f)(array, ...)``: a C++ function over arrays, broadcast as by ``np.vectorize``, with the loop in C++.

The compiler chooses among overloads, and makes what is needed of templates, for the types of the elements. It may not make
whole numbers of real ones on the way, nor numbers of a type that cannot hold them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from doublet.bridge.scalars import SCALARS
from doublet.engine.array_arguments import check_class
from doublet.engine.names import clean_name
from doublet.engine.proxies import function_type, instance_type, template_type
from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from doublet.engine.interpreter import Interpreter

__all__ = ["Vectorized", "vectorize"]

_QUALIFIED = re.compile(r"((?:\w+::)*\w+)\(")
_STRICT = " ".join(
    f'_Pragma("clang diagnostic {what}")'
    for what in ("push", *(f'error \\"-W{option}\\"' for option in ("float-conversion", "shorten-64-to-32", "sign-conversion")))
)
_AS_BEFORE = '_Pragma("clang diagnostic pop")'
_WHOLE = ("i8", "i4", "u8", "u4", "i2", "u2", "i1", "u1")
"""What whole numbers are tried as, if they fit."""


def vectorize(interpreter: Interpreter, refresh: Callable[[str], None], function: Any) -> Vectorized:
    """What applies a C++ function to arrays. It may be given as ``cpp.f``, as an object that C++ can call, or by its name.

    Raises `BridgeError` for anything else. By name it can be any expression of C++, such as ``"std::hypot"`` or a lambda.
    """
    if isinstance(function, str):
        return Vectorized(interpreter, refresh, function, function)
    if isinstance(function, (function_type(), template_type())):
        name = _name(interpreter, function)
        return Vectorized(interpreter, refresh, name, name)
    origin = interpreter.values.origins.of(function)
    if origin is not None:
        return Vectorized(interpreter, refresh, origin.name, "the C++ lambda")
    if isinstance(function, instance_type()):
        address = interpreter.cppyy.addressof(function)
        kind = type(function).__cpp_name__  # type: ignore[attr-defined] # cppyy
        made = f"(*reinterpret_cast<{kind}*>({address:#x}UL))"
        return Vectorized(interpreter, refresh, made, clean_name(kind), function)
    advice = "use np.vectorize, or write it in a C++ cell" if callable(function) else "give it a C++ function, as in cpp.vectorize(cpp.f)"
    raise BridgeError(getattr(function, "__name__", repr(function)[:40]), type(function).__name__, "it is no C++ function", advice)


def _name(interpreter: Interpreter, function: Any) -> str:
    """The qualified name of a function or of a template, of which cppyy tells only the last part."""
    found = _QUALIFIED.search(clean_name(function.__doc__ or ""))
    name: str = found[1] if found else getattr(function, "__name__", "")
    if not name:
        raise BridgeError("function", "C++ template", "cppyy does not tell its name", 'give that as text, as in cpp.vectorize("name")')
    if isinstance(function, function_type()):
        return name
    paths = [(*e.scope, e.name) for e in interpreter.definitions.entities.values() if e.name == name and "function" in e.kinds]
    if len(paths) > 1:
        raise BridgeError(name, "C++ template", "several namespaces have one of that name", f'write cpp.vectorize("{"::".join(paths[0])}")')
    return "::".join(paths[0]) if paths else name


def _is_jagged(value: object) -> bool:
    """Whether it is an Awkward array."""
    return type(value).__module__.partition(".")[0] == "awkward"


class Vectorized:
    """A C++ function that is applied to arrays."""

    def __init__(self, interpreter: Interpreter, refresh: Callable[[str], None], expression: str, name: str, keeps: object = None) -> None:
        self._interpreter = interpreter
        self._refresh = refresh
        self._expression = expression
        self._keeps = keeps
        self.__name__ = name
        self.__doc__ = f"{name}, applied to all elements of arrays."
        self._words = re.findall(r"[^\W\d]\w*", expression)
        self._state: tuple[object, ...] = ()
        self._loops: dict[tuple[str, ...], tuple[int, list[str]] | None] = {}

    def __repr__(self) -> str:
        return f"<cpp.vectorize of {self.__name__}>"

    def __call__(self, *arrays: Any) -> Any:
        """An array of the results, a number if all are numbers, or a tuple of them if the function gives one.

        Raises `TypeError` if C++ cannot call the function with such elements, and what the function itself raises.
        """
        if not arrays:
            raise TypeError(f"{self.__name__} is applied to arrays, and none was given")
        if any(map(_is_jagged, arrays)):
            return self._jagged(arrays)
        given = np.broadcast_arrays(*(self._array(array) for array in arrays))
        chosen, (inner, kinds) = self._chosen(given)
        shape = given[0].shape
        results = [np.empty(shape, kind) for kind in kinds]
        every = [*chosen, *results]
        self._interpreter.gbl.doublet.detail.run_vectorized(
            inner, shape, [array.ctypes.data for array in every], [stride for array in every for stride in array.strides]
        )
        found = [result if shape else result[()] for result in results]
        return None if not found else found[0] if len(found) == 1 else tuple(found)

    def _jagged(self, arrays: tuple[Any, ...]) -> Any:
        import awkward as ak

        numbers = {place: value for place, value in enumerate(arrays) if not _is_jagged(value) and np.ndim(value) == 0}  # which Awkward refuses

        def action(layouts: Any, **_: Any) -> Any:
            if not all(layout.is_numpy for layout in layouts):
                return None
            given = iter(layouts)
            results = self(*(numbers[place] if place in numbers else next(given).data for place in range(len(arrays))))
            return tuple(map(ak.contents.NumpyArray, results if isinstance(results, tuple) else (results,)))

        several = [array for place, array in enumerate(arrays) if place not in numbers]
        return ak.transform(action, *several, *(several if len(several) == 1 else ()))  # of a single array, Awkward takes no tuple of results

    def _array(self, value: Any) -> np.ndarray[Any, Any]:
        check_class(value)
        array = np.asarray(value)
        if array.dtype.str[1:] not in SCALARS:
            raise TypeError(f"{self.__name__} cannot be applied to elements of {array.dtype}: C++ has no counterpart")
        if not array.dtype.isnative or not array.flags.aligned:
            array = array.astype(array.dtype.newbyteorder("="))
        return array

    def _chosen(self, given: tuple[np.ndarray[Any, Any], ...]) -> tuple[list[np.ndarray[Any, Any]], tuple[int, list[str]]]:
        """The arrays in types with which C++ can call the function, and the loop for those."""
        self._forget_old()
        own = tuple(array.dtype.str[1:] for array in given)
        for kinds in self._candidates(given, own):
            if kinds not in self._loops:
                self._loops[kinds] = self._compiled(kinds)
            if (loop := self._loops[kinds]) is not None:
                return [array.astype(kind, copy=False) for array, kind in zip(given, kinds, strict=True)], loop
        described = ", ".join(str(array.dtype) for array in given)
        raise TypeError(f"C++ cannot call {self.__name__} with ({described}) without losing part of their values")

    def _candidates(self, given: tuple[np.ndarray[Any, Any], ...], own: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Their own types, then whole numbers in others that hold all of them."""
        yield own
        whole = [number for number, array in enumerate(given) if array.dtype.kind in "iu"]
        if not whole:
            return
        limits = {number: (int(given[number].min(initial=0)), int(given[number].max(initial=0))) for number in whole}
        for kind in _WHOLE:
            held = np.iinfo(kind)
            changed = tuple(
                kind if number in limits and held.min <= limits[number][0] and limits[number][1] <= held.max else of for number, of in enumerate(own)
            )
            if changed != own:
                yield changed

    def _forget_old(self) -> None:
        """Forget the loops if anything that they call has been defined again."""
        for word in dict.fromkeys(self._words):
            self._refresh(word)
        known = self._interpreter.definitions
        reached = known.reached(self._words)
        state = tuple(entity.transaction for entity in known.entities.values() if entity.name in reached)
        if state != self._state:
            self._state = state
            self._loops.clear()

    def _compiled(self, kinds: tuple[str, ...]) -> tuple[int, list[str]] | None:
        """Where the loop is and the types of its results; None if C++ cannot call the function with these types."""
        types = [SCALARS[kind] for kind in kinds]
        parameters = ", ".join(f"{of} value{number}" for number, of in enumerate(types))
        values = ", ".join(f"value{number}" for number in range(len(types)))
        call = f"{_STRICT} return {self._expression}({values}); {_AS_BEFORE}"
        try:
            told = str(self._interpreter.evaluate(f"::doublet::detail::vectorize<{', '.join(types)}>([]({parameters}) -> decltype(auto) {{ {call} }})"))
        except CppCompileError:
            return None
        address, *results = told.splitlines()
        if wrong := [kind for kind in results if kind.startswith("?")]:
            raise TypeError(f"{self.__name__} gives {wrong[0][1:]}, of which NumPy has no arrays; return a number, or a tuple of numbers")
        return int(address), results
