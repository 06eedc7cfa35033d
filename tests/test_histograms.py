"""Histograms in both languages: the same object, its lifetime, its copies, and what is refused with the reason."""

from __future__ import annotations

import gc
import pickle
import time
import weakref
from typing import TYPE_CHECKING, Any

import boost_histogram as bh
import hist
import numpy as np
import pytest
from running import run

from doublet.errors import BridgeError, CppCompileError

if TYPE_CHECKING:
    from conftest import Kernel
    from IPython.core.interactiveshell import InteractiveShell


def refusal(shell: InteractiveShell, text: str) -> str:
    with pytest.raises(CppCompileError) as caught:
        run(shell, text)
    return "\n".join(caught.value.render(color=False))


def regular(**options: Any) -> Any:
    return hist.Hist(hist.axis.Regular(4, 0, 1, name="x", label="x [m]"), **options)


def test_python_sees_at_once_what_cpp_fills(shell: InteractiveShell) -> None:
    h = regular()
    view = h.view(flow=True)
    shell.push({"hg_seen": h, "hg_values": np.array([0.1, 0.3, 0.3, 7.0])})
    run(shell, "hg_seen(0.9);\nhg_seen.fill(hg_values);")
    assert view.tolist() == [0, 1, 2, 0, 1, 1]
    assert shell.user_ns["cpp"].hg_seen is h


def test_the_next_cell_finds_it_where_it_is_without_binding_it_again(shell: InteractiveShell) -> None:
    shell.push({"hg_again": regular()})
    run(shell, "hg_again(0.1);")
    magics = shell.magics_manager.registry["CppMagics"]
    parsed = magics._engine.read("hg_again(0.2);", 1)
    begun = time.perf_counter()
    assert magics._names.bindings(parsed) == {}
    assert time.perf_counter() - begun < 0.05  # a thousandth of that on a machine of its own
    shell.push({"hg_again": regular()})
    run(shell, "hg_again(0.2);")
    assert shell.user_ns["hg_again"].sum() == 1


def test_a_function_fills_what_the_name_stands_for_now(shell: InteractiveShell) -> None:
    shell.push({"hg_now": regular()})
    run(shell, "void hg_fill_now() { hg_now(0.1); }")
    cpp = shell.user_ns["cpp"]
    cpp.hg_fill_now()
    shell.push({"hg_now": regular(storage=hist.storage.Weight())})
    cpp.hg_fill_now()
    assert shell.user_ns["hg_now"].sum().value == 1


def test_python_keeps_a_histogram_as_long_as_cpp_knows_its_name(shell: InteractiveShell) -> None:
    shell.push({"hg_kept": regular()})
    kept = weakref.ref(shell.user_ns["hg_kept"]._hist)
    run(shell, "hg_kept(0.1);")
    del shell.user_ns["hg_kept"]
    gc.collect()
    assert kept() is not None
    shell.push({"hg_kept": regular()})
    run(shell, "hg_kept(0.1);")
    gc.collect()
    assert kept() is None


def test_weights_in_a_storage_without_variances_are_known_to_hist(shell: InteractiveShell) -> None:
    shell.push({"hg_plain": regular(), "hg_weighted": regular()})
    run(shell, "hg_plain(0.1);\nhg_weighted(0.1, doublet::weight(2));")
    assert shell.user_ns["hg_plain"].variances() is not None
    assert shell.user_ns["hg_weighted"].variances() is None


def test_what_cpp_makes_is_a_histogram_of_hist(shell: InteractiveShell) -> None:
    made = run(
        shell,
        'auto hg_made = doublet::hist(doublet::axis::regular(4, 0, 1, "x [m]").named("x"), doublet::axis::str_category({"ee", "mumu"}), '
        'doublet::storage::weighted());\nhg_made(0.3, "mumu", doublet::weight(3));\nhg_made',
    )
    assert type(made) is hist.Hist
    assert made is shell.user_ns["cpp"].hg_made
    assert (made.axes[0].label, made.axes["x"].name, [*made.axes[1]]) == ("x [m]", "x", ["ee", "mumu"])
    assert made[1, 1].value == 3
    assert made[1, 1].variance == 9
    made.fill([0.3], ["mumu"])
    assert run(shell, "hg_made.at(1, 1).value") == 4


