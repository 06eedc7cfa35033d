"""The advice that follows when a cell does not know a name or a header."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from doublet.engine.std_names import C_NAMES, LATER, MACROS, NAMESPACES, STD_NAMES

# Words that a cell uses for its own variables far more often than for these names.
_EVERYDAY = """
arg atto beta bind clock data dec deci destroy div empty end erase exa exchange fixed get giga hash hex identity ignore
imag index internal latch launch left mega micro milli nano next norm oct peta pico plus polar prev raise rank ratio
real ref reference regular relation remove rename replace right sample signal size span system tera time tm view visit
"""

_UNKNOWN = re.compile(
    r"(?:use of undeclared identifier|unknown type name|unknown class name|no (?:template|type|member) named|"
    r"expected namespace name|unknown template name) '(?P<name>[\w:]+)'(?: in namespace '(?P<scope>[\w:]+)')?$"
)
_UNDEFINED = re.compile(
    r"(?:undefined template|incomplete type) '(?:const )?std::(?:__cxx11::)?(?P<name>\w+)"
)
_LATER_HEADERS = {
    "format": "comes with GCC 13 or newer",
    **dict.fromkeys(
        ("expected", "flat_map", "flat_set", "generator", "mdspan", "print", "spanstream", "stacktrace", "stdfloat"),
        "is C++23, cells are C++20",
    ),
    **dict.fromkeys(("debugging", "hazard_pointer", "inplace_vector", "linalg", "rcu", "text_encoding"), "is C++26, cells are C++20"),
}
"""What the standard library that cells use may not have."""
_TEMPORARY = re.compile(r"non-const lvalue reference to type .* cannot bind to a temporary")
_UNANNOTATED = re.compile(r"(?:no matching function for call to object of type|no known conversion from) '(?:std::)?function<double \(double(?:, double)*\)>'")
_ANNOTATE = ("what is not annotated of a Python function is a double: annotate it, as in `def f(muon: cpp.Muon) -> float`",)
_MISSING_FILE = re.compile(r"'(?P<file>[^']+)' file not found")
_ROOTS = re.compile(
    r"(?:TH[123][CSIFD]|THStack|TProfile|TFile|TTree|TChain|TBranch|TCanvas|TGraph(?:Errors|AsymmErrors)?|TF[12]|TLegend|TLorentzVector|"
    r"TVector[23]|TRandom3?|TMath|TString|TStyle|Roo[A-Z]\w+|gROOT|gStyle|gDirectory|RDataFrame|ROOT)(?:\.h|::.*|/.*)?"
)
_WITHOUT_ROOT = ("that is ROOT's, which cells do not have: doublet::hist makes histograms, uproot in Python reads files",)


def unknown_name(message: str) -> str | None:
    """The name that a compiler's message says it does not know."""
    unknown = _UNKNOWN.search(message)
    return unknown["name"] if unknown else None


def hints_for(message: str, words: Iterable[str] = ()) -> tuple[str, ...]:
    """Advice for a compiler's message; `words` are the names that a typing mistake may resemble."""
    if missing := _MISSING_FILE.search(message):
        if _ROOTS.fullmatch(missing["file"]):
            return _WITHOUT_ROOT
        if later := _LATER_HEADERS.get(missing["file"]):
            return (f"<{missing['file']}> {later}",)
        directory = (
            ""
            if "/" not in missing["file"]
            else f" (the directory that holds {missing['file'].split('/')[0]}/)"
        )
        return (f"add the directory of the header with %cpp_include PATH{directory}",)
    if _TEMPORARY.search(message):
        return ("write `const auto&` or `auto` for what is made when it is looked at",)
    if _UNANNOTATED.search(message):
        return _ANNOTATE
    if undefined := _UNDEFINED.search(message):
        header = STD_NAMES.get(undefined["name"])
        return (f"add `#include <{header}>`",) if header else ()
    unknown = _UNKNOWN.search(message)
    if unknown is None:
        return ()
    scope, name = unknown["scope"] or "", unknown["name"].removeprefix("::")
    if not scope and _ROOTS.fullmatch(name):
        return _WITHOUT_ROOT
    if scope.split("::")[0] not in ("", "std"):
        return ()
    return _advice(scope, name, words)


def hints_of_notes(messages: Iterable[str]) -> tuple[str, ...]:
    """Advice where only a message's notes tell what is amiss."""
    return _ANNOTATE if any(map(_UNANNOTATED.search, messages)) else ()


def _advice(scope: str, name: str, words: Iterable[str]) -> tuple[str, ...]:
    inner = scope.removeprefix("std").removeprefix("::")
    plain = name.removeprefix("std::")
    full = f"{inner}::{plain}" if inner else plain
    everyday = not scope and name in _EVERYDAY.split()
    if not scope and not everyday and (header := MACROS.get(name) or C_NAMES.get(name)):
        return (f"add `#include <{header}>`",)
    header = STD_NAMES.get(full) or C_NAMES.get(full) or NAMESPACES.get(full)
    if header and not everyday:
        include = f"add `#include <{header}>`"
        return (include,) if scope or name != plain else (f"did you mean std::{full}? {include}",)
    if later := LATER.get(full) if scope or name != plain else None:
        return (f"std::{full} is {later}, cells are C++20" if later == "C++23" else f"std::{full} needs `#include <{later}>` of GCC 13 or newer",)
    if scope:
        close = difflib.get_close_matches(full, [*STD_NAMES, *C_NAMES], n=1, cutoff=0.8)
        return tuple(
            f"did you mean std::{c}? add `#include <{STD_NAMES.get(c) or C_NAMES[c]}>`" for c in close
        )
    # hit_1 and hit_2 are alike but no typing mistake of each other.
    others = sorted(word for word in words if word.strip("0123456789") != name.strip("0123456789"))
    if close := difflib.get_close_matches(name, others, n=1, cutoff=0.8):
        return (f"did you mean {close[0]}?",)
    close = difflib.get_close_matches(name, [n for n in STD_NAMES if len(n) > 4], n=1, cutoff=0.85)
    return tuple(f"did you mean std::{c}? add `#include <{STD_NAMES[c]}>`" for c in close)
