"""C++ objects for arguments that are none, such as the range that cells see in an Awkward array.

What they are is the bridge's to say. A template takes the object for what it is, and a function that names the object's class
makes it of the argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Given"]


class Given:
    """Asks `instance`, once the bridge has set it, for the C++ object of another one; what has none is given back as it is.

    The second argument is the class that is wanted, or none. Raises `TypeError` for what does not cross.
    """

    def __init__(self) -> None:
        self.instance: Callable[[Any, Any], Any] = lambda value, _: value

    def __call__(self, value: Any) -> Any:
        return self.instance(value, None)

    def mend(self, cls: Any, _name: str = "") -> None:
        """Have a new class of ranges be made of Python's object that is such a range."""
        original = cls.__init__

        def initialise(self: Any, *values: Any) -> None:
            if len(values) != 1 or isinstance(values[0], cls):
                original(self, *values)
                return
            made = given.instance(values[0], cls)
            if not isinstance(made, cls):
                raise TypeError(f"{type(values[0]).__name__} is no such range")
            original(self, made)
            self.__doublet_elements__ = made  # which knows what has to stay alive

        given = self
        cls.__init__ = initialise
