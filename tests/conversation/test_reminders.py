"""Reminders: what they are, what Alexa is asked for them, and how every answer of hers is met."""

import json
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any, Final

import pytest
from ask_sdk_model.services import ApiClientRequest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import ENGLISH, LIBRARY
from reminder_server import SCOPE, Answer, Fault, Service, refusal, serving
from turns import HOUR, LAUNCH, Heard, Turns, intent, listener_key

from skill import app
from skill.alexa import permission
from skill.alexa import reminders as alexa_reminders
from skill.alexa.api import TURN_S, AlexaServices, ServiceAnswer, ServiceCall
from skill.alexa.api_client import MOST_BYTES, ORIGINS, AlexaApi
from skill.alexa.deadline import LONGEST_RETRY_S, DeadlineClient
from skill.app import App
from skill.conversation.turn import Consent, Slot
from skill.language.library import load
from skill.listener.reminders import EVERY_OTHER_DAY, PARTS_OF_DAY, Day, Reminder, Why
from skill.routine.plan import Line
from skill.simulator.clock import Clock
from skill.simulator.device import Device, DeviceSession
from skill.storage.memory_store import MemoryStore

HERE: Final = datetime(2026, 1, 5, 8, 30)  # noqa: DTZ001 - a clock on a wall in Berlin
"""The moment at which the clock of the tests stands, a Monday, on the device's own."""

ALLOWED: Final = frozenset({SCOPE})

SEVEN: Final = Slot("07:00")

clocks = st.builds(Reminder, hour=st.integers(0, 23), minute=st.integers(0, 59))
day_sets = st.sets(st.sampled_from(Day), min_size=1).map(
    lambda days: tuple(day for day in Day if day in days)
)
reminders = st.builds(Reminder, hour=st.integers(0, 23), minute=st.integers(0, 59), days=day_sets)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(Service(HERE)) as running:
        yield running


def skill_with(api: AlexaServices | None, clock: Clock) -> App:
    return app.build(MemoryStore(clock), listener_key, alexa_api=api, content=LIBRARY)


@pytest.fixture
def alexa(service: Service, clock: Clock) -> Turns:
    """A device whose listener has given leave, and the service it tells the skill of."""
    made = skill_with(AlexaApi(frozenset({service.url})), clock)
    return Turns(made, clock, Device("en-US", scopes=ALLOWED, api_endpoint=service.url))


def said(key: str, *values: tuple[str, Any]) -> str:
    return ENGLISH.spoken(Line(key, values))


def told(key: str, when: str, *values: tuple[str, Any]) -> str:
    """Word *key* with the days of a reminder and the time that is called *when*."""
    days = ("days", tuple(day.value for day in EVERY_OTHER_DAY))
    return said(f"reminders.{key}", days, ("when", Line(f"reminders.{when}", values)))


AT_SEVEN: Final = ("at_morning", ("hour", 7))
AT_NINE: Final = ("at_night", ("hour", 9))


# What a reminder is.


@given(reminder=clocks)
def test_a_time_of_day_is_read_back_as_it_was_written(reminder: Reminder) -> None:
    assert Reminder.at(reminder.clock) == reminder


@pytest.mark.parametrize("part", PARTS_OF_DAY)
def test_every_part_of_the_day_is_a_time(part: str) -> None:
    reminder = Reminder.at(part)

    assert reminder
    assert reminder.clock == PARTS_OF_DAY[part]


@pytest.mark.parametrize(
    "time",
    [
        "",
        "7",
        "7:00",
        "24:00",
        "07:60",
        "07:00:00",
        "AM",
        "\u0660\u0667:\u0660\u0660",
        "07:00\n",
        "x" * 999,
    ],
)
def test_what_is_no_time_of_day_is_none(time: str) -> None:
    assert Reminder.at(time) is None


@pytest.mark.parametrize(("hour", "minute"), [(-1, 0), (24, 0), (7, -1), (7, 60)])
def test_there_is_no_reminder_at_no_time(hour: int, minute: int) -> None:
    with pytest.raises(ValueError, match="no time of the week"):
        Reminder(hour, minute)


def test_there_is_no_reminder_on_no_day() -> None:
    with pytest.raises(ValueError, match="no time of the week"):
        Reminder(7, 0, ())


