"""The roster of BKN (SIASN) or a local SIMPEG list: read, plan, apply."""

from portal.people.roster.plan import Plan, Totals
from portal.people.roster.problems import Problem
from portal.people.roster.run import import_roster

__all__ = ["Plan", "Problem", "Totals", "import_roster"]
