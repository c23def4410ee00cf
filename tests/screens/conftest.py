"""The browser for the tests of screens; its fixtures are in `page_fixtures`."""

from page_fixtures import _browser_of_the_process, browser, pytest_runtest_teardown

__all__ = ("_browser_of_the_process", "browser", "pytest_runtest_teardown")
