"""Python classes that derive from C++ classes and call what they override."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Engine

CLASSES = """
struct over_Argument { double v = 2; };
struct over_Base {
  int k = 3;
  virtual ~over_Base() {}
  virtual double weight(double x) { return x * k; }
  virtual double weight(const std::vector<double>& x, int y = 2) const { return x[0] * k * y; }
  virtual double pure() = 0;
  virtual std::string name(const std::string& s, const over_Argument& a) { return s + std::to_string(int(a.v)); }
  int plain() { return 1; }
protected:
  virtual int hidden(int a) { return a + 1; }
};
struct over_Middle : over_Base { double pure() override { return 5; } double weight(double x) override { return -x; } };
double over_run(over_Base& b) { return b.weight(3); }
double over_list(over_Base& b) { return b.weight(std::vector<double>{4}, 1); }
namespace over_space { struct Inner { virtual ~Inner() {} virtual int f() { return 1; } int g() { return f(); } }; }
"""


@pytest.fixture
def look(cpp: Engine) -> Any:
    if not cpp.interpreter.names.is_defined("over_Base"):
        cpp(CLASSES)
    return cpp.interpreter.lookup


@pytest.fixture
def derived(look: Any) -> Any:
    class Derived(look("over_Base")):  # type: ignore[misc]
        def weight(self, *x: Any) -> Any:
            return 10 + super().weight(*x)

        def pure(self) -> Any:
            return super().pure()

        def name(self, s: Any, a: Any) -> Any:
            return f"{super().name(s, a)}?"

        def hidden(self, a: Any) -> Any:
            return 2 * super().hidden(a)

        def plain(self) -> Any:
            return 1 + super().plain()

    return Derived


def test_super_calls_the_function_that_is_overridden(look: Any, derived: Any) -> None:
    made = derived()
    assert (look("over_run")(made), made.weight(2.5)) == (19, 17.5)
    assert (look("over_list")(made), made.weight([1.0], 3)) == (22, 19)
    assert made.name("s", look("over_Argument")()) == "s2?"
    assert made.hidden(3) == 8
    assert made.plain() == 2


def test_classes_in_between_are_called_in_turn(look: Any, derived: Any) -> None:
    class Further(derived):  # type: ignore[misc]
        def weight(self, *x: Any) -> Any:
            return 1000 + super().weight(*x)

    class OfMiddle(look("over_Middle")):  # type: ignore[misc]
        def weight(self, x: Any) -> Any:
            return 2 * super().weight(x)

    assert look("over_run")(Further()) == 1019
    assert (look("over_run")(OfMiddle()), OfMiddle().weight(x=4), OfMiddle().pure()) == (-6, -8, 5)


def test_other_objects_of_the_class_are_called_as_before(look: Any, derived: Any) -> None:
    class Without(derived):  # type: ignore[misc]
        pass

    assert look("over_run")(Without()) == 19
    middle = look("over_Middle")()
    assert (middle.weight(4), look("over_run")(middle)) == (-4, -3)
    with pytest.raises(AttributeError, match="'hidden' is a protected function of over_Base"):
        middle.hidden(1)


def test_a_pure_function_has_nothing_to_call(derived: Any) -> None:
    with pytest.raises(TypeError, match="no over_Base::pure that could be called: it is pure virtual, or private"):
        derived().pure()


def test_a_class_in_a_namespace_and_one_that_is_defined_again(cpp: Engine, look: Any) -> None:
    class Inner(look("over_space").Inner):  # type: ignore[misc]
        def f(self) -> Any:
            return 10 * super().f()

    assert Inner().g() == 10
    for value in (2, 3):
        cpp(f"struct over_Again {{ virtual ~over_Again() {{}} virtual int f() {{ return {value}; }} int g() {{ return f(); }} }};")

        class Again(look("over_Again")):  # type: ignore[misc]
            def f(self) -> Any:
                return 10 * super().f()

        assert Again().g() == 10 * value
