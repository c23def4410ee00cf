import subprocess
import sys

from project import PROJECT


def test_the_page_tells_the_figures_of_now() -> None:
    """Else: `.venv/bin/python lambda/costs.py`."""
    done = subprocess.run(  # noqa: S603 - our own
        (sys.executable, str(PROJECT / "lambda" / "costs.py"), "--check"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert not done.returncode, done.stderr
