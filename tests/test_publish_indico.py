"""A notebook is attached to an agenda once, whatever happens on its way, and what cannot be done is said in one sentence."""

from __future__ import annotations

import html as escaping
import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indico_stand_in import CONTRIBUTION, MANAGED, StandIn, stand_in
from serving import serving

from doublet.notebook.errors import PublishError
from doublet.notebook.publish.address import Address
from doublet.notebook.publish.forms import filled_in
from doublet.notebook.publish.header import Header
from doublet.notebook.publish.indico import Indico
from doublet.notebook.publish.publishing import draft, publish
from doublet.notebook.publish.tokens import token

NOTEBOOK = b'{"cells": []}'


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


def place(server: StandIn, who: str = "speaker", url: str = "") -> Indico:
    return Indico(Address.of(url or server.url), f"indp_{who}", pauses=(0.01, 0.01, 0.01))


def test_a_notebook_is_added_and_then_replaced_at_the_same_address(server: StandIn) -> None:
    first = place(server).put("a.ipynb", NOTEBOOK)
    second = place(server).put("a.ipynb", NOTEBOOK + b"\n")
    assert place(server).url(first) == place(server).url(second)
    assert [(file.name, file.content, file.kind) for file in server.files.values()] == [("a.ipynb", NOTEBOOK + b"\n", "application/x-ipynb+json")]


def test_the_link_opens_the_notebook_on_a_page_that_lists_it_or_by_itself(server: StandIn) -> None:
    base = server.url.partition("/event")[0]
    event = place(server, "admin", f"{base}/event/1/")
    assert event.preview(event.put("a.ipynb", NOTEBOOK)) == f"{base}/event/1/#preview:1"
    contribution = place(server)
    sent = contribution.put("a.ipynb", NOTEBOOK)
    assert contribution.preview(sent) == f"{base}/preview/ipynb/2"
    server.timetable.append(CONTRIBUTION)
    assert contribution.preview(sent) == f"{base}/event/1/#preview:2"


