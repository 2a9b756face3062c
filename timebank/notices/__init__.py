"""Telling people what concerns them: so far by mail alone, and only what they asked for."""