@given(reminder=reminders)
def test_a_rule_is_read_back_as_it_was_written(reminder: Reminder) -> None:
    assert Reminder.of_rule(reminder.rule) == reminder


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;BYHOUR=7;BYMINUTE=30;BYSECOND=0;INTERVAL=1;", tuple(Day)),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=7;BYMINUTE=30;", (Day.TUESDAY,)),
        ("FREQ=WEEKLY;BYDAY=SU,MO;BYHOUR=7;BYMINUTE=30", (Day.MONDAY, Day.SUNDAY)),
    ],
)
def test_a_rule_that_the_app_wrote_is_read(rule: str, days: tuple[Day, ...]) -> None:
    assert Reminder.of_rule(rule) == Reminder(7, 30, days)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        ";;",
        "FREQ=WEEKLY;BYHOUR=7;BYMINUTE=30",
        "FREQ=WEEKLY;BYDAY=XX;BYHOUR=7",
        "FREQ=WEEKLY;BYDAY=MO;BYHOUR=7;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=MO;BYHOUR=7",
        "FREQ=DAILY;BYHOUR=25",
        "FREQ=DAILY",
    ],
)
def test_any_other_rule_is_not_guessed_at(rule: str) -> None:
    assert Reminder.of_rule(rule) is None


@given(reminder=reminders, now=st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1)))  # noqa: DTZ001 - as above
def test_the_first_time_is_the_next_on_one_of_the_days(reminder: Reminder, now: datetime) -> None:
    first = reminder.first(now)

    assert (first.hour, first.minute, first.second) == (reminder.hour, reminder.minute, 0)
    assert tuple(Day)[first.weekday()] in reminder.days
    assert now < first <= now + timedelta(days=7)
    earlier = (first - timedelta(days=back) for back in range(1, 7))
    assert not any(at > now and tuple(Day)[at.weekday()] in reminder.days for at in earlier)


def test_who_goes_by_the_reminder_never_falls_out_of_every_other_day() -> None:
    """Nor does it come a second time within the day of rest that the routine speaks of."""
    routine = load().routine
    at, gaps = HERE, []
    for _ in range(len(EVERY_OTHER_DAY)):
        after = Reminder(7, 0).first(at)
        gaps.append(Reminder(7, 0).first(after) - after)
        at = after

    assert max(gaps) < timedelta(milliseconds=routine.streak_ms)
    assert min(gaps) > timedelta(milliseconds=routine.rest_day_ms)


# What a listener says, and what Alexa is asked.


def test_a_reminder_is_offered_in_full_and_nothing_is_asked_before_the_yes(
    alexa: Turns, service: Service
) -> None:
    heard = alexa.say("ReminderIntent", time=SEVEN)

    assert heard.text.startswith(told("offer", *AT_SEVEN))
    assert heard.text.endswith(said("reminders.say_remind"))
    assert heard.is_open
    assert service.asked == []


def test_a_yes_makes_just_what_was_offered(alexa: Turns, service: Service) -> None:
    alexa.say("ReminderIntent", time=SEVEN)
    heard = alexa.say("AMAZON.YesIntent")

    assert told("set", *AT_SEVEN) in heard.text
    assert service.asked == ["GET", "zone", "POST"]
    assert service.bodies == [
        {
            "requestTime": "2026-01-05T08:30:00",
            "trigger": {
                "type": "SCHEDULED_ABSOLUTE",
                "scheduledTime": "2026-01-07T07:00:00",
                "timeZoneId": "Europe/Berlin",
                "recurrence": {
                    "recurrenceRules": [
                        "FREQ=WEEKLY;BYDAY=MO,WE,FR,SU;BYHOUR=7;BYMINUTE=0;BYSECOND=0;INTERVAL=1"
                    ]
                },
            },
            "alertInfo": {
                "spokenInfo": {"content": [{"locale": "en-US", "text": said("reminders.label")}]}
            },
            "pushNotification": {"status": "DISABLED"},
        }
    ]


@given(reminder=clocks)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_time_can_be_set_and_is_told_again(
    alexa: Turns, service: Service, reminder: Reminder
) -> None:
    """There is one reminder at any moment, at the time that was last agreed to."""
    offer = alexa.say("ReminderIntent", time=Slot(reminder.clock)).text
    alexa.say("AMAZON.YesIntent")
    heard = alexa.say("WhenReminderIntent").text

    (alert,) = service.alerts.values()
    assert reminder.rule in alert["trigger"]["recurrence"]["recurrenceRules"]
    when = offer.removeprefix("I can remind you ").partition(", about every other day")[0]
    assert f"You have a reminder {when}, on Mondays, " in heard


@pytest.mark.parametrize(
    ("time", "spoken"),
    [
        ("00:00", "at midnight,"),
        ("00:05", "at 12:05 at night,"),
        ("05:00", "at five in the morning,"),
        ("11:59", "at 11:59 in the morning,"),
        ("12:00", "at noon,"),
        ("12:30", "at 12:30 in the afternoon,"),
        ("17:00", "at five in the evening,"),
        ("21:00", "at nine at night,"),
    ],
)
def test_a_time_is_told_so_that_morning_and_evening_differ(
    alexa: Turns, time: str, spoken: str
) -> None:
    assert spoken in alexa.say("ReminderIntent", time=Slot(time)).text


