"""The log: one line a request, with the route and never the address, so that no name, code or search word is in it."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask, Response, g, request

logger = structlog.get_logger("timebank")


def init_app(app: Flask, *, quiet: bool) -> None:
    """Write one line a request to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint != "static":
            logger.info(
                "request",
                method=request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other",
                route=request.url_rule.rule if request.url_rule else "unknown",
                status=response.status_code,
                ms=round((time.perf_counter() - g.begun) * 1000, 1) if "begun" in g else None,
            )
        return response


def books_closed(found: Sequence[Any]) -> None:
    """Write down why the books were closed: communities and rows by number, and sentences of ours."""
    for violation in found:
        logger.error("books", community=violation.community_id, row=violation.row, sentence=violation.sentence)


def broke(error: BaseException, *, number: str) -> None:
    """Write down an unexpected error: its kind and where, not its message, which may quote what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    logger.error("broke", number=number, kind=type(error).__name__, where=where)
