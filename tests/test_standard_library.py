"""Each type of the standard library as an object in Python: one table of what each behaviour of Python's gives."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Engine
    from IPython.core.interactiveshell import InteractiveShell


class Refused(NamedTuple):
    """A `TypeError`, or another error, whose message matches this in one line."""

    text: str
    error: type[Exception] | tuple[type[Exception], ...] = TypeError


class Array(NamedTuple):
    """A NumPy array with these elements; `shared` with C++ if writing to it is seen there."""

    elements: Any
    dtype: str
    shared: bool = True


class Row(NamedTuple):
    """What an object gives for each behaviour: a value, or how that is refused."""

    declared: str
    length: Any
    elements: Any
    """Of ``list()``."""
    holds: Any
    """What is in it, by ``in``."""
    tail: Any
    """Of ``[1:]``."""
    same: Any
    """What of Python's it is equal to."""
    shown: str
    array: Any
    mapping: Any = Refused("dictionary update sequence|is not iterable", (TypeError, ValueError))
    """Of ``dict()``."""
    pickled: Any = True


NO_LEN = Refused("has no len")
NOT_ITERABLE = Refused("is not iterable")
NO_ELEMENTS = "a std::{} has no elements"
BY_INDEX = "a std::{} has no elements by index"
OTHER = object()
"""What no object is equal to or holds."""

_HIT = "{StdHit(id=1, e=2.5), StdHit(id=2, e=3.5)}"
_HIT_KIND = "{'names': ['id', 'e'], 'formats': ['<i4', '<f8'], 'offsets': [0, 8], 'itemsize': 16}"


def _holder(kind: str, declared: str, same: Any, shown: str, array: Any, pickled: Any = True) -> Row:
    """What holds one value and has no elements."""
    return Row(declared, NO_LEN, NOT_ITERABLE, NOT_ITERABLE, Refused(NO_ELEMENTS.format(kind)), same, shown, array, NOT_ITERABLE, pickled)


_NUMBERS = ("{1.0, 2.0, 3.0}", Array([1, 2, 3], "f8"))
_VIA_INDEX = Refused("a std::multimap has no elements by index, for a key may have several: go through items")

