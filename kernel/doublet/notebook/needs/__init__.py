"""What a notebook needs to be executed, read from its cells and its record without executing anything, and whether it is there."""
