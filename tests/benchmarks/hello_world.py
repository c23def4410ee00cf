"""The SDK's hello world: launch, one intent, help, stop and cancel, fallback, end of session.

It is written and called as the SDK's documentation teaches: through `lambda_handler`, which builds
the skill and writes the event out as JSON at every request. `hello_once` builds the skill once.
"""

import json
from collections.abc import Callable

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_core.utils import is_intent_name, is_request_type
from ask_sdk_model import Response

INTENT = "HelloWorldIntent"


def make() -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    handler = _builder().lambda_handler()
    return lambda body: json.dumps(handler(json.loads(body), None)).encode()


def skill() -> CustomSkill:
    """Build the skill."""
    return _builder().create()


def add_handlers(builder: SkillBuilder) -> None:
    """Add the handlers of all requests."""

    @builder.request_handler(can_handle_func=is_request_type("LaunchRequest"))
    def launch(handler_input: HandlerInput) -> Response:
        words = "Welcome, you can say hello!"
        return handler_input.response_builder.speak(words).ask(words).response

    @builder.request_handler(can_handle_func=is_intent_name(INTENT))
    def hello(handler_input: HandlerInput) -> Response:
        return handler_input.response_builder.speak("Hello, world!").ask("And now?").response

    @builder.request_handler(can_handle_func=is_intent_name("AMAZON.HelpIntent"))
    def help_(handler_input: HandlerInput) -> Response:
        words = "You can say hello to me!"
        return handler_input.response_builder.speak(words).ask(words).response

    @builder.request_handler(can_handle_func=_is_stop)
    def stop(handler_input: HandlerInput) -> Response:
        return handler_input.response_builder.speak("Goodbye!").response

    @builder.request_handler(can_handle_func=is_intent_name("AMAZON.FallbackIntent"))
    def fallback(handler_input: HandlerInput) -> Response:
        words = "I cannot help with that. Say hello!"
        return handler_input.response_builder.speak(words).ask(words).response

    @builder.request_handler(can_handle_func=is_request_type("SessionEndedRequest"))
    def ended(handler_input: HandlerInput) -> Response:
        return handler_input.response_builder.response

    @builder.exception_handler(can_handle_func=lambda given, fault: True)  # noqa: ARG005 - the SDK's interface
    def sorry(handler_input: HandlerInput, exception: Exception) -> Response:  # noqa: ARG001 - the same
        words = "Sorry, say that again?"
        return handler_input.response_builder.speak(words).ask(words).response


def _builder() -> SkillBuilder:
    builder = SkillBuilder()
    add_handlers(builder)
    return builder


def _is_stop(given: HandlerInput) -> bool:
    names = ("AMAZON.CancelIntent", "AMAZON.StopIntent")
    return any(is_intent_name(name)(given) for name in names)