@pytest.mark.parametrize(
    ("cpp", "python"),
    [
        ("regular(4, 0, 1)", bh.axis.Regular(4, 0, 1)),
        ("regular(4, 0.1, 0.7, {}, doublet::axis::option::none)", bh.axis.Regular(4, 0.1, 0.7, underflow=False, overflow=False)),
        ("regular(4, 0, 1, {}, doublet::axis::option::growth)", bh.axis.Regular(4, 0, 1, growth=True)),
        ("regular(4, 0, 1, {}, doublet::axis::option::circular)", bh.axis.Regular(4, 0, 1, circular=True)),
        ("regular(doublet::axis::transform::log(), 4, 1, 9)", bh.axis.Regular(4, 1, 9, transform=bh.axis.transform.log)),
        ("regular(doublet::axis::transform::sqrt(), 4, 1, 9)", bh.axis.Regular(4, 1, 9, transform=bh.axis.transform.sqrt)),
        ("regular(doublet::axis::transform::pow(0.3), 4, 1, 9)", bh.axis.Regular(4, 1, 9, transform=bh.axis.transform.Pow(0.3))),
        ("variable({0.1, 0.2, 1e300})", bh.axis.Variable([0.1, 0.2, 1e300])),
        ("variable(std::vector<float>{0, 1}, {}, doublet::axis::option::overflow)", bh.axis.Variable([0, 1], underflow=False)),
        ("integer(-2, 3, {}, doublet::axis::option::underflow | doublet::axis::option::overflow)", bh.axis.Integer(-2, 3)),
        ("integer(0, 3, {}, doublet::axis::option::circular)", bh.axis.Integer(0, 3, circular=True)),
        ("int_category({4, 2})", bh.axis.IntCategory([4, 2])),
        ("int_category({}, {}, doublet::axis::option::growth)", bh.axis.IntCategory([], growth=True)),
        ('str_category({"τ\\"", "e"}, {}, doublet::axis::option::none)', bh.axis.StrCategory(['τ"', "e"], overflow=False)),
        ("boolean()", bh.axis.Boolean()),
    ],
)
def test_each_axis_that_cpp_makes_is_the_one_of_python(shell: InteractiveShell, cpp: str, python: Any) -> None:
    made = run(shell, f"doublet::hist(doublet::axis::{cpp})")
    (axis,) = made.axes
    assert axis.traits == python.traits
    assert bh.Histogram(python).axes[0].extent == axis.extent
    assert [axis.bin(i) for i in range(axis.size)] == [python.bin(i) for i in range(python.size)]


def test_a_copy_is_another_histogram_and_assignment_to_one_of_python_fills_that(shell: InteractiveShell) -> None:
    h = regular()
    shell.push({"hg_first": h})
    run(shell, "auto hg_copy = hg_first;\nhg_copy(0.1);\nhg_copy(0.6);\nauto hg_moved = std::move(hg_copy);")
    assert h.sum() == 0
    assert shell.user_ns["cpp"].hg_moved.sum() == 2
    run(shell, "hg_first = hg_moved;")
    assert h.values().tolist() == [1, 0, 1, 0]
    shell.push({"hg_other": hist.Hist(hist.axis.Regular(5, 0, 1))})
    with pytest.raises(ValueError, match="other axes"):
        run(shell, "hg_first = hg_other;")


def test_members_elements_arguments_and_results_are_histograms(shell: InteractiveShell) -> None:
    run(
        shell,
        "using HgOne = doublet::hist<doublet::axis::regular<>>;\n"
        "struct HgAnalysis { HgOne mass{doublet::axis::regular(4, 0, 1)}; std::map<std::string, HgOne> by_name; std::vector<HgOne> all; };\n"
        "HgAnalysis hg_analysis;\n"
        'hg_analysis.by_name["a"] = hg_analysis.mass;\nhg_analysis.by_name["a"](0.3);\nhg_analysis.all.resize(2, hg_analysis.mass);\n'
        "HgOne hg_filled(HgOne h) { h(0.9); return h; }\nvoid hg_fill(HgOne& h) { h(0.1); }\n"
        "template <class H> void hg_fill_any(H& h) { h(0.4); }\nstruct HgFiller { void fill(HgOne& h) const { h(0.6); } };",
    )
    cpp, h = shell.user_ns["cpp"], regular()
    assert cpp.hg_analysis.by_name["a"].values().tolist() == [0, 1, 0, 0]
    assert cpp.hg_analysis.mass.sum() == cpp.hg_analysis.all[1].sum() == 0
    cpp.hg_fill(h)
    cpp.hg_fill_any(h)
    cpp.HgFiller().fill(h)
    assert h.values().tolist() == [1, 1, 1, 0]
    assert cpp.hg_filled(h).values().tolist() == [1, 1, 1, 1]
    assert {type(x) for x in (cpp.hg_filled(h), cpp.hg_analysis.all[0], cpp.hg_analysis.by_name["a"])} == {hist.Hist}
    assert cpp.hg_analysis.all[1] is cpp.hg_analysis.all[1]
    assert cpp.hg_analysis.by_name["a"].copy() == pickle.loads(pickle.dumps(cpp.hg_analysis.by_name["a"]))
    assert (cpp.hg_analysis.mass + cpp.hg_analysis.by_name["a"]).sum() == 1
    assert h.sum() == 3
    cpp.hg_analysis.mass = h
    cpp.hg_analysis.all[1] = h
    assert (cpp.hg_analysis.mass.sum(), cpp.hg_analysis.all[1].sum(), cpp.hg_analysis.all[1] is h) == (3, 3, False)
    cpp.hg_fill_any(regular(storage=hist.storage.Weight()))


