"""Sets of C++ and of Python together."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublet.engine.interpreter import interpreter

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Engine

SIGNS = [operator.or_, operator.and_, operator.sub, operator.xor]
NUMBERS = st.sets(st.integers(-5, 5))


@settings(deadline=None, max_examples=50)
@given(one=NUMBERS, other=NUMBERS, sign=st.sampled_from(SIGNS))
def test_operators_of_sets_are_those_of_python(one: set[int], other: set[int], sign: Callable[[Any, Any], Any]) -> None:
    std = interpreter().lookup("std")
    expected = sign(one, other)
    for kind in (std.set["int"], std.unordered_set["int"]):
        in_cpp, others = kind(one), kind(other)
        assert sign(in_cpp, other) == sign(one, others) == sign(in_cpp, others) == expected
        assert type(sign(in_cpp, other)) is set


@pytest.mark.parametrize("kind", ["set", "multiset", "unordered_set", "unordered_multiset"])
def test_sets_are_made_of_those_of_python(kind: str) -> None:
    made = getattr(interpreter().lookup("std"), kind)["int"]({3, 1})
    assert sorted(made) == [1, 3]


def test_sets_of_texts_and_of_objects(cpp: Engine) -> None:
    cpp(
        """std::set<std::string> set_texts{"a", "b"}; std::multiset<int> set_several{1, 1};
        struct SetRun { int n; bool operator<(const SetRun& o) const { return n < o.n; } }; std::set<SetRun> set_runs{{1}};"""
    )
    texts, several, runs = (cpp.interpreter.lookup(f"set_{name}") for name in ("texts", "several", "runs"))
    assert (texts | {"c"}, texts & {"a"}, {"a", "z"} - texts) == ({"a", "b", "c"}, {"a"}, {"z"})
    for one, other in ((runs, runs), (several, several), (texts, ["c"])):
        with pytest.raises(TypeError):
            _ = one | other
