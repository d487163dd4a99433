"""How much may be sent at once (DESIGN 12). The front refuses more, here the same holds without it.

A test compares what cannot read these: portal/front/Caddyfile, its page, the sentences of forms, docs.
"""

MEGABYTE = 1024 * 1024
BODY = 6 * MEGABYTE  # one request
FILE, OF_A_PERSON = 5 * MEGABYTE, 50 * MEGABYTE
LETTER = 2 * MEGABYTE  # a PDF that is compared with the letter
IMPORT = 25_000_000  # a roster or a register; by command 200 MB
BUNDLE = 100_000_000  # an evidence bundle that is checked
AROUND = 1_000_000  # the form around a large file
LARGEST_BODY = BUNDLE + AROUND


def most(path: str) -> int:
    """Return how large a request to this path may be: three pages take files larger than the rest."""
    if path == "/tinjau/paket-bukti/":
        return LARGEST_BODY
    if path == "/kelola/pegawai/impor/" or path.startswith("/kelola/registri/"):
        return IMPORT + AROUND
    return BODY
