"""A Jupyter server without a browser: notebooks are stored and saved, and kernels started, as JupyterLab asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from jupyter_client.blocking.client import BlockingKernelClient

if TYPE_CHECKING:
    from nbformat import NotebookNode

TOKEN = "secret"


class JupyterServer:
    """A running one; `folder` holds its notebooks."""

    def __init__(self, folder: Path, runtime: Path, url: str) -> None:
        self.folder, self.runtime, self._url = folder, runtime, url

    def ask(self, method: str, path: str, content: Any = None) -> Any:
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        data = None if content is None else json.dumps(content).encode()
        with urlopen(Request(f"{self._url}api/{path}", data, headers, method=method), timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def save(self, name: str, notebook: NotebookNode) -> NotebookNode:
        """Save a notebook, and return what the file holds then."""
        self.ask("PUT", f"contents/{name}", {"type": "notebook", "format": "json", "content": notebook})
        return self.saved(name)

    def saved(self, name: str) -> NotebookNode:
        import nbformat

        return nbformat.read(self.folder / name, as_version=4)  # type: ignore[no-any-return]

    def start(self, name: str, kernel: str) -> str:
        """Start the kernel of a notebook, and return its id."""
        session = self.ask("POST", "sessions", {"path": name, "name": name, "type": "notebook", "kernel": {"name": kernel}})
        return str(session["kernel"]["id"])

    def restart(self, kernel: str) -> None:
        self.ask("POST", f"kernels/{kernel}/restart")

    @contextmanager
    def client(self, kernel: str) -> Iterator[BlockingKernelClient]:
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        wait_for(client)
        yield client
        client.stop_channels()


def wait_for(client: BlockingKernelClient) -> None:
    """Wait until a kernel answers and is heard; the client's own way takes one that does not yet listen for dead."""
    for _ in range(120):
        client.kernel_info()
        try:
            client.get_shell_msg(timeout=1)
            client.get_iopub_msg(timeout=1)
        except Empty:
            continue
        return
    raise AssertionError("the kernel does not answer")


def execute(client: BlockingKernelClient, cell: NotebookNode) -> None:
    """Execute a cell as JupyterLab does: with its id, and its outputs in it."""
    import nbformat.v4

    cell.outputs = []

    def collect(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            cell.outputs.append(nbformat.v4.output_from_msg(message))

    content = {"code": cell.source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    message = client.session.msg("execute_request", content, metadata={"cellId": cell.id})
    client.shell_channel.send(message)
    while True:
        told = client.get_iopub_msg(timeout=120)
        if told["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if told["msg_type"] == "status" and told["content"]["execution_state"] == "idle":
            break
        collect(told)
    reply = client.get_shell_msg(timeout=120)
    while reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
        reply = client.get_shell_msg(timeout=120)
    cell.execution_count = reply["content"]["execution_count"]


@contextmanager
def jupyter_server(folder: Path) -> Iterator[JupyterServer]:
    """One in a process of its own, whose settings are not the user's."""
    notebooks, runtime = folder / "notebooks", folder / "runtime"
    notebooks.mkdir()
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_TOKEN": TOKEN}
    options = ("--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1", "--MappingKernelManager.transport_encryption=auto", str(notebooks))
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen((sys.executable, "-m", "jupyter_server", *options), env=environment, stdout=output, stderr=output)
    try:
        yield JupyterServer(notebooks, runtime, address(runtime, process, log))
    finally:
        process.terminate()
        process.wait(timeout=60)


def address(runtime: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """Return where a server listens, once it does."""
    for _ in range(600):
        for server in runtime.glob("jpserver-*.json"):
            with suppress(json.JSONDecodeError, URLError):  # it writes the file before it listens
                url = str(json.loads(server.read_text(encoding="utf-8"))["url"])
                urlopen(f"{url}api", timeout=60).close()
                return url
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
