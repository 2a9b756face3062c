"""Looking after the books: every invariant, anchors, copies that are tried out, and a stop where something is wrong."""
