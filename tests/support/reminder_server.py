"""Alexa's Reminders API and Settings API over HTTP on loopback, as Amazon documents them.

Pages: "Alexa Reminders API Reference", "Alexa Settings API Reference". A request that the first
does not describe is refused with 400; so is one whose times are not what it asks for.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

SCOPE: Final = "alexa::alerts:reminders:skill:readwrite"
REMINDERS: Final = "/v1/alerts/reminders"

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

RULE: Final = re.compile(
    rf"FREQ=WEEKLY;BYDAY=(?P<days>(?:{'|'.join(DAYS)})(?:,(?:{'|'.join(DAYS)}))*)"
    r";BYHOUR=(?P<hour>\d+);BYMINUTE=(?P<minute>\d+);BYSECOND=0;INTERVAL=1"
)
"""As in Amazon's examples, but for the set of days, which RFC 5545 has."""


MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?")
"""Without a zone: with one, the API has been seen to refuse it."""


@dataclass(frozen=True)
class Answer:
    """What is sent back; a body that is no text is written as JSON."""

    status: int
    body: object = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> bytes:
        """The bytes of the body."""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


Fault = Callable[[], Answer | None]
"""What is done in place of the right answer; None drops the line."""


def refusal(status: int, code: str = "", message: str = "") -> Answer:
    """The way in which the API says no."""
    return Answer(status, {"code": code, "message": message})


@dataclass
class Service:
    """The service at *url*: what it keeps, what was *asked*, and how it is to fail.

    *faults* are used up one by one, by method, or by `zone`; *now* is the time that a reminder
    must lie after, in its own time zone.
    """

    now: datetime
    url: str = ""
    zone: object = "Europe/Berlin"
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)

    def answer(self, method: str, path: str, token: str, body: bytes) -> Answer | None:
        """Answer one request."""
        is_zone = path.startswith("/v2/devices/")
        name = "zone" if is_zone else method
        self.asked.append(name)
        self.tokens.append(token)
        if self.faults.get(name):
            return self.faults[name].pop(0)()
        if is_zone:
            found = re.fullmatch(r"/v2/devices/[^/]+/settings/System\.timeZone", path)
            return Answer(200, json.dumps(self.zone)) if found and self.zone else Answer(204)
        if SCOPE not in token.split():
            return refusal(401, "UNAUTHORIZED", "no permission")
        return self._reminders(method, path.removeprefix(REMINDERS).strip("/"), body)

    def _reminders(self, method: str, name: str, body: bytes) -> Answer:
        if method == "GET" and not name:
            alerts = list(self.alerts.values())
            return Answer(200, {"totalCount": str(len(alerts)), "alerts": alerts, "links": None})
        if name and name not in self.alerts:
            return refusal(404, "ALERT_NOT_FOUND", "no such alert")
        if method == "DELETE":
            del self.alerts[name]
            return Answer(200)
        sent = json.loads(body)
        self.bodies.append(sent)
        if wrong := self._wrong(sent):
            return refusal(400, "INVALID_REQUEST", wrong)
        name = name or f"alert-{len(self.bodies)}"
        told = {
            "alertToken": name,
            "createdTime": "2026-01-05T06:30:00.000Z",
            "updatedTime": "2026-01-05T06:30:00.000Z",
            "status": "ON",
            "version": "1",
        }
        self.alerts[name] = {**told, **sent}
        return Answer(200, {**told, "href": f"{REMINDERS}/{name}"})

    def _wrong(self, sent: dict[str, Any]) -> str:
        """Say what is not as Amazon documents it; empty where all is."""
        trigger, info = sent["trigger"], sent["alertInfo"]["spokenInfo"]["content"]
        times = (sent["requestTime"], trigger["scheduledTime"])
        (rule,) = trigger["recurrence"]["recurrenceRules"]
        found = RULE.fullmatch(rule)
        at = datetime.fromisoformat(trigger["scheduledTime"])
        clock = (int(found["hour"]), int(found["minute"])) if found else None
        faults = {
            "keys": set(sent) != {"requestTime", "trigger", "alertInfo", "pushNotification"},
            "trigger": trigger["type"] != "SCHEDULED_ABSOLUTE",
            "text": not (info[0]["text"] and info[0]["locale"]),
            "a time with a zone": not all(map(MOMENT.fullmatch, times)),
            "a time in the past": at <= self.now,
            "the rule": not found or DAYS[at.weekday()] not in found["days"].split(","),
            "a time that is not the rule's": (at.hour, at.minute) != clock,
        }
        return ", ".join(what for what, wrong in faults.items() if wrong)


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """Serve it, and tell it its URL."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            answer = service.answer(self.command, self.path, token, body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

        def do_GET(self) -> None:
            self._any()

        def do_POST(self) -> None:
            self._any()

        def do_PUT(self) -> None:
            self._any()

        def do_DELETE(self) -> None:
            self._any()

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked is noted."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        service.url = f"http://127.0.0.1:{server.server_port}"
        yield service
        server.shutdown()
        thread.join()
