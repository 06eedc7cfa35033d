"""How histograms look: one MIME bundle in which every part stands alone, made from a `Drawing`."""