def test_label_and_sentences_follow_amazons_guidelines() -> None:
    """Short, to "you", without the skill's name or anything about health."""
    label = said("reminders.label")

    assert len(label) <= 25
    assert "my" not in label.lower().split()
    assert "foot routine" not in label.lower()


def test_without_a_time_it_is_asked_for(alexa: Turns, service: Service) -> None:
    assert said("reminders.say_time") in alexa.say("ReminderIntent").text
    assert said("reminders.say_time") in alexa.say("AMAZON.YesIntent").text
    assert said("reminders.say_time") in alexa.say("AMAZON.RepeatIntent").text
    heard = alexa.say("ReminderTimeIntent", time=Slot("EV"))
    assert told("offer", "at_evening", ("hour", 7)) in heard.text
    assert service.asked == []


def test_a_time_that_is_none_is_asked_for_again(alexa: Turns, service: Service) -> None:
    heard = alexa.say("ReminderIntent", time=Slot("soon"))

    assert said("reminders.unknown_time") in heard.text
    assert told("offer", *AT_SEVEN) in alexa.say("ReminderTimeIntent", time=SEVEN).text
    assert service.asked == []


def test_what_is_not_understood_leaves_the_offer_standing(alexa: Turns, service: Service) -> None:
    alexa.say("ReminderIntent", time=SEVEN)
    heard = alexa.say("AMAZON.FallbackIntent")

    assert heard.text.endswith(said("reminders.say_remind"))
    alexa.say("AMAZON.YesIntent")
    assert len(service.alerts) == 1


def test_a_time_out_of_the_blue_sets_nothing(alexa: Turns, service: Service) -> None:
    alexa.launch()
    alexa.say("ReminderTimeIntent", time=SEVEN)
    alexa.say("AMAZON.YesIntent")

    assert service.asked == []


OTHER_INTENTS: Final = ("WhyIntent", "AMAZON.HelpIntent", "WhereAmIIntent", "EquipmentIntent")


@pytest.mark.parametrize("other", OTHER_INTENTS)
def test_after_anything_else_a_yes_is_none_to_the_offer(
    alexa: Turns, service: Service, other: str
) -> None:
    alexa.say("ReminderIntent", time=SEVEN)
    alexa.say(other)
    alexa.say("AMAZON.YesIntent")

    assert service.asked == []


def test_a_new_session_does_not_answer_an_old_offer(alexa: Turns, service: Service) -> None:
    alexa.say("ReminderIntent", time=SEVEN)
    alexa.drop()
    alexa.launch()
    alexa.say("AMAZON.YesIntent")

    assert service.asked == []


@pytest.mark.parametrize("written", ["", "25:00", 7, None, ["07:00"]])
def test_an_offer_that_was_tampered_with_is_none(
    alexa: Turns, service: Service, written: object
) -> None:
    alexa.say("ReminderIntent", time=SEVEN)
    alexa.attributes = {**(alexa.attributes or {}), "reminder": written}
    heard = alexa.say("AMAZON.YesIntent")

    assert said("reminders.unknown_time") in heard.text
    assert service.asked == []


def test_another_time_changes_the_one_there_is_and_leaves_no_other(
    alexa: Turns, service: Service
) -> None:
    """Two devices of a household may have made one each."""
    for time in ("07:00", "08:00"):
        alexa.say("ReminderIntent", time=Slot(time))
        alexa.say("AMAZON.YesIntent")
    service.alerts["other"] = {**service.alerts["alert-1"], "alertToken": "other"}
    service.asked.clear()
    alexa.say("ReminderIntent", time=Slot("09:00"))
    alexa.say("AMAZON.YesIntent")

    assert service.asked == ["GET", "DELETE", "zone", "PUT"]
    (alert,) = service.alerts.values()
    assert "BYHOUR=9;" in alert["trigger"]["recurrence"]["recurrenceRules"][0]


def test_one_that_was_deleted_meanwhile_is_made_anew(alexa: Turns, service: Service) -> None:
    set_at(alexa, "07:00")
    service.faults["PUT"] = [lambda: refusal(404, "ALERT_NOT_FOUND")]
    heard = set_at(alexa, "08:00")

    assert told("set", "at_morning", ("hour", 8)) in heard
    assert service.asked[-1] == "POST"