TABLE: dict[str, Row] = {
    "vector": Row("std::vector<double> $ {1, 2, 3};", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], *_NUMBERS),
    "array": Row("std::array<double, 3> $ {1, 2, 3};", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], *_NUMBERS),
    "span": Row("std::vector<double> $_of{1, 2, 3}; std::span<double> $($_of);", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], *_NUMBERS, pickled=Refused("cannot pickle")),
    "valarray": Row("std::valarray<double> $ {1, 2, 3};", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], *_NUMBERS),
    "deque": Row("std::deque<double> $ {1, 2, 3};", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], "{1.0, 2.0, 3.0}", Array([1, 2, 3], "f8", shared=False)),
    "list": Row("std::list<double> $ {1, 2, 3};", 3, [1, 2, 3], 2, Refused(BY_INDEX.format("list")), [1, 2, 3], "{1.0, 2.0, 3.0}", Array([1, 2, 3], "f8", shared=False)),
    "forward_list": Row("std::forward_list<int> $ {1, 2};", 2, [1, 2], 2, Refused(BY_INDEX.format("forward_list")), [1, 2], "{1, 2}", Array([1, 2], "i8", shared=False)),
    "nested vectors": Row(
        "std::vector<std::vector<int>> $ {{1}, {}, {2, 3}};", 3, [[1], [], [2, 3]], [2, 3], [[], [2, 3]], [[1], [], [2, 3]], "{{1}, {}, {2, 3}}",
        Refused("NumPy has no elements of type 'std::vector<int>'; take to_awkward"),
    ),
    "vector of bool": Row("std::vector<bool> $ {true, false, true};", 3, [True, False, True], True, [False, True], [True, False, True], "{true, false, true}", Array([True, False, True], "?", shared=False)),
    "vector of string": Row('std::vector<std::string> $ {"a", "b", "c"};', 3, ["a", "b", "c"], "b", ["b", "c"], ["a", "b", "c"], "{'a', 'b', 'c'}", Array(["a", "b", "c"], "U1", shared=False)),
    "vector of struct": Row("std::vector<StdHit> $ {{1, 2.5}, {2, 3.5}};", 2, OTHER, OTHER, OTHER, OTHER, _HIT, Array([(1, 2.5), (2, 3.5)], _HIT_KIND)),
    "vector of complex": Row("std::vector<std::complex<double>> $ {{1, 2}, {3, 4}};", 2, [1 + 2j, 3 + 4j], 1 + 2j, [3 + 4j], [1 + 2j, 3 + 4j], "{(1+2j), (3+4j)}", Array([1 + 2j, 3 + 4j], "c16")),
    "vector of optional": Row(
        "std::vector<std::optional<double>> $ {1.5, std::nullopt};", 2, [1.5, None], None, [None], [1.5, None], "{1.5, nullopt}",
        Refused("NumPy has no elements of type 'std::optional<double>'"),
    ),
    "vector of pair": Row(
        "std::vector<std::pair<int, double>> $ {{1, 1.5}, {2, 2.5}};", 2, [(1, 1.5), (2, 2.5)], (2, 2.5), [(2, 2.5)], [(1, 1.5), (2, 2.5)],
        "{(1, 1.5), (2, 2.5)}", Refused("NumPy has no elements of type 'std::pair<int,double>'"), {1: 1.5, 2: 2.5},
    ),
    "vector of duration": Row(
        "std::vector<std::chrono::milliseconds> $ {std::chrono::milliseconds(5)};", 1, [timedelta(milliseconds=5)], timedelta(milliseconds=5), [],
        [timedelta(milliseconds=5)], "{5 ms}", Array([np.timedelta64(5, "ms")], "m8[ms]"),
    ),
    "map": Row(
        'std::map<std::string, double> $ {{"a", 1}, {"b", 2}};', 2, [("a", 1), ("b", 2)], "b", Refused("is no key of a std::map<std::string,double>"),
        {"a": 1, "b": 2}, "{'a': 1.0, 'b': 2.0}", Refused("NumPy makes no array of a std::map<std::string,double>: give it a list of its keys"), {"a": 1, "b": 2},
    ),
    "map of vectors": Row(
        "std::map<int, std::vector<int>> $ {{1, {1, 2}}, {2, {}}};", 2, [(1, [1, 2]), (2, [])], 2, Refused("is no key of"), {1: [1, 2], 2: []},
        "{1: {1, 2}, 2: {}}", Refused("NumPy makes no array of a"), {1: [1, 2], 2: []},
    ),
    "map of pairs": Row(
        "std::map<std::pair<int, int>, double> $ {{{1, 2}, 3.5}};", 1, [((1, 2), 3.5)], (1, 2), Refused("is no key of"), {(1, 2): 3.5}, "{(1, 2): 3.5}",
        Refused("NumPy makes no array of a"), {(1, 2): 3.5},
    ),
    "unordered_map": Row(
        'std::unordered_map<std::string, double> $ {{"a", 1}};', 1, [("a", 1)], "a", Refused("is no key of"), {"a": 1}, "{'a': 1.0}",
        Refused("NumPy makes no array of a"), {"a": 1},
    ),
    "multimap": Row("std::multimap<int, double> $ {{1, 1}, {1, 2}};", 2, [(1, 1), (1, 2)], 1, _VIA_INDEX, OTHER, "{1: 1.0, 1: 2.0}", Refused("NumPy makes no array of a"), _VIA_INDEX),
    "set": Row("std::set<int> $ {3, 1, 2};", 3, [1, 2, 3], 3, Refused(BY_INDEX.format("set")), {1, 2, 3}, "{1, 2, 3}", Array([1, 2, 3], "i8", shared=False)),
    "set of string": Row('std::set<std::string> $ {"b", "a"};', 2, ["a", "b"], "a", Refused(BY_INDEX.format("set")), {"a", "b"}, "{'a', 'b'}", Array(["a", "b"], "U1", shared=False)),
    "unordered_set": Row("std::unordered_set<int> $ {7};", 1, [7], 7, Refused(BY_INDEX.format("unordered_set")), {7}, "{7}", Array([7], "i8", shared=False)),
    "tuple": Row('std::tuple<int, std::string, double> $ {1, "a", 2.5};', 3, [1, "a", 2.5], "a", ("a", 2.5), (1, "a", 2.5), "(1, 'a', 2.5)", Array(["1", "a", "2.5"], "U32", shared=False)),
    "pair": Row("std::pair<int, double> $ {1, 2.5};", 2, [1, 2.5], 2.5, (2.5,), (1, 2.5), "(1, 2.5)", Array([1, 2.5], "f8", shared=False)),
    "bitset": Row("std::bitset<4> $ {5};", 4, [True, False, True, False], True, [False, True, False], 5, "0101", Array([True, False, True, False], "?", shared=False)),
    "optional": _holder("optional", "std::optional<double> $ {2.5};", 2.5, "2.5", Array(2.5, "f8", shared=False)),
    "empty optional": _holder("optional", "std::optional<double> $;", None, "nullopt", Array(None, "O", shared=False)),
    "optional of string": _holder("optional", 'std::optional<std::string> $ {"a"};', "a", "'a'", Array("a", "U1", shared=False)),
    "optional of vector": _holder("optional", "std::optional<std::vector<int>> $ {std::vector<int>{1, 2}};", [1, 2], "{1, 2}", Array([1, 2], "i4")),
    "variant": _holder("variant", "std::variant<int, double, std::string> $ {2.5};", 2.5, "2.5", Array(2.5, "f8", shared=False)),
    "variant of text": _holder("variant", 'std::variant<int, double, std::string> $ {"a"};', "a", "'a'", Array("a", "U1", shared=False)),
    "shared_ptr to a number": _holder("shared_ptr", "auto $ = std::make_shared<double>(2.5);", 2.5, "2.5", Array(2.5, "f8", shared=False), Refused("cannot pickle")),
    "unique_ptr to a number": _holder("unique_ptr", "auto $ = std::make_unique<double>(2.5);", 2.5, "2.5", Array(2.5, "f8", shared=False), Refused("cannot pickle")),
    "shared_ptr to a vector": Row("auto $ = std::make_shared<std::vector<double>>(std::vector<double>{1, 2, 3});", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], *_NUMBERS),
    "unique_ptr to a vector": Row("auto $ = std::make_unique<std::vector<double>>(std::vector<double>{1, 2, 3});", 3, [1, 2, 3], 2, [2, 3], [1, 2, 3], *_NUMBERS),
    "path": Row(
        'std::filesystem::path $ = "/tmp/a.root";', NO_LEN, ["/", "tmp", "a.root"], "tmp", Refused(BY_INDEX.format("filesystem::path")), "/tmp/a.root", "'/tmp/a.root'",
        Refused("NumPy makes no array of a std::filesystem::path: give it str"),
    ),
    "duration": _holder("duration", "std::chrono::milliseconds $(1500);", timedelta(seconds=1.5), "1500 ms", Array(np.timedelta64(1500, "ms"), "m8[ms]", shared=False)),
    "time_point": _holder(
        "time_point", "std::chrono::system_clock::time_point $ {std::chrono::seconds(1000)};", datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC),
        "1970-01-01 00:16:40 UTC", Array(np.datetime64(1000 * 10**9, "ns"), "M8[ns]", shared=False),
    ),
    "vector of time_point": Row(
        "std::vector<std::chrono::sys_seconds> $ {std::chrono::sys_seconds(std::chrono::seconds(1000))};", 1, [datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC)],
        datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC), [], [datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC)], "{1970-01-01 00:16:40 UTC}", Array([np.datetime64(1000, "s")], "M8[s]"),
    ),
    "complex": Row("std::complex<float> $ {1, 2};", NO_LEN, NOT_ITERABLE, NOT_ITERABLE, Refused(NO_ELEMENTS.format("complex")), 1 + 2j, "(1+2j)", Array(1 + 2j, "c8", shared=False), NOT_ITERABLE),
}

