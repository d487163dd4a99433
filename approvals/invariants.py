"""What must hold at every moment about cases, decisions and letters."""

from portal.invariants import Invariant

INVARIANTS: tuple[Invariant, ...] = ()
