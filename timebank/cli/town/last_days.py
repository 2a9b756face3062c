"""How things stand on the last day: something of each kind under way for those who are shown the town."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from timebank.cli.town.diary import Diary
from timebank.cli.town.steps import Step, moment
from timebank.cli.town.tally import POT
from timebank.cli.town.telling import Frame, Telling

DOING = 4  # days from the first word to the day itself


@dataclass(frozen=True)
class Scene:
    """How far something has come that began some days before the end: who helps whom with what, for how long."""

    tell: Callable[[Telling], None]
    days: int
    giver: str
    receiver: str
    deed: str
    minutes: int
    giver_begins: bool = False


def asked(told: Telling) -> None:
    """Wait for an answer."""
    told.ask(minutes=told.frame.minutes)


def agreed(told: Telling) -> None:
    """Look forward to a day."""
    told.on_day = told.now.date() + timedelta(days=2 * DOING)
    told.ask(minutes=told.frame.minutes)
    told.answer()


def said(told: Telling) -> None:
    """Wait for the other to say so too. Whoever gave has said so."""
    told.ask(minutes=told.frame.minutes)
    told.answer()
    told.do(by_giver=told.frame.giver_begins)


def confirmed(told: Telling) -> None:
    """Wait for a second pair of eyes."""
    said(told)
    told.confirm()


def typed(told: Telling) -> None:
    """Wait for a second pair of eyes, on a slip that Sam typed."""
    told.on_day = told.now.date()
    told.wait(1, 2)
    told.say("type_slip", "Sam", **told.terms(told.frame.minutes))


def for_all(told: Telling) -> None:
    """Wait for a second pair of eyes, on hours for everyone."""
    told.title, told.where, told.kind = told.words("everyone"), "", None
    told.ask(minutes=told.frame.minutes, for_whom="everyone")
    told.wait(0, 1)
    told.say("agree", told.other)
    told.do()
    told.confirm()


def puzzled(told: Telling) -> None:
    """Ask a coordinator for help."""
    told.ask()
    told.answer()
    told.do(minutes=told.frame.minutes + 45)
    told.wait(0, 1)
    told.say("talk", told.other, words=told.words("puzzled"))
    told.say("ask_help", told.other, reason=told.words("ask_help"))


def thanked(told: Telling) -> None:
    """Thank aloud, and wait for the other to let it be."""
    confirmed(told)
    told.look()
    told.say("thank", told.frame.receiver, words=told.frame.deed.thanks[0], public=True)


def mistaken(told: Telling) -> None:
    """Ask to take back what stands in the book; the other has not answered yet."""
    confirmed(told)
    told.look()
    told.wait(6, 8)
    told.say("ask_put_right", told.frame.receiver, reason=told.words("wrong_minutes"))


STREET = (
    Scene(asked, 0, "Ama", "Priya", "sitting", 180),
    Scene(asked, 2, "Dai", "Ama", "shelf", 60, giver_begins=True),
    Scene(asked, 3, "Oleksandr", "Ama", "bikes", 45),
    Scene(agreed, 5, "Niamh", "Ama", "walk", 75),
    Scene(agreed, 4, "Ama", "Mateo", "bread", 120),
    Scene(said, 9, "Jo Mbeki", "Ama", "guitar", 60, giver_begins=True),
    Scene(said, 8, "Leila", "Chipo", "sitting", 90),
    Scene(confirmed, 11, "Kwame", "Fatima", "painting", 270),
    Scene(confirmed, 12, "Marlon", "Zsófia", "move", 255),
    Scene(typed, 5, "Pavel", "Edith", "tea", 60),
    Scene(typed, 4, "Kofi", "Auntie Grace", "letter", 45),
    Scene(for_all, 10, "Bilal", "Leila", "windows", 90, giver_begins=True),
    Scene(puzzled, 10, "Tomasz", "Sunita", "move", 120),
    Scene(thanked, 16, "Ama", "Giorgos", "forms", 75),
    Scene(mistaken, 26, "Ama", "Noor", "bikes", 60),
    Scene(mistaken, 27, "Priya", "Yusuf", "phone", 45),
)
SHED = (
    Scene(asked, 1, "Dai", "Errol", "roof", 90),
    Scene(asked, 2, "Frank", "Ama", "joints", 90),
    Scene(said, 8, "Samir", "Vikram", "talk", 60),
    Scene(confirmed, 10, "Bogdan", "Gwen", "metal", 255),
    Scene(puzzled, 10, "Abdi", "Col", "screens", 60),
)
SCENES: dict[str, Sequence[Scene]] = {"harbour-street": STREET, "mill-pond-shed": SHED}


class LastDays:
    """The scenes of a place's last days."""

    def __init__(self, diary: Diary) -> None:
        """Keep room in the book for them before anything else is planned."""
        self.diary = diary
        here = diary.population.people
        scenes = [each for each in SCENES[diary.place.slug] if each.giver in here and each.receiver in here]
        self.told = [self._tell(scene) for scene in scenes]

    def _tell(self, scene: Scene) -> Telling:
        diary, place = self.diary, self.diary.place
        begins = diary.span.last - timedelta(days=scene.days)
        deed = place.deeds[scene.deed]
        frame = Frame(
            place.slug,
            diary.handle(),
            deed,
            scene.giver,
            scene.receiver,
            scene.minutes,
            place.phrases,
            giver_begins=scene.giver_begins,
        )
        told = Telling(diary.rng, frame, moment(diary.rng, begins, (8, 19)), diary.population.lookers)
        told.on_day = begins + timedelta(days=DOING)
        scene.tell(told)
        payer = POT if scene.tell is for_all else scene.receiver
        diary.tally.promise(payer, scene.giver, scene.minutes, until=diary.span.last, moves=True)
        diary.busy |= {(scene.giver, each) for each in told.given_on}
        return told

    def steps(self) -> Iterator[Step]:
        """Tell them."""
        for told in self.told:
            yield from told.steps
