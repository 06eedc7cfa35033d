"""Prints what Doublet shows of ROOT's histograms: run by a Python that has ROOT, with the paths of what Doublet needs."""

import json
import sys
from array import array

import ROOT  # type: ignore[import-not-found]  # of the Python that runs it

sys.path += sys.argv[1:]

from doublet.display.histograms.bundle import bundle
from doublet.display.histograms.drawings import drawing_of

ROOT.TH1.AddDirectory(False)
mass = ROOT.TH1D("mass", "Dimuon #it{mass};m_{#mu#mu} [GeV];Events / 1 GeV", 4, 0, 4)
for x in (-1, 0.5, 1.5, 1.5, 9, 10):
    mass.Fill(x)
weighted = ROOT.TH1F("weighted", "", 3, array("d", [0, 1, 3, 7]))
weighted.Sumw2()
weighted.Fill(2, 3.0)
weighted.Fill(2, -1.0)
names = ROOT.TH1I("names", ";channel", 3, 0, 3)
for name in ("ee", "mumu", "emu", "mumu"):
    names.Fill(name, 1)
plane = ROOT.TH2D("plane", "Plane;x;y;z", 2, 0, 2, 3, 0, 3)
plane.Fill(0.5, 1.5, 2.0)
plane.Fill(-1, 2.5)
space = ROOT.TH3D("space", ";x;y;z", 2, 0, 2, 3, 0, 3, 4, 0, 4)
space.Fill(1.5, 2.5, 3.5)
profile = ROOT.TProfile("profile", ";x;mean y", 4, 0, 4)
scaled = ROOT.TProfile("scaled", ";x;mean y", 4, 0, 4)
scaled.Sumw2()
for y in (1, 2, 3, 4):
    profile.Fill(0.5, y)
    scaled.Fill(0.5, y, 7.0)

shown = {}
for each in (mass, weighted, names, plane, space, profile, scaled):
    drawing = drawing_of(each)
    histogram = drawing.layers[0].histogram
    parts = bundle(drawing)
    variances = histogram.variances(flow=True)
    assert variances is not None
    shown[each.GetName()] = {
        "parts": sorted(parts),
        "text": parts["text/plain"],
        "html": parts["text/html"],
        "values": histogram.values(flow=True).tolist(),
        "variances": variances.tolist(),
        "root": [each.GetBinError(number) for number in range(each.GetNcells())],
    }
print(json.dumps(shown))
