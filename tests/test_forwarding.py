"""Functions that call another with the same head."""

from __future__ import annotations

import pytest

from doublet.cells.forwarding import forwarder, head


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int f(int x) { return x; }", "int f(int x) { return ::f(static_cast<decltype(x)&&>(x)); }"),
        ("void f(void) {}", "void f(void) { return ::f(); }"),
        (
            "inline long f(unsigned long, const S& = {}) noexcept { return 1; }",
            "inline long f(unsigned long argument1, const S& argument2 = {}) noexcept { return ::f(static_cast<decltype(argument1)&&>(argument1), static_cast<decltype(argument2)&&>(argument2)); }",
        ),
        (
            "template <class T, int N, class... A> auto f(T (&a)[N], A&&... rest) { return 1; }",
            "template <class T, int N, class... A> auto f(T (&a)[N], A&&... rest) { return ::f<T, N, A...>(static_cast<decltype(a)&&>(a), static_cast<decltype(rest)&&>(rest)...); }",
        ),
        ("template <class T> T f() { return {}; }", "template <class T> T f() { return ::f<T>(); }"),
        ("template <class> int f() { return 1; }", "template <class> int f() { return ::f(); }"),
        ('const char* f(std::string é = "ü") { return 0; }', 'const char* f(std::string é = "ü") { return ::f(static_cast<decltype(é)&&>(é)); }'),
        ("int f(double) = delete;", "int f(double) = delete;"),
        ("int f(const char* format, ...) { return 0; }", None),
    ],
)
def test_the_head_stays_and_the_body_calls(text: str, expected: str | None) -> None:
    assert forwarder(text, "f") == expected


def test_the_head_is_what_stands_before_the_body() -> None:
    assert head("template <class T>\nT f(T x = {1})\n{ return x; }") == "template <class T> T f(T x = {1})"
    assert head("auto f(int é) -> int { return 1; }") == "auto f(int é) -> int"
    assert head("int f() = delete;") == "int f() = delete;"
