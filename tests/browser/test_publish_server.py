"""The Jupyter server checks and publishes notebooks for who is logged in and comes from its own pages, and tells all else in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from indico_stand_in import StandIn, stand_in
from lab import TOKEN, Lab
from nbformat.v4 import new_code_cell, new_notebook

from doublet.notebook.publish.tokens import INDICO_TOKEN

KNOWN = "indp_speaker"
"""What the environment of the server has."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = Lab(tmp_path_factory.mktemp("server"), module="jupyter_server", variables={INDICO_TOKEN: KNOWN, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})
    nbformat.write(new_notebook(cells=[new_code_cell("a = 1", execution_count=1)]), running.notebooks / "good.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("a = 1")]), running.notebooks / "bad.ipynb")
    yield running
    running.stop()


@pytest.fixture
def agenda() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


def ask(server: Lab, what: str, question: Any, **headers: str) -> requests.Response:
    headers = headers or {"Authorization": f"token {TOKEN}"}
    return requests.post(f"{server.url}doublet/publish/{what}", json.dumps(question), headers=headers, timeout=60)


def test_a_notebook_is_sent_by_the_token_of_the_environment(server: Lab, agenda: StandIn) -> None:
    answer = ask(server, "send", {"path": "good.ipynb", "url": agenda.url})
    assert answer.json() == {"preview": agenda.url.replace("/event/1/contributions/2/", "/preview/ipynb/1"), "kept": False}
    assert [file.name for file in agenda.files.values()] == ["good.ipynb"]


def test_a_token_that_is_given_goes_before_the_one_of_the_environment_and_is_in_no_log(server: Lab, agenda: StandIn) -> None:
    answer = ask(server, "send", {"path": "good.ipynb", "url": agenda.url, "token": " indp_admin ", "keep": True})
    assert (answer.status_code, answer.json()["kept"]) == (200, False), "there is no keyring"
    assert {headers["Authorization"] for headers in agenda.seen} == {"Bearer indp_admin"}
    wrong = ask(server, "send", {"path": "good.ipynb", "url": agenda.url, "token": "indp_mistyped"})
    assert (wrong.status_code, wrong.json()["status"]) == (409, 401)
    assert "Indico does not know the token" in wrong.json()["message"]
    ask(server, "target", {"url": agenda.url})  # a request is logged before the next one is answered
    log = server.log.read_text(encoding="utf-8")
    assert "/doublet/publish/send" in log
    assert "indp_" not in log + wrong.text


def test_a_header_has_the_name_of_the_file_where_no_title_is_given(server: Lab, agenda: StandIn) -> None:
    assert ask(server, "send", {"path": "good.ipynb", "url": agenda.url, "header": {"author": "Ada"}}).ok
    (file,) = agenda.files.values()
    assert "".join(json.loads(file.content)["cells"][0]["source"]).startswith("# good\n\nAda · ")


def test_what_is_found_is_listed(server: Lab) -> None:
    assert ask(server, "check", {"path": "good.ipynb"}).json() == {"findings": []}
    (finding,) = ask(server, "check", {"path": "bad.ipynb"}).json()["findings"]
    assert finding == {"rule": "order", "cell": 1, "text": "has not been executed", "stops": True, "count": None}


def test_what_stops_a_notebook_stops_it_here_too_unless_it_is_named(server: Lab, agenda: StandIn) -> None:
    refused = ask(server, "send", {"path": "bad.ipynb", "url": agenda.url})
    assert (refused.status_code, [finding["rule"] for finding in refused.json()["findings"]]) == (409, ["order"])
    assert agenda.files == {}
    assert ask(server, "send", {"path": "bad.ipynb", "url": agenda.url, "force": ["order"]}).ok
    assert len(agenda.files) == 1


def test_an_agenda_is_described_without_asking_it(server: Lab) -> None:
    known = ask(server, "target", {"url": "https://indico.example.org/event/3/contributions/4/#preview:5"}).json()
    assert known == {
        "page": "https://indico.example.org/event/3/contributions/4/",
        "host": "indico.example.org",
        "token": True,
        "tokens": "https://indico.example.org/user/tokens/",
        "keyring": False,
    }


@pytest.mark.parametrize("what", ["check", "target", "send"])
def test_nobody_else_may_ask(server: Lab, agenda: StandIn, what: str) -> None:
    question = {"path": "good.ipynb", "url": agenda.url}
    assert ask(server, what, question, Accept="*/*").status_code == 403
    assert ask(server, what, question, Authorization="token wrong").status_code == 403
    assert agenda.files == {}


@pytest.mark.parametrize("what", ["check", "target", "send"])
def test_a_page_of_another_origin_cannot_ask_in_somebody_s_name(server: Lab, agenda: StandIn, what: str) -> None:
    """Who is logged in has a cookie, which a browser sends along from any page."""
    with requests.Session() as session:
        session.get(f"{server.url}login?token={TOKEN}", timeout=60)
        url, question = f"{server.url}doublet/publish/{what}", json.dumps({"path": "good.ipynb", "url": agenda.url})
        refused = [session.post(url, question, headers=headers, timeout=60).status_code for headers in ({"Origin": "https://evil.example.org"}, {"Content-Type": "text/plain"})]
        assert (refused, agenda.files) == ([404, 403], {})
        assert session.post(url, question, headers={"X-XSRFToken": session.cookies["_xsrf"]}, timeout=60).ok


@pytest.mark.parametrize(
    ("what", "question", "status", "message"),
    [
        ("check", {"path": "nowhere.ipynb"}, 404, "No such file or directory: nowhere.ipynb"),
        ("check", {"path": "../../etc/passwd"}, 404, ""),
        ("check", {"path": "broken.ipynb"}, 409, "'broken.ipynb' is not a notebook: it is no JSON"),
        ("check", {"path": "text.txt"}, 409, "'text.txt' does not end in .ipynb, by which an agenda knows a notebook: rename it"),
        ("check", {"path": 3}, 400, "path is no text"),
        ("check", [], 400, "the question is no JSON object"),
        ("send", {"path": "good.ipynb", "header": "Mass"}, 400, "header is no JSON object"),
        ("send", {"path": "good.ipynb", "url": "http://127.0.0.1:9/event/1/", "force": "order"}, 400, "force is no list of rules"),
        ("target", {"url": "http://indico.example.org/event/1"}, 409, "http://indico.example.org/event/1: what is sent to http:// can be read on its way, and the token with it: use https://"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(server: Lab, what: str, question: Any, status: int, message: str) -> None:
    (server.notebooks / "broken.ipynb").write_text("{", encoding="utf-8")
    nbformat.write(new_notebook(), server.notebooks / "text.txt")
    answer = ask(server, what, question)
    assert answer.status_code == status
    assert answer.json()["message"] == message or not message


def test_a_server_without_a_token_asks_nobody_on_its_terminal(tmp_path: Path, agenda: StandIn) -> None:
    running = Lab(tmp_path, module="jupyter_server", variables={INDICO_TOKEN: "", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})
    try:
        nbformat.write(new_notebook(), running.notebooks / "a.ipynb")
        answer = ask(running, "send", {"path": "a.ipynb", "url": agenda.url})
        assert (answer.status_code, answer.json()["status"]) == (409, 401)
        assert "there is no token for it: type one" in answer.json()["message"]
        assert ask(running, "target", {"url": agenda.url}).json()["keyring"] is False
        kept = ask(running, "send", {"path": "a.ipynb", "url": agenda.url, "token": "indp_speaker", "keep": True})
        assert (kept.status_code, kept.json()["kept"]) == (200, False)
    finally:
        running.stop()
