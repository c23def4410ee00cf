"""Reminders in Alexa's own service, through the SDK's clients for it."""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ask_sdk_model import Directive, Request
from ask_sdk_model.interfaces import connections
from ask_sdk_model.services import (
    Serializer,
    ServiceClientFactory,
    ServiceException,
    reminder_management,
)
from ask_sdk_model.services.api_configuration import ApiConfiguration

from skill.alexa.api import CONFLICT, FORBIDDEN, NOT_FOUND, TURN_S, UNAUTHORIZED, Patient
from skill.conversation.turn import CONSENT, Consent
from skill.listener.reader import Reader
from skill.listener.reminders import Reminder, RemindersError, Why

if TYPE_CHECKING:
    from ask_sdk_model.services.reminder_management import (
        ReminderManagementServiceClient,
        ReminderRequest,
    )

LOG = logging.getLogger(__name__)

SCOPE: Final = "alexa::alerts:reminders:skill:readwrite"
"""The permission that a listener gives (Amazon, "Alexa Reminders Overview")."""

ZONE: Final = r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+){0,2}"
"""A time zone's name in the tz database."""

ZONE_S: Final = 0.8
"""How long the time zone may take of `TURN_S`: a reminder can be set without it."""

CODE: Final = r"[A-Z][A-Z_]{0,60}"
"""A code of Amazon's errors, fit to be logged."""

ON: Final = "ON"
"""The status of a reminder that will come."""

FARTHEST_EAST: Final = timedelta(hours=14)
"""No clock on earth is further ahead of UTC (tz database: Pacific/Kiritimati)."""

FULL: Final = ("max", "exceed", "too many", "limit")
UNABLE: Final = ("device", "support")
"""Words by which a 403 tells what it means. No list of Amazon's codes for it is at hand; any other
is taken for a permission that is missing."""

Answer = TypeVar("Answer")


def asking(token: str) -> Directive:
    """Make Alexa ask the listener for that permission; her `CONSENT` request brings *token* back.

    Amazon, "Set Up Voice Permissions for Reminders", version 2.
    """
    scopes = [{"permissionScope": SCOPE, "consentLevel": "ACCOUNT"}]
    payload: dict[str, object] = {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": scopes,
    }
    return connections.SendRequestDirective(name="AskFor", payload=payload, token=token)


def consent_of(request: Request) -> Consent | None:
    """What came of asking; None where *request* is no answer to that, or has none in it.

    Amazon's page shows the status inside the list of scopes, and its version 1 beside it.
    """
    payload = getattr(request, "payload", None) if request.object_type == CONSENT else None
    if not isinstance(payload, dict):
        return None
    scopes = payload.get("permissionScopes")
    given = [payload, *(scopes if isinstance(scopes, list) else ())]
    found = [each.get("status") for each in given if isinstance(each, dict)]
    return next((Consent(each) for each in found if each in list(Consent)), None)


class PlainAnswers(Serializer):
    """Writes as *serializer* does, and reads JSON as it is; None where it is none.

    The SDK's models cannot be made of a reminder: its `AlertInfo` names a module that it does not
    have (ask-sdk-model 1.82.0), so that every list with one in it is an error.
    """

    def __init__(self, serializer: Serializer) -> None:
        self._serializer = serializer

    def serialize(self, obj: object) -> Any:  # noqa: ANN401 - the SDK's interface
        """Make of *obj* what JSON can hold."""
        return self._serializer.serialize(obj)

    def deserialize(self, payload: object, obj_type: object) -> Any:  # noqa: ANN401, ARG002 - the same
        """Read *payload*; how Amazon answered is told by the status, whatever comes with it."""
        return _json(payload)


