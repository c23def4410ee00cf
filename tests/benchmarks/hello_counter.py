"""The SDK's hello world with a visit counter in the SDK's own DynamoDB adapter.

It is what a developer would write who follows the SDK's documentation and wants to keep something
of each user. `DynamoDbAdapter` builds its boto3 resource with its defaults.
"""

import json
import os
from collections.abc import Callable
from typing import Final

import hello_world
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_core.utils import is_request_type
from ask_sdk_dynamodb.adapter import DynamoDbAdapter
from ask_sdk_model import Response

TABLE_VARIABLE: Final = "VISITS_TABLE"


def make() -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    adapter = DynamoDbAdapter(table_name=os.environ[TABLE_VARIABLE])
    builder = CustomSkillBuilder(persistence_adapter=adapter)

    @builder.request_handler(can_handle_func=is_request_type("LaunchRequest"))
    def launch(handler_input: HandlerInput) -> Response:
        attributes = handler_input.attributes_manager.persistent_attributes
        visits = attributes.get("visits", 0) + 1  # type: ignore[operator] # the SDK knows objects only
        attributes["visits"] = visits
        handler_input.attributes_manager.save_persistent_attributes()
        words = f"Welcome, this is visit number {visits}. You can say hello!"
        return handler_input.response_builder.speak(words).ask(words).response

    hello_world.add_handlers(builder)
    handler = builder.lambda_handler()
    return lambda body: json.dumps(handler(json.loads(body), None)).encode()
