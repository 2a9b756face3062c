"""The verbs of exchanges."""

from timebank.exchanges.actions.forgetting import forget_old
from timebank.exchanges.actions.leaving import forget
from timebank.exchanges.actions.making import Terms, Two, log_done, log_own_time, propose, type_slip
from timebank.exchanges.actions.moving import (
    Said,
    agree,
    change_terms,
    confirm,
    end_it,
    fade,
    give_back,
    let_time_pass,
    say_done,
    take_back,
)
from timebank.exchanges.actions.posting import approve, approve_several
from timebank.exchanges.actions.repairing import agree_to_put_right, ask_to_put_right, leave_it
from timebank.exchanges.actions.slips import say_so
from timebank.exchanges.actions.talking import agree_to_show, hide, opened, talk, thank

__all__ = [
    "Said",
    "Terms",
    "Two",
    "agree",
    "agree_to_put_right",
    "agree_to_show",
    "approve",
    "approve_several",
    "ask_to_put_right",
    "change_terms",
    "confirm",
    "end_it",
    "fade",
    "forget",
    "forget_old",
    "give_back",
    "hide",
    "leave_it",
    "let_time_pass",
    "log_done",
    "log_own_time",
    "opened",
    "propose",
    "say_done",
    "say_so",
    "take_back",
    "talk",
    "thank",
    "type_slip",
]