class AlexaReminders:
    """The `Reminders` of the listener whose token *services* hold, for one turn.

    Nothing is called before the first use; from then on, all calls of a method have `TURN_S`.
    """

    def __init__(self, services: ServiceClientFactory, device_id: str) -> None:
        self._services = services
        self._device_id = device_id

    def kept(self) -> tuple[Reminder | None, ...]:
        """See `Reminders.kept`."""
        client = self._services_for(TURN_S).get_reminder_management_service()
        return tuple(_read(alert) for alert in _alerts(client).values())

    def put(self, reminder: Reminder, text: str, locale: str, now: int) -> None:
        """See `Reminders.put`: the one there is gets changed, so that none comes twice."""
        client = self._services_for(TURN_S).get_reminder_management_service()
        tokens = list(_alerts(client))
        for token in tokens[1:]:
            _found(partial(client.delete_reminder, token))
        request = _request(reminder, text, locale, now, self._zone())
        if not tokens or not _found(partial(client.update_reminder, tokens[0], request)):
            _asked(partial(client.create_reminder, request))

    def cancel(self) -> bool:
        """See `Reminders.cancel`."""
        client = self._services_for(TURN_S).get_reminder_management_service()
        tokens = list(_alerts(client))
        for token in tokens:
            _found(partial(client.delete_reminder, token))
        return bool(tokens)

    def _services_for(self, seconds: float) -> ServiceClientFactory:
        """The clients, all of whose calls together end within *seconds* from now."""
        given = self._services.api_configuration
        return ServiceClientFactory(
            ApiConfiguration(
                serializer=PlainAnswers(given.serializer),
                api_client=Patient(given.api_client, seconds),
                authorization_value=given.authorization_value,
                api_endpoint=given.api_endpoint,
            )
        )

    def _zone(self) -> str:
        """The device's time zone, which no permission is needed for; empty where none is told."""
        client = self._services_for(ZONE_S).get_ups_service()
        try:
            found = _asked(partial(client.get_system_time_zone, self._device_id))
        except RemindersError as fault:
            LOG.info("no time zone, so the reminder goes by the device's own: %s", fault)
            return ""
        return found if isinstance(found, str) and re.fullmatch(ZONE, found) else ""


def _alerts(client: "ReminderManagementServiceClient") -> dict[str, Reader]:
    """Those that will come, by token; Alexa also lists the ones of the last three days."""
    found: object = _asked(client.get_reminders)
    if not isinstance(found, dict):
        raise RemindersError(Why.UNREACHABLE, "a list that is none")
    alerts = {each.text("alertToken", ""): each for each in Reader(found).tables("alerts")}
    return {
        token: each for token, each in alerts.items() if token and each.text("status", "") == ON
    }


def _found(call: Callable[[], object]) -> bool:
    """Tell whether what is to be changed by *call* was still there."""
    try:
        call()
    except ServiceException as error:
        if error.status_code == NOT_FOUND:
            return False
        raise _refusal(error) from error
    return True


def _asked(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except ServiceException as error:
        raise _refusal(error) from error


def _refusal(error: ServiceException) -> RemindersError:
    """Tell why; Amazon's own words may name a user, so only the status and a code are kept."""
    # The SDK gives the text itself where it does not know the status for this call.
    given = _json(error.body) if isinstance(error.body, str) else error.body
    body = Reader(given if isinstance(given, dict) else {})
    code = body.text("code", "")
    words = f"{code} {body.text('message', '')}".lower().replace("_", " ")
    why = Why.UNREACHABLE
    if error.status_code in {UNAUTHORIZED, CONFLICT}:
        why = Why.NOT_ALLOWED
    elif error.status_code == FORBIDDEN:
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


def _request(reminder: Reminder, text: str, locale: str, now: int, zone: str) -> "ReminderRequest":
    moment = datetime.fromtimestamp(now // 1000, UTC)
    here = _local(moment, zone)
    models = reminder_management
    return models.ReminderRequest(
        request_time=here or moment.replace(tzinfo=None),
        trigger=models.Trigger(
            object_type=models.TriggerType.SCHEDULED_ABSOLUTE,
            scheduled_time=reminder.first(here or moment.replace(tzinfo=None) + FARTHEST_EAST),
            time_zone_id=zone or None,
            recurrence=models.Recurrence(recurrence_rules=[reminder.rule]),
        ),
        alert_info=models.AlertInfo(
            models.SpokenInfo([models.SpokenText(locale=locale, text=text)])
        ),
        push_notification=models.PushNotification(models.PushNotificationStatus.DISABLED),
    )


def _local(moment: datetime, zone: str) -> datetime | None:
    """The time on the device's clock, as Alexa wants it: without a zone. None where unknown."""
    import zoneinfo  # noqa: PLC0415 - only who sets a reminder needs it

    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None) if zone else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as fault:
        LOG.info("a time zone that is not known here: %s", fault)
        return None
