"""Reminders in Alexa's own service, through the SDK's clients for it."""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final, TypeVar

from ask_sdk_model.services import Serializer, ServiceClientFactory, ServiceException
from ask_sdk_model.services.api_configuration import ApiConfiguration
from ask_sdk_model.services.reminder_management import (
    AlertInfo,
    PushNotification,
    PushNotificationStatus,
    Recurrence,
    ReminderManagementServiceClient,
    ReminderRequest,
    SpokenInfo,
    SpokenText,
    Trigger,
    TriggerType,
)

from skill.alexa.api import TURN_S, AlexaServices
from skill.alexa.deadline import DeadlineClient
from skill.alexa.response_json import to_json
from skill.listener.history import LATEST_MS
from skill.listener.reader import Reader
from skill.listener.reminders import Reminder, RemindersError, Why

LOG: Final = logging.getLogger(__name__)

ZONE: Final = r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+){0,2}"
"""A time zone's name in the tz database."""

ZONE_S: Final = 0.8
"""How long the time zone may take of `TURN_S`: all goes on without it."""

CODE: Final = r"[A-Z][A-Z_]{0,60}"
"""A code of Amazon's errors; nothing else of an error is logged."""

ON: Final = "ON"
"""The status of a reminder that will ring."""

FARTHEST_EAST: Final = timedelta(hours=14)
"""No time zone is further ahead of UTC (tz database: Pacific/Kiritimati)."""

FULL: Final = ("max", "exceed", "too many", "limit")
UNABLE: Final = ("device", "support")
"""Words in a 403 that say why. Amazon publishes no list of its codes; a 403 without such a word is
taken for a missing permission."""

Returned = TypeVar("Returned")


class PlainJsonSerializer(Serializer):
    """Writes the SDK's models as JSON, and gives an answer as the JSON that it is.

    The SDK cannot make its models of a reminder: its `AlertInfo` names a module that does not exist
    (ask-sdk-model 1.82.0), so that every list with a reminder in it would raise an error.
    """

    def serialize(self, obj: object) -> Any:  # noqa: ANN401 - the SDK's interface
        """Make of *obj* what JSON can hold."""
        return to_json(obj)

    def deserialize(self, payload: object, obj_type: object) -> Any:  # noqa: ANN401, ARG002 - the same
        """Read *payload*; None where it is no JSON. The status tells how Amazon answered."""
        return _json(payload)


