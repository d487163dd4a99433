"""The queue's search column: words of a case, indexed by PostgreSQL's own text search, found by their beginnings."""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Value

from declarations.models import Declaration

CONFIG = "simple"
_MOST_WORDS = 8


def words_of(text: str) -> list[str]:
    """Return the words of a text without case, accents and punctuation, as both sides of a search see them."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", plain.casefold()).split()


def search_text(declaration: Declaration, content: dict[str, Any]) -> str:
    """Return what a case can be found by: its number, the person's name, channel names, names of partners."""
    named = [declaration.number, content["declarant"]["name"]]
    for channel in content["channels"]:
        named.append(channel["label"])
        named += [partner.get("name", "") for partner in channel["answers"].get("E3") or ()]
    joined = [
        "".join(words_of(text)) for text in (declaration.number, *(each["label"] for each in content["channels"]))
    ]
    return " ".join(dict.fromkeys([*(word for text in named for word in words_of(text)), *joined]))


def update_search(declaration: Declaration, content: dict[str, Any]) -> None:
    """Put the search column of a case from the content that is being sent; the caller saves."""
    declaration.search = SearchVector(Value(search_text(declaration, content)), config=CONFIG)


def search_query(text: str) -> SearchQuery | None:
    """Return the query 'every word of the text begins a word of the case', None when the text holds no word."""
    words = words_of(text)[:_MOST_WORDS]
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config=CONFIG, search_type="raw")
