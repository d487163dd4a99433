"""How an address is shown to people who only need to recognise it."""


def masked_address(address: str) -> str:
    """Return 'e•••@dinkes.pasamanbaratkab.go.id': first character and domain; nothing for no address."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}" if at else ""
