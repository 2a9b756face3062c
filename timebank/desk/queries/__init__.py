"""Reads of the desk."""

from timebank.desk.queries.people import (
    called_by,
    first_steps,
    login,
    on_paper,
    people_in_roles,
    signature,
    what_cannot_be_done,
)
from timebank.desk.queries.proposals import (
    ANSWERED,
    asked_about,
    limits_of,
    limits_to_agree,
    limits_to_answer,
    open_limits,
    role_to_answer,
    roles_to_agree,
)
from timebank.desk.queries.waiting import ExchangeWaiting, Waiting, asked, exchanges_waiting, waiting

__all__ = [
    "ANSWERED",
    "ExchangeWaiting",
    "Waiting",
    "asked",
    "asked_about",
    "called_by",
    "exchanges_waiting",
    "first_steps",
    "limits_of",
    "limits_to_agree",
    "limits_to_answer",
    "login",
    "on_paper",
    "open_limits",
    "people_in_roles",
    "role_to_answer",
    "roles_to_agree",
    "signature",
    "waiting",
    "what_cannot_be_done",
]
