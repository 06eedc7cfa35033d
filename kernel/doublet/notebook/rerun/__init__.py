"""A colleague's notebook executed again: where it comes from, in which environment, shut in or not, and the verdict."""
