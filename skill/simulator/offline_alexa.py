"""Alexa's own services, offline: what `talk` and the conversations set their reminders with.

Nothing rings: a reminder is kept for as long as the process lasts. The token of a request tells
whose it is, and which permissions were given, as Alexa's does (see `skill.simulator.echo`).
"""

import json
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from skill.alexa.api import ServiceAnswer, ServiceCall
from skill.alexa.permission import SCOPE

REMINDERS: Final = "/v1/alerts/reminders"
"""The path of the Reminders API (Amazon, "Alexa Reminders API Reference")."""


def token(user: str, scopes: frozenset[str]) -> str:
    """Make the token of a *user* who gave the permissions *scopes*."""
    return " ".join((user, *sorted(scopes)))


class OfflineAlexa:
    """Answers calls of Alexa's services from memory. One serves all users and threads."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, dict[str, Any]]] = {}
        self._made = 0
        self._lock = Lock()

    def answer(self, call: ServiceCall) -> ServiceAnswer:
        """Do what *call* says; a device's time zone is not known here."""
        path = urlsplit(call.url).path
        if not path.startswith(REMINDERS):
            return _answer(204)
        user, *scopes = call.headers["Authorization"].removeprefix("Bearer ").split(" ")
        if SCOPE not in scopes:
            return _answer(401, {"code": "UNAUTHORIZED", "message": "no permission"})
        with self._lock:
            alerts = self._kept.setdefault(user, {})
            return self._changed(alerts, call.method, path, call.body)

    def _changed(
        self, alerts: dict[str, dict[str, Any]], method: str, path: str, body: object
    ) -> ServiceAnswer:
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


def _answer(status: int, body: dict[str, Any] | None = None) -> ServiceAnswer:
    text = "" if body is None else json.dumps(body)
    return ServiceAnswer(status, text)
