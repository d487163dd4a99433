"""The fictitious directory of the demo: real structure, invented people."""

from portal.people.demo.cast import CAST, REGISTRABLE, VACANT, PersonSpec
from portal.people.demo.seed import PASSWORD, seed_people

__all__ = ["CAST", "PASSWORD", "REGISTRABLE", "VACANT", "PersonSpec", "seed_people"]
