"""The house rules of docs/adr and README as tests: imports point down, one mover, sizes, guarded foreign keys."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.db.models import CheckConstraint
from django.urls import URLPattern, URLResolver, get_resolver

from approvals.management.commands.state_diagram import states_page
from declarations.status import TRANSITIONS, TURN, Status, Turn

BASE = Path(settings.BASE_DIR)
PACKAGES = ("portal", "declarations", "approvals")
OURS = frozenset(PACKAGES)

# What a package may import of ours, besides itself. The order is the floor plan: people at the bottom, urls on top.
FLOORS: dict[str, set[str]] = {
    "portal.people": {
        "portal.clock",
        "portal.errors",
        "portal.audit",
        "portal.http",
        "portal.crypto",
        "portal.dates",
        "portal.mail",
    },
    "portal.audit": {"portal.clock", "portal.errors"},
    "portal.mail": {
        "portal.logs",
        "portal.clock",
        "portal.wake",
        "portal.crypto",
        "portal.errors",
        "portal.http",
        "portal.dates",
    },
    "portal.fetch": set(),
    "portal.accounts": {"portal"},
    "portal.files": {"portal.people", "portal.clock", "portal.errors", "portal.limits"},
    "portal.calendar": {
        "portal.clock",
        "portal.errors",
        "portal.audit",
        "portal.http",
        "portal.dates",
        "portal.people",
        "portal.accounts",
    },
    "portal.rosters": {
        "portal.clock",
        "portal.errors",
        "portal.limits",
        "portal.audit",
        "portal.http",
        "portal.crypto",
        "portal.alone",
        "portal.wake",
        "portal.people",
        "portal.accounts",
    },
    "declarations": {"portal"},
    "approvals": {"portal", "declarations"},
}
ROOF = (
    "portal.urls",
    "portal.views",
    "portal.checks",
    "portal.celery",
    "portal.settings",
    "portal.management",
    "portal.shell",
    "portal.run",
)


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((BASE / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(BASE).with_suffix("").parts), path


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module: str) -> str | None:
    return next((floor for floor in FLOORS if module == floor or module.startswith(f"{floor}.")), None)


def test_imports_point_down() -> None:
    wrong = []
    for module, path in modules():
        floor = floor_of(module)
        if floor is None:
            continue
        for name in imports_of(path):
            if name.split(".")[0] not in OURS or name.startswith(f"{floor}."):
                continue
            allowed = any(name == each or name.startswith(f"{each}.") for each in FLOORS[floor])
            roof = any(name == each or name.startswith(f"{each}.") for each in ROOF)
            if not allowed or roof:
                wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_lower_floors_know_nothing_of_the_upper_ones() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules()
        if module.startswith("portal.") and not any(module.startswith(each) for each in ROOF)
        for name in imports_of(path)
        if name.startswith(("declarations.", "approvals.")) and not module.startswith("portal.rules")
    ]
    assert wrong == []


def test_only_the_workflow_changes_a_status() -> None:
    setter = re.compile(r"\bdeclaration\.status\s*=[^=]|\bold\.status\s*=[^=]|update\([^)]*\bstatus=")
    places = [
        f"{module}:{number}"
        for module, path in modules()
        if module.split(".")[0] in ("declarations", "approvals")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if setter.search(line)
    ]
    assert [place for place in places if not place.startswith("approvals.workflow.moving:")] == []
    assert len(places) == 1


def test_every_status_has_a_turn_and_is_reachable() -> None:
    assert set(TRANSITIONS) == set(TURN) == set(Status)
    seen, todo = set(), [Status.DRAFT]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo += TRANSITIONS[state]
    assert seen == set(Status)
    assert all(TURN[state] == Turn.NOBODY for state in Status if not TRANSITIONS[state])


def test_people_and_units_are_never_deleted_under_a_record() -> None:
    """[W18]"""
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in ("declarations", "approvals"):
            continue
        for field in model._meta.get_fields():
            to_people = isinstance(field, models.ForeignKey) and field.related_model._meta.app_label == "people"
            if to_people and field.remote_field.on_delete is not models.PROTECT:
                wrong.append(f"{model.__name__}.{field.name}")
    assert wrong == []


@pytest.mark.parametrize(
    ("label", "pair"),
    [
        ("approvals.Step", ("decided_by", "decided_at")),
        ("approvals.Finding", ("handled_by", "handled_at")),
        ("approvals.LegalBasis", ("verified_by", "verified_at")),
    ],
)
def test_paired_columns_are_guarded_by_a_constraint(label: str, pair: tuple[str, str]) -> None:
    checks = [
        str(each.condition) for each in apps.get_model(label)._meta.constraints if isinstance(each, CheckConstraint)
    ]
    assert any(all(name in check for name in pair) for check in checks)


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for each in (resolver or get_resolver()).url_patterns:
        here = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield here
        else:
            yield from patterns(each, here)


def test_no_address_carries_a_nip() -> None:
    assert [pattern for pattern in patterns() if "nip" in pattern.lower()] == []


def test_no_log_call_names_a_nip() -> None:
    call = re.compile(r"log(ger|ging)?\.\w+\(.*\bnip\b")
    assert [module for module, path in modules() if call.search(path.read_text())] == []


def test_whether_a_text_is_a_key_is_asked_in_one_place() -> None:
    asked = re.compile(r"isdigit\(\).*len\(\w+\) < 1[89]\b")
    assert [module for module, path in modules() if asked.search(path.read_text())] == ["portal.http"]


def test_files_and_functions_stay_small() -> None:
    wrong = []
    for module, path in modules():
        text = path.read_text()
        if len(text.splitlines()) > 400:
            wrong.append(f"{module}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 45:
                wrong.append(f"{module}.{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines")
    assert wrong == []


def test_the_repository_holds_no_link_and_nothing_it_ignores() -> None:
    def listed(*options: str) -> list[str]:
        asked = ["git", "-C", str(BASE), "ls-files", *options]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()

    if not (BASE / ".git").exists():
        pytest.skip("not a working copy of git")
    assert [line for line in listed("--stage") if line.startswith("120000")] == []
    assert listed("--cached", "--ignored", "--exclude-standard") == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        module
        for module, path in modules()
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_the_state_diagram_is_the_one_of_the_code() -> None:
    assert (BASE / "docs" / "states.md").read_text() == states_page()


@pytest.mark.django_db
def test_migrations_match_the_models_and_have_one_leaf() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
