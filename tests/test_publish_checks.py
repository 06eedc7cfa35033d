"""What others should not see, or would see wrongly, is told with its cell before a notebook leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from indico_stand_in import StandIn, stand_in
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from torture_notebook import EXAMPLE, torture

from doublet.cli import main
from doublet.notebook.errors import RefusedError
from doublet.notebook.publish.checks import findings
from doublet.notebook.publish.publishing import draft
from doublet.notebook.reading import read

GITHUB = "ghp_" + "abcdefghij0123456789" * 2
INDICO = "indp_" + "abcdefghij0123456789" * 2


def told(*cells: Any) -> list[tuple[str, int, bool]]:
    return [(finding.rule, finding.cell, finding.stops) for finding in findings(new_notebook(cells=list(cells)))]


def code(source: str, count: int | None = 1, *outputs: Any) -> Any:
    return new_code_cell(source, execution_count=count, outputs=list(outputs))


def stream(text: str) -> Any:
    return new_output("stream", name="stdout", text=text)


@pytest.mark.parametrize("example", sorted(EXAMPLE.parent.glob("*.ipynb")), ids=lambda path: path.stem)
def test_nothing_is_wrong_with_the_examples(example: Path) -> None:
    assert findings(read(example)) == []


def test_cells_that_were_executed_in_another_order_stop_it() -> None:
    assert told(code("a", 1), code("b", 3), code("c", 2), code("d", 4)) == [("counts", 2, False), ("order", 3, True), ("counts", 4, False)]
    assert told(code("a", 1), code("b", None), code("  ", None)) == [("order", 2, True)]


def test_cells_that_are_not_there_any_more_are_told_by_their_numbers() -> None:
    assert told(code("a", 1), new_markdown_cell("text"), code("b", 2), code("c", 5)) == [("counts", 4, False)]


def test_an_error_in_an_output_stops_it() -> None:
    assert told(code("1/0", 1, new_output("error", ename="ZeroDivisionError", evalue="", traceback=[]))) == [("errors", 1, True)]


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        (f'token = "{GITHUB}"', "GitHub Token"),
        (f"headers = {{'Authorization': 'Bearer {INDICO}'}}", "Indico token"),
        ('password = "hunter2hunter2"', "Secret Keyword"),
        ("url = 'https://me:swordfish@db.cern.ch/'", "Basic Auth Credentials"),
        ("-----BEGIN RSA PRIVATE KEY-----", "Private Key"),
        ("AKIAIOSFODNN7EXAMPLE", "AWS Access Key"),
    ],
)
def test_secrets_in_sources_outputs_and_texts_stop_it_and_are_not_repeated(secret: str, kind: str) -> None:
    for cell in (code(secret), code("print()", 1, stream(secret)), new_markdown_cell(secret), code("x", 1, new_output("display_data", data={"text/html": f"<p>{secret}</p>"}))):
        found = findings(new_notebook(cells=[cell]))
        assert any(kind in finding.text and finding.stops for finding in found), found
        assert not any(part in finding.text for finding in found for part in (GITHUB, INDICO, "hunter2", "swordfish", "AKIA"))


@pytest.mark.parametrize("harmless", ['token = os.environ["TOKEN"]', "password = getpass()", "for token in tokens: pass", "h.fill(mass)", "secret = None", "1.2345678901234567e-17"])
def test_code_that_only_names_a_secret_holds_none(harmless: str) -> None:
    assert told(code(harmless)) == []


def test_pictures_are_not_taken_for_secrets() -> None:
    assert not [finding for finding in findings(torture()) if finding.stops]


@pytest.mark.parametrize(
    "text", ["/home/ada/data/x.root", "/Users/ada/x", "/afs/cern.ch/user/a/ada/x.root", "/eos/user/a/ada/x.root", "/eos/home-a/ada", r"C:\Users\ada\x.root", "/root/x"]
)
def test_folders_of_somebodys_own_are_named_once_a_cell(text: str) -> None:
    assert told(code(f"open('{text}')", 1, stream(text))) == [("homes", 1, False)]
    assert text in findings(new_notebook(cells=[code(text)]))[0].text


@pytest.mark.parametrize("host", ["localhost:8888", "127.0.0.1", "10.1.2.3:80", "192.168.0.7", "build.internal", "printer.local", "myserver"])
def test_hosts_that_others_cannot_reach_are_named(host: str) -> None:
    assert told(code(f"get('http://{host}/x')")) == [("hosts", 1, False)]


def test_public_hosts_and_folders_are_not_named() -> None:
    assert told(code("get('https://root.cern/files/x.root'); open('/eos/cms/store/x.root'); open('data/x.root'); a = b/home/c")) == []


def test_files_that_a_text_refers_to_are_named() -> None:
    text = "![plot](figures/plot.png) [notes](notes.pdf) <img src='a.png'> [web](https://cern.ch) [here](#part) ![in](attachment:b.png) ![uri](data:image/png;base64,AAAA)"
    found = findings(new_notebook(cells=[new_markdown_cell(text)]))
    assert [finding.text.rpartition(": ")[2] for finding in found] == ["figures/plot.png", "notes.pdf", "a.png"]
    assert {finding.rule for finding in found} == {"files"}


def test_large_data_is_told() -> None:
    data = {"application/vnd.doublet.histogram+json": {"values": [1.0] * 2_000_000}, "text/plain": "h"}
    assert told(code("h", 1, new_output("display_data", data=data))) == [("data", 1, False)]


def write(folder: Path, *cells: Any) -> Path:
    path = folder / "a.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def test_a_draft_is_refused_until_what_stops_it_is_named(tmp_path: Path) -> None:
    made = draft(write(tmp_path, code("a", None), code(f"t = '{GITHUB}'", 2)))
    with pytest.raises(RefusedError, match=r"mend what stops it \(order, secrets\), or send it all the same with --force order --force secrets") as caught:
        made.checked()
    assert [finding.rule for finding in caught.value.findings] == ["order", "secrets"]
    with pytest.raises(RefusedError, match=r"\(secrets\)"):
        made.checked(["order"])
    made.checked(["order", "secrets"])


@pytest.mark.parametrize(
    "source",
    [
        "CERN_TOKEN = 'abcd1234efgh5678'",
        '{"access_token": "abcd1234efgh5678"}',
        "export EOS_TOKEN='abcd1234efgh5678'",
        "!echo hunter22 | kinit me@CERN.CH",
        f"requests.get(url, headers={{'Authorization': 'Bearer {INDICO[5:]}'}})",
    ],
)
def test_secrets_of_physicists_notebooks_are_found(source: str) -> None:
    assert told(code(source)) == [("secrets", 1, True)]


@pytest.mark.parametrize(
    "source",
    [
        "token = os.environ['DOUBLET_INDICO_TOKEN']",
        "token = 'Muon_Px_of_selected'",
        'std::string password, key = "tight";',
        "password = getpass.getpass()",
        "!echo $PASSWORD | kinit me@CERN.CH",
        "events.arrays(['Muon_Px'], key='events')  # d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_what_only_names_a_secret_is_none(source: str) -> None:
    assert told(code(source)) == []


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DOUBLET_INDICO_TOKEN", "indp_speaker")
    with stand_in() as state:
        yield state


def test_the_command_publishes_lists_and_deletes(server: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(EXAMPLE), "--indico", server.url]) == 0
    assert capsys.readouterr().out == f"{server.url.partition('/event')[0]}/preview/ipynb/1\n"
    assert main(["publish", "--list", "--indico", server.url]) == 0
    assert capsys.readouterr().out == f"01_z_peak.ipynb  {server.url}attachments/7/1/01_z_peak.ipynb\n"
    assert main(["publish", "--delete", "01_z_peak.ipynb", "--indico", server.url]) == 0
    assert server.files == {}


def test_a_header_names_the_address_that_it_is_under(server: StandIn) -> None:
    assert main(["publish", str(EXAMPLE), "--author", "Ada", "--indico", server.url]) == 0
    (file,) = server.files.values()
    assert f"The notebook: <{server.url}attachments/7/1/01_z_peak.ipynb" in file.content.decode()
    assert server.uploads == 2


def test_a_dry_run_tells_all_and_sends_nothing(server: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, code("open('/home/ada/x')"))
    assert main(["publish", str(path), "--dry-run", "--indico", server.url]) == 0
    out = capsys.readouterr().out
    assert "cell 1 [1]: its source names a folder of somebody's own: /home/ada/x (homes)\na.ipynb, " in out
    assert out.endswith(f"would be sent to {server.url}\n")
    assert server.seen == []


def test_what_stops_a_notebook_is_listed_and_nothing_is_sent(server: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, code("1/0", 1, new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])))
    assert main(["publish", str(path), "--indico", server.url]) == 1
    out, err = capsys.readouterr()
    assert out == "cell 1 [1]: shows an error: ZeroDivisionError (errors)\n"
    assert "--force errors" in err
    assert not server.files
    assert main(["publish", str(path), "--force", "errors", "--indico", server.url]) == 0
    assert len(server.files) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--indico", "https://indico.cern.ch/event/1/"], "no notebook is named; write doublet publish NOTEBOOK --indico URL"),
        (["a.txt", "--indico", "https://indico.cern.ch/event/1/"], "does not end in .ipynb"),
        (["nowhere.ipynb", "--indico", "https://indico.cern.ch/event/1/"], "cannot be read: No such file or directory"),
        (["a.ipynb", "--indico", "https://indico.cern.ch/"], "this is no page of an event"),
    ],
)
def test_the_command_says_what_is_wrong_in_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", *arguments]) == 1
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_without_its_packages_the_command_says_what_installs_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("doublet.notebook.needed.find_spec", lambda name: None if name == "tqdm" else object())
    assert main(["publish", str(EXAMPLE), "--indico", "https://indico.cern.ch/event/1/"]) == 1
    assert "publishing needs tqdm; run: " in capsys.readouterr().err
