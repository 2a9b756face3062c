"""Workers that post without end until somebody kills them, and the count of what they said was done."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from flask import Flask

from tests.ledger.town import PEOPLE, Town
from tests.processes import FORK, forked
from timebank.core.database import db, reading
from timebank.ledger import queries
from timebank.ledger.rules import Posting

LONGEST_LIFE_S = 0.08
UNHURT_S = 0.01

Work = Callable[[Town, Posting, Callable[[], None]], None]


def post_then_say(town: Town, wish: Posting, say: Callable[[], None]) -> None:
    """Post, and say so when it is done: as an answer to a form does."""
    town.post(wish)
    say()


@dataclass
class Count:
    """What was tried, what was said to be done, and how many were killed over it."""

    tried: dict[uuid.UUID, Posting] = field(default_factory=dict)
    acknowledged: set[uuid.UUID] = field(default_factory=set)
    kills: int = 0

    def hear(self, end: Connection) -> None:
        """Take in what a worker said; a dead one too is heard to its last word."""
        try:
            while end.poll():
                wish, done = end.recv()
                self.tried[wish.id] = wish
                if done:
                    self.acknowledged.add(wish.id)
        except EOFError:
            pass

    def lost(self) -> set[uuid.UUID]:
        """Give what was said to be done and does not stand in the book."""
        ids = sorted(self.acknowledged)
        standing: set[uuid.UUID] = set()
        with reading():
            for start in range(0, len(ids), 500):
                standing |= set(queries.standing([self.tried[each] for each in ids[start : start + 500]]))
        return self.acknowledged - standing

    def try_again(self, town: Town) -> None:
        """Ask again for everything nobody acknowledged, as people do; whatever it was, it stands once then."""
        for transfer_id in sorted(self.tried.keys() - self.acknowledged):
            town.post(self.tried[transfer_id])
            self.acknowledged.add(transfer_id)


def kill_again_and_again(app: Flask, town: Town, kills: int, *, work: Work = post_then_say, at_once: int = 3) -> Count:
    """Let workers post and kill one after another at any moment of it; start another in its place."""
    chance, count = random.Random(kills), Count()
    living: list[tuple[BaseProcess, Connection]] = []
    try:
        while count.kills < kills:
            while len(living) < at_once:
                here, there = FORK.Pipe(duplex=False)
                living.append((forked(app, post_without_end, town, there, work, chance.random()), here))
                there.close()
            time.sleep(UNHURT_S + chance.random() * LONGEST_LIFE_S)
            for _process, end in living:
                count.hear(end)
            process, end = living.pop(chance.randrange(len(living)))
            kill(process, end, count)
            count.kills += 1
    finally:
        for process, end in living:
            kill(process, end, count)
    return count


def kill(process: BaseProcess, end: Connection, count: Count) -> None:
    process.kill()
    process.join()
    process.close()
    count.hear(end)
    end.close()


def post_without_end(town: Town, back: Connection, work: Work, seed: float) -> None:
    chance = random.Random(seed)
    while True:
        payer, payee = chance.sample(PEOPLE, 2)
        source = ("exchange", str(uuid.uuid4()))
        wish = town.posting(payer, payee, chance.randint(1, 5), kind="imported", id=uuid.uuid4(), source=source)
        back.send((wish, False))
        work(town, wish, lambda done=wish: back.send((done, True)))
        db.session.remove()
