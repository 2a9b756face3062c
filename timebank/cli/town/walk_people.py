"""Walk the steps of people and communities: each by the action its page or the host's command calls."""

from __future__ import annotations

from collections.abc import Callable

from timebank.cli.town.known import Known
from timebank.cli.town.steps import ZONE, Step
from timebank.cli.town.words import PLACES, Place, place
from timebank.communities import actions as communities
from timebank.communities import queries as community_queries
from timebank.core.access import Program, Role
from timebank.core.database import db
from timebank.core.door import settings
from timebank.people import actions as people
from timebank.people import queries as people_queries
from timebank.people.commands import open_with_book
from timebank.people.models import Person
from timebank.people.rules import CARD_LASTS
from timebank.privacy import actions as privacy
from timebank.releases import actions as releases
from timebank.releases.rules import Quarter


def _open_place(known: Known, step: Step) -> None:
    here = next(each for each in map(place, PLACES) if each.slug == step.place)
    community = known.communities[step.place] = open_with_book(slug=here.slug, name=here.name, by=Program())
    invitation, _code = people.invite(
        community_id=community.id, places=1, role=Role.COORDINATOR, now=step.at, by=Program(community.id)
    )
    known.invitations[step.place, step.by] = invitation
    _join(known, Step(step.at, step.place, "join", step.by, step.by))
    wanted = _as_settings(here)
    communities.change_settings(community=community, wanted=wanted, why="How we begin", by=known.viewer(step))


def _as_settings(here: Place) -> dict[str, object]:
    return {
        "about": here.about,
        "whom_to_call": here.whom_to_call,
        "zone": ZONE.key,
        "areas": [{"code": code, "name": name} for code, name in here.areas.items()],
        "kinds": [{"code": code, "name": name} for code, name in here.kinds.items()],
    }


def _invite(known: Known, step: Step) -> None:
    role = Role(step.said["role"]) if "role" in step.said else None
    known.invitations[step.place, step.about], _code = people.invite(
        community_id=known.community(step).id, places=1, role=role, now=step.at, by=known.viewer(step)
    )


def _person(known: Known, step: Step) -> Person:
    """Give whoever comes: somebody new, or a neighbour who belongs to another place here already."""
    if step.by not in known.persons:
        given = people.NewPerson(step.by, known.hashed)
        known.persons[step.by] = people.new_person(given=given, now=step.at)
    return known.persons[step.by]


def _join(known: Known, step: Step) -> None:
    person, invitation = _person(known, step), known.invitations[step.place, step.about]
    membership = people.join_with_code(invitation=invitation, person=person, called=step.by, now=step.at)
    known.memberships[step.place, step.by] = membership
    _agree_to_words(known, step)


def _ask_to_join(known: Known, step: Step) -> None:
    person, community_id = _person(known, step), known.community(step).id
    known.memberships[step.place, step.by] = people.ask_to_join(
        community_id=community_id, person=person, called=step.by, now=step.at
    )
    _agree_to_words(known, step)


def _agree_to_words(known: Known, step: Step) -> None:
    here = known.community(step)
    wordings = {community_queries.wording(here.id, kind).id for kind in ("house", "privacy")}
    people.agree_to_words(membership=known.member(step, step.by), wording_ids=wordings, now=step.at)


def _bring_on_paper(known: Known, step: Step) -> None:
    membership = people.bring_on_paper(
        community_id=known.community(step).id,
        called=step.about,
        said=step.said["said"],
        reach=step.said["reach"],
        now=step.at,
        by=known.viewer(step),
    )
    known.memberships[step.place, step.about] = membership
    people.keep_signature(membership=membership, now=step.at, by=known.viewer(step))


def _answer_request(known: Known, step: Step) -> None:
    people.answer_request(
        membership=known.member(step, step.about),
        welcome=step.verb == "welcome",
        why=step.said.get("why", ""),
        now=step.at,
        by=known.viewer(step),
    )


def _say_about(known: Known, step: Step) -> None:
    people.say_about_myself(membership=known.member(step, step.by), said=dict(step.said), by=known.viewer(step))


def _say_how_to_reach(known: Known, step: Step) -> None:
    people.say_how_to_reach(membership=known.member(step, step.by), said=dict(step.said), by=known.viewer(step))


