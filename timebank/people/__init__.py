"""Persons and how they sign in; their membership, roles and invitations in each community."""
