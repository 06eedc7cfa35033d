"""How objects look in a notebook: object to MIME bundle."""
