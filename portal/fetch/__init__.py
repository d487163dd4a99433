"""Reading a page of a known public service without being led anywhere else."""

from portal.fetch.client import Answer, Fetcher, Limits
from portal.fetch.problems import FetchProblem, Kind

__all__ = ["Answer", "FetchProblem", "Fetcher", "Kind", "Limits"]
