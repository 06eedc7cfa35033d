"""Visual Studio Code in a browser, as code-server has it: what its own notebook editor and renderers show, without a kernel."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from programs_needed import find_code_server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SETTINGS: dict[str, Any] = {
    "git.enabled": False,
    "npm.autoDetect": "off",
    "telemetry.telemetryLevel": "off",
    "workbench.editorAssociations": {"*.ipynb": "jupyter-notebook"},
    "workbench.startupEditor": "none",
}


class VSCode:
    """A running code-server with settings of its own; its pages show the notebooks in a folder."""

    def __init__(self, folder: Path) -> None:
        program = find_code_server()
        assert program is not None
        self.notebooks = folder / "notebooks"
        self._settings = folder / "data/User/settings.json"
        for each in (self.notebooks, self._settings.parent):
            each.mkdir(parents=True)
        self.theme("Default Light Modern")
        (folder / "config.yaml").write_text("auth: none\n", encoding="utf-8")
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    program, "--config", str(folder / "config.yaml"), "--bind-addr", "127.0.0.1:0",
                    "--user-data-dir", str(folder / "data"), "--extensions-dir", str(folder / "extensions"),
                    "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust",
                ],
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.url = f"{self._started()}?folder={self.notebooks}"

    def _started(self) -> str:
        for _ in range(600):
            said = self.log.read_text(encoding="utf-8")
            if found := re.search(r"HTTP server listening on (http://\S+)", said):
                return found[1]
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(encoding="utf-8"))

    def theme(self, name: str) -> None:
        """Use a theme for pages that are opened from now on."""
        self._settings.write_text(json.dumps({**SETTINGS, "workbench.colorTheme": name}), encoding="utf-8")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def outputs(page: Page, name: str, count: int) -> list[Locator]:
    """Open a notebook and wait for so many pictures; what each cell has shown, from top to bottom."""
    file = page.get_by_role("treeitem", name=name)
    tab, editor = page.locator(".tab", has_text=name), page.locator(".notebook-editor, .editor-instance .view-lines")
    for _ in range(60):  # before the extension for notebooks is known, one opens as text
        file.dblclick()
        editor.first.wait_for(state="attached")
        if page.locator(".notebook-editor").count():
            break
        tab.hover()
        tab.locator(".codicon-close").click()
        page.wait_for_timeout(500)
    frame = page.frame_locator("iframe.webview").frame_locator("iframe")
    found = frame.locator(".output_container:has(img)")
    found.nth(count - 1).wait_for()
    page.wait_for_timeout(1000)  # heights are measured, and cells moved, after pictures have been loaded
    return sorted(found.all(), key=lambda each: (each.bounding_box() or {"y": 0})["y"])
