"""The page that leads, for the tests of it; its fixtures are in `page_fixtures`."""

from page_fixtures import (
    _browser_of_the_process,
    address,
    browser,
    cues,
    pytest_runtest_teardown,
    shared_address,
)

__all__ = (
    "_browser_of_the_process",
    "address",
    "browser",
    "cues",
    "pytest_runtest_teardown",
    "shared_address",
)
