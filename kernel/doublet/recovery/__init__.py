"""What is left of a kernel that has died, and how the next one gets it back: ``%recover``."""