def test_one_that_has_come_is_none(alexa: Turns, service: Service) -> None:
    set_at(alexa, "07:00")
    service.alerts["alert-1"]["status"] = "COMPLETED"

    assert said("reminders.none") in alexa.say("WhenReminderIntent").text


def test_a_reminder_of_another_kind_is_told_as_one(alexa: Turns, service: Service) -> None:
    set_at(alexa, "07:00")
    service.alerts["alert-1"]["trigger"] = {"type": "SCHEDULED_RELATIVE", "offsetInSeconds": 60}

    assert said("reminders.kept_other") in alexa.say("WhenReminderIntent").text


def test_cancelling_deletes_all_there_are(alexa: Turns, service: Service) -> None:
    set_at(alexa, "07:00")
    service.alerts["other"] = {**service.alerts["alert-1"], "alertToken": "other"}

    assert said("reminders.cancelled") in alexa.say("CancelReminderIntent").text
    assert service.alerts == {}
    assert said("reminders.none") in alexa.say("CancelReminderIntent").text


def test_one_that_is_gone_already_is_cancelled(alexa: Turns, service: Service) -> None:
    set_at(alexa, "07:00")
    service.faults["DELETE"] = [lambda: refusal(404, "ALERT_NOT_FOUND")]

    assert said("reminders.cancelled") in alexa.say("CancelReminderIntent").text


def set_at(alexa: Turns, time: str) -> str:
    alexa.say("ReminderIntent", time=Slot(time))
    return alexa.say("AMAZON.YesIntent").text


@pytest.mark.parametrize(
    ("zone", "fault"),
    [
        (None, None),
        ("No/Such_Zone", None),
        ("../../etc/passwd", None),
        (5, None),
        ("Europe/Berlin", Answer(500)),
        ("Europe/Berlin", Answer(200, "Europe/Berlin without quotes")),
    ],
    ids=["none", "unknown", "a path", "a number", "a fault", "no JSON"],
)
def test_without_a_time_zone_it_goes_by_the_devices_own_and_is_never_in_the_past(
    alexa: Turns, service: Service, zone: object, fault: Answer | None
) -> None:
    """14 hours ahead of UTC is as far as clocks go: what is later there is later anywhere."""
    service.zone = zone
    service.now = HERE + timedelta(hours=13)
    service.faults["zone"] = [lambda: fault] if fault else []

    assert told("set", *AT_NINE) in set_at(alexa, "21:00")
    (sent,) = service.bodies
    assert sent["trigger"]["scheduledTime"] == "2026-01-07T21:00:00"
    assert sent["trigger"].get("timeZoneId") in {None, "No/Such_Zone"}


def test_the_first_time_is_that_of_the_zone(alexa: Turns, service: Service) -> None:
    """It is still Monday morning in Los Angeles when it is evening in Tokyo."""
    service.zone = "America/Los_Angeles"
    service.now = datetime(2026, 1, 4, 23, 30)  # noqa: DTZ001 - a clock on a wall there
    set_at(alexa, "23:45")

    assert service.bodies[0]["trigger"]["scheduledTime"] == "2026-01-04T23:45:00"


