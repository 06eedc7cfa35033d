"""Sliders that call a function, C++ or Python, and show anew what it returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from doublet.errors import CppUsageError

__all__ = ["explore"]


def explore(function: Callable[..., Any], **parameters: Any) -> Any:
    """Show widgets for the parameters of a function, call it with their values, and show what it returns.

    Each time a widget changes, the function is called again, and its value, such as a histogram, replaces the one before.

    Parameters
    ----------
    function
        Such as ``cpp.f``. It is called with the values in the order in which they are given here, since C++ knows parameters
        by their place.
    parameters
        What each may be, as `ipywidgets.interactive` takes it: ``(0.0, 10.0)`` and ``(0, 10)`` are sliders, with a step as third
        number, ``["a", "b"]`` is a menu, ``True`` a check box, ``"text"`` a field; a widget is taken as it is.

    Returns
    -------
    The widget: ``.result`` is what the function has returned last, ``.kwargs`` are the values that it was called with.

    Raises
    ------
    CppUsageError
        If no parameter is given, or one is nothing to choose from.

    Examples
    --------
    >>> doublet.explore(cpp.peak, mass=(80.0, 100.0), width=(0.5, 10.0, 0.5))
    """
    from ipywidgets import fixed, interactive
    from traitlets import TraitError

    if not parameters:
        raise CppUsageError("explore() has no parameter to change", "give what each may be, as in doublet.explore(cpp.f, x=(0.0, 10.0))")
    chosen = interactive.widget_from_abbrev
    made = {}
    for name, given in parameters.items():
        try:
            made[name] = given if isinstance(given, fixed) else chosen(given)
        except (TypeError, ValueError, TraitError) as error:
            raise CppUsageError(f"'{name}' cannot be chosen from {given!r:.60}: {error}", "give (lowest, highest), a list, a number, a text or a widget") from None
        if made[name] is None:
            raise CppUsageError(f"'{name}' cannot be chosen from {given!r:.60}", "give (lowest, highest), a list, a number, a text or a widget")
    for name, widget in made.items():
        if not isinstance(widget, fixed) and not widget.description:
            widget.description = name

    def by_place(**values: Any) -> Any:
        return function(*values.values())

    return interactive(by_place, {"auto_display": True}, **made)
