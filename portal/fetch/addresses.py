"""Which network addresses are public: only to those a connection is ever opened."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# ranges that the library counts as global although they stand for something else
_NOT_V4 = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))
_GLOBAL_V6 = IPv6Network("2000::/3")  # mapped, compatible, NAT64, unique local, link-local: all outside of it
_NOT_V6 = (
    IPv6Network("2001::/23"),  # Teredo, ORCHID, benchmarking
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4 carries an IPv4 address
    IPv6Network("3fff::/20"),
)


def is_public(text: str) -> bool:
    """Tell whether an address, as a resolver gives it, is a public unicast one; what cannot be read is not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _plain(address) and not any(address in net for net in _NOT_V4)
    if address.scope_id is not None:
        return False
    return address in _GLOBAL_V6 and _plain(address) and not any(address in net for net in _NOT_V6)


def _plain(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )
