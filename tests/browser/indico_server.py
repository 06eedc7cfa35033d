"""The real Indico that the tests ask, and a proxy before it that breaks connections."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from doublet.notebook.publish.forms import filled_in

SERVER = "DOUBLET_TEST_INDICO"
"""The variable with the address of the server and the file with its tokens and ids, as ``http://127.0.0.1:8000=seed.json``."""


@dataclass(frozen=True)
class Server:
    """Tokens: of an administrator, of a speaker with rights on one contribution, one that may only read."""

    base: str
    seed: dict[str, Any]

    @classmethod
    def from_environment(cls) -> Server:
        base, _, seed = os.environ[SERVER].partition("=")
        return cls(base, json.loads(Path(seed).read_text(encoding="utf-8")))

    @property
    def event(self) -> str:
        return f"{self.base}/event/{self.seed['event_id']}/"

    @property
    def contribution(self) -> str:
        return f"{self.event}contributions/{self.contribution_id}/"

    @property
    def contribution_id(self) -> int:
        return int(self.seed["contribution_id"])

    def make(self, kind: str, title: str) -> int:
        """The number of the part of the event that has this title, made by the administrator if there is none."""
        pages = f"{self.event}manage/{kind}/"
        headers = {"Authorization": f"Bearer {self.token('admin')}", "X-Requested-With": "XMLHttpRequest"}
        number = re.compile(rf"{re.escape(urlsplit(pages).path)}([0-9]+)[^0-9]")

        def numbers() -> list[int]:
            return sorted({int(found) for found in number.findall(requests.get(pages, headers=headers, timeout=60).text)})

        if not numbers():
            form = filled_in(requests.get(f"{pages}create", headers=headers, timeout=60).json()["html"])
            requests.post(f"{pages}create", {**form, "title": title}, headers=headers, timeout=60).raise_for_status()
        return numbers()[-1]

    def token(self, who: str) -> str:
        return str(self.seed[f"{who}_token"])


@dataclass
class Proxy:
    """Passes on to the server what comes; `cut` says for each upload to come how it ends: its request "half"-way, or its "answer" lost."""

    base: str
    url: str = ""
    cut: list[str] = field(default_factory=list)
    uploads: int = 0

    def pass_on(self, client: socket.socket) -> None:
        there = urlsplit(self.base)
        with client, socket.create_connection((there.hostname or "", there.port or 80)) as server:
            head = b""
            while b"\r\n\r\n" not in head and (more := client.recv(65536)):
                head += more
            how = ""
            if head.startswith(b"POST"):
                self.uploads += 1
                how = self.cut.pop(0) if self.cut else ""
            # One request a connection, so that where an answer ends is known; Indico answers under its own name only.
            lines, _, body = head.partition(b"\r\n\r\n")
            kept = [line for line in lines.split(b"\r\n") if not line.lower().startswith((b"connection:", b"host:"))]
            kept.append(f"Host: {there.netloc}".encode())
            length = next((int(line.split(b":")[1]) for line in kept if line.lower().startswith(b"content-length:")), 0)
            if how == "half":
                server.sendall(b"\r\n".join(kept) + b"\r\nConnection: close\r\n\r\n" + body[: length // 2])
                return
            server.sendall(b"\r\n".join(kept) + b"\r\nConnection: close\r\n\r\n" + body)
            left = length - len(body)
            while left > 0 and (more := client.recv(65536)):
                server.sendall(more)
                left -= len(more)
            answer = b""
            while more := server.recv(65536):
                answer += more
            if how != "answer":
                client.sendall(answer)


@contextmanager
def proxied(base: str) -> Iterator[Proxy]:
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(base, f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=handle, args=(client,), daemon=True).start()

    def handle(client: socket.socket) -> None:
        with suppress(OSError):
            proxy.pass_on(client)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield proxy
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
