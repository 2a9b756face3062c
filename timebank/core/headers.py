"""What every answer carries: who may frame, script or keep it. No inline code, so no exceptions to the policy."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, g, request

POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "connect", "font", "manifest", "worker")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "X-Frame-Options": "DENY",
}
A_YEAR_S = 31_536_000


def init_app(app: Flask, *, secure: bool) -> None:
    """Let every answer carry them."""

    @app.after_request
    def carry(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR_S}; includeSubDomains"
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            # Addresses of static files carry a hash of what is in them: another content has another address.
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
        elif g.get("viewer") is not None or request.method != "GET" or response.status_code >= HTTPStatus.BAD_REQUEST:
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", "no-cache, private")
        response.vary.update(("Cookie", "HX-Request"))
        return response
