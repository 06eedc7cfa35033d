"""The Jupyter server's side of "Publish to agenda" in JupyterLab: it does what ``doublet publish`` does, for who may use the server.

Three questions are answered, each a POST of JSON whose answer is JSON: what the checks find in a notebook, what is known of an
agenda, and the publishing. Who asks has to be logged in, as for the contents of files, and come from the server's own pages (XSRF).
What cannot be done is `{"message": SENTENCE}`, with `status`, the HTTP status of the agenda's answer, where there was one, or with
`findings`, where the notebook has changed so that it may not leave any more.

A token that is typed into the dialog is in the body of one request, which no log has. It is used, put into the keyring if that is
asked for, and forgotten.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from doublet.errors import DoubletError
from doublet.notebook.errors import PublishError, RefusedError
from doublet.notebook.publish.needed import look_for_publishing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_server.serverapp import ServerApp

    from doublet.notebook.notes import Finding
    from doublet.notebook.publish.publishing import Checked, Draft

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    """Called by the Jupyter server when it starts: ``etc/jupyter/jupyter_server_config.d`` names this module."""
    base = url_path_join(app.web_app.settings["base_url"], "doublet", "publish")
    app.web_app.add_handlers(".*$", [(f"{base}/check", Check), (f"{base}/target", Target), (f"{base}/send", Send)])  # type: ignore[no-untyped-call]


class _Question(APIHandler):
    """Something that the dialog asks; what it may is what the user may with files."""

    auth_resource = "contents"

    @web.authenticated
    @authorized
    async def post(self) -> None:
        question = self.get_json_body()
        if not isinstance(question, dict):
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, "the question is no JSON object")
        try:
            look_for_publishing()
            answer = await self.answer(question)
        except RefusedError as error:
            self.set_status(HTTPStatus.CONFLICT)
            answer = {"message": "the notebook has changed since it was looked at: look at the list again", "findings": _listed(error.findings)}
        except DoubletError as error:
            self.set_status(HTTPStatus.CONFLICT)
            answer = {"message": str(error), "status": getattr(error, "status", 0)}
        self.set_header("Content-Type", "application/json")
        await self.finish(json.dumps(answer))

    async def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def text(self, question: dict[str, Any], name: str) -> str:
        value = question.get(name, "")
        if not isinstance(value, str):
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, f"{name} is no text")
        return value

    async def draft(self, question: dict[str, Any]) -> Draft:
        """The notebook as it is stored, prepared; `path` is what JupyterLab knows it by, `header` may hold a `title` and an `author`."""
        from doublet.notebook.publish.header import Header
        from doublet.notebook.publish.publishing import drafted
        from doublet.notebook.reading import parse

        path = self.text(question, "path")
        told = question.get("header")
        if told is not None and not isinstance(told, dict):
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, "header is no JSON object")
        header = None if told is None else Header(self.text(told, "title") or Path(path).stem, self.text(told, "author"))
        # The text of the file, for a notebook is given with marks of trust in its cells.
        model = await ensure_async(self.contents_manager.get(path, type="file", format="text"))  # type: ignore[no-untyped-call]
        return await asyncio.to_thread(lambda: drafted(parse(model["content"], path), Path(path), header))


class Check(_Question):
    """`path`: what there is to say of a notebook, as the list `findings`."""

    async def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        made = await self.draft(question)
        return {"findings": _listed(made.findings)}


class Target(_Question):
    """`url`: the `page` of the agenda, its `host`, whether there is a `token` for it, the page where `tokens` are made, and whether a `keyring` takes one."""

    async def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        from doublet.notebook.publish.address import Address
        from doublet.notebook.publish.tokens import INDICO_TOKEN, keeps, stored

        address = Address.of(self.text(question, "url"))
        known = await asyncio.to_thread(stored, address.host, INDICO_TOKEN)
        return {"page": address.page, "host": address.host, "token": bool(known), "tokens": address.tokens, "keyring": keeps()}


class Send(_Question):
    """`path`, `url`, `force`, `header`: attaches the notebook, and answers with the `preview`.

    A `token` goes before those that are known; with `keep`, it is `kept` once the agenda has taken it.
    """

    async def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        force = question.get("force", [])
        if not isinstance(force, list):
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, "force is no list of rules")
        url, given = self.text(question, "url"), self.text(question, "token")
        made = (await self.draft(question)).checked(force)
        return await asyncio.to_thread(_sent, made, url, given, bool(question.get("keep")))


def _listed(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in findings]


def _sent(made: Checked, url: str, given: str, keep_it: bool) -> dict[str, Any]:
    from doublet.notebook.publish.address import Address
    from doublet.notebook.publish.publishing import indico, publish
    from doublet.notebook.publish.tokens import INDICO_TOKEN, keep, stored

    host = Address.of(url).host
    token = given or stored(host, INDICO_TOKEN)
    if not token:  # nobody is to be asked on the server's terminal
        raise PublishError(host, "there is no token for it: type one", HTTPStatus.UNAUTHORIZED)
    done = publish(made, indico(url, token))
    return {"preview": done.preview, "kept": bool(given) and keep_it and keep(host, given.strip())}
