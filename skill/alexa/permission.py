"""The permission to set reminders: how Alexa is made to ask for it, and what she was answered."""

from typing import Final

from skill.alexa.response_json import PlainJson
from skill.conversation.turn import Consent
from skill.listener.reader import Reader

SCOPE: Final = "alexa::alerts:reminders:skill:readwrite"
"""The permission that a listener gives (Amazon, "Alexa Reminders Overview")."""


def asking(token: str) -> PlainJson:
    """Make Alexa ask for the permission; her `Connections.Response` brings *token* back.

    Amazon, "Set Up Voice Permissions for Reminders", version 2.
    """
    scopes = [{"permissionScope": SCOPE, "consentLevel": "ACCOUNT"}]
    payload = {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": scopes,
    }
    return PlainJson(type="Connections.SendRequest", name="AskFor", payload=payload, token=token)


def consent_of(payload: Reader) -> Consent | None:
    """Give the listener's answer; None where *payload* holds none.

    Amazon's page shows the status inside the list of scopes, and its version 1 beside it.
    """
    places = (payload, *payload.tables("permissionScopes"))
    found = [place.text("status", "") for place in places]
    return next((Consent(each) for each in found if each in list(Consent)), None)
