"""The address that a request names for the certificates of its signature."""

import re
from typing import Final

from ask_sdk_webservice_support.verifier_constants import CERT_CHAIN_URL_HOSTNAME

from skill.alexa.refusal import Refused, Rule

CHAIN_FOLDER: Final = "echo.api"
"""Amazon: the path starts with /echo.api/, in this case."""

MOST_URL_CHARACTERS: Final = 2048
"""Ours; Amazon's have about 60."""

FORM: Final = re.compile(  # ASCII, or a long s would pass for the s of https
    rf"(?i:https://{re.escape(CERT_CHAIN_URL_HOSTNAME)})(?::443)?(/[A-Za-z0-9._/-]+)", re.ASCII
)

AMAZONS: Final = re.compile(
    rf"https://{re.escape(CERT_CHAIN_URL_HOSTNAME)}/{re.escape(CHAIN_FOLDER)}"
    r"/echo-api-cert(-[1-4]?[0-9])?\.pem",
    re.ASCII,
)
"""How Amazon names its chains; the highest number was 12 in 2023. These are 51 URLs in all."""


def is_named_as_amazons(url: str) -> bool:
    """Tell whether *url*, as `chain_url` gives it, has a name of the kind that Amazon uses."""
    return AMAZONS.fullmatch(url) is not None


def chain_url(given: str) -> str:
    """Give the one spelling that Amazon uses for a chain URL; raise `Refused` for any other URL.

    Case of scheme and host, the port 443 and dot segments may vary, as in Amazon's examples. All
    else is refused, such as escapes, user names, queries, empty segments and backslashes, so that
    no two readers can understand the result differently. Chains are fetched and kept by the result.
    """
    match = FORM.fullmatch(given) if len(given) <= MOST_URL_CHARACTERS else None
    if match is None:
        raise Refused(Rule.CERTIFICATE_URL, "not the form of Amazon's")
    path: list[str] = []
    for segment in match[1].removeprefix("/").split("/"):
        if segment == ".." and path:
            path.pop()
        elif segment in ("", ".."):
            raise Refused(Rule.CERTIFICATE_URL, "an empty segment, or one above the root")
        elif segment != ".":
            path.append(segment)
    if len(path) < 2 or path[0] != CHAIN_FOLDER:  # noqa: PLR2004 - the folder and a file in it
        raise Refused(Rule.CERTIFICATE_URL, f"not under /{CHAIN_FOLDER}/")
    return f"https://{CERT_CHAIN_URL_HOSTNAME}/{'/'.join(path)}"