def test_a_reminder_rings_the_same_day_where_its_day_is_promised(
    alexa: Turns, service: Service
) -> None:
    """At five on a Monday in New York, seven is two hours ahead; Mondays are among the days."""
    alexa.clock.move_on(5 * HOUR // 2)
    service.zone = "America/New_York"
    service.now = datetime(2026, 1, 5, 5)  # noqa: DTZ001 - a clock on a wall there
    set_at(alexa, "07:00")

    assert service.bodies[0]["trigger"]["scheduledTime"] == "2026-01-05T07:00:00"


# Leave: the permission that a listener gives.


def directive(heard_response: dict[str, Any]) -> dict[str, Any]:
    (found,) = heard_response["response"]["directives"]
    return dict(found)


@pytest.fixture
def newcomer(alexa: Turns, service: Service) -> Turns:
    """A device whose listener has not given leave."""
    return Turns(alexa.app, alexa.clock, Device("en-US", api_endpoint=service.url))


def consent_request(token: str, status: str, *, nested: bool = False) -> dict[str, Any]:
    scope = {"permissionScope": SCOPE, "consentLevel": "ACCOUNT"}
    payload: dict[str, Any] = {"permissionScopes": [scope], "status": status}
    if nested:
        payload = {"permissionScopes": [scope, {"status": status}]}
    return {
        "type": "Connections.Response",
        "name": "AskFor",
        "status": {"code": "200", "message": "OK"},
        "token": token,
        "payload": payload,
    }


def ask_leave(turns: Turns) -> str:
    turns.say("ReminderIntent", time=SEVEN)
    asked = directive(turns.say("AMAZON.YesIntent").response)
    return str(asked["token"])


def test_without_leave_alexa_is_to_ask_for_it_by_voice_and_by_card(newcomer: Turns) -> None:
    """Amazon, "Set Up Voice Permissions for Reminders", version 2 of the directive."""
    newcomer.say("ReminderIntent", time=SEVEN)
    heard = newcomer.say("AMAZON.YesIntent")

    assert directive(heard.response) == {
        "type": "Connections.SendRequest",
        "name": "AskFor",
        "payload": {
            "@type": "AskForPermissionsConsentRequest",
            "@version": "2",
            "permissionScopes": [{"permissionScope": SCOPE, "consentLevel": "ACCOUNT"}],
        },
        "token": "07:00",
    }
    assert heard.response["response"]["card"] == {
        "type": "AskForPermissionsConsent",
        "permissions": [SCOPE],
    }
    assert heard.text == said("reminders.consent")
    assert "shouldEndSession" not in heard.response["response"]
    assert not heard.reprompt


@pytest.mark.parametrize("nested", [False, True], ids=["beside the scopes", "among them"])
@pytest.mark.parametrize("session", ["same", "new"])
def test_leave_that_is_given_sets_what_was_agreed_to(
    newcomer: Turns, alexa: Turns, service: Service, session: str, *, nested: bool
) -> None:
    """Whether Alexa comes back in the same session or in a new one is not documented."""
    token = ask_leave(newcomer)
    if session == "same":
        alexa.attributes = newcomer.attributes
    heard = alexa.ask(consent_request(token, "ACCEPTED", nested=nested))

    assert told("set", *AT_SEVEN) in heard.text
    assert heard.is_open
    assert len(service.alerts) == 1


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (Consent.DENIED, "reminders.denied"),
        (Consent.NOT_ANSWERED, "reminders.not_answered"),
        ("SOMETHING_ELSE", "reminders.not_answered"),
    ],
)
def test_leave_that_is_not_given_sets_nothing(
    newcomer: Turns, alexa: Turns, service: Service, status: str, key: str
) -> None:
    token = ask_leave(newcomer)
    heard = alexa.ask(consent_request(token, status))

    assert said(key) in heard.text
    assert heard.is_open
    assert service.alerts == {}


def test_alexa_is_not_made_to_ask_twice(newcomer: Turns, service: Service) -> None:
    """Accepted, and the API still says no: the app is where to look."""
    heard = newcomer.ask(consent_request(ask_leave(newcomer), "ACCEPTED"))

    assert said("reminders.not_allowed") in heard.text
    assert "directives" not in heard.response["response"]
    assert heard.response["response"]["card"]["type"] == "AskForPermissionsConsent"
    assert service.alerts == {}


@pytest.mark.parametrize("token", ["", "soon", "99:99", "x" * 5000])
def test_an_answer_with_a_strange_token_sets_nothing(
    alexa: Turns, service: Service, token: str
) -> None:
    heard = alexa.ask(consent_request(token, "ACCEPTED"))

    assert said("reminders.not_answered") in heard.text
    assert service.asked == []


@given(
    payload=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["status", "permissionScopes"]), inner)
        ),
        max_leaves=5,
    )
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_comes_back_from_asking_is_answered(
    alexa: Turns, service: Service, payload: object
) -> None:
    strange = {**consent_request("07:00", ""), "payload": payload}
    if not isinstance(payload, dict | None):
        strange["payload"] = {"permissionScopes": payload}
    heard = alexa.ask(strange)

    assert said("reminders.not_answered") in heard.text
    assert service.asked == []


@pytest.mark.parametrize("name", ["WhenReminderIntent", "CancelReminderIntent"])
def test_who_asks_without_leave_is_told_where_to_give_it(newcomer: Turns, name: str) -> None:
    heard = newcomer.say(name)

    assert said("reminders.not_allowed") in heard.text
    assert heard.is_open
    assert heard.response["response"]["card"]["type"] == "AskForPermissionsConsent"


# Every answer of the API.

