"""Drawings in matplotlib with mplhep, for papers and for the PNG part of what a notebook shows."""
