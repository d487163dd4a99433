"""Which pages of a returned case may be edited: those that were asked for, and what an edit opened."""

from collections.abc import Callable
from urllib.parse import urlsplit

from declarations.completeness import problems
from declarations.models import Declaration
from declarations.status import Status

# A marked part opens its own pages, and those whose questions depend on it.
OPENS: dict[str, tuple[str, ...]] = {
    "kanal": ("kanal", "konten", "komersial", "komersial_umum", "kepentingan"),
    "konten": ("konten",),
    "batas": ("batas",),
    "waktu": ("waktu",),
    "komersial": ("komersial", "komersial_umum", "kepentingan"),
    "kepentingan": ("kepentingan",),
}


EXPLAINED = "penjelasan"  # asked for in words only: no page of the form opens


def pages_of(parts: list[str]) -> list[str]:
    """Return the pages that a return with these parts opens."""
    return sorted({page for part in parts for page in OPENS.get(part, (EXPLAINED,))})


def opener(declaration: Declaration) -> Callable[[str, str], bool]:
    """Return what tells of a page (its key and path) whether it may be edited now; a draft is open everywhere."""
    if declaration.status != Status.RETURNED or not declaration.scope:
        return lambda _page, _path: True
    lacking = {urlsplit(problem.url).path for problem in problems(declaration)}
    return lambda page, path: page == "pernyataan" or page in declaration.scope or path in lacking


def is_open(declaration: Declaration, page: str, path: str) -> bool:
    return opener(declaration)(page, path)
