"""The permission to set reminders: how Alexa is made to ask for it, and what she was answered."""

from typing import Final

from ask_sdk_model import Directive
from ask_sdk_model.interfaces.connections import ConnectionsResponse, SendRequestDirective

from skill.conversation.turn import Consent

SCOPE: Final = "alexa::alerts:reminders:skill:readwrite"
"""The permission that a listener gives (Amazon, "Alexa Reminders Overview")."""


def asking(token: str) -> Directive:
    """Make Alexa ask for the permission; her `Connections.Response` brings *token* back.

    Amazon, "Set Up Voice Permissions for Reminders", version 2.
    """
    scopes = [{"permissionScope": SCOPE, "consentLevel": "ACCOUNT"}]
    payload: dict[str, object] = {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": scopes,
    }
    return SendRequestDirective(name="AskFor", payload=payload, token=token)


def consent_of(response: ConnectionsResponse) -> Consent | None:
    """Give the listener's answer; None where *response* holds none.

    Amazon's page shows the status inside the list of scopes, and its version 1 beside it.
    """
    payload = response.payload or {}
    scopes = payload.get("permissionScopes")
    places = [payload, *(scopes if isinstance(scopes, list) else ())]
    found = [each.get("status") for each in places if isinstance(each, dict)]
    return next((Consent(each) for each in found if each in list(Consent)), None)
