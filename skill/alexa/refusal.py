"""Why a request is not answered."""

from enum import StrEnum


class Rule(StrEnum):
    """What a refused request broke: short names for the log, which never change."""

    HEADER = "header"
    """The chain URL or the signature is missing, given twice, or too long."""
    CERTIFICATE_URL = "certificate-url"
    """The chain URL is not of the form of Amazon's."""
    CERTIFICATE_FETCH = "certificate-fetch"
    """The chain could not be fetched, or not in time."""
    CERTIFICATE_LIMIT = "certificate-limit"
    """Too many unknown chains were asked for in a minute."""
    CERTIFICATE_FORMAT = "certificate-format"
    """What was fetched is not a chain with an RSA key."""
    CERTIFICATE_EXPIRED = "certificate-expired"
    """The signing certificate has expired, or is not valid yet."""
    CERTIFICATE_NAME = "certificate-name"
    """The signing certificate is not issued to Alexa."""
    CERTIFICATE_CHAIN = "certificate-chain"
    """No trusted root vouches for the chain."""
    SIGNATURE = "signature"
    """The signature was not made over this body with Alexa's key."""
    BODY = "body"
    """The body is too large."""
    ENVELOPE = "envelope"
    """The body is not the JSON of an Alexa request."""
    SKILL_ID = "skill-id"
    """The request is for another skill, or for none."""
    TIMESTAMP = "timestamp"
    """The request has no time, or is too old or too new."""
    REPLAY = "replay"
    """A request with this ID was here before."""
    INTERNAL = "internal"
    """A fault of this skill's; the cause is chained."""


class Refused(Exception):  # noqa: N818 - named for what happens to the request, not for a fault of ours
    """The request broke *rule*: it is answered 400 and logged. Neither text holds user data."""

    def __init__(self, rule: Rule, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail
