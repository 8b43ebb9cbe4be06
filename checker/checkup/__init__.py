"""What `checker doctor` looks at before anything is sent: a module for each area, in order by `order`."""

from checker.checkup.check import Check, State
from checker.checkup.order import checkup

__all__ = ["Check", "State", "checkup"]
