"""Whether two runs of a notebook agree: typed results, judged one by one, never pixels."""