BEHAVIOURS: dict[str, Callable[[Any], Any]] = {
    "length": len,
    "elements": list,
    "tail": lambda made: made[1:],
    "mapping": dict,
}


@pytest.fixture(scope="module")
def made(shell: InteractiveShell) -> dict[str, Any]:
    """The objects of the table, by the names of its rows; the shell has them look as cells show them."""
    from doublet.engine.interpreter import interpreter

    engine = interpreter()
    headers = "array bitset chrono complex deque filesystem forward_list list map memory optional set span tuple unordered_map unordered_set valarray variant vector"
    text = "".join(f"#include <{header}>\n" for header in headers.split())
    engine.run(f"{text}struct StdHit {{ int id; double e; bool operator==(const StdHit&) const = default; }};", 1)
    engine.run("\n".join(row.declared.replace("$", f"std_made_{number}") for number, row in enumerate(TABLE.values())), 2)
    return {name: engine.lookup(f"std_made_{number}") for number, name in enumerate(TABLE)}


def _check(expected: Any, compute: Callable[[], Any]) -> None:
    if isinstance(expected, Refused):
        with pytest.raises(expected.error, match=expected.text) as caught:
            compute()
        assert "\n" not in str(caught.value)
    elif expected is not OTHER:
        found = compute()
        assert found == expected
        assert not found != expected  # noqa: SIM202 - the two are different methods


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("name", TABLE)
def test_what_python_asks_of_an_object(made: dict[str, Any], name: str, behaviour: str) -> None:
    _check(getattr(TABLE[name], behaviour), lambda: BEHAVIOURS[behaviour](made[name]))


@pytest.mark.parametrize("name", TABLE)
def test_it_holds_its_elements_and_nothing_else(made: dict[str, Any], name: str) -> None:
    row, whole = TABLE[name], made[name]
    if isinstance(row.holds, Refused):
        _check(row.holds, lambda: row.holds in whole)
        return
    inside = whole[0] if row.holds is OTHER else row.holds
    assert inside in whole
    assert OTHER not in whole
    assert "no such thing" not in whole


