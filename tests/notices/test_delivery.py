"""Mail: written when it is sent, tried again where a server is away, given up in time, and to a real server once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message as Letter

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from tests.databases import Backend
from tests.factories import (
    Member,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
    working_on,
)
from timebank import create_app
from timebank.core import clock
from timebank.core.database import db, transaction
from timebank.notices import jobs
from timebank.outbox import actions as outbox
from timebank.outbox import rules

EMAIL = "ama@example.org"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Postbox:
    """Keeps what arrives; `answer` is what the server says to each letter."""

    def __init__(self) -> None:
        self.arrived: list[tuple[list[str], Letter]] = []
        self.answer = "250 Thank you"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.arrived.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return self.answer


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Postbox, int]]:
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield postbox, controller.port
    controller.stop()


@pytest.fixture
def postbox(server: tuple[Postbox, int]) -> Postbox:
    server[0].arrived.clear()
    server[0].answer = "250 Thank you"
    return server[0]


def mailing(backend: Backend, port: int) -> Flask:
    settings = backend.settings(
        MAIL_SERVER="127.0.0.1", MAIL_PORT=str(port), MAIL_USE_TLS="0", MAIL_FROM="hello@example.org"
    )
    return create_app(settings, TESTING=False, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)


@pytest.fixture
def with_mail(app: Flask, backend: Backend, server: tuple[Postbox, int], postbox: Postbox) -> Iterator[Flask]:
    made = mailing(backend, server[1])
    with working_on(made):
        yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


def deliver() -> None:
    with inside():
        jobs.deliver_due()


def give_email(app: Flask, member: Member, email: str = EMAIL) -> None:
    assert send(signed_in_client(app, member), "/email", {"email": email}).status_code == 303


def test_a_letter_reaches_a_real_server_and_its_link_works(with_mail: Flask, ama: Member, postbox: Postbox) -> None:
    give_email(with_mail, ama)
    deliver()
    [(to, letter)] = postbox.arrived
    assert to == [EMAIL]
    assert letter["From"] == "hello@example.org"
    assert letter["Subject"] == "A note for you", "it tells nothing to who looks over a shoulder"
    assert letter.get_content_type() == "text/plain"
    body = letter.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Ama" not in body
    path = body.split("http://127.0.0.1:8000")[1].split()[0]
    assert send(with_mail.test_client(), path).status_code == 303
    assert rows_of("person")[0]["email_confirmed"] == EMAIL
    [row] = rows_of("outbox")
    assert (row["outcome"], row["tries"]) == ("sent", 1)
    secret = path.rpartition("/")[2]
    assert secret not in str([rows_of(table) for table in ("outbox", "one_time_key", "audit_line")])
    deliver()
    assert len(postbox.arrived) == 1


def test_a_letter_that_could_not_be_sent_is_tried_again_later(with_mail: Flask, ama: Member, postbox: Postbox) -> None:
    give_email(with_mail, ama)
    postbox.answer = "451 Later, please"
    now = clock.now()
    with clock.set_to(now):
        deliver()
    [row] = rows_of("outbox")
    assert (row["done_at"], row["tries"]) == (None, 1)
    assert row["due_at"] > now
    postbox.answer = "250 Thank you"
    with clock.set_to(now):
        deliver()
    assert postbox.arrived == []
    with clock.set_to(row["due_at"]):
        deliver()
    assert len(postbox.arrived) == 1


def test_a_letter_nobody_can_take_is_given_up_in_time(with_mail: Flask, ama: Member, postbox: Postbox) -> None:
    give_email(with_mail, ama)
    postbox.answer = "550 No"
    for _ in range(rules.MOST_TRIES + 3):
        due = rows_of("outbox")[0]["due_at"]
        with clock.set_to(max(due, clock.now())):
            deliver()
    [row] = rows_of("outbox")
    assert row["outcome"] == "given up"
    assert row["tries"] <= rules.MOST_TRIES


def test_a_server_that_is_away_stops_nothing(app: Flask, backend: Backend, ama: Member) -> None:
    give_email(app, ama)
    away = mailing(backend, free_port())
    with working_on(away):
        deliver()
        with away.app_context():
            db.engine.dispose()
    assert rows_of("outbox")[0]["done_at"] is None


def test_without_a_mail_server_nothing_waits_for_ever(app: Flask, ama: Member) -> None:
    give_email(app, ama)
    deliver()
    assert rows_of("outbox")[0]["outcome"] == "no mail here"
    with nothing_written():
        deliver()


def test_what_is_not_wanted_any_more_is_not_sent(with_mail: Flask, ama: Member, postbox: Postbox) -> None:
    give_email(with_mail, ama)
    give_email(with_mail, ama, "")
    deliver()
    assert postbox.arrived == []
    assert rows_of("outbox")[0]["outcome"] == "not wanted any more"
    assert count("one_time_key", used_at=None) == 0


def test_two_loops_do_not_send_one_letter_twice(with_mail: Flask, ama: Member, postbox: Postbox) -> None:
    give_email(with_mail, ama)
    now = clock.now()
    with inside(), transaction():
        assert len(outbox.claim(now=now)) == 1
    with inside(), transaction():
        assert list(outbox.claim(now=now)) == []
    with clock.set_to(now + outbox.CLAIMED_FOR):
        deliver()
    assert len(postbox.arrived) == 1, "where the first loop died the next one takes over"


def test_the_wait_doubles_and_ends() -> None:
    now = clock.now()
    waits = [rules.next_try(tries, now, None) for tries in range(1, rules.MOST_TRIES + 2)]
    found = [each - now for each in waits if each is not None]
    assert found[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert found == sorted(found)
    assert max(found) == timedelta(hours=6)
    assert waits[-2:] == [None, None]
    assert rules.next_try(1, now, now + timedelta(minutes=1)) is None


def test_done_messages_are_forgotten_after_a_month(app: Flask, ama: Member) -> None:
    give_email(app, ama)
    now = clock.now()
    with clock.set_to(now):
        deliver()
    for after, kept in ((timedelta(days=29), 1), (timedelta(days=30, seconds=1), 0)):
        with clock.set_to(now + after), inside():
            jobs.forget_old()
        assert count("outbox") == kept
