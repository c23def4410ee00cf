"""This project's skill as Lambda runs it, with its table in DynamoDB.

The environment names the table, the skill's ID and the secret, as the Lambda template does.
"""

import json
from collections.abc import Callable

import lambda_function


def make() -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    return lambda body: json.dumps(lambda_function.handler(json.loads(body), None)).encode()
