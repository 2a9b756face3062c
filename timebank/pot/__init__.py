"""The pot: hours given to everybody together, and passed on to whoever needs them."""
