"""Notebooks as files: what they hold, where they are put, and whether their results can be had again."""
