"""What Doublet knows of some libraries' types: each module is imported when the first type of its library appears.

They are examples of `doublet.register`, and entry points of the group ``doublet.types``, as another package's would be.
"""
