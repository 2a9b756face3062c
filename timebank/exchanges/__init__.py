"""The exchange: two people agree on help, do it, both say so, and it goes into the book."""
