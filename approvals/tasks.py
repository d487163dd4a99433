"""Celery doors: what time owes, and letters whose PDF is not made yet."""

from celery import shared_task

from approvals import letters
from approvals.coverage import calling
from approvals.due import perform
from approvals.exports import background
from approvals.models import Letter
from approvals.ownership import machine


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


@shared_task
def read_channel(check_id: int) -> bool:
    """Read one channel whose owner asked for it; a row that is not due, or taken, is left alone."""
    return machine.read_one(check_id)


@shared_task(expires=50, soft_time_limit=120)
def read_channels(_rows: int = 0) -> int:
    """Read channels that are due, one after the other with polite pauses, for up to a minute."""
    return machine.read_due()


@shared_task(expires=600)
def mail_silent(_call: int = 0) -> int:
    """Go on with the orders to mail the silent; what is left over the clock works off. Returns how many were mailed."""
    return calling.work_off()


@shared_task
def make_export(export_id: int) -> bool:
    """Make one large workbook; tells whether there was something to do."""
    return background.make(export_id)
