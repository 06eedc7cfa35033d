"""Durations and times of C++ are equal to Python's, ordered among them, and become them without loss."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import pytest
from conftest import Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from doublet.engine.interpreter import interpreter

UTC = dt.UTC


@pytest.fixture
def made(cpp: Engine) -> Any:
    """A function that makes a C++ object of a class of std::chrono's."""

    def make(kind: str, value: object) -> Any:
        return cpp(f"std::chrono::{kind}({value})")

    return make


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("hours", 25, dt.timedelta(days=1, hours=1)),
        ("milliseconds", -1500, dt.timedelta(seconds=-1.5)),
        ("microseconds", 7, dt.timedelta(microseconds=7)),
        ("nanoseconds", 7000, dt.timedelta(microseconds=7)),
        ("duration<double>", 2.5, dt.timedelta(seconds=2.5)),
        ("duration<int, std::ratio<86400>>", 2, dt.timedelta(days=2)),
    ],
)
def test_a_duration_is_the_timedelta_of_its_length(made: Any, kind: str, value: float, expected: dt.timedelta) -> None:
    duration = made(kind, value)
    assert duration.to_timedelta() == expected
    assert duration == expected
    assert expected == duration
    assert duration.total_seconds() == expected.total_seconds()
    assert hash(duration) == hash(expected)
    assert {expected: "found"}[duration] == "found"
    assert duration != expected + dt.timedelta(microseconds=1)
    assert duration < expected + dt.timedelta(microseconds=1)
    assert expected - dt.timedelta(microseconds=1) < duration


def test_parts_of_a_microsecond_are_not_lost_silently(made: Any) -> None:
    duration = made("nanoseconds", 1_500_000_001)
    with pytest.raises(ValueError, match="the duration is no whole number of microseconds"):
        duration.to_timedelta()
    assert duration.count() == 1_500_000_001
    assert duration > dt.timedelta(seconds=1.5)
    assert duration != made("milliseconds", 1500)
    assert made("seconds", 2) == made("milliseconds", 2000)
    assert len({made("seconds", 2), made("milliseconds", 2000), duration}) == 2


@pytest.mark.parametrize("value", ["NAN", "INFINITY", "1e300"])
def test_what_no_timedelta_can_be_is_refused(made: Any, value: str) -> None:
    duration = made("duration<double>", value)
    with pytest.raises(ValueError, match=r"is no whole number of microseconds|is longer than a timedelta can be"):
        duration.to_timedelta()
    assert (duration == duration) is (value != "NAN")  # noqa: PLR0124 - as a number


def test_a_time_is_the_datetime_in_utc(made: Any) -> None:
    time = made("system_clock::time_point", "std::chrono::seconds(1700000000)")
    expected = dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert time.to_datetime() == expected
    assert time == expected
    assert time == expected.astimezone(dt.timezone(dt.timedelta(hours=5)))
    assert time < expected + dt.timedelta(microseconds=1)
    assert hash(time) == hash(expected)
    assert time != expected.replace(tzinfo=None)
    with pytest.raises(TypeError):
        assert time < expected.replace(tzinfo=None)


def test_durations_and_times_are_pickled(made: Any) -> None:
    for value in (made("milliseconds", 5), made("duration<double>", 0.25), made("system_clock::time_point", "std::chrono::seconds(3)")):
        assert pickle.loads(pickle.dumps(value)) == value


@given(st.integers(-(2**50), 2**50), st.integers(-(2**50), 2**50))
@settings(deadline=None, max_examples=40)
def test_any_two_durations_are_ordered_as_their_lengths(one: int, two: int) -> None:
    cpp = Engine(interpreter())
    milli, micro = cpp(f"std::chrono::milliseconds({one})"), cpp(f"std::chrono::microseconds({two})")
    assert (milli < micro, milli == micro, milli >= micro) == (one * 1000 < two, one * 1000 == two, one * 1000 >= two)
