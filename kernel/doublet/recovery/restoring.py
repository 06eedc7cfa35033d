"""``%recover``: brings back what a kernel of this notebook has left when it died."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_magic, magics_class
from IPython.utils.capture import capture_output

from doublet.engine.interpreter import interpreter
from doublet.errors import CppUsageError
from doublet.recovery import saved
from doublet.recovery.variables import PREFIX, restore

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from doublet.magics import CppMagics
    from doublet.recovery.journal import Step
    from doublet.recovery.pickling import Unpickled
    from doublet.recovery.saved import Saved

__all__ = ["RecoveryMagics", "offer"]

_PATIENCE = 180.0
"""Seconds that the saving process may take."""
_OPTIONS = ("--list", "--forget")


def offer(folder: Path) -> str:
    """What to say to somebody whose last kernel has died; nothing if it has not."""
    _wait(folder, 5.0)
    states = [state for state in saved.find(folder) if not state.is_used]
    if not states:
        saved.sweep()
        return ""
    return f"{_died(states[0])}: %recover brings back {_content(states[0])}, %recover --forget drops that."


@magics_class
class RecoveryMagics(Magics):
    """Restores what has been saved in a folder."""

    def __init__(self, shell: InteractiveShell, cpp: CppMagics, folder: Path) -> None:
        super().__init__(shell)
        self._shell = shell
        self._cpp = cpp
        self._folder = folder
        self._last = 0

    @line_magic
    def recover(self, line: str) -> None:
        """Bring back what the last kernel of this notebook had when it died: %recover.

        The Python variables are as they were before the cell that was running then; the C++ cells that had
        succeeded are run again, in their order, without their output. What could not be kept is named.
        A name that this notebook has defined meanwhile stays what it is: %recover NAME ... takes the old value.
        %recover --list says what there is, %recover --forget removes it.
        """
        words = line.split()
        if any(word.startswith("-") and word not in _OPTIONS for word in words) or len({*words} & {*_OPTIONS}) > len(words) - 1 > 0:
            raise CppUsageError(f"%recover does not understand '{line.strip()}'", "it knows %recover, %recover NAME ..., --list and --forget")
        _wait(self._folder, _PATIENCE)
        states = saved.find(self._folder)
        if not states:
            raise CppUsageError("there is nothing to recover", "what a kernel has when it dies is kept for the next one of its notebook")
        if words == ["--list"]:
            for state in states:
                _say(f"{_died(state)}: {_content(state)}")
                own = [name for name in state.pickled.names if not name.startswith(PREFIX)]
                _say(f"  Python: {', '.join(own) or 'nothing'}")
                _say(f"  C++ variables: {', '.join(name.removeprefix(PREFIX) for name in state.pickled.names if name.startswith(PREFIX)) or 'none'}")
                _say(f"  C++ cells: {_numbers(step.number for step in state.journal.steps) or 'none'}")
        elif words == ["--forget"]:
            for state in states:
                state.remove()
            _say("Nothing is left to recover.")
        elif words:
            _Restoring(self._shell, self._cpp, states[0]).take(words)
        else:
            _Restoring(self._shell, self._cpp, states[0]).all()
            self._last = states[0].journal.last

    def count_on(self) -> None:
        """Have the next cell numbered after those of the kernel that was recovered: what they have defined goes by their numbers."""
        last, self._last = self._last, 0
        history = self._shell.history_manager
        if last < self._shell.execution_count or history is None:
            return
        self._shell.execution_count = last + 1
        for inputs in (history.input_hist_parsed, history.input_hist_raw):
            inputs.extend([""] * (last + 1 - len(inputs)))


class _Restoring:
    """Of one state into one shell."""

    def __init__(self, shell: InteractiveShell, cpp: CppMagics, state: Saved) -> None:
        self._shell = shell
        self._cpp = cpp
        self._state = state
        self._names: dict[str, Any] = shell.user_ns
        self._memory = state.memory()

    def take(self, names: list[str]) -> None:
        """Restore these variables only, whatever they are now."""
        found = self._load()
        if missing := [name for name in names if name not in found.values]:
            raise CppUsageError(f"'{missing[0]}' is not among what was kept", "%recover --list says what is")
        self._names.update({name: found.values[name] for name in names if not name.startswith(PREFIX)})
        for name in names:
            if name.startswith(PREFIX):
                restore(self._names["cpp"], name, found.values[name])

    def all(self) -> None:
        """Restore the variables, run the C++ cells, and say what that came to."""
        journal = self._state.journal
        found = self._load()
        own = {name: value for name, value in found.values.items() if not name.startswith(PREFIX)}
        kept = [name for name, value in own.items() if name in self._names and not _is_same(self._names[name], value)]
        self._names.update({name: value for name, value in own.items() if name not in kept})
        failures = list(self._run(journal.steps[: journal.kept]))
        if journal.kept and own:
            # What the cells have done to them they had done before: the same again, with the arrays where C++ has seen them.
            found = self._load()
            self._names.update({name: value for name, value in found.values.items() if name not in kept and not name.startswith(PREFIX)})
        uncopied = {name: reason for name, reason in {**self._state.pickled.lost, **found.lost}.items() if name.startswith(PREFIX)}
        uncopied |= self._fill({name: value for name, value in found.values.items() if name.startswith(PREFIX)})
        failures += self._run(journal.steps[journal.kept :])
        _say(f"{_died(self._state)}. Recovered: {_content(self._state)}.")
        for name, reason in {**self._state.pickled.lost, **found.lost}.items():
            if not name.startswith(PREFIX):
                _say(f"- {name} is lost: {reason}")
        if uncopied:
            told = "; ".join(f"{name.removeprefix(PREFIX)} ({reason})" for name, reason in uncopied.items())
            _say(f"- what their cells make of them again are C++ variables that could not be copied: {told}")
        for name in kept:
            _say(f"- {name} is what this notebook has defined meanwhile; %recover {name} takes the old value")
        for failure in failures:
            _say(f"- {failure}")
        if journal.failed:
            _say(f"- not run again, for the error it ended with: C++ cell {_numbers(journal.failed)}")
        if journal.late:
            _say(f"- to be run again, for the state is of before it: cell {_numbers(journal.late)}")
        if touching := [number for number in journal.touching if number not in journal.late]:
            _say(f"- to be run again if it changed something of C++: cell {_numbers(touching)}")
        self._state.use()

    def _fill(self, contents: dict[str, Any]) -> dict[str, str]:
        """Give the C++ variables what they have held; returns those that do not take it, and why."""
        refused = {}
        for name, content in contents.items():
            try:
                with capture_output():
                    restore(self._names["cpp"], name, content)
            except Exception as error:
                refused[name] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return refused

    def _load(self) -> Unpickled:
        from doublet.recovery.pickling import load  # with NumPy, without which a kernel starts faster

        state = self._state
        state.fill(self._memory)
        views = [view.toreadonly() if fixed else view for view, (_, _, fixed) in zip(self._memory, state.buffers, strict=True)]
        with state.opened("python.pickle") as file:
            return load(file, state.pickled, views, self._names)

    def _run(self, steps: Iterable[Step]) -> Iterator[str]:
        """Run the cells again; yields what failed."""
        for step in steps:
            try:
                with capture_output():
                    if step.body is None:
                        self._shell.run_line_magic(step.magic, step.line)
                    else:
                        once = " -n 1 -r 1" if "--timeit" in step.line else ""
                        self._cpp.run_again(step.line + once, step.body, step.number, step.origin)
                    interpreter().streams.drain()
            except Exception as error:
                yield f"cell {step.number} fails now: {type(error).__name__}: {error}"


def _wait(folder: Path, seconds: float) -> None:
    """Return when nothing is being saved there any more."""
    until = time.monotonic() + seconds
    while saved.is_being_saved(folder) and time.monotonic() < until:
        time.sleep(0.05)


def _is_same(one: object, other: object) -> bool:
    """Whether it makes no difference which of them a name stands for."""
    return one is other or (type(one) is type(other) and isinstance(one, (str, bytes, int, float, complex)) and one == other)


def _died(state: Saved) -> str:
    journal = state.journal
    when = time.strftime("%H:%M:%S" if time.time() - state.died < 43200 else "%Y-%m-%d %H:%M", time.localtime(state.died))
    where = f" in cell {journal.running}" + (f" ({journal.head})" if journal.head else "") if journal.running else ""
    return f"The last kernel of this notebook died at {when}{where}" + (f", of {journal.cause}" if journal.cause else "")


def _content(state: Saved) -> str:
    variables, cells = sum(not name.startswith(PREFIX) for name in state.pickled.names), len({step.number for step in state.journal.steps})
    return f"{variables} Python variable{'s' * (variables != 1)} and {cells} C++ cell{'s' * (cells != 1)}"


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, dict.fromkeys(numbers)))


def _say(text: str) -> None:
    print(text)  # noqa: T201 - the answer that was asked for
