"""Measure Doublet side by side with its peers, through real kernels."""
