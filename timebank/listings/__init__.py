"""Offers and requests: what somebody can give, what somebody would like help with."""