def test_weights_are_known_to_hist_after_another_object_has_emptied_or_replaced_what_they_fill(shell: InteractiveShell) -> None:
    h = regular()
    run(
        shell,
        "void hg_weigh() { hg_emptied(0.1, doublet::weight(3)); }\n"
        "template <class H> void hg_reset(H& h) { h.reset(); }\ntemplate <class H> void hg_replace(H& h, H& other) { h = other; }\nhg_weigh();",
        hg_emptied=h,
    )
    cpp = shell.user_ns["cpp"]
    for function, values in ((cpp.hg_reset, [h]), (cpp.hg_replace, [h, regular()])):
        function(*values)
        assert h.variances() is not None
        cpp.hg_weigh()
        assert h.values().tolist() == [3, 0, 0, 0]
        assert h.variances() is None


def test_python_and_cpp_let_an_axis_grow_in_turns(shell: InteractiveShell) -> None:
    h: Any = hist.Hist(hist.axis.StrCategory([], growth=True), hist.axis.Regular(2, 0, 1, growth=True))
    shell.push({"hg_grown": h})
    run(shell, 'void hg_grow(const char* name, double x) { hg_grown(name, x); }\nhg_grow("a", 0.1);')
    grow = shell.user_ns["cpp"].hg_grow
    for turn in range(50):
        h.fill([f"python{turn}"], [-turn / 2])
        grow(f"cpp{turn}", turn)
        grow("a", 0.1)
    assert h.sum() == 151
    assert h[bh.loc("a"), :].sum() == 51
    assert h.axes[0].size == 101


def test_two_threads_that_fill_a_growing_histogram_are_refused(shell: InteractiveShell) -> None:
    shell.push({"hg_raced": hist.Hist(hist.axis.Integer(0, 3, growth=True))})
    with pytest.raises(shell.user_ns["cpp"].std.logic_error, match="two threads fill"):
        run(
            shell,
            "{ std::atomic<int> begun = 0;\n"
            "auto hg_race = [&] {\n"
            "  ++begun;\n"
            "  while (begun < 2) std::this_thread::yield();\n"
            "  try { for (long i = 0; begun == 2 && i < 2'000'000'000; ++i) hg_raced(i % 50); } catch (...) { begun = 3; throw; }\n"
            "};\n"
            "auto a = std::async(std::launch::async, hg_race), b = std::async(std::launch::async, hg_race);\na.get(); b.get(); }",
        )


@pytest.mark.parametrize("mode", ["", ", doublet::by_atomics()"])
@pytest.mark.parametrize("storage", [hist.storage.Double, hist.storage.Int64, hist.storage.AtomicInt64, hist.storage.Weight])
def test_threads_fill_what_one_would(shell: InteractiveShell, storage: Any, mode: str) -> None:
    values = np.random.default_rng(3).uniform(-0.2, 1.2, 20000)
    h = regular(storage=storage())
    shell.push({"hg_together": h, "hg_data": values})
    weight = ", doublet::weight(2)" if storage in (hist.storage.Double, hist.storage.Weight) else ""
    run(
        shell,
        f"{{ doublet::threaded fill(hg_together{mode});\nstd::vector<std::thread> all;\n"
        f"for (int i = 0; i < 3; ++i) all.emplace_back([&] {{ for (double v : hg_data) fill(v{weight}); }});\n"
        f"auto last = std::async(std::launch::async, [&] {{ fill.fill(hg_data{weight}); }});\nfor (auto& each : all) each.join();\nlast.get(); }}",
    )
    expected = regular(storage=storage())
    for _ in range(4):
        expected.fill(values, **({"weight": 2} if weight else {}))
    assert (h.view(flow=True) == expected.view(flow=True)).all()
    assert h._variance_known == expected._variance_known


