"""How far accounts went down and up on the way, so that they can be given room for all of it beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from timebank.import_export.rules.rows import BroughtTransfer


class Reach(NamedTuple):
    """How low and how high an account comes, in minutes, from where it stands before: never above, never below 0."""

    number: str
    lowest: int
    highest: int


class Course:
    """The course of every account over a history, told transfer by transfer in its order."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._at: dict[str, tuple[int, int, int]] = {}
        self.transfers = 0

    def add(self, transfer: BroughtTransfer) -> None:
        """Go on by one transfer."""
        self.transfers += 1
        for number, minutes in ((transfer.payer, -transfer.minutes), (transfer.payee, transfer.minutes)):
            balance, lowest, highest = self._at.get(number, (0, 0, 0))
            balance += minutes
            self._at[number] = (balance, min(lowest, balance), max(highest, balance))

    def reaches(self) -> Iterator[Reach]:
        """Give how far each account came, in the order they were first met."""
        return (Reach(number, lowest, highest) for number, (_, lowest, highest) in self._at.items())
