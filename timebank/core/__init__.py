"""What every feature stands on: the database, access, the clock, ids, words and errors."""