FAULTS: Final[dict[str, tuple[Fault, Why]]] = {
    "bad request": (lambda: refusal(400, "INVALID_REQUEST"), Why.UNREACHABLE),
    "no permission": (lambda: refusal(401, "UNAUTHORIZED"), Why.NOT_ALLOWED),
    "no permission, no JSON": (lambda: Answer(401, "<html>"), Why.NOT_ALLOWED),
    "no permission, in the words of the SDK": (lambda: refusal(409), Why.NOT_ALLOWED),
    "forbidden": (lambda: refusal(403, "FORBIDDEN"), Why.NOT_ALLOWED),
    "forbidden, empty": (lambda: Answer(403), Why.NOT_ALLOWED),
    "too many": (lambda: refusal(403, "MAX_REMINDERS_EXCEEDED"), Why.TOO_MANY),
    "too many, in words": (lambda: refusal(403, "", "Maximum number reached"), Why.TOO_MANY),
    "device": (lambda: refusal(403, "DEVICE_NOT_SUPPORTED"), Why.UNSUPPORTED),
    "busy": (lambda: Answer(429, "", (("Retry-After", "60"),)), Why.UNREACHABLE),
    "fault": (lambda: refusal(500, "INTERNAL"), Why.UNREACHABLE),
    "down": (lambda: Answer(503, "<html>"), Why.UNREACHABLE),
    "gateway": (lambda: Answer(504), Why.UNREACHABLE),
    "moved": (lambda: Answer(301, "", (("Location", "http://127.0.0.1:1/"),)), Why.UNREACHABLE),
    "dropped": (lambda: None, Why.UNREACHABLE),
    "too long": (lambda: Answer(200, "x" * (MOST_BYTES + 1)), Why.UNREACHABLE),
}


@pytest.mark.parametrize("where", ["GET", "POST"])
@pytest.mark.parametrize("name", FAULTS)
def test_every_no_to_setting_is_told_calmly_and_keeps_the_place(
    alexa: Turns, service: Service, name: str, where: str
) -> None:
    fault, why = FAULTS[name]
    alexa.launch()
    led = alexa.say("StartRoutineIntent")
    place = alexa.say("ReminderIntent", time=SEVEN, after=80_000).attributes
    service.faults[where] = [fault]
    heard = alexa.say("AMAZON.YesIntent")

    key = "reminders.consent" if why is Why.NOT_ALLOWED else f"reminders.not_set_{why}"
    assert said(key) in heard.text
    assert service.alerts == {}
    assert {part: heard.attributes[part] for part in ("exercise", "foot", "set", "phase")} == {
        part: place[part] for part in ("exercise", "foot", "set", "phase")
    }
    if why is not Why.NOT_ALLOWED:
        assert heard.is_open
        assert heard.text.endswith(said("say_resume"))
    assert led.is_open


@pytest.mark.parametrize("name", FAULTS)
def test_every_no_to_changing_is_told_and_leaves_the_one_there_is(
    alexa: Turns, service: Service, name: str
) -> None:
    set_at(alexa, "07:00")
    kept = json.dumps(service.alerts)
    fault, why = FAULTS[name]
    service.faults["PUT"] = [fault]
    heard = set_at(alexa, "08:00")

    key = "reminders.consent" if why is Why.NOT_ALLOWED else f"reminders.not_set_{why}"
    assert said(key) in heard
    assert json.dumps(service.alerts) == kept


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(
    "case",
    [
        ("WhenReminderIntent", "GET", "reminders.not_seen"),
        ("CancelReminderIntent", "GET", "reminders.not_cancelled"),
        ("CancelReminderIntent", "DELETE", "reminders.not_cancelled"),
    ],
)
def test_every_no_to_seeing_and_cancelling_is_told(
    alexa: Turns, service: Service, case: tuple[str, str, str], name: str
) -> None:
    asked, where, key = case
    set_at(alexa, "07:00")
    fault, why = FAULTS[name]
    service.faults[where] = [fault]
    heard = alexa.say(asked)

    assert said("reminders.not_allowed" if why is Why.NOT_ALLOWED else key) in heard.text
    assert heard.is_open
    assert len(service.alerts) == 1


@pytest.mark.parametrize("body", ["", "null", "[]", "5", "<html>", '{"alerts": 5}', "[" * 9999])
def test_a_list_that_is_none_changes_nothing(alexa: Turns, service: Service, body: str) -> None:
    service.faults["GET"] = [lambda: Answer(200, body)]
    heard = set_at(alexa, "07:00")

    if body == '{"alerts": 5}':
        assert len(service.alerts) == 1
    else:
        assert said("reminders.not_set_unreachable") in heard
        assert service.asked == ["GET"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)

strange_alerts = st.fixed_dictionaries(
    {},
    optional={
        "alertToken": st.just("token") | json_values,
        "status": st.just("ON") | json_values,
        "trigger": json_values
        | st.fixed_dictionaries(
            {
                "recurrence": json_values
                | st.fixed_dictionaries({"recurrenceRules": st.lists(st.text(max_size=30))})
            }
        ),
    },
)


