"""What is kept too long is deleted daily, also where no listener talks."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from skill.storage.store import KeyFaultError, Now, StoreError

DAY_MS: Final = 24 * 60 * 60 * 1000

LOOK_S: Final = 600
"""How often the wall clock is read: one wait for a day would be longer where the machine sleeps."""

LOG = logging.getLogger(__name__)


def tidy_daily(tidy: Callable[[], None], clock: Now) -> None:
    """Call *tidy* a day from now, and then daily, in a thread that ends with the process.

    Where *tidy* raises `StoreError`, that is logged, and it is called again `LOOK_S` later.
    """

    def run() -> None:
        due, look = clock() + DAY_MS, threading.Event()
        while not look.wait(LOOK_S):
            if clock() >= due and tidied(tidy):
                due = clock() + DAY_MS

    threading.Thread(target=run, name="tidying", daemon=True).start()


def tidied(tidy: Callable[[], None]) -> bool:
    """Call *tidy*; where it raises `StoreError`, log that and return False.

    Raises `KeyFaultError`.
    """
    try:
        tidy()
    except KeyFaultError:
        raise
    except StoreError as fault:
        # A turn that cannot be kept is a warning: one line is enough in a terminal.
        LOG.info("what is kept too long is not deleted yet: %s", fault)
        return False
    return True
