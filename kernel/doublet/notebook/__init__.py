"""Notebooks as files: what they hold, what a page without scripts shows of them, and where they are put."""
