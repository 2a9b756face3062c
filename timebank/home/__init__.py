"""The first pages: what this is for whoever comes by, what is next for whoever belongs."""