def test_a_header_is_sent_once_more_only_when_its_notebook_is_new(server: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "a  b.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    made = draft(path, Header("Mass")).checked()
    first = publish(made, place(server))
    assert server.uploads == 2
    assert first.url in next(iter(server.files.values())).content.decode()
    assert publish(made, place(server)) == first
    assert server.uploads == 2
    assert publish(draft(path, Header("Momentum")).checked(), place(server)) == first
    assert server.uploads == 3


def test_a_form_may_have_fields_without_a_name() -> None:
    assert filled_in('<textarea>x</textarea><input value="1"><textarea name="a">\ny</textarea>') == {"a": "y"}


def test_a_notebook_that_is_there_already_is_not_sent_again(server: StandIn) -> None:
    place(server).put("a.ipynb", NOTEBOOK)
    place(server).put("a.ipynb", NOTEBOOK)
    assert server.uploads == 1


def test_replacing_keeps_who_may_see_it_and_its_description(server: StandIn) -> None:
    number = server.add(CONTRIBUTION, "a.ipynb", b"old", description="first\nsecond", protected=True)
    server.files[number].title = 'The "mass" & more'
    place(server).put("a.ipynb", NOTEBOOK)
    file = server.files[number]
    assert (file.protected, file.description, file.title, file.content) == (True, "first\nsecond", 'The "mass" & more', NOTEBOOK)


@pytest.mark.parametrize("name", ["a b.ipynb", "märz & 100%.ipynb", "<x>.ipynb", "'quoted'.ipynb"])
def test_names_are_found_again_whatever_is_in_them(server: StandIn, name: str) -> None:
    assert place(server).put(name, NOTEBOOK).id == place(server).put(name, b"{}").id
    assert len(server.files) == 1


@pytest.mark.parametrize("cuts", [["before"], ["after"], ["before", "after"], ["before", "before", "before"]])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_connection_that_breaks_leaves_one_whole_notebook(server: StandIn, cuts: list[str], is_new: bool) -> None:
    if not is_new:
        server.add(CONTRIBUTION, "a.ipynb", b"old")
    server.cut += cuts
    place(server).put("a.ipynb", NOTEBOOK)
    assert [file.content for file in server.files.values()] == [NOTEBOOK]
    assert server.uploads == 1


def test_what_arrives_late_is_not_left_twice(server: StandIn) -> None:
    server.cut.append("late")
    sent = place(server).put("a.ipynb", NOTEBOOK)
    assert list(server.files) == [sent.id]
    assert server.uploads == 2


def test_a_server_that_stays_away_is_said_to(server: StandIn) -> None:
    server.cut += ["before"] * 4
    with pytest.raises(PublishError, match=r"there is no answer .*: try again, what has arrived is not sent twice"):
        place(server).put("a.ipynb", NOTEBOOK)
    with pytest.raises(PublishError, match=r"there is no answer .*refused"):
        place(server, url="http://127.0.0.1:9/event/1/").files()


@pytest.mark.parametrize(
    ("who", "url", "message", "status"),
    [
        ("nobody", "", "does not know the token", 401),
        ("reader", "", "may not do this: make one with the scope 'Everything", 403),
        ("speaker", "/event/1/", "owner may not change what is attached here: speakers may at their own contribution", 403),
        ("admin", "/event/9/", "An event with this ID does not exist", 404),
    ],
)
def test_who_may_not_is_told_what_to_do(server: StandIn, who: str, url: str, message: str, status: int) -> None:
    there = place(server, who, server.url.replace("/event/1/contributions/2/", url) if url else "")
    with pytest.raises(PublishError, match=message) as caught:
        there.put("a.ipynb", NOTEBOOK)
    assert caught.value.status == status
    assert caught.value.url == there.address.page
    assert not server.files


@pytest.mark.parametrize(
    ("status", "headers", "content", "message"),
    [
        (200, {"Content-Type": "text/html"}, b"<html>hello</html>", "this is no Indico"),
        (200, {}, b"[1]", "this is no Indico"),
        (404, {"Content-Type": "text/html"}, b"<html>not found</html>", "this is no Indico"),
        (302, {"Location": "https://auth.example.org/login"}, b"", r"sends elsewhere \(https://auth.example.org/login\)"),
        (413, {}, b"", "larger than this Indico takes"),
        (500, {"Content-Type": "text/html"}, b"", r"the server has failed \(HTTP 500\)"),
    ],
)
def test_other_answers_are_told_in_a_sentence(server: StandIn, status: int, headers: dict[str, str], content: bytes, message: str) -> None:
    server.answers.append((status, content, headers))
    with pytest.raises(PublishError, match=message):
        place(server).files()


def test_reading_is_tried_again_when_a_proxy_has_no_answer(server: StandIn) -> None:
    server.answers += [(503, b"", {}), (502, b"", {})]
    assert place(server).files() == []


def test_what_a_form_complains_about_is_told(server: StandIn) -> None:
    number = server.add(CONTRIBUTION, "a.ipynb", b"old")
    server.files[number].title = ""
    with pytest.raises(PublishError, match="does not take it: This field is required"):
        place(server).put("a.ipynb", NOTEBOOK)


def test_two_files_of_one_name_are_left_to_the_user(server: StandIn) -> None:
    server.add(CONTRIBUTION, "a.ipynb", b"1")
    server.add(CONTRIBUTION, "a.ipynb", b"2")
    server.add(MANAGED, "a.ipynb", b"3")
    with pytest.raises(PublishError, match=r"2 files are called 'a\.ipynb'"):
        place(server).put("a.ipynb", NOTEBOOK)


def test_a_file_is_taken_away_by_its_name(server: StandIn) -> None:
    server.add(CONTRIBUTION, "a.ipynb", b"1")
    server.add(CONTRIBUTION, "b.ipynb", b"2")
    place(server).delete("a.ipynb")
    assert [file.name for file in place(server).files()] == ["b.ipynb"]
    with pytest.raises(PublishError, match=r"nothing is attached that is called 'a\.ipynb'"):
        place(server).delete("a.ipynb")


def test_the_token_travels_without_cookies_and_without_netrc(server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    place(server).put("a.ipynb", NOTEBOOK)
    assert {headers["Authorization"] for headers in server.seen} == {"Bearer indp_speaker"}
    assert not any("Cookie" in headers for headers in server.seen)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://indico.cern.ch/event/12", "https://indico.cern.ch/event/12/"),
        ("https://indico.cern.ch/event/12/#preview:34", "https://indico.cern.ch/event/12/"),
        ("https://indico.cern.ch/event/12/timetable/?view=standard", "https://indico.cern.ch/event/12/"),
        ("https://indico.cern.ch/event/12/contributions/3/", "https://indico.cern.ch/event/12/contributions/3/"),
        ("https://indico.cern.ch/event/12/contributions/3/subcontributions/4", "https://indico.cern.ch/event/12/contributions/3/subcontributions/4"),
        ("https://agenda.example.org:8443/indico/event/12/sessions/5/", "https://agenda.example.org:8443/indico/event/12/sessions/5/"),
        ("https://indico.cern.ch/event/12/manage/attachments/", "https://indico.cern.ch/event/12/"),
        ("http://localhost:8000/event/1/", "http://localhost:8000/event/1/"),
    ],
)
def test_the_address_of_any_page_of_an_event_is_understood(url: str, page: str) -> None:
    assert Address.of(url).page == page


