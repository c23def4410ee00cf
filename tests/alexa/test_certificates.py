"""Which roots are trusted; `test_verification` has the chains."""

import pytest
from certificate_authority import NOW, Amazon, pem

from skill.alexa.certificates import prove, trusted_roots


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


def test_a_root_that_cannot_be_read_is_left_out(
    amazon: Amazon, caplog: pytest.LogCaptureFixture
) -> None:
    """Not the others with it: a cryptography to come will refuse some that certifi has."""
    caplog.set_level("INFO")
    bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    roots = trusted_roots(bad + pem(amazon.root).decode())

    assert prove(amazon.chain, roots, NOW)
    assert "cannot be read" in caplog.text
