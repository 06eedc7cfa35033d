"""A notebook with all that it takes to execute it again elsewhere, in one file: an RO-Crate, zipped."""