@pytest.mark.parametrize("url", ["", "indico.cern.ch/event/1", "ftp://x/event/1", "https://indico.cern.ch/", "https://indico.cern.ch/category/2/", "https://me:secret@indico.cern.ch/event/1/"])
def test_what_is_no_page_of_an_event_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(PublishError, match="this is no page of an event") as caught:
        Address.of(url)
    assert "secret" not in str(caught.value)


def test_a_token_is_not_sent_where_others_can_read_it() -> None:
    with pytest.raises(PublishError, match="use https"):
        Address.of("http://indico.cern.ch/event/1/")


def test_a_token_is_asked_for_only_where_somebody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOUBLET_INDICO_TOKEN", raising=False)
    monkeypatch.setattr("keyring.get_password", lambda service, host: "indp_kept" if (service, host) == ("doublet", "a.org") else None)
    assert token("a.org", "DOUBLET_INDICO_TOKEN") == "indp_kept"
    with pytest.raises(PublishError, match=r"set DOUBLET_INDICO_TOKEN, or store it by: python -m keyring set doublet b\.org"):
        token("b.org", "DOUBLET_INDICO_TOKEN")
    monkeypatch.setenv("DOUBLET_INDICO_TOKEN", "indp_of the environment")
    with pytest.raises(PublishError, match="is none: copy the whole of it again") as caught:
        token("b.org", "DOUBLET_INDICO_TOKEN")
    assert "environment" not in str(caught.value)


@given(st.dictionaries(st.sampled_from(["title", "description"]), st.text(st.characters(blacklist_categories=["Cs", "Cc"])), min_size=1))
@settings(deadline=None)
def test_a_form_is_read_as_a_browser_would(values: dict[str, str]) -> None:
    page = "".join(f'<input name="{name}" type="text" value="{escaping.escape(value)}"><textarea name="{name}2">\r\n{escaping.escape(value)}</textarea>' for name, value in values.items())
    assert filled_in(page) == {key: value for name, value in values.items() for key in (name, f"{name}2")}


def test_a_certificate_that_is_not_trusted_is_told(server: StandIn, tmp_path: Path) -> None:
    """The server's own certificate, made here, is known to nobody."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(BaseHTTPRequestHandler, context) as address, pytest.raises(PublishError, match=r"its certificate is not trusted \(.*self.signed certificate"):
        place(server, url=f"{address}/event/1/").files()
