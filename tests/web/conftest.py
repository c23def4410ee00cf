"""The page that leads, for the tests of it; its fixtures are in `page_fixtures`."""

from page_fixtures import address, browser, cues, shared_address

__all__ = ("address", "browser", "cues", "shared_address")
