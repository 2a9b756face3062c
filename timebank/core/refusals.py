"""One handler for each kind of refusal: a plain page (or a part of one) that says what happened and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from werkzeug.exceptions import HTTPException

from timebank.core import ids, log
from timebank.core.database import failed_by_itself
from timebank.core.errors import DomainError
from timebank.core.show import told
from timebank.core.words import N_

HEADINGS = {
    400: N_("That did not arrive as it should"),
    403: N_("This is not yours to open"),
    404: N_("There is nothing here"),
    405: N_("That cannot be done here"),
    409: N_("Things have changed"),
    413: N_("That is too much at once"),
    422: N_("Something needs another look"),
    429: N_("A little slower, please"),
    503: N_("Please try again in a moment"),
}
TRY_AGAIN_AFTER_S = "30"
SENTENCES = {
    400: N_("Nothing was changed. Please go back and try again."),
    403: N_("Nothing was changed. If you think this should be open to you, ask a coordinator."),
    404: N_("The page may have moved, or it may have ended. Nothing is lost."),
    405: N_("Nothing was changed. Please go back and use the buttons on the page."),
    409: N_("Nothing was changed. Please look at the page again: somebody may have been quicker."),
    413: N_("Nothing was changed. Please send less."),
    429: N_("Nothing was changed. Please wait a moment and try again."),
    503: N_("Nothing was changed. Please wait a moment and try again."),
}
BROKEN = N_("Something broke on our side")
BROKEN_WORDS = N_(
    "Nothing you did is at fault. Please try again. If it happens again, tell whoever runs this site the number."
)


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> Response:
        return page(error.status, told(error))

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> Response:
        return page(
            400, gettext("This page was open for a long time. Nothing was changed. Go back, reload it and try again.")
        )

    @app.errorhandler(DataError)
    def not_storable(_error: DataError) -> Response:
        return page(400, gettext(SENTENCES[400]))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        code = error.code or 500
        if code < HTTPStatus.BAD_REQUEST and error.response is not None:  # a redirect raised on the way
            return make_response(error.get_response())
        return page(code if code in HEADINGS else 400, gettext(SENTENCES.get(code, SENTENCES[400])))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        if app.config.get("PROPAGATE"):
            raise error
        number = ids.public_id()
        log.broke(error, number=number)
        return page(500, gettext(BROKEN_WORDS), number=number)

    _of_the_database(app, broken)


def _of_the_database(app: Flask, broken: Callable[[Exception], Response]) -> None:
    def refused(error: DBAPIError, code: int) -> Response:
        g.unreachable = True  # the page that says so asks for nothing more
        log.broke(error, number=ids.public_id())
        return page(code, gettext(SENTENCES[code]))

    @app.errorhandler(IntegrityError)
    def two_at_once(error: IntegrityError) -> Response:  # neither could see the other
        return refused(error, 409)

    @app.errorhandler(DBAPIError)
    def database_failed(error: DBAPIError) -> Response:
        return refused(error, 503) if failed_by_itself(error) else broken(error)


def page(status: int, sentence: str, *, number: str | None = None) -> Response:
    """Make the page of a refusal; for htmx only its middle."""
    heading = gettext(HEADINGS.get(status, BROKEN))
    template = "errors/_words.html" if request.headers.get("HX-Request") == "true" else "errors/show.html"
    # No way back to it from elsewhere: what is not there and what one may not see look alike, whatever was asked for.
    words = {"heading": heading, "sentence": sentence, "number": number, "status": status, "way_back": None}
    answer = make_response(render_template(template, **words), status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = TRY_AGAIN_AFTER_S
    return answer
