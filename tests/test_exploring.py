"""Sliders call a C++ function and show what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Kernel


@pytest.fixture(scope="module")
def notebook(kernel: Kernel) -> Kernel:
    assert kernel("%%cpp\nstd::vector<double> powers(double x, int n) { std::vector<double> all; for (double p = x; n > 0; --n, p *= x) all.push_back(p); return all; }").status == "ok"
    assert kernel("import doublet\nw = doublet.explore(cpp.powers, x=(0.0, 4.0), n=[2, 3])").status == "ok"
    return kernel


def moved(kernel: Kernel, child: int, state: dict[str, Any]) -> list[dict[str, Any]]:
    """What a kernel sends when a front end says that the user has moved a widget."""
    model = kernel(f"w.children[{child}].comm.comm_id").value.strip("'")
    message = kernel.client.session.msg("comm_msg", {"comm_id": model, "data": {"method": "update", "state": state, "buffer_paths": []}})
    kernel.client.shell_channel.send(message)
    found = []
    while True:
        answer = kernel.client.get_iopub_msg(timeout=30)
        if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            found.append(answer)
            if answer["content"].get("execution_state") == "idle":
                return found


def test_a_slider_and_a_menu_call_the_function_and_show_its_value(notebook: Kernel) -> None:
    assert notebook("list(w.result)").value == "[2.0, 4.0]"
    for child, state, value in ((0, {"value": 3.0}, "{3.0, 9.0}"), (1, {"index": 1}, "{3.0, 9.0, 27.0}")):
        shown = [m["content"]["data"]["text/plain"] for m in moved(notebook, child, state) if m["msg_type"] == "display_data"]
        assert shown == [value]
    assert notebook("w.kwargs, [c.description for c in w.children[:-1]]").value == "({'x': 3.0, 'n': 3}, ['x', 'n'])"


def test_the_newest_definition_is_called_where_the_function_is_a_python_one(notebook: Kernel) -> None:
    assert notebook("%%cpp\ndouble height(double x) { return x; }").status == "ok"
    assert notebook("w = doublet.explore(lambda x: cpp.height(x), x=(0.0, 4.0))\nw.result").value == "2.0"
    assert notebook("%%cpp\ndouble height(double x) { return 10 * x; }").status == "ok"
    assert notebook("w.children[0].value = 1.0\nw.result").value == "10.0"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "has no parameter to change"),
        (", x=object()", "'x' cannot be chosen from <object object"),
        (", x=(10, 0)", "'x' cannot be chosen from (10, 0)"),
    ],
)
def test_what_cannot_be_chosen_from_is_named(notebook: Kernel, given: str, message: str) -> None:
    reply = notebook(f"doublet.explore(cpp.powers{given})")
    assert reply.ename == "CppUsageError"
    assert message in reply.evalue