def test_threads_average_as_one_would(shell: InteractiveShell) -> None:
    values = np.random.default_rng(4).uniform(0, 1, 5000)
    h = regular(storage=hist.storage.Mean())
    shell.push({"hg_means": h, "hg_sampled": values})
    run(
        shell,
        "{ doublet::threaded fill(hg_means);\nauto half = [&](int begin) { for (int i = begin; i < 5000; i += 2) fill(hg_sampled[i], doublet::sample(hg_sampled[i])); };\n"
        "std::thread a(half, 0), b(half, 1);\na.join(); b.join(); }",
    )
    expected = regular(storage=hist.storage.Mean()).fill(values, sample=values)
    assert h.counts() == pytest.approx(expected.counts(), abs=0)
    assert h.values() == pytest.approx(expected.values(), rel=1e-12)
    assert h.variances() == pytest.approx(expected.variances(), rel=1e-9)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("hg_refused(1, 2);", "one value for each of its axes, in their order"),
        ('hg_refused("a");', "an axis of numbers is filled with numbers"),
        ("hg_refused(std::vector<double>());", "write h.fill(...) for one of each element"),
        ("hg_refused(0.1, doublet::sample(1));", "takes no samples"),
        ("hg_counts(0.1, doublet::weight(2.0));", "counts entries, which have no weights"),
        ("hg_means_of(0.1);", "give it one with each entry"),
        ("hg_integers(0.5);", "an axis of integers is filled with integers"),
        ("hg_texts(1);", "an axis of texts is filled with texts"),
        ("doublet::threaded hg_t(hg_means_of, doublet::by_atomics());", "means cannot be added to"),
        ("doublet::hist(doublet::axis::integer(0, 1, {}, doublet::axis::option::growth | doublet::axis::option::overflow));", "or it grows"),
    ],
)
def test_what_cannot_be_filled_is_one_error_in_the_cell(shell: InteractiveShell, statement: str, reason: str) -> None:
    shell.push({
        "hg_refused": regular(), "hg_counts": regular(storage=hist.storage.Int64()), "hg_means_of": regular(storage=hist.storage.Mean()),
        "hg_integers": hist.Hist(hist.axis.Integer(0, 3)), "hg_texts": hist.Hist(hist.axis.StrCategory(["a"])),
    })  # fmt: skip
    text = refusal(shell, statement)
    assert text.startswith("CppCompileError in cell")
    assert text.splitlines()[0].endswith("1 error")
    assert reason in text


def test_what_cpp_cannot_fill_in_place_says_what_to_do(shell: InteractiveShell) -> None:
    shell.push({"hg_unlimited": regular(storage=hist.storage.Unlimited())})
    assert "its storage Unlimited keeps numbers that C++ cannot count in place; give it one of Double()" in refusal(shell, "hg_unlimited(1);")
    run(shell, "template <class H> void hg_any(H& h) { h(0.4); }")
    with pytest.raises(BridgeError, match="its storage Unlimited"):
        shell.user_ns["cpp"].hg_any(regular(storage=hist.storage.Unlimited()))


