"""What stands in for an Indico where none runs: it answers as a real one has been recorded to (3.3), and keeps what it is sent.

Tests marked `indico` ask the real one the same.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote, urlsplit

from requests_toolbelt.multipart import decoder
from serving import serving

TOKENS = {"indp_admin": "admin", "indp_speaker": "speaker", "indp_reader": "reader"}
MANAGED = "/event/1/manage/attachments/"
CONTRIBUTION = "/event/1/manage/contributions/2/attachments/"
INDICO_ERRORS = {400: "It looks like there was a problem with your current session.", 403: "You are not allowed to access this page.", 404: "An event with this ID does not exist."}


@dataclass
class File:
    place: str
    name: str
    title: str
    content: bytes
    kind: str
    description: str = ""
    protected: bool = False


@dataclass
class StandIn:
    """A server with one event and one contribution of it; `cut` says how the next uploads end, `answers` what is answered instead."""

    files: dict[int, File] = field(default_factory=dict)
    uploads: int = 0
    cut: list[str] = field(default_factory=list)
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    late: list[Callable[[], object]] = field(default_factory=list)
    """What is done when the next upload comes: an upload whose connection was cut "late" is still on its way until then."""
    timetable: list[str] = field(default_factory=lambda: [MANAGED])
    """The places whose attachments the page of the event, which is a meeting, shows."""
    seen: list[dict[str, str]] = field(default_factory=list)
    """The headers of all requests."""
    url: str = ""

    def add(self, place: str, name: str, content: bytes, **more: Any) -> int:
        number = max(self.files, default=0) + 1
        self.files[number] = File(place, name, name, content, "application/x-ipynb+json", **more)
        return number

    def list(self, place: str) -> str:
        """Sorted by the title, as Indico does."""
        inner = place.replace("/manage", "")
        rows = (
            f'<a class="attachment icon-file-css js-preview-dialog" data-previewable="true" data-attachment-id="{number}" '
            f'href="{html.escape(f"{inner}7/{number}/{quote(file.name)}")}" title="{html.escape(file.title)}">{html.escape(file.title)}</a>'
            f'<a class="icon-edit js-dialog-action" data-href="{place}7/{number}/"></a>'
            for number, file in sorted(self.files.items(), key=lambda item: item[1].title)
            if file.place == place
        )
        return '<table class="tree">' + "".join(rows) + "</table>"


def form(file: File, wrong: str = "") -> str:
    checked = " checked" if file.protected else ""
    return (
        '<form method="post"><input type="hidden" autofocus><input type="hidden" value="initial-file" name="__file_change_trigger">'
        f'<input type="hidden" value="[]" name="file"><div class="form-field" data-error="{html.escape(wrong)}">'
        f'<input id="title" name="title" required type="text" value="{html.escape(file.title)}"></div>'
        f'<textarea id="description" name="description">\r\n{html.escape(file.description)}</textarea>'
        '<select id="folder" name="folder"><option value="__None">No folder selected</option></select>'
        f'<input type="checkbox" value="y" id="protected" name="protected"{checked}><input type="hidden" name="acl" value="[]"></form>'
    )


@contextmanager
def stand_in() -> Iterator[StandIn]:
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name upstream
            pass

        def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Set-Cookie": "indico_session=1", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def tell(self, status: int, **payload: Any) -> None:
            self.answer(status, json.dumps(payload).encode())

        def fail(self, status: int) -> None:
            self.tell(status, error={"error_uuid": None, "message": INDICO_ERRORS[status], "title": "Error"})

        def allowed(self, place: str, *, writes: bool) -> bool:
            state.seen.append(dict(self.headers))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if "Cookie" in self.headers:
                self.fail(400)
            elif token not in TOKENS:
                self.tell(401, error="invalid_token", error_description="The access token provided is expired, revoked, malformed, or invalid for other reasons.")
            elif place not in (MANAGED, CONTRIBUTION):
                self.fail(404)
            elif writes and TOKENS[token] == "reader":
                self.tell(403, error="insufficient_scope", error_description="The request requires higher privileges than provided by the access token.")
            elif TOKENS[token] == "speaker" and place == MANAGED:
                self.fail(403)
            else:
                return True
            return False

        def split(self) -> tuple[str, list[str]]:
            head, _, rest = urlsplit(self.path).path.partition("/attachments/")
            return f"{head}/attachments/", [part for part in rest.split("/") if part]

        def do_GET(self) -> None:
            if state.answers:
                return self.answer(*state.answers.pop(0))
            if self.path == "/event/1/":
                return self.answer(200, "".join(map(state.list, state.timetable)).encode(), {"Content-Type": "text/html"})
            if self.path == "/event/1/contributions/2/":
                return self.answer(302, b"", {"Location": "/event/1/#2-mass"})
            place, rest = self.split()
            managed = place if "/manage" in place else place.replace("/event/1", "/event/1/manage")
            if not self.allowed(managed, writes=False):
                return None
            if not rest:
                return self.tell(200, html=f'<div id="attachments-container">{state.list(place)}</div>')
            file = state.files[int(rest[1])]
            return self.answer(200, file.content) if len(rest) > 2 else self.tell(200, html=form(file), js=[])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            place, rest = self.split()
            how = state.cut.pop(0) if state.cut else ""
            if how == "before":
                return self.close()
            if not self.allowed(place, writes=True):
                return None
            while state.late:
                state.late.pop()()
            state.uploads += 1
            parts = {}
            for part in decoder.MultipartDecoder(body, self.headers["Content-Type"]).parts:
                disposition = part.headers[b"Content-Disposition"].decode()
                parts[disposition.split('name="')[1].split('"')[0]] = (disposition, part)
            if rest == ["add", "files"]:
                disposition, part = parts["files"]
                name, content = disposition.split('filename="')[1].rstrip('"'), part.content
                if how == "late":
                    state.late.append(lambda: state.add(place, name, content))
                    return self.close()
                state.add(place, name, content)
            else:
                file = state.files[int(rest[1])]
                if not parts["title"][1].text:
                    return self.tell(200, html=form(file, "<ul><li>This field is required.</li></ul>"), js=[])
                file.title, file.description = parts["title"][1].text, parts["description"][1].text if "description" in parts else ""
                file.protected = "protected" in parts
                file.content, file.kind = parts["file"][1].content, parts["file"][1].headers[b"Content-Type"].decode()
            if how == "after":
                return self.close()
            return self.tell(200, success=True, attachment_list=state.list(place), flashed_messages="")

        def do_DELETE(self) -> None:
            place, rest = self.split()
            if self.allowed(place, writes=True):
                del state.files[int(rest[1])]
                self.tell(200, success=True, attachment_list=state.list(place))

        def close(self) -> None:
            self.close_connection = True
            self.connection.close()

    with serving(Handler) as address:
        state.url = f"{address}/event/1/contributions/2/"
        yield state
