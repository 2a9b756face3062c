"""A member's own statement: what they gave and received, with whom and when, to read, print and take along."""
