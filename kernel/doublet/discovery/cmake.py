"""CMake: a small project finds the library and writes what its imported targets, or else its variables, say."""

from __future__ import annotations

import sysconfig
import tempfile
from pathlib import Path

from doublet.discovery.found import Found, answer

__all__ = ["find"]

_PREFIXES = ("/usr", "/usr/local")
_PROJECT = """cmake_minimum_required(VERSION 3.19)
set(CMAKE_CXX_COMPILER_WORKS 1)
project(found LANGUAGES CXX)
set(CMAKE_LIBRARY_ARCHITECTURE "@ARCHITECTURE@")
find_package(@NAME@ CONFIG REQUIRED)
set(lines "version=${@NAME@_VERSION}\\n")
get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(target ${targets})
  get_target_property(kind ${target} TYPE)
  string(APPEND lines "include=$<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>\\n")
  string(APPEND lines "define=$<TARGET_PROPERTY:${target},INTERFACE_COMPILE_DEFINITIONS>\\n")
  if(kind STREQUAL "SHARED_LIBRARY")
    string(APPEND lines "library=$<TARGET_FILE:${target}>\\n")
  endif()
endforeach()
string(TOUPPER "@NAME@" upper)
foreach(name "@NAME@" "${upper}")
  string(APPEND lines "include=${${name}_INCLUDE_DIR};${${name}_INCLUDE_DIRS}\\nlibrary=${${name}_LIBRARIES}\\n")
endforeach()
file(GENERATE OUTPUT found.txt CONTENT "${lines}")
"""


def find(name: str) -> Found | None:
    """Look the library up if there is a config file of CMake's for it, whatever its name's letters are like."""
    for package in _packages(name):
        with tempfile.TemporaryDirectory(prefix="doublet-cmake-") as folder:
            architecture = str(sysconfig.get_config_var("MULTIARCH") or "")
            Path(folder, "CMakeLists.txt").write_text(_PROJECT.replace("@NAME@", package).replace("@ARCHITECTURE@", architecture))
            if answer("cmake", "-S", folder, "-B", f"{folder}/build") is None:
                continue
            lines = Path(folder, "build", "found.txt").read_text().splitlines()
        said: dict[str, list[str]] = {"version": [], "include": [], "define": [], "library": []}
        for line in lines:
            key, _, values = line.partition("=")
            said[key] += [value for value in values.split(";") if value and not value.endswith("NOTFOUND")]
        macros = [(macro, value or "1") for macro, _, value in (define.partition("=") for define in said["define"])]
        includes = dict.fromkeys(path for path in said["include"] if Path(path).is_dir())
        libraries = dict.fromkeys(path for path in said["library"] if Path(path).is_file() and ".so" in path)
        return Found(name, "CMake", next(iter(said["version"]), ""), tuple(includes), tuple(libraries), (), tuple(macros))
    return None


def _packages(name: str) -> list[str]:
    """The packages of this name that CMake would find."""
    found: dict[str, None] = {}
    for prefix in _PREFIXES:
        for part in ("lib/cmake/*", "lib/*/cmake/*", "share/cmake/*", "share/*", "share/*/cmake"):
            for file in (*Path(prefix).glob(f"{part}/*Config.cmake"), *Path(prefix).glob(f"{part}/*-config.cmake")):
                package = file.name.removesuffix("Config.cmake").removesuffix("-config.cmake")
                if package.lower() == name.lower() and package.replace("_", "").replace("-", "").isalnum():
                    found[package] = None
    return list(found)
