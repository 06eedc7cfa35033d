"""Notebooks executed without a browser, with parameters, once or several times."""
