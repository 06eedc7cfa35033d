"""Which tests run in one process, where two of them share the work (``pytest -n 2 --dist loadgroup``).

Cling cannot be started anew, so the files whose tests run cells in pytest's own process share what these define: they
run in one process, always in the same order. Each other file is free to go wherever there is time.
"""

from __future__ import annotations

import pytest

_ENGINE = {"cpp", "shell"}
"""The fixtures that are pytest's own process's engine."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sharing = {item.path for item in items if _ENGINE & {*getattr(item, "fixturenames", ())}}
    items.sort(key=lambda item: item.path not in sharing)  # the longest group begins first
    for item in items:
        item.add_marker(pytest.mark.xdist_group("engine" if item.path in sharing else item.path.stem))
