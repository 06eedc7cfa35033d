"""``doublet::progress``: loops that show how far they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Engine, Kernel


def test_a_loop_shows_how_far_it_is_while_it_runs(kernel: Kernel) -> None:
    reply = kernel('%%cpp\nfor (int i : doublet::progress(10, "Steps")) std::this_thread::sleep_for(std::chrono::milliseconds(40 + 0 * i));')
    shown = reply.stderr.split("\r")
    assert len(shown) > 3
    assert len(reply.order) > 2
    assert re.fullmatch(r"Steps: 100% \|█{30}\| 10/10 \[\d\d:\d\d, \d+/s\]\n", shown[-1])
    assert re.fullmatch(r"Steps:  \d0% \|█+ +\| \d/10 \[\d\d:\d\d<\d\d:\d\d, \S+/s\]", shown[2])


def test_the_loop_is_over_the_elements_themselves(cpp: Engine) -> None:
    cpp("std::vector<int> tracked{1, 2, 3};\nfor (auto& element : doublet::progress(tracked)) element *= 2;")
    assert cpp("std::accumulate(tracked.begin(), tracked.end(), 0)") == 12
    cpp("int tracked_sum = 0;\nfor (int element : doublet::progress(std::vector<int>{4, 5})) tracked_sum += element;")
    cpp("for (const auto& [key, value] : doublet::progress(std::map<int, int>{{1, 10}})) tracked_sum += value;")
    cpp("for (auto number : doublet::progress(-3)) tracked_sum += number;")
    assert cpp("tracked_sum") == 19


def test_a_loop_that_is_left_says_where(kernel: Kernel) -> None:
    reply = kernel("%%cpp\nfor (int i : doublet::progress(1'000'000)) if (i == 499'999) break;")
    assert " 499999/1000000 [" in reply.stderr.split("\r")[-1]


def test_threads_advance_one_bar_and_what_has_no_size_is_counted(kernel: Kernel) -> None:
    code = "for (int i = 0; i < 1000; ++i) bar.advance();"
    reply = kernel(f"%%cpp\n{{ doublet::Progress bar(2000); std::thread one([&] {{ {code} }}), two([&] {{ {code} }}); one.join(); two.join(); }}")
    assert " 2000/2000 [" in reply.stderr
    reply = kernel('%%cpp\n#include <sstream>\n{ doublet::Progress bar(0, "Lines"); std::istringstream in("a\\nb"); for (std::string s; std::getline(in, s);) bar.advance(); }')
    assert re.search(r"Lines: 2 \[\d\d:\d\d, \S+/s\]\n", reply.stderr)
