"""The invented community of `make run`: built through the same actions everybody uses."""

from __future__ import annotations

from timebank.cli import first_deeds
from timebank.communities import actions as communities
from timebank.communities import queries as community_queries
from timebank.communities.models import Community
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import reading, transaction
from timebank.core.hashing import hashing
from timebank.people import actions as people
from timebank.people import queries as people_queries
from timebank.people.commands import open_with_book

PASSPHRASE = "kettle garden bicycle"  # noqa: S105  # nosec B105
SLUG, NAME = "harbour-street", "Harbour Street"
ABOUT = "Neighbours around the harbour who give each other time. An hour is an hour, whoever gives it."
CALL = "Rosa, Tuesdays and Thursdays, 10 to 1, in the Canal Library. Or ring the library and ask for her."
AREAS = ("Harbour", "Canal side", "The Hill", "Mill Lane")
KINDS = ("In the kitchen", "Garden", "Mending", "Forms and letters", "Lifts", "Company", "Learning", "Music")
PEOPLE = (
    ("Rosa", Role.COORDINATOR, "Listening, maps, singing in the car", ""),
    ("Sam", Role.COORDINATOR, "Driving, football", "Somebody to cook with"),
    ("Ama", None, "Bread, bikes, filling in forms", "Company on a walk"),
    ("Jo Mbeki", None, "Gardens, guitars", "Help with a letter"),
    ("Mrs Okoro", Role.SECOND, "Knitting, chess", "A lift to the clinic"),
    ("Dai", None, "Roofs, sheds, anything with wood", "Learning to cook"),
    ("Canal Fund", Role.FUNDER, "", ""),
)
ON_PAPER = (
    "Pavel",
    {"likes": "Chess, carrying things", "easier": "Somebody to read letters aloud"},
    "The shed, Tuesdays",
)
SHOWN = ("Ama", "Rosa", "Canal Fund")


def settle_in() -> None:
    """Build the community where the database holds none."""
    with reading():
        if community_queries.any_exists():
            return
    hashed = hashing().hash(PASSPHRASE)
    with transaction():
        community = open_with_book(slug=SLUG, name=NAME, by=Program())
        _say_how_we_work(community)
        for called, role, likes, easier in PEOPLE:
            _bring_in(community, called, role, {"likes": likes, "easier": easier}, hashed)
        _bring_on_paper(community)
    with transaction():
        here = community_queries.by_slug(SLUG)
        person = people.new_person(given=people.NewPerson("Lena", hashed), now=clock.now())
        people.ask_to_join(community_id=here.id, person=person, called="Lena", now=clock.now())
    first_deeds.begin(SLUG)


def _say_how_we_work(community: Community) -> None:
    wanted = {
        "about": ABOUT,
        "whom_to_call": CALL,
        "areas": [{"code": f"a{number}", "name": name} for number, name in enumerate(AREAS)],
        "kinds": [{"code": f"k{number}", "name": name} for number, name in enumerate(KINDS)],
    }
    communities.change_settings(community=community, wanted=wanted, why="How we begin", by=Program(community.id))


def _bring_in(community: Community, called: str, role: Role | None, said: dict[str, str], hashed: str) -> None:
    now = clock.now()
    person = people.new_person(given=people.NewPerson(called, hashed), now=now)
    invitation, _code = people.invite(community_id=community.id, places=1, role=role, now=now, by=Program(community.id))
    membership = people.join_with_code(invitation=invitation, person=person, called=called, now=now)
    viewer = people_queries.viewer_of(person.id, community.id)
    people.say_about_myself(membership=membership, said=said, by=viewer)


def _bring_on_paper(community: Community) -> None:
    called, said, place_and_day = ON_PAPER
    reach, by = {"place_and_day": place_and_day}, Program(community.id)
    people.bring_on_paper(community_id=community.id, called=called, said=said, reach=reach, now=clock.now(), by=by)


def how_to_sign_in(address: str) -> str:
    """Give the words that tell how to sign in as a member, a coordinator and a funder."""
    with reading():
        here = community_queries.by_slug(SLUG)
        names = people_queries.sign_in_names(here.id)
    shown = [f"  {called:<11} {names[called]}" for called in SHOWN if called in names]
    return "\n".join(
        [
            f"{NAME} is an invented community. Sign in at {address}/sign-in",
            *shown,
            f"  each with the passphrase: {PASSPHRASE}",
        ]
    )
