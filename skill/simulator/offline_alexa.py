"""Alexa's own services, offline: what `talk` and the conversations set their reminders with.

Nothing rings: a reminder is kept for as long as the process lasts. The token of a request tells
whose it is, and which permissions were given, as Alexa's does (see `skill.simulator.echo`).
"""

import json
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from ask_sdk_model.services import ApiClient, ApiClientRequest, ApiClientResponse

from skill.alexa.reminders import SCOPE

REMINDERS: Final = "/v1/alerts/reminders"
"""The path of the Reminders API (Amazon, "Alexa Reminders API Reference")."""


def token(user: str, scopes: frozenset[str]) -> str:
    """Make the token of a *user* who gave the permissions *scopes*."""
    return " ".join((user, *sorted(scopes)))


class OfflineAlexa(ApiClient):
    """Answers the calls of the SDK's clients from memory. One serves all users and threads."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, dict[str, Any]]] = {}
        self._made = 0
        self._lock = Lock()

    def invoke(self, request: ApiClientRequest) -> ApiClientResponse:
        """Do what *request* says; a device's time zone is not known here."""
        path = urlsplit(str(request.url)).path
        if not path.startswith(REMINDERS):
            return _answer(204)
        headers = dict(request.headers or ())
        user, *scopes = str(headers["Authorization"]).removeprefix("Bearer ").split(" ")
        if SCOPE not in scopes:
            return _answer(401, {"code": "UNAUTHORIZED", "message": "no permission"})
        with self._lock:
            alerts = self._kept.setdefault(user, {})
            return self._changed(alerts, str(request.method), path, request.body)

    def _changed(
        self, alerts: dict[str, dict[str, Any]], method: str, path: str, body: object
    ) -> ApiClientResponse:
        name = path.removeprefix(REMINDERS).strip("/")
        if method == "GET":
            return _answer(200, {"totalCount": str(len(alerts)), "alerts": list(alerts.values())})
        if method == "POST":
            self._made += 1
            name = f"reminder-{self._made}"
        elif name not in alerts:
            return _answer(404, {"code": "ALERT_NOT_FOUND", "message": "no such reminder"})
        if method == "DELETE":
            del alerts[name]
            return _answer(200)
        told = {"alertToken": name, "status": "ON", "version": "1"}
        alerts[name] = {**(body if isinstance(body, dict) else {}), **told}
        return _answer(200, told)


def _answer(status: int, body: dict[str, Any] | None = None) -> ApiClientResponse:
    text = "" if body is None else json.dumps(body)
    return ApiClientResponse(headers=[], status_code=status, body=text)
