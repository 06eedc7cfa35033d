"""A JupyterLab server of its own, for a browser: its settings, trust and extensions are not the user's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
from jupyter_server_of_its_own import address
from nbformat.sign import NotebookNotary, SQLiteSignatureStore

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "browser"

SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "autoStartDefaultKernel": False},
}


class Lab:
    """A running JupyterLab: with this checkout's extension, or with every extension called `doublet` disabled; `base` is the path of its address."""

    def __init__(self, folder: Path, *, extension: bool = True, module: str = "jupyterlab", base: str = "/", variables: Mapping[str, str] = MappingProxyType({})) -> None:
        self.notebooks = folder / "notebooks"
        self._data = folder / "data"
        self._settings = folder / "settings"
        for each in (self.notebooks, self._data, self._settings, folder / "config/labconfig"):
            each.mkdir(parents=True)
        if not extension:
            config = json.dumps({"disabledExtensions": {"doublet": True}})
            (folder / "config/labconfig/page_config.json").write_text(config, encoding="utf-8")
        for name, settings in SETTINGS.items():
            self._write(name, settings)
        environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(self._data),
            "JUPYTER_PATH": str(ROOT / "share/jupyter"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self._settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            **variables,
        }
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-m", module, "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
                    f"--IdentityProvider.token={TOKEN}", "--ServerApp.port=0", f"--ServerApp.base_url={base}",
                    "--MappingKernelManager.transport_encryption=auto", str(self.notebooks),
                ],
                env=environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.url = address(folder / "runtime", self._process, self.log)

    def _write(self, name: str, settings: dict[str, Any]) -> None:
        file = self._settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")

    def theme(self, name: str) -> None:
        """Use a theme for pages that are opened from now on."""
        self._write("@jupyterlab/apputils-extension/themes", {"theme": name})

    def save(self, name: str, notebook: nbformat.NotebookNode, *, trusted: bool) -> str:
        """Store a notebook and return its address; trust is what running all its cells would have given it."""
        file = self.notebooks / name
        nbformat.write(notebook, file)
        if trusted:
            notary = NotebookNotary(data_dir=str(self._data))
            notary.store_factory = lambda: SQLiteSignatureStore(db_file=str(self._data / "nbsignatures.db"))
            notary.sign(nbformat.read(file, as_version=4))
            notary.store.close()
        return f"{self.url}doc/tree/{name}?token={TOKEN}"

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