@pytest.mark.parametrize("name", TABLE)
def test_it_is_equal_to_what_it_is_in_python_and_to_its_copy_and_has_the_hash_of_it(made: dict[str, Any], name: str) -> None:
    row, whole = TABLE[name], made[name]
    if row.same is not OTHER:
        _check(row.same, lambda: whole)
        assert row.same == whole
    assert whole == whole  # noqa: PLR0124
    for other in (OTHER, "no such thing", 12345, [OTHER], {1: OTHER}):
        assert whole != other
        assert not whole == other  # noqa: SIM201 - the two are different methods
    if type(whole).__hash__ is not None and row.same is not OTHER and type(row.same).__hash__ is not None:
        assert hash(whole) == hash(row.same)


@pytest.mark.parametrize("name", TABLE)
def test_it_is_unpacked_as_it_is_gone_through(made: dict[str, Any], name: str) -> None:
    row, whole = TABLE[name], made[name]

    def unpacked() -> list[Any]:
        first, *others = whole
        return [first, *others]

    _check(row.elements, unpacked)


@pytest.mark.parametrize("name", TABLE)
def test_it_looks_as_a_cell_shows_it(made: dict[str, Any], name: str) -> None:
    assert repr(made[name]) == TABLE[name].shown


@pytest.mark.parametrize("name", TABLE)
def test_numpy_sees_it_in_place_where_that_can_be(made: dict[str, Any], name: str) -> None:
    expected, whole = TABLE[name].array, made[name]
    if isinstance(expected, Refused):
        _check(expected, lambda: np.asarray(whole))
        return
    dtype: Any = eval(expected.dtype) if expected.dtype.startswith("{") else expected.dtype
    found = np.asarray(whole)
    assert found.dtype == np.dtype(dtype)
    assert found.tolist() == np.array(expected.elements, np.dtype(dtype)).tolist()
    assert np.shares_memory(found, np.asarray(whole)) is expected.shared


@pytest.mark.parametrize("name", TABLE)
def test_it_comes_back_from_a_pickle_as_it_was_or_says_that_it_cannot(made: dict[str, Any], name: str) -> None:
    expected, whole = TABLE[name].pickled, made[name]
    if isinstance(expected, Refused):
        _check(expected, lambda: pickle.dumps(whole))
        return
    again = pickle.loads(pickle.dumps(whole))
    assert type(again) is type(whole)
    assert again == whole
    assert repr(again) == repr(whole)


@pytest.mark.parametrize("kind", ["std::shared_ptr<StdHit>", "std::unique_ptr<StdHit>", "StdHit*"])
def test_a_pointer_to_an_object_is_that_object_and_a_null_one_is_none_of_it(made: dict[str, Any], cpp: Engine, kind: str) -> None:
    name = f"std_pointers_{cpp.cell}"
    cpp(f"std::vector<{kind}> {name}; {name}.emplace_back(new StdHit{{3, 4.5}}); {name}.emplace_back(nullptr);")
    hit, null = cpp.interpreter.lookup(name)
    assert (hit.id, hit.e, bool(hit), bool(null)) == (3, 4.5, True, False)
    assert hit != None  # noqa: E711 - objects of C++ compare so
    assert null == None  # noqa: E711
    with pytest.raises(ReferenceError):
        null.id  # noqa: B018
    assert pickle.loads(pickle.dumps(hit)).e == 4.5
    for refused in (null, cpp.interpreter.lookup(name)):
        with pytest.raises(TypeError, match="cannot pickle this"):
            pickle.dumps(refused)


def test_what_is_ordered_in_python_is_ordered_alike(cpp: Engine) -> None:
    headers = "#include <filesystem>\n#include <set>\n#include <utility>\n#include <vector>\n"
    rows = cpp(f"{headers}std::vector<std::vector<int>> std_rows{{{{2}}, {{1, 5}}, {{1}}}};\nstd_rows")
    assert sorted(rows) == [[1], [1, 5], [2]]
    pairs = cpp("std::vector<std::pair<int, double>> std_pairs{{2, 1}, {1, 5}, {1, 2}};\nstd_pairs")
    assert sorted(pairs) == [(1, 2), (1, 5), (2, 1)]
    assert max(pairs) == (2, 1)
    paths = cpp('std::vector<std::filesystem::path> std_paths{"b", "a"};\nstd_paths')
    assert sorted(paths) == ["a", "b"]
    one = cpp("std::set<int> std_one_set{1};\nstd_one_set")
    with pytest.raises(TypeError, match="'<' not supported between"):
        one < one  # noqa: B015, PLR0124
