"""What may become of an exchange: each story tells one to its end, and says what it does to the book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from timebank.cli.town.steps import chance
from timebank.cli.town.telling import QUARTER, Telling


@dataclass(frozen=True)
class Story:
    """How it is told, how often in a deck, and what moves in the end.

    `pays` is who pays: the receiver, the pot, or nobody; `keeps` is who has the minutes then: the giver or the pot.
    `on_paper`: for those who do not use the site.
    """

    tell: Callable[[Telling], None]
    cards: int
    pays: str = "receiver"
    keeps: str = "giver"
    on_paper: bool = False


def plain(told: Telling) -> None:
    """Ask, agree, do it, both say so."""
    told.ask()
    told.answer()
    told.do()
    told.confirm()
    told.look()
    told.thank()


def changed(told: Telling) -> None:
    """Talk about it first, and do it on other terms."""
    shorter = chance(told.rng, 0.5)  # one way or the other
    told.ask(minutes=told.frame.minutes + 2 * QUARTER if shorter else max(QUARTER, told.frame.minutes - 2 * QUARTER))
    told.wait(0, 2)
    told.say("talk", told.other, words=told.words("shorter" if shorter else "longer"))
    told.say("change_terms", told.other, **told.terms(told.frame.minutes))
    told.wait(0, 2)
    told.say("agree", told.first)
    told.do()
    told.confirm()
    told.look()
    told.thank()


def said_otherwise(told: Telling) -> None:
    """Remember the time differently, and find the same minutes by talking."""
    told.ask()
    told.answer()
    told.do(minutes=told.frame.minutes + 2 * QUARTER)
    told.wait(0, 2)
    told.say("talk", told.other, words=told.words("said_other"))
    told.say("say_done", told.other, minutes=told.frame.minutes, on_day=told.on_day, keep="keep")
    told.first, told.other = told.other, told.first
    told.confirm()
    told.look()
    told.thank()


def declined(told: Telling) -> None:
    """Say no, kindly."""
    told.ask()
    told.wait(0, 3)
    told.say("talk", told.other, words=told.words("decline"))
    told.say("decline", told.other)


def withdrawn(told: Telling) -> None:
    """Ask, and need it no more."""
    told.ask()
    told.wait(1, 3)
    told.say("talk", told.first, words=told.words("withdraw"))
    told.say("withdraw", told.first)


def called_off(told: Telling) -> None:
    """Agree, and then it cannot be."""
    told.ask()
    told.answer()
    told.wait(0, 1)
    told.say("talk", told.first, words=told.words("withdraw"))
    told.say("withdraw", told.first)


def faded(told: Telling) -> None:
    """Ask, and hear nothing."""
    told.ask()


def logged(told: Telling) -> None:
    """Do it first, and write it in afterwards."""
    day = told.now.date()
    told.on_day = day
    told.say("log_done", told.first, keep="keep", **told.terms(told.frame.minutes, on_day=day))
    told.confirm()
    told.look()
    told.thank()


def favour(told: Telling) -> None:
    """Do it and want no hours for it."""
    told.ask()
    told.answer()
    told.do(keep="none", by_giver=True)
    told.confirm()
    told.say("thank", told.frame.receiver, words=told.rng.choice(told.frame.deed.thanks), public=False)


def to_the_pot(told: Telling) -> None:
    """Do it and give the hours to whoever needs them."""
    told.ask()
    told.answer()
    told.do(keep="pot", by_giver=True)
    told.confirm()
    told.look()
    told.thank()


def helped(told: Telling) -> None:
    """Disagree about the time, ask for help, and write it in once more."""
    told.ask()
    told.answer()
    told.do(minutes=told.frame.minutes + 3 * QUARTER)
    told.wait(0, 2)
    told.say("talk", told.other, words=told.words("puzzled"))
    told.say("ask_help", told.other, reason=told.words("ask_help"))
    told.wait(1, 3)
    told.say("give_back", told.looker(coordinator=True), reason=told.words("give_back"))
    told.wait(0, 2)
    told.say("say_done", told.first, minutes=told.frame.minutes, on_day=told.on_day, keep="keep")
    told.confirm()
    told.look()


def let_be(told: Telling) -> None:
    """Disagree, ask for help, and let it be."""
    told.ask()
    told.answer()
    told.do()
    told.wait(0, 2)
    told.say("ask_help", told.other, reason=told.words("ask_help"))
    told.wait(1, 3)
    told.say("close", told.looker(coordinator=True), reason=told.words("close"))


def put_right_by_both(told: Telling) -> None:
    """Find a mistake in the book and take it back, together."""
    told.ask()
    told.answer()
    told.do()
    told.confirm()
    told.look()
    told.wait(2, 8)
    told.say("ask_put_right", told.first, reason=told.words("wrong_minutes"))
    told.wait(0, 3)
    told.say("agree_put_right", told.other)


def put_right_by_two(told: Telling) -> None:
    """Let a coordinator find the mistake, and another of those who look after others agree."""
    told.ask()
    told.answer()
    told.do()
    told.confirm()
    told.look()
    told.wait(2, 8)
    finder = told.looker(coordinator=True)
    told.say("ask_put_right", finder, reason=told.words("wrong_minutes"))
    told.wait(0, 3)
    told.say("agree_put_right", told.looker(finder))


def left_as_it_is(told: Telling) -> None:
    """Take something for a mistake that was none."""
    told.ask()
    told.answer()
    told.do()
    told.confirm()
    told.look()
    told.wait(2, 8)
    told.say("ask_put_right", told.first, reason=told.words("wrong_minutes"))
    told.wait(0, 2)
    told.say("talk", told.first, words=told.words("leave_it"))
    told.say("leave_it", told.first)


def for_everyone(told: Telling) -> None:
    """Do something for the whole place; the receiver is who saw it, and the pot pays."""
    told.title, told.where, told.kind, told.listing = told.words("everyone"), "", None, None
    told.ask(for_whom="everyone")
    told.wait(0, 2)
    told.say("agree", told.other)
    told.do()
    told.confirm()
    told.look()
    told.thank(told.frame.phrases["everyone_thanks"])


def by_slip(told: Telling) -> None:
    """Sign a slip of paper that a coordinator types; somebody else looks."""
    typist = told.looker(coordinator=True)
    told.on_day = told.now.date()
    told.wait(1, 4)
    told.say("type_slip", typist, **told.terms(told.frame.minutes))
    told.look(typist)


def by_slip_again(told: Telling) -> None:
    """Sign a slip that wants a second look by the two themselves."""
    typist = told.looker(coordinator=True)
    told.on_day = told.now.date()
    told.wait(1, 4)
    told.say("type_slip", typist, **told.terms(told.frame.minutes))
    told.wait(0, 2)
    told.say("give_back", told.looker(typist), reason=told.words("look_again"))
    told.do()
    told.confirm()
    told.look(typist)


STORIES: dict[str, Story] = {
    "plain": Story(plain, 48),
    "changed": Story(changed, 6),
    "said otherwise": Story(said_otherwise, 3),
    "declined": Story(declined, 4, pays=""),
    "withdrawn": Story(withdrawn, 2, pays=""),
    "called off": Story(called_off, 1, pays=""),
    "faded": Story(faded, 2, pays=""),
    "logged": Story(logged, 8),
    "favour": Story(favour, 4, pays=""),
    "to the pot": Story(to_the_pot, 10, keeps="pot"),
    "helped": Story(helped, 1),
    "let be": Story(let_be, 1, pays=""),
    "put right by both": Story(put_right_by_both, 1, pays=""),
    "put right by two": Story(put_right_by_two, 1, pays=""),
    "left as it is": Story(left_as_it_is, 1),
    "for everyone": Story(for_everyone, 7, pays="pot"),
    "by slip": Story(by_slip, 5, on_paper=True),
    "by slip, again": Story(by_slip_again, 1),
}
