"""The only thing a flow may touch: a bounded, guarded, read-only view of one console."""

from checker.console.guard import Guard, Phase, Policy
from checker.console.live import Bounds, LiveConsole
from checker.console.signin import Credentials, Person, sign_in

__all__ = ["Bounds", "Credentials", "Guard", "LiveConsole", "Person", "Phase", "Policy", "sign_in"]
