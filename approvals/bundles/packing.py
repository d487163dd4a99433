"""A ZIP whose bytes follow from its content alone: fixed order and times, each member digested while it is written."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MANIFEST = "manifes.json"
PDF, JSON = "ringkasan.pdf", ".json"
_PIECE = 64 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pretty(value: Any) -> bytes:
    """Return the value as JSON that people can read as well."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def listed(head: dict[str, Any], name: str, rows: Iterable[Any]) -> Iterator[bytes]:
    """Yield a JSON object whose last value is a list that is read row by row."""
    opening = json.dumps(head, ensure_ascii=False, indent=1)[:-2] if head else "{"
    yield f"{opening}{',' if head else ''}\n {json.dumps(name)}: [".encode()
    between = "\n  "
    for row in rows:
        yield (between + json.dumps(row, ensure_ascii=False)).encode()
        between = ",\n  "
    yield b"\n ]\n}\n"


@dataclass
class Packer:
    """Writes members one after the other; none is held whole by the packer."""

    file: IO[bytes]
    name: str  # stands in the ZIP's comment, so that the bundle is known even when its manifest was changed
    members: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._zip = ZipFile(self.file, "w")
        self._zip.comment = self.name.encode("ascii")

    def add(self, name: str, pieces: Iterable[bytes]) -> str:
        """Write one member and return its SHA-256."""
        info = ZipInfo(name, _EPOCH)
        info.create_system, info.external_attr = 3, 0o600 << 16
        info.compress_type = ZIP_DEFLATED if name.endswith(JSON) else ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w") as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        self.members.append({"nama": name, "ukuran": size, "sha256": digest.hexdigest()})
        return digest.hexdigest()

    def finish(self, manifest_of: Callable[[list[dict[str, Any]]], dict[str, Any]]) -> str:
        """Write the manifest of everything before it, close the ZIP, and return the SHA-256 of the manifest."""
        digest = self.add(MANIFEST, [pretty(manifest_of(list(self.members)))])
        self.members.pop()
        self._zip.close()
        return digest


def digest_of(file: IO[bytes]) -> tuple[str, int]:
    """Return SHA-256 and size of a whole file, and go back to its beginning."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    size = file.tell()
    file.seek(0)
    return digest.hexdigest(), size
