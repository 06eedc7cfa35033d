import hist
import numpy as np

random = np.random.default_rng(1)
h = hist.Hist(hist.axis.Regular(100, 60, 120, label="mass [GeV]"), storage=hist.storage.Weight())
h.fill(random.normal(91, 3, 10_000), weight=random.normal(1, 0.1, 10_000))
