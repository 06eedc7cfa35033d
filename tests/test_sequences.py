"""Elements of the standard library's sequences by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from conftest import Engine

KINDS = ["std::array<int, 3>", "std::deque<int>", "std::span<int>", "std::valarray<int>", "std::vector<int>"]


@pytest.fixture(params=KINDS)
def sequence(cpp: Engine, request: pytest.FixtureRequest) -> Any:
    cpp("#include <array>\n#include <deque>\n#include <span>\n#include <valarray>\nstd::vector<int> numbered{1, 2, 3};")
    made = "(numbered)" if "span" in request.param else "{1, 2, 3}"
    cpp(f"{request.param} indexed{made};")
    return cpp.interpreter.lookup("indexed")


@pytest.mark.parametrize("index", [3, -4, 100, np.int64(3)])
def test_an_index_out_of_range_is_refused(sequence: Any, index: int) -> None:
    with pytest.raises(IndexError, match="out of range"):
        sequence[index]
    with pytest.raises(IndexError, match=r"index -?\d+ is out of range for a std::\w+<int(,3)?> of 3 elements"):
        sequence[index] = 1


@pytest.mark.parametrize("index", [1, -2, np.int64(1)])
def test_elements_are_read_and_written_from_either_end(sequence: Any, index: int) -> None:
    assert sequence[index] == 2
    sequence[index] = 7
    assert list(sequence) == [1, 7, 3]


@pytest.mark.parametrize("pointer", ["HeldOne*", "const HeldOne*", "std::shared_ptr<HeldOne>", "std::unique_ptr<HeldOne>", "std::shared_ptr<const HeldOne>"])
def test_a_vector_of_pointers_is_gone_through_whether_it_is_empty_or_not(cpp: Engine, pointer: str) -> None:
    number = cpp.cell
    cpp(f"struct HeldOne {{ int x = 1; }};\nstd::vector<{pointer}> none_held_{number}() {{ return {{}}; }}\nstd::vector<{pointer}> one_held_{number};\none_held_{number}.emplace_back(new HeldOne);")
    lookup = cpp.interpreter.lookup
    assert [held.x for held in lookup(f"none_held_{number}")()] == []
    assert [held.x for held in lookup(f"one_held_{number}")] == [1]
    assert next(iter(lookup(f"one_held_{number}"))).x == 1
