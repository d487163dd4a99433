"""Celery doors: what time owes, and letters whose PDF is not made yet."""

from celery import shared_task

from approvals import letters
from approvals.due import perform
from approvals.models import Letter


@shared_task
def run_due() -> int:
    """Do everything that is owed now; harmless when two of them run at once. Returns how many things were done."""
    return perform()


@shared_task
def render_letter(letter_id: int) -> bool:
    """Make the PDF of one letter; tells whether it still had to be made."""
    letter = Letter.objects.filter(pk=letter_id, file=None).first()
    if letter is not None:
        letters.make_file(letter)
    return letter is not None