class AlexaReminders:
    """The `Reminders` of one listener, for one turn.

    *endpoint* and *token* come with the request, and say where Alexa keeps this listener's
    reminders. Nothing is called before the first use; then all calls of a method have `TURN_S`.
    """

    def __init__(self, services: AlexaServices, endpoint: str, token: str, device_id: str) -> None:
        self._services = services
        self._endpoint = endpoint
        self._token = token
        self._device_id = device_id

    def kept(self) -> tuple[Reminder | None, ...]:
        """See `Reminders.kept`."""
        client = self._clients(TURN_S).get_reminder_management_service()
        return tuple(_read(alert) for alert in _alerts(client).values())

    def put(self, reminder: Reminder, text: str, locale: str, now: int) -> None:
        """See `Reminders.put`: the one there is gets changed, so that none comes twice."""
        client = self._clients(TURN_S).get_reminder_management_service()
        tokens = list(_alerts(client))
        for token in tokens[1:]:
            _found(partial(client.delete_reminder, token))
        request = _request(reminder, text, locale, now, self._zone())
        if not tokens or not _found(partial(client.update_reminder, tokens[0], request)):
            _asked(partial(client.create_reminder, request))

    def cancel(self) -> bool:
        """See `Reminders.cancel`."""
        client = self._clients(TURN_S).get_reminder_management_service()
        tokens = list(_alerts(client))
        for token in tokens:
            _found(partial(client.delete_reminder, token))
        return bool(tokens)

    def day(self, at: int) -> int:
        """See `Reminders.day`."""
        here = _local(datetime.fromtimestamp(min(at, LATEST_MS) // 1000, UTC), self._zone())
        return here.toordinal() if here else 0

    def _clients(self, seconds: float) -> ServiceClientFactory:
        """Give the SDK's clients, whose calls together end within *seconds* from now."""
        return ServiceClientFactory(
            ApiConfiguration(
                serializer=PlainJsonSerializer(),
                api_client=DeadlineClient(self._services, seconds),
                authorization_value=self._token,
                api_endpoint=self._endpoint,
            )
        )

    def _zone(self) -> str:
        """Ask for the device's time zone, which needs no permission; empty where there is none."""
        client = self._clients(ZONE_S).get_ups_service()
        try:
            found = _asked(partial(client.get_system_time_zone, self._device_id))
        except RemindersError as fault:
            LOG.info("the device's time zone is not known: %s", fault)
            return ""
        return found if isinstance(found, str) and re.fullmatch(ZONE, found) else ""


def _alerts(client: ReminderManagementServiceClient) -> dict[str, Reader]:
    """Give those that will ring, by token; Alexa also lists those of the last three days."""
    found: object = _asked(client.get_reminders)
    if not isinstance(found, dict):
        raise RemindersError(Why.UNREACHABLE, "not a list of reminders")
    alerts = {each.text("alertToken", ""): each for each in Reader(found).tables("alerts")}
    return {
        token: each for token, each in alerts.items() if token and each.text("status", "") == ON
    }


def _found(call: Callable[[], object]) -> bool:
    """Tell whether the reminder that *call* changes was still there."""
    try:
        call()
    except ServiceException as error:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return False
        raise _refusal(error) from error
    return True


def _asked(call: Callable[[], Returned]) -> Returned:
    try:
        return call()
    except ServiceException as error:
        raise _refusal(error) from error


def _refusal(error: ServiceException) -> RemindersError:
    """Tell why; Amazon's own words may name a user, so only status and code are kept."""
    # The SDK gives the text itself where it does not know the status for this call.
    given = _json(error.body) if isinstance(error.body, str) else error.body
    body = Reader(given if isinstance(given, dict) else {})
    code = body.text("code", "")
    words = f"{code} {body.text('message', '')}".lower().replace("_", " ")
    why = Why.UNREACHABLE
    if error.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT}:
        why = Why.NOT_ALLOWED
    elif error.status_code == HTTPStatus.FORBIDDEN:
        full = any(word in words for word in FULL)
        unable = any(word in words for word in UNABLE)
        why = Why.TOO_MANY if full else Why.UNSUPPORTED if unable else Why.NOT_ALLOWED
    detail = f"{error.status_code} {code}" if re.fullmatch(CODE, code) else str(error.status_code)
    return RemindersError(why, detail)


def _json(text: object) -> Any:  # noqa: ANN401 - whatever a stranger wrote
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _read(alert: Reader) -> Reminder | None:
    """Read an alert as this skill wrote it, or as the Alexa app may have changed it."""
    rules = alert.table("trigger").table("recurrence").texts("recurrenceRules")
    return Reminder.of_rule(rules[0]) if len(rules) == 1 else None


def _request(reminder: Reminder, text: str, locale: str, now: int, zone: str) -> ReminderRequest:
    moment = datetime.fromtimestamp(now // 1000, UTC)
    here = _local(moment, zone)
    return ReminderRequest(
        request_time=here or moment.replace(tzinfo=None),
        trigger=Trigger(
            object_type=TriggerType.SCHEDULED_ABSOLUTE,
            scheduled_time=reminder.first(here or moment.replace(tzinfo=None) + FARTHEST_EAST),
            time_zone_id=zone or None,
            recurrence=Recurrence(recurrence_rules=[reminder.rule]),
        ),
        alert_info=AlertInfo(SpokenInfo([SpokenText(locale=locale, text=text)])),
        push_notification=PushNotification(PushNotificationStatus.DISABLED),
    )


def _local(moment: datetime, zone: str) -> datetime | None:
    """Give the time on the device's clock, without a zone, as Alexa wants it; None if unknown."""
    import zoneinfo  # noqa: PLC0415 - it reads Python's build settings, which few turns need

    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None) if zone else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as fault:
        LOG.info("a time zone that is not known here: %s", fault)
        return None
