"""Write the examples of payloads again: ``python tests/data/histograms/record.py``.

The valid ones are what `payload` gives for a histogram of each kind; the invalid ones are valid ones with one thing wrong.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import hist
import numpy as np

from doublet.display.histograms.drawing import Drawing, Layer
from doublet.display.histograms.payload import payload

HERE = Path(__file__).parent
MASS = hist.axis.Regular(30, 60, 120, name="mass", label=r"$m_{\mu\mu}$ [GeV]")


def drawings() -> dict[str, Drawing]:
    random = np.random.default_rng(1)
    peak = random.normal(91, 3, 800)
    counts = hist.Hist(MASS, storage=hist.storage.Int64(), label="Z candidates").fill(peak)
    counts.fill([10, 200, 300])
    weighted = hist.Hist(MASS, storage=hist.storage.Weight()).fill(peak, weight=random.normal(1, 0.5, 800))
    background = hist.Hist(MASS, storage=hist.storage.Weight()).fill(random.uniform(60, 120, 500), weight=0.5)
    data = hist.Hist(MASS, storage=hist.storage.Int64()).fill(np.append(peak[:600], random.uniform(60, 120, 250)))
    profile = hist.Hist(MASS, storage=hist.storage.Mean()).fill(peak, sample=peak / 2 + random.normal(0, 1, 800))
    weighted_profile = hist.Hist(MASS, storage=hist.storage.WeightedMean())
    weighted_profile.fill(peak, sample=peak / 2, weight=random.uniform(0.5, 1.5, 800))
    passed = hist.Hist(MASS, storage=hist.storage.Int64()).fill(peak[::2])
    plane = hist.Hist(
        hist.axis.Regular(20, -2.5, 2.5, label=r"$\eta$"),
        hist.axis.Variable([5, 10, 20, 50, 100], label="pT [GeV]"),
        storage=hist.storage.Double(),
    ).fill(random.normal(0, 1, 2000), random.exponential(20, 2000))
    channels = hist.Hist(hist.axis.StrCategory(["ee", "µµ", "<b>eµ</b> & τ"], label="channel"), storage=hist.storage.Int64())
    channels.fill(["ee", "µµ", "µµ", "<b>eµ</b> & τ", "other"])
    runs = hist.Hist(hist.axis.IntCategory([1, 7, 3], label="run"), hist.axis.Boolean(label="tight"), storage=hist.storage.AtomicInt64())
    runs.fill([1, 7, 7, 9], [True, False, True, True])
    space = hist.Hist(*(hist.axis.Regular(4, 0, 1, label=f"{name} [cm]") for name in "xyz"), storage=hist.storage.Double())
    space.fill(*random.uniform(-0.2, 1.2, (3, 200)))
    odd = hist.Hist(hist.axis.Variable([-np.inf, 0, 1, np.inf], label="odd"), storage=hist.storage.Double())
    odd[...] = np.array([1.5, np.nan, -2, np.inf, 0])
    unknown = hist.Hist(hist.axis.Regular(5, 1, 1000, transform=hist.axis.transform.log, label="E [GeV]"), storage=hist.storage.Double())
    unknown.fill([3, 5, 50], weight=[0.5, 2, 1])
    return {
        "counts": Drawing((Layer(counts),)),
        "weighted": Drawing((Layer(weighted, draw="errors", color="#1f77b4"),), log=True),
        "overlay": Drawing((Layer(weighted, "Z"), Layer(background, "other"))),
        "stack": Drawing(
            (
                Layer(background, "other", "filled", "background", stacked=True),
                Layer(weighted, "Z → µµ", "filled", "background", stacked=True),
                Layer(data, "Data", "points", "data"),
            ),
            title="Dimuon mass",
            ratio=True,
        ),
        "profile": Drawing((Layer(profile, draw="points", role="profile"),)),
        "weighted_profile": Drawing((Layer(weighted_profile, draw="points", role="profile"),)),
        "efficiency": Drawing((Layer(counts, draw="points", role="efficiency", passed=passed),)),
        "plane": Drawing((Layer(plane),)),
        "channels": Drawing((Layer(channels),)),
        "runs": Drawing((Layer(runs),)),
        "space": Drawing((Layer(space),)),
        "odd": Drawing((Layer(odd),)),
        "log_axis": Drawing((Layer(unknown),)),
        "empty": Drawing((Layer(hist.Hist(hist.axis.Regular(3, 0, 1))),)),
        "no_axes": Drawing((Layer(hist.Hist(storage=hist.storage.Double())),)),
    }


def invalid(valid: dict[str, Any]) -> dict[str, Any]:
    """Payloads with one thing wrong, which their name says."""
    made = {name: copy.deepcopy(valid["counts"]) for name in (
        "newer_version", "no_layers", "unknown_draw", "no_storage", "unknown_axis", "script_as_color", "text_in_values", "remote_values", "nothing_known", "missing_overflow",
    )}
    made["newer_version"]["version"] = 2
    made["no_layers"]["layers"] = []
    layer = {name: each["layers"][0] for name, each in made.items() if each["layers"]}
    layer["unknown_draw"]["draw"] = "hologram"
    del layer["no_storage"]["histogram"]["storage"]
    layer["unknown_axis"]["histogram"]["axes"][0]["type"] = "spiral"
    layer["script_as_color"]["color"] = "red;background:url(javascript:alert(1))"
    layer["text_in_values"]["histogram"]["storage"]["values"][3] = "many"
    layer["remote_values"]["histogram"]["storage"]["values"] = "https://example.org/values"
    made["nothing_known"] = {"version": 1}
    del layer["missing_overflow"]["histogram"]["axes"][0]["overflow"]
    made["efficiency_without_points"] = copy.deepcopy(valid["efficiency"])
    del made["efficiency_without_points"]["layers"][0]["points"]
    return made


def write(folder: Path, payloads: dict[str, Any]) -> None:
    for old in folder.glob("*.json"):
        old.unlink()
    for name, each in payloads.items():
        text = json.dumps(each, ensure_ascii=False, allow_nan=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    valid = {name: payload(drawing) for name, drawing in drawings().items()}
    write(HERE / "valid", valid)
    write(HERE / "invalid", invalid(valid))
