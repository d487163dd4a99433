"""The order of the pages of filing, and where a person goes after saving one."""

from urllib.parse import urlsplit

from django.urls import reverse

from declarations.answers import channel_answers, items_of
from declarations.completeness import problems
from declarations.models import Declaration
from declarations.questions import is_commercial
from declarations.status import Status

BACK_TO_CHECK = "periksa"


def pages(declaration: Declaration) -> list[str]:
    """Return the addresses of the pages in their order; commercial questions asked once only when there is benefit."""
    items = items_of(declaration)
    benefit = any(is_commercial(channel_answers(item).get("E1")) for item in items)

    def page(name: str, *more: int) -> str:
        return reverse(f"declarations:{name}", args=[declaration.number, *more])

    order = [
        ("kanal", page("channels")),
        *(("konten", page("content", item.pk)) for item in items),
        ("batas", page("limits")),
        ("waktu", page("time")),
        *(("komersial", page("commercial_channel", item.pk)) for item in items),
        *([("komersial_umum", page("commercial"))] if benefit else []),
        ("kepentingan", page("interest")),
        ("", page("statement")),
        ("", page("check")),
    ]
    if not declaration.replaces_id:
        return [address for _key, address in order]
    # a copy asks what was said to have changed, and what the change opened
    open_now = {urlsplit(problem.url).path for problem in problems(declaration)}
    return [address for key, address in order if not key or key in declaration.scope or address in open_now]


def neighbours(declaration: Declaration, here: str) -> tuple[str, str]:
    """Return the addresses before and after this page."""
    order = pages(declaration)
    place = order.index(here) if here in order else 0
    before = order[place - 1] if place else reverse("declarations:list")
    return before, order[min(place + 1, len(order) - 1)]


def back_address(declaration: Declaration, here: str, wish: str) -> str:
    """Return where 'Kembali' leads: where the person came from, else the page before."""
    if wish == BACK_TO_CHECK:
        return reverse("declarations:check", args=[declaration.number])
    if declaration.status == Status.RETURNED:
        return reverse("declarations:fix", args=[declaration.number])
    return neighbours(declaration, here)[0]


def next_address(declaration: Declaration, here: str, wish: str, known: set[str]) -> str:
    """Return where a saved page leads.

    A change made from the check page leads back there, unless it opened questions that were not `known` before:
    then those come first. A returned case leads back to the list of what is to be mended.
    """
    if wish == BACK_TO_CHECK:
        opened = [problem for problem in problems(declaration) if problem.text not in known]
        fresh = next((problem.url for problem in opened if urlsplit(problem.url).path != here), "")
        return fresh or reverse("declarations:check", args=[declaration.number])
    if declaration.status == Status.RETURNED:
        return reverse("declarations:fix", args=[declaration.number])
    return neighbours(declaration, here)[1]


def resume_address(declaration: Declaration) -> str:
    """Return the first page with something missing, else the check page."""
    missing = problems(declaration)
    if not missing:
        return reverse("declarations:check", args=[declaration.number])
    target = urlsplit(missing[0].url).path
    return target