def _pause(known: Known, step: Step) -> None:
    people.pause(membership=known.member(step, step.by), by=known.viewer(step))
    known.has_changed(step, step.by)


def _come_back(known: Known, step: Step) -> None:
    people.come_back(membership=known.member(step, step.by), by=known.viewer(step))
    known.has_changed(step, step.by)


def _leave(known: Known, step: Step) -> None:
    privacy.leave(membership_id=known.member(step, step.by).id, now=step.at, by=known.viewer(step))


def _help_to_leave(known: Known, step: Step) -> None:
    membership_id = known.member(step, step.about).id
    privacy.help_to_leave(membership_id=membership_id, why=step.said["why"], now=step.at, by=known.viewer(step))


def _print_card(known: Known, step: Step) -> None:
    lasts = max(CARD_LASTS.values())
    known.cards[step.about] = people.print_card(
        membership=known.member(step, step.about), lasts=lasts, now=step.at, by=known.viewer(step)
    )


def _take_over(known: Known, step: Step) -> None:
    name = people_queries.own_person(known.viewer(step)).sign_in_name
    card = people.UsedCard(name, known.cards[step.by], known.hashed)
    people.take_over(community_id=known.community(step).id, card=card, now=step.at)
    known.has_changed(step, step.by)


def _propose_role(known: Known, step: Step) -> None:
    membership, role = known.member(step, step.about), Role(step.said["role"])
    proposal = people.propose_role(membership=membership, role=role, give=True, now=step.at, by=known.viewer(step))
    if proposal is not None:
        known.proposals[step.place, step.about] = proposal
    known.has_changed(step, step.about)


def _agree_role(known: Known, step: Step) -> None:
    proposal = known.proposals[step.place, step.about]
    db.session.flush()
    people.answer_proposal(proposal=proposal, agree=True, now=step.at, by=known.viewer(step))
    known.has_changed(step, step.about)


def _change_settings(known: Known, step: Step) -> None:
    here, why = known.community(step), step.said["why"]
    changes = communities.change_settings(community=here, wanted=step.said["wanted"], why=why, by=known.viewer(step))
    known.changes[step.about] = changes[0]


def _take_back_setting(known: Known, step: Step) -> None:
    here, change = known.community(step), known.changes[step.about]
    communities.take_back(community=here, change=change, why=step.said["why"], by=known.viewer(step))


def _change_words(known: Known, step: Step) -> None:
    here = known.community(step)
    words = f"{community_queries.wording(here.id, step.about).words}\n\n{step.said['more']}"
    communities.put_in_force(community=here, kind=step.about, words=words, by=known.viewer(step))


def _look_at_reach(known: Known, step: Step) -> None:
    membership_id = known.member(step, step.about).id
    people.look_at_reach(db.session(), membership_id=membership_id, now=step.at, by=known.viewer(step))


def _prepare_release(known: Known, step: Step) -> None:
    if not settings().release_secret:  # as the jobs do: `timebank doctor` says that it is missing
        return
    here = known.community(step)
    known.releases[step.place, step.about] = releases.prepare(
        community_id=here.id, quarter=Quarter.read(step.about), now=step.at, by=Program(here.id)
    )


def _approve_release(known: Known, step: Step) -> None:
    release = known.releases.get((step.place, step.about))
    if release is not None:
        releases.approve(release=release, now=step.at, by=known.viewer(step))


VERBS: dict[str, Callable[[Known, Step], None]] = {
    "open_place": _open_place,
    "invite": _invite,
    "join": _join,
    "ask_to_join": _ask_to_join,
    "bring_on_paper": _bring_on_paper,
    "welcome": _answer_request,
    "decline_newcomer": _answer_request,
    "agree_to_words": _agree_to_words,
    "say_about": _say_about,
    "say_how_to_reach": _say_how_to_reach,
    "leave": _leave,
    "help_to_leave": _help_to_leave,
    "print_card": _print_card,
    "take_over": _take_over,
    "pause": _pause,
    "come_back": _come_back,
    "propose_role": _propose_role,
    "agree_role": _agree_role,
    "change_settings": _change_settings,
    "take_back_setting": _take_back_setting,
    "change_words": _change_words,
    "look_at_reach": _look_at_reach,
    "prepare_release": _prepare_release,
    "approve_release": _approve_release,
}
