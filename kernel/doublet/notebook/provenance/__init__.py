"""Where a notebook's results come from: recorded while cells run, kept in the notebook's metadata, readable without Doublet.

`recorder` takes notes in a kernel; `journal`, `pieces` and ``doublet run`` carry them into the file; `stored` reads and
writes them there; `states` says of each cell whether its outputs can come from its source.
"""
