"""What is installed: the wheel, the entry points and the kernelspecs."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points, requires, version
from pathlib import Path
from zipfile import ZipFile

import pytest
from jupyter_client.kernelspec import KernelSpecManager

import doublet

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kernel" / "doublet"
KERNELS = ROOT / "share" / "jupyter" / "kernels"
SHARED = f"doublet-{doublet.__version__}.data/data/share/jupyter/kernels"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build a wheel as a release does and return the names in it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    subprocess.run((*command, "--wheel-dir", folder, ROOT), check=True)
    (built,) = folder.glob("doublet-*.whl")
    with ZipFile(built) as archive:
        return set(archive.namelist())


def test_wheel_holds_the_package_and_its_type_marker(wheel: set[str]) -> None:
    modules = {f"doublet/{path.relative_to(PACKAGE).as_posix()}" for path in PACKAGE.rglob("*.py")}
    assert modules | {"doublet/py.typed"} <= wheel


def test_wheel_holds_every_header(wheel: set[str]) -> None:
    headers = {f"doublet/{path.relative_to(PACKAGE).as_posix()}" for path in PACKAGE.glob("include/**/*.hpp")}
    assert headers
    assert headers <= wheel


@pytest.mark.needs("npm")
def test_wheel_holds_the_built_jupyterlab_extension(wheel: set[str]) -> None:
    folder = f"{SHARED.removesuffix('/kernels')}/labextensions/doublet"
    assert {f"{folder}/package.json", f"{folder}/install.json", f"{folder}/schemas/doublet/publish.json"} <= wheel
    assert any(name.startswith(f"{folder}/static/remoteEntry.") for name in wheel)


def test_wheel_has_the_jupyter_server_load_its_extensions(wheel: set[str]) -> None:
    assert f"doublet-{doublet.__version__}.data/data/etc/jupyter/jupyter_server_config.d/doublet.json" in wheel
    config = json.loads((ROOT / "etc/jupyter/jupyter_server_config.d/doublet.json").read_text())
    modules = config["ServerApp"]["jpserver_extensions"]
    assert all(modules.values())
    assert [import_module(module)._jupyter_server_extension_points() for module in modules] == [[{"module": module}] for module in modules]


@pytest.mark.parametrize("kernel", ["doublet", "doublet-cpp"])
def test_wheel_holds_the_kernelspec_with_its_logos(kernel: str, wheel: set[str]) -> None:
    names = ("kernel.json", "logo-svg.svg", "logo-32x32.png", "logo-64x64.png")
    assert {f"{SHARED}/{kernel}/{name}" for name in names} <= wheel


def test_wheel_holds_the_schema_of_records_and_switches_the_servers_extension_on(wheel: set[str]) -> None:
    settings = f"doublet-{doublet.__version__}.data/data/etc/jupyter/jupyter_server_config.d/doublet.json"
    assert {"doublet/notebook/provenance/schema.json", settings} <= wheel


def test_wheel_holds_nothing_of_the_workshop(wheel: set[str]) -> None:
    assert {name.split("/")[0] for name in wheel} == {
        "doublet",
        f"doublet-{doublet.__version__}.data",
        f"doublet-{doublet.__version__}.dist-info",
    }
    assert not any("__pycache__" in name for name in wheel)


def test_installed_version_is_the_package_version() -> None:
    assert version("doublet") == doublet.__version__


def test_command_is_installed_and_loads() -> None:
    (script,) = entry_points(group="console_scripts", name="doublet")
    assert callable(script.load())


def test_requirements_state_lower_bounds() -> None:
    needed = [line for line in requires("doublet") or [] if not line.startswith("doublet[")]
    assert needed
    assert all(">=" in line for line in needed)


@pytest.mark.parametrize(("kernel", "language"), [("doublet", "python"), ("doublet-cpp", "c++")])
def test_kernelspec_is_found_and_starts_this_package(kernel: str, language: str) -> None:
    spec = KernelSpecManager().get_kernel_spec(kernel)
    assert spec.language == language
    assert spec.argv[:3] == ["python", "-m", "doublet"]
    assert spec.argv[-2:] == ["-f", "{connection_file}"]
    assert spec.interrupt_mode == "signal"


@pytest.mark.parametrize("kernel", ["doublet", "doublet-cpp"])
def test_installed_kernelspec_is_the_one_in_the_source_tree(kernel: str) -> None:
    source = json.loads((KERNELS / kernel / "kernel.json").read_text())
    assert KernelSpecManager().get_kernel_spec(kernel).to_dict().items() >= source.items()


def test_a_kernel_starts_without_what_only_some_cells_need() -> None:
    code = "import doublet.kernel, sys; print([name for name in ('numpy', 'cloudpickle', 'matplotlib', 'ipywidgets') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
