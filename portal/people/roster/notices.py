"""Tell the old address of a person that the directory now holds another one (D16)."""

from portal.mail.compose import compose
from portal.people.models import Employee


def tell_old_address(person: Employee, address: str, digest: str, *, by_two: bool = True) -> None:
    """Mail the address that was used so far; one mail for each person and file. A head's change needed `by_two`."""
    if address:
        compose(
            "address_changed",
            address,
            {"person": person, "by_two": by_two},
            key=f"address_changed:{person.public_id}:{digest}",
            purpose="address_changed",
        ).send()
