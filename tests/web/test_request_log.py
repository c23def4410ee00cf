"""Requests are listed; of a storm of refusals, only their number."""

import asyncio
import logging
import time

import pytest
from certificate_authority import SKILL_ID

from skill.web.request_log import RequestLog


def fields(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = vars(record)["fields"]
    return found


async def storm(minutes: int) -> None:
    log = RequestLog(most_listed=2, minute_s=0.2)
    for _ in range(minutes):
        for number in range(500):
            log.note("/alexa", 400, time.perf_counter_ns(), {"rule": "certificate-url"})
            log.note(f"/{number}", 404, time.perf_counter_ns(), {})
        log.note("/alexa", 400, time.perf_counter_ns(), {"rule": "signature"})
        log.note("/alexa", 200, time.perf_counter_ns(), {})
        await asyncio.sleep(0.3)


def test_a_storm_is_counted_once_a_minute_and_not_listed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    asyncio.run(storm(minutes=2))

    listed = [fields(each)["status"] for each in caplog.records if each.levelname == "INFO"]
    counted = [fields(each) for each in caplog.records if each.levelname == "WARNING"]
    assert listed == [400, 404, 400, 404, 400, 200] * 2
    assert counted == [{"refused": {"certificate-url": 498, "404": 498}}] * 2


def test_where_nothing_was_left_out_nothing_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    async def quiet() -> None:
        log = RequestLog(minute_s=0.0)
        log.note("/alexa", 400, time.perf_counter_ns(), {"rule": "skill-id", "detail": SKILL_ID})
        await asyncio.sleep(0.01)

    caplog.set_level("INFO")
    asyncio.run(quiet())

    (record,) = caplog.records
    assert fields(record)["rule"] == "skill-id"