class Whatever:
    """A service that answers each call with the next of *answers*, and then with the last."""

    def __init__(self, answers: list[tuple[int, object]]) -> None:
        self._answers = answers

    def answer(self, call: ServiceCall) -> ServiceAnswer:
        """Answer, whatever is asked."""
        assert call.url
        status, body = self._answers.pop(0) if self._answers[1:] else self._answers[0]
        return ServiceAnswer(status, json.dumps(body))


answers = st.lists(
    st.tuples(
        st.sampled_from([200, 201, 204, 400, 401, 403, 404, 409, 429, 500, 503]),
        json_values | st.fixed_dictionaries({"alerts": st.lists(strange_alerts, max_size=3)}),
    ),
    min_size=1,
    max_size=6,
)


@given(answers=answers)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_the_service_answers_the_listener_gets_a_sentence(
    clock: Clock, answers: list[tuple[int, object]]
) -> None:
    """`Turns.ask` holds each response against what Alexa accepts; an apology would be a fault."""
    turns = Turns(skill_with(Whatever(answers), clock), clock, Device("en-US", scopes=ALLOWED))
    for name in (
        "WhenReminderIntent",
        "ReminderIntent",
        "AMAZON.YesIntent",
        "CancelReminderIntent",
    ):
        request = intent(name, **({"time": SEVEN} if name == "ReminderIntent" else {}))
        heard = turns.ask(request)

        assert said("sorry") not in heard.text
        assert heard.text


# Time, and whom the skill talks to.


def test_a_service_that_hangs_is_given_up_within_the_turn(
    alexa: Turns, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alexa_reminders, "TURN_S", 0.2)
    asked, over = Event(), Event()

    def wait() -> None:
        asked.set()
        over.wait()

    service.faults["GET"] = [wait]
    heard = set_at(alexa, "07:00")
    asked.wait()  # it may still be on its way when it is given up
    over.set()

    assert said("reminders.not_set_unreachable") in heard
    assert service.asked == ["GET"]


class Busy:
    """A service that is too busy, for as long as it is asked; it counts that."""

    def __init__(self, retry_after: str | None) -> None:
        self._headers = {} if retry_after is None else {"Retry-After": retry_after}
        self.asked = 0

    def answer(self, call: ServiceCall) -> ServiceAnswer:
        """Say so."""
        assert call.url
        self.asked += 1
        return ServiceAnswer(429, "", self._headers)


def test_a_time_zone_that_takes_too_long_is_done_without(
    alexa: Turns, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alexa_reminders, "ZONE_S", 0.1)
    over = Event()

    def wait() -> None:
        over.wait()

    service.faults["zone"] = [wait]
    heard = set_at(alexa, "07:00")
    over.set()

    assert told("set", *AT_SEVEN) in heard
    assert "timeZoneId" not in service.bodies[0]["trigger"]


@pytest.mark.parametrize(
    ("retry_after", "asked"),
    [
        (None, 2),
        ("0", 2),
        ("1", 2),
        ("2", 1),
        ("99999", 1),
        ("-1", 1),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1),
    ],
)
def test_a_busy_service_is_asked_once_more_when_it_says(
    retry_after: str | None, asked: int
) -> None:
    busy = Busy(retry_after)
    slept: list[float] = []
    client = DeadlineClient(busy, TURN_S, sleep=slept.append)

    assert client.invoke(ApiClientRequest(url="/")).status_code == 429
    assert busy.asked == asked
    assert slept == ([float(retry_after or 0)] if asked == 2 else [])


def test_a_turn_does_not_wait_longer_than_it_has() -> None:
    """The service asks for a second, of which half is left."""
    busy = Busy("1")
    times = iter([0.0, 0.0, TURN_S - LONGEST_RETRY_S / 2])
    DeadlineClient(busy, TURN_S, timer=lambda: next(times)).invoke(ApiClientRequest(url="/"))

    assert busy.asked == 1


def test_a_busy_service_that_is_free_again_sets_the_reminder(
    alexa: Turns, service: Service
) -> None:
    service.faults["POST"] = [lambda: Answer(429, "", (("Retry-After", "0"),))]

    assert told("set", *AT_SEVEN) in set_at(alexa, "07:00")
    assert service.asked == ["GET", "zone", "POST", "POST"]


def test_all_calls_of_a_turn_and_the_store_leave_time_to_answer() -> None:
    """A turn loads and saves, about 4 s at worst in DynamoDB; Alexa waits 8 s."""
    assert TURN_S + 4.2 < 8


