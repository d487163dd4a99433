"""The mail tasks: one wake-up per mail, one sweep that finds whatever no wake-up reached, and its helpers."""

from celery import shared_task

from portal.mail import delivery


@shared_task(name="portal.mail.tasks.deliver")
def deliver(email_id: int) -> None:
    """Send one mail; a second or late copy of this message finds it sent or taken and does nothing."""
    delivery.deliver_one(email_id)


@shared_task(name="portal.mail.tasks.sweep", expires=30)
def sweep() -> int:
    """Send everything that is due: retries, mail whose wake-up was lost, mail of a worker that died."""
    delivery.wipe_old_secrets()
    return delivery.deliver_due(helped=True)


@shared_task(name="portal.mail.tasks.help_out")
def help_out(_number: int = 0) -> int:
    """Send along with a sweep that found many mails; a short while only, so that other tasks have their turn."""
    return delivery.deliver_due(seconds=4)
