"""The ledger: accounts of minutes, and the transfers between them that are added to and never altered."""
