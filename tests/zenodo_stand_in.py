"""What stands in for Zenodo, which cannot be installed: it keeps deposits, and refuses what Zenodo's interface does not allow."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from serving import serving

TOKENS = {"writes": {"deposit:write", "deposit:actions"}, "drafts": {"deposit:write"}, "reads": set[str]()}
NEEDED = ("title", "upload_type", "description", "creators")


@dataclass
class Record:
    metadata: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    is_public: bool = False


@dataclass
class Archive:
    """`breaks` uploads to come whose connection is cut, `damages` those of which a byte changes, `leads_to` another server in links."""

    url: str = ""
    records: dict[int, Record] = field(default_factory=dict)
    breaks: int = 0
    damages: int = 0
    leads_to: str = ""


@contextmanager
def zenodo() -> Iterator[Archive]:
    state = Archive()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name upstream
            pass

        def answer(self, status: int, payload: Any) -> None:
            content = json.dumps(payload).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def refuse(self, status: int, message: str, **errors: str) -> None:
            self.answer(status, {"status": status, "message": message, "errors": [{"field": name, "message": text} for name, text in errors.items()]})

        def show(self, status: int, number: int) -> None:
            record = state.records[number]
            api = f"{state.leads_to or state.url}/api"
            self.answer(
                status,
                {
                    "id": number,
                    "submitted": record.is_public,
                    "metadata": {**record.metadata, "prereserve_doi": {"doi": f"10.5281/zenodo.{number}", "recid": number}},
                    "links": {
                        "self": f"{api}/deposit/depositions/{number}",
                        "html": f"{state.url}/deposit/{number}",
                        "bucket": f"{api}/files/bucket-{number}",
                        "publish": f"{api}/deposit/depositions/{number}/actions/publish",
                    },
                    **({"doi": f"10.5281/zenodo.{number}"} if record.is_public else {}),
                },
            )

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            scopes = TOKENS.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            needed = "deposit:actions" if "/actions/" in self.path else "deposit:write"
            if scopes is None:
                return self.refuse(401, "The server could not verify that you are authorized")
            if needed not in scopes:
                return self.refuse(403, "Permission denied.")
            if self.command == "POST" and self.path == "/api/deposit/depositions":
                json.loads(body)
                number = 100 + len(state.records)
                state.records[number] = Record()
                return self.show(201, number)
            if match := re.fullmatch(r"/api/files/bucket-(\d+)/([^/]+)", self.path):
                return self.take(int(match[1]), unquote(match[2]), body)
            match = re.fullmatch(r"/api/deposit/depositions/(\d+)(/actions/publish)?", self.path)
            if match is None or int(match[1]) not in state.records:
                return self.refuse(404, "PID does not exist.")
            number, record = int(match[1]), state.records[int(match[1])]
            if record.is_public:
                return self.refuse(403, "Deposition has been published.")
            if match[2]:
                missing = {name: "Missing data for required field." for name in NEEDED if not record.metadata.get(name)}
                if missing or not record.files:
                    return self.refuse(400, "Validation error.", **(missing or {"files": "Minimum one file must be provided."}))
                record.is_public = True
                return self.show(202, number)
            metadata = json.loads(body)["metadata"]
            if wrong := [creator for creator in metadata.get("creators", ()) if not re.fullmatch(r"[^,]+, [^,]+", creator.get("name", ""))]:
                return self.refuse(400, "Validation error.", creators=f"'{wrong[0].get('name')}' is not 'Family, Given'")
            record.metadata = metadata
            return self.show(200, number)

        def take(self, number: int, name: str, body: bytes) -> None:
            if state.breaks:
                state.breaks -= 1
                self.close_connection = True
                self.connection.close()
                return None
            if state.records[number].is_public:
                return self.refuse(403, "Bucket is locked for modification.")
            if state.damages:
                state.damages -= 1
                body = body[:-1] + b"?"
            state.records[number].files[name] = body
            return self.answer(201, {"key": name, "size": len(body), "checksum": f"md5:{hashlib.md5(body).hexdigest()}"})

        do_GET = do_POST = do_PUT = handle_any

    with serving(Handler) as address:
        state.url = address
        yield state