def test_a_token_goes_to_alexas_own_services_only(service: Service, clock: Clock) -> None:
    """The address comes with the request; for tools on this machine nobody has verified that."""
    device = Device("en-US", scopes=ALLOWED, api_endpoint=service.url)
    turns = Turns(skill_with(AlexaApi(), clock), clock, device)

    assert said("reminders.not_set_unreachable") in set_at(turns, "07:00")
    assert service.asked == []
    assert all(origin.startswith("https://api.") for origin in ORIGINS)
    assert all(origin.endswith("amazonalexa.com") for origin in ORIGINS)


def test_a_service_without_a_certificate_is_not_talked_to(service: Service, clock: Clock) -> None:
    url = service.url.replace("http:", "https:")
    device = Device("en-US", scopes=ALLOWED, api_endpoint=url)
    turns = Turns(skill_with(AlexaApi(frozenset({url})), clock), clock, device)

    assert said("reminders.not_set_unreachable") in set_at(turns, "07:00")
    assert service.tokens == []


@pytest.mark.parametrize("missing", ["API client", "apiAccessToken", "apiEndpoint"])
@pytest.mark.parametrize(
    "request_",
    [intent("ReminderIntent"), intent("WhenReminderIntent"), intent("CancelReminderIntent")],
)
def test_without_access_to_alexas_services_all_else_works(
    service: Service, clock: Clock, missing: str, request_: dict[str, Any]
) -> None:
    api = None if missing == "API client" else AlexaApi(frozenset({service.url}))
    made = skill_with(api, clock)
    device = Device("en-US", scopes=ALLOWED, api_endpoint=service.url)

    def ask(request: dict[str, Any]) -> str:
        envelope = device.envelope(request, DeviceSession("session"), clock())
        envelope["context"]["System"].pop(missing, None)
        return Heard(made.converse(envelope)).text

    assert said("reminders.unavailable") in ask(request_)
    assert said("reminders.unavailable") in ask(consent_request("07:00", "ACCEPTED"))
    assert ask(LAUNCH).endswith(said("say_start"))
    assert service.asked == []


def test_no_turn_but_those_about_reminders_calls_anybody(alexa: Turns, service: Service) -> None:
    alexa.launch()
    alexa.say("StartRoutineIntent")
    for name in (*OTHER_INTENTS, "AMAZON.NextIntent", "AMAZON.YesIntent", "AMAZON.StopIntent"):
        alexa.say(name, after=9_000)

    assert service.asked == []


def test_the_log_names_no_token_and_no_user(
    newcomer: Turns, alexa: Turns, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    service.faults["GET"] = [lambda: refusal(500, "amzn1.ask.account.X", "user LISTENER")]
    set_at(alexa, "07:00")
    set_at(alexa, "07:00")
    newcomer.say("WhenReminderIntent")
    told = caplog.text

    assert "500" in told
    assert "not_allowed: 401 UNAUTHORIZED" in told
    for secret in ("LISTENER", "amzn1", "alert-1", SCOPE):
        assert secret not in told


def test_every_reason_has_a_sentence() -> None:
    for why in Why:
        key = "not_allowed" if why is Why.NOT_ALLOWED else f"not_set_{why}"
        assert f"reminders.{key}" in ENGLISH.sentences
    for day in Day:
        assert day in ENGLISH.names["days"]


def test_the_scope_is_the_one_the_manifest_has_to_ask_for() -> None:
    assert permission.SCOPE == SCOPE


# The day of a routine.


def finished_day(alexa: Turns) -> int:
    """The day that is kept at the end of a short routine, as `date.toordinal` counts; 0 for none.

    The routine ends at eight in the morning of 5 January 2026, UTC.
    """
    alexa.launch()
    alexa.say("OnlyIntent", exercise=Slot("toe curls", "toe_curls"))
    heard = alexa.begun(alexa.say("StartRoutineIntent"))
    while alexa.attributes is not None:
        heard = alexa.say("AMAZON.NextIntent", heard.ms + 5_000)
    memory: dict[str, Any] = heard.attributes["memory"]
    assert memory["sessions"] == 1
    day: int = memory.get("day", 0)
    return day


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-01-05"),
        ("Pacific/Honolulu", "2026-01-04"),
        ("No/Such_Zone", ""),
        (None, ""),
    ],
)
def test_the_day_of_a_routine_is_that_of_the_devices_zone_where_it_is_known(
    alexa: Turns, service: Service, zone: object, day: str
) -> None:
    service.zone = zone

    assert finished_day(alexa) == (date.fromisoformat(day).toordinal() if day else 0)


def test_a_routine_ends_well_where_the_zone_cannot_be_asked_for(
    alexa: Turns, service: Service
) -> None:
    service.zone = "Europe/Berlin"
    service.faults["zone"] = [lambda: Answer(500)]

    assert finished_day(alexa) == 0