@pytest.mark.parametrize(
    ("statement", "error", "reason"),
    [
        ("doublet::hist<doublet::axis::regular<>> hg_none; hg_none(1);", "logic_error", "no axes yet"),
        ("doublet::hist(doublet::axis::regular(4, 0, 1)).at(7);", "out_of_range", "no bin at this index"),
        (
            "doublet::hist(doublet::axis::regular(4, 0, 1)).fill(std::vector<int>(2), doublet::weight(std::vector<int>(3)));",
            "invalid_argument", "2 and 3 elements",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_an_exception(shell: InteractiveShell, statement: str, error: str, reason: str) -> None:
    with pytest.raises(getattr(shell.user_ns["cpp"].std, error), match=reason):
        run(shell, statement)


def test_axes_that_hist_refuses_are_its_error(shell: InteractiveShell) -> None:
    with pytest.raises(ValueError, match="bins > 0 required"):
        run(shell, "doublet::hist(doublet::axis::regular(0, 0, 1));")


def test_a_histogram_that_cpp_has_filled_is_pickled_as_any_other(shell: InteractiveShell) -> None:
    shell.push({"hg_pickled": regular()})
    run(shell, "hg_pickled(0.1);")
    h = shell.user_ns["hg_pickled"]
    assert pickle.loads(pickle.dumps(h)) == h


def test_a_histogram_is_emptied_in_place(shell: InteractiveShell) -> None:
    shell.push({"hg_emptied": regular()})
    view = shell.user_ns["hg_emptied"].view(flow=True)
    run(shell, "hg_emptied(0.1, doublet::weight(2));\nhg_emptied.reset();\nhg_emptied(0.1);")
    assert view.sum() == 1
    assert shell.user_ns["hg_emptied"].sum(flow=True) == 1
    assert shell.user_ns["hg_emptied"].variances() is not None


@pytest.mark.needs("boost")
def test_histograms_of_boost_are_histograms_in_python(kernel: Kernel) -> None:
    made = kernel(
        "%%cpp\n#include <boost/histogram.hpp>\nnamespace hgb = boost::histogram;\n"
        'auto boosted = hgb::make_weighted_histogram(hgb::axis::regular<double, hgb::axis::transform::log>(2, 1, 100, "pt"), hgb::axis::integer<>(0, 2));\n'
        "boosted(5, 1, hgb::weight(2));\nboosted(1000, 0);\n"
        "auto profile = hgb::make_profile(hgb::axis::variable<>({0., 1., 4.}));\nprofile(0.5, hgb::sample(3));\nprofile(0.5, hgb::sample(5));\nboosted"
    )
    assert made.status == "ok", made.evalue
    assert "pt from 1 to 100 in 2 bins" in made.value
    cells = kernel("import hist\nh = hist.Hist(cpp.boosted)\n[float(c.variance) for c in (h[0, 1], h[hist.overflow, 0], h.sum(flow=True))]")
    assert cells.value == "[4.0, 1.0, 5.0]"
    assert kernel("p = hist.Hist(cpp.profile)\nfloat(p.values()[0]), float(p.variances()[0]), p.kind.name").value == "(4.0, 1.0, 'MEAN')"


FILL_FROM_THREADS = """
std::atomic<int> {0}_begun = 0;
{{
    auto fill = [] {{
        ++{0}_begun;
        while ({0}_begun < 2) {{}}
        {1}
    }};
    auto one = std::async(std::launch::async, fill), other = std::async(std::launch::async, fill);
    one.get(), other.get();
}}
"""


def test_threads_that_fill_at_the_same_time_are_refused_and_may_take_turns(shell: InteractiveShell) -> None:
    h = regular()
    shell.push({"hg_shared": h})
    with pytest.raises(shell.user_ns["cpp"].std.logic_error, match="several threads fill one histogram at the same time"):
        run(shell, "#include <atomic>\n#include <future>\n#include <mutex>\n" + FILL_FROM_THREADS.format("hg_both", "for (int i = 0; i < 20'000'000; ++i) hg_shared(0.5);"))
    h.reset()
    run(shell, "std::mutex hg_turn;" + FILL_FROM_THREADS.format("hg_turns", "for (int i = 0; i < 20'000; ++i) { const std::lock_guard lock(hg_turn); hg_shared(0.5); }"))
    assert h.sum() == 40_000


def test_an_atomic_storage_is_filled_by_threads_at_the_same_time(shell: InteractiveShell) -> None:
    h = regular(storage=hist.storage.AtomicInt64())
    shell.push({"hg_atomic": h})
    run(shell, FILL_FROM_THREADS.format("hg_atoms", "for (int i = 0; i < 1'000'000; ++i) hg_atomic(0.5);"))
    assert h.sum() == 2_000_000


def test_what_it_is_filled_with_may_be_its_own_contents(shell: InteractiveShell) -> None:
    h: Any = hist.Hist(hist.axis.Regular(4, 0, 4))
    own = [0.0, 1, 0, 0, 0, 0]
    h.view(flow=True)[...] = own
    shell.push({"hg_own": h})
    run(shell, "void hg_feed(int turns) { for (int i = 0; i < turns; ++i) hg_own(hg_own.at(0)), hg_own(hg_own.at(i % 4), doublet::weight(hg_own.at(1))); }\nhg_feed(9);")
    for turn in range(9):
        for bin_, other in ((0, None), (turn % 4, 1)):
            own[min(int(own[bin_ + 1]) + 1, 5)] += 1 if other is None else own[other + 1]
    assert h.view(flow=True).tolist() == own
