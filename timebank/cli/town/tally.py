"""What a plan must keep in mind so that the book takes it: how low and how high each account may stand."""

from __future__ import annotations

import heapq
from collections import Counter
from datetime import date

FLOOR, NEWCOMER_FLOOR, CEILING = -600, -180, 2_400
NO_LONGER_NEW = 2
POT = ""


class Tally:
    """Balances in minutes, as low and as high as they can be: what is under way counts against both."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.low: Counter[str] = Counter()
        self.high: Counter[str] = Counter()
        self.booked: Counter[str] = Counter()
        self._coming: list[tuple[date, int, str, str, int, bool]] = []
        self._given_up: list[tuple[date, int, str, str, int, bool]] = []
        self._count = 0

    def can_pay(self, payer: str) -> int:
        """Give how many minutes an account can pay for certain; the pot pays what it has."""
        if payer == POT:
            return self.low[POT]
        floor = FLOOR if self.booked[payer] >= NO_LONGER_NEW else NEWCOMER_FLOOR
        return self.low[payer] - floor

    def can_hold(self, payee: str) -> int:
        """Give how many minutes an account has room for for certain."""
        return CEILING - self.high[payee]

    def promise(
        self, payer: str, payee: str, minutes: int, *, until: date, moves: bool = True, is_help: bool = True
    ) -> None:
        """Keep that minutes are to move by a day, or (`moves` untrue) that by then they will not."""
        self.low[payer] -= minutes
        self.high[payee] += minutes
        self._count += 1
        heapq.heappush(self._coming if moves else self._given_up, (until, self._count, payer, payee, minutes, is_help))

    def leave(self, called: str) -> None:
        """Bring an account to nothing: what is left goes to the pot, what is missing comes from it."""
        self.low[POT] += self.low.pop(called, 0)
        self.high[POT] += self.high.pop(called, 0)

    def come_to(self, day: date) -> None:
        """Let the promises that end before a day be kept or given up."""
        while self._coming and self._coming[0][0] < day:
            _, _, payer, payee, minutes, is_help = heapq.heappop(self._coming)
            self.high[payer] -= minutes
            self.low[payee] += minutes
            self.booked[payer] += is_help
            self.booked[payee] += is_help
        while self._given_up and self._given_up[0][0] < day:
            _, _, payer, payee, minutes, _ = heapq.heappop(self._given_up)
            self.low[payer] += minutes
            self.high[payee] -= minutes
