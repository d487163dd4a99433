"""`Refused`: a refusal that carries the sentence the user reads."""


class Refused(Exception):
    """The act is not allowed now; `message` tells the person why and what to do, `status` is the HTTP answer."""

    def __init__(
        self, message: str, *, status: int = 409, title: str = "", link: tuple[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.title = title
        self.link = link  # address and words of the way on
