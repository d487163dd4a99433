"""`state_diagram`: print the table of transitions as a mermaid diagram into docs/states.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from declarations.status import TRANSITIONS, TURN, WORKING_DAYS, Status


def states_page() -> str:
    """Return docs/states.md: the diagram and the table, made from the code so that the picture cannot lie."""
    with translation.override("id"):
        lines = ["# States of a declaration", "", "Made by `manage.py state_diagram`; do not edit by hand.", ""]
        lines += ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
        lines += [f"    {state} --> {target}" for state in Status for target in Status if target in TRANSITIONS[state]]
        lines += [f"    {state} --> [*]" for state in Status if not TRANSITIONS[state]]
        lines += ["```", "", "| Status | Label | Turn | Working days |", "|---|---|---|---|"]
        lines += [f"| `{s}` | {s.label} | {TURN[s].label} | {WORKING_DAYS.get(s, '')} |" for s in Status]
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Menulis docs/states.md dari tabel transisi; dengan --check hanya membandingkan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "states.md"
        if options["check"]:
            current = path.read_text() if path.exists() else ""
            if current != states_page():
                raise SystemExit("docs/states.md is not up to date: run manage.py state_diagram")
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(states_page())
