"""A verdict as JUnit XML, which continuous-integration services read: each result is a test."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from doublet.notebook.comparison.agreement import Agreement

if TYPE_CHECKING:
    from doublet.notebook.comparison.verdict import Verdict

__all__ = ["junit"]

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdict: Verdict) -> bytes:
    """The file. What was not judged is "skipped"."""
    suite = Element("testsuite", name=_clean(verdict.names[0]))
    seen: Counter[str] = Counter()
    for cell in verdict.cells:
        for each in cell.judgements:
            name = f"cell {cell.place}: {each.what}"
            seen[name] += 1
            case = SubElement(suite, "testcase", classname=_clean(verdict.names[0]), name=_clean(name + (f" ({seen[name]})" if seen[name] > 1 else "")))
            if verdict.is_off(each):
                SubElement(case, "failure", type=each.agreement.name.lower(), message=_clean(each.text))
            elif each.agreement is Agreement.UNJUDGED:
                SubElement(case, "skipped", message=_clean(each.text))
    for count, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("skipped", "testcase/skipped")):
        suite.set(count, str(len(suite.findall(tag))))
    return bytes(tostring(suite, encoding="utf-8", xml_declaration=True))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
