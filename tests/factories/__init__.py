"""What tests begin with: the smallest valid rows, made by walking the real actions; browsers; and what was written.

People are always the same few: Ama, Jo, Rosa, Sam, Dai, Mrs Okoro, Pavel.
"""

from tests.factories.browsers import door_name, join_as_new, send, signed_in_client, token_of
from tests.factories.console import timebank
from tests.factories.people import (
    PASSPHRASE,
    Member,
    Place,
    a_community,
    a_login,
    a_member,
    an_invitation,
    inside,
    somebody_who_asked,
    viewer_of,
    working_on,
)
from tests.factories.rows import count, nothing_written, rows_of, violations

__all__ = [
    "PASSPHRASE",
    "Member",
    "Place",
    "a_community",
    "a_login",
    "a_member",
    "an_invitation",
    "count",
    "door_name",
    "inside",
    "join_as_new",
    "nothing_written",
    "rows_of",
    "send",
    "signed_in_client",
    "somebody_who_asked",
    "timebank",
    "token_of",
    "viewer_of",
    "violations",
    "working_on",
]
