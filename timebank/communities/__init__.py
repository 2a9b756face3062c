"""Communities: what each one calls itself, how it works there, and every dated change to that."""
