"""`FetchProblem`: why nothing could be read; `Kind` is stored, so its values stay."""

from enum import StrEnum


class Kind(StrEnum):
    ADDRESS_OF_PAGE = "url"  # not https, a foreign host, another port, a name in the address
    DNS = "dns"
    PRIVATE = "private"  # the name leads into a network that is not public
    CONNECT = "connect"
    TLS = "tls"
    TIME = "time"
    SIZE = "size"
    TYPE = "type"
    ENCODING = "encoding"
    REDIRECTS = "redirects"
    PROTOCOL = "protocol"
    STATUS = "status"
    CONTENT = "content"  # it arrived, but is not what it should be


class FetchProblem(Exception):
    """Nothing usable arrived; `retry_after` are the seconds the server asked to wait."""

    def __init__(self, kind: Kind, detail: str = "", *, status: int = 0, retry_after: int = 0) -> None:
        super().__init__(f"{kind}: {detail}" if detail else str(kind))
        self.kind, self.detail, self.status, self.retry_after = kind, detail, status, retry_after
