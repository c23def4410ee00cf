"""A device and its session: what an Echo writes into each request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from skill.simulator.estimator import Piece
from skill.simulator.offline_alexa import token


@dataclass(slots=True)
class DeviceSession:
    """What a device keeps while a session is open."""

    session_id: str = field(default_factory=lambda: f"amzn1.echo-api.session.{uuid4()}")
    """Alexa's id of the session."""
    is_new: bool = True
    """Whether the skill has not answered in this session yet."""
    attributes: dict[str, Any] | None = None
    """The session attributes of the last response; None where it sent none."""
    reprompt: tuple[Piece, ...] = ()
    """What is said if the listener stays silent; empty once it was said."""
    permission_request: dict[str, Any] | None = None
    """The skill's AskFor directive, while Alexa asks the listener for the permission."""


@dataclass(frozen=True, slots=True)
class Device:
    """A speaker without a screen, unless it is given interfaces, and the account it belongs to."""

    locale: str
    """The language it is set to, such as `en-US`."""
    name: str = "LIVING-ROOM"
    """Part of the device ID: devices of one household differ in it."""
    user: str = "LISTENER"
    """Part of the user ID: devices of one household share it."""
    application: str = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
    """The ID of the skill that it talks to."""
    interfaces: tuple[str, ...] = ()
    """What it can do besides speaking. A skill is told only of interfaces that it has declared."""
    scopes: frozenset[str] = frozenset()
    """The permissions that the listener has given to the skill."""
    api_endpoint: str = "https://api.amazonalexa.com"
    """Where the skill finds Alexa's services."""
    viewport: Mapping[str, Any] | None = None
    """What a device with a screen says of it: `shape`, `pixelWidth`, `pixelHeight`."""

    def envelope(
        self,
        request: dict[str, Any],
        session: DeviceSession | None,
        at: int,
        player: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The envelope of *request*, sent at *at* (ms since 1970); Alexa writes whole seconds.

        Without a *session* it has none. *player* is what the device says of its audio player.
        """
        application = {"applicationId": self.application}
        user = {"userId": f"amzn1.ask.account.{self.user}"}
        moment = datetime.fromtimestamp(at // 1000, UTC)
        opened = session and {
            "session": {
                "new": session.is_new,
                "sessionId": session.session_id,
                "application": application,
                "attributes": session.attributes or {},
                "user": user,
            }
        }
        return {
            "version": "1.0",
            **(opened or {}),
            "context": {
                **({"AudioPlayer": player} if player else {}),
                "System": {
                    "application": application,
                    "user": user,
                    "device": {
                        "deviceId": f"amzn1.ask.device.{self.name}",
                        "supportedInterfaces": {name: {} for name in self.interfaces},
                    },
                    "apiEndpoint": self.api_endpoint,
                    "apiAccessToken": token(self.user, self.scopes),
                },
                **({"Viewport": dict(self.viewport)} if self.viewport else {}),
            },
            "request": {
                **request,
                "requestId": f"amzn1.echo-api.request.{uuid4()}",
                "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "locale": self.locale,
            },
        }
