"""The verbs of persons and memberships."""

from timebank.people.actions.doors import (
    AgreeFirst,
    ask_for_link,
    confirm_email,
    give_email,
    make_link_secret,
    print_card,
    replace_passphrase,
    set_passphrase_with_key,
)
from timebank.people.actions.joining import (
    NewPerson,
    accept,
    agree_to_words,
    answer_request,
    ask_to_join,
    end_invitation,
    invite,
    join_with_code,
    new_person,
    to_answer,
    welcome,
)
from timebank.people.actions.leaving import check_can_leave, forget, hold_standings, to_leave
from timebank.people.actions.looking import forget_old, look, look_at_reach
from timebank.people.actions.on_paper import UsedCard, bring_on_paper, keep_signature, say_for, take_over
from timebank.people.actions.own_place import choose_language, come_back, pause, say_about_myself, say_how_to_reach
from timebank.people.actions.roles import answer_proposal, propose_role, put_in_role
from timebank.people.actions.signing_in import check_secret_name, end_sign_in, end_sign_ins, seen, sign_in, try_secret

__all__ = [
    "AgreeFirst",
    "NewPerson",
    "UsedCard",
    "accept",
    "agree_to_words",
    "answer_proposal",
    "answer_request",
    "ask_for_link",
    "ask_to_join",
    "bring_on_paper",
    "check_can_leave",
    "check_secret_name",
    "choose_language",
    "come_back",
    "confirm_email",
    "end_invitation",
    "end_sign_in",
    "end_sign_ins",
    "forget",
    "forget_old",
    "give_email",
    "hold_standings",
    "invite",
    "join_with_code",
    "keep_signature",
    "look",
    "look_at_reach",
    "make_link_secret",
    "new_person",
    "pause",
    "print_card",
    "propose_role",
    "put_in_role",
    "replace_passphrase",
    "say_about_myself",
    "say_for",
    "say_how_to_reach",
    "seen",
    "set_passphrase_with_key",
    "sign_in",
    "take_over",
    "to_answer",
    "to_leave",
    "try_secret",
    "welcome",
]
