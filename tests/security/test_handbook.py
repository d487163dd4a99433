"""README, docs and alarm rules name only commands, services, settings, addresses, figures and files that exist."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from tests.servers import BASE

PAGES = [BASE / "README.md", *sorted((BASE / "docs").glob("*.md")), BASE / "docs" / "alarms.yml", BASE / "Makefile"]
TEXTS = {page.name: page.read_text() for page in PAGES}
OPERATIONS = TEXTS["operations.md"]
COMPOSE = (BASE / "docker-compose.yml").read_text()
_SERVICES = COMPOSE.partition("\nservices:\n")[2].partition("\nnetworks:")[0]
SERVICES = set(re.findall(r"^  (\w+):", _SERVICES, re.MULTILINE))


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_of_manage_py_exists_with_its_options(name: str) -> None:
    known = get_commands()
    for command, rest in re.findall(r"manage\.py\s+([a-z_]+)([^`\n&>]*)", TEXTS[name]):
        assert command in known, command
        parser = load_command_class(known[command], command).create_parser("manage.py", command)
        takes = {option for action in parser._actions for option in action.option_strings}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= takes, f"{command}{rest}"


def test_every_command_of_ours_for_an_installation_is_in_the_handbook() -> None:
    ours = {name for name, app in get_commands().items() if str(app).split(".")[0] in ("portal", "approvals")}
    for_developers = {"demo", "messages", "state_diagram", "prepare", "run_due"}
    assert {name for name in ours - for_developers if name not in OPERATIONS} == set()


@pytest.mark.parametrize("name", TEXTS)
def test_every_service_of_a_compose_command_exists(name: str) -> None:
    assert {"web", "worker", "beat", "front", "postgres", "valkey", "migrate"} == SERVICES
    for verb, rest in re.findall(r"docker compose (exec|run|up|restart|logs)([^`\n&|>]*)", TEXTS[name]):
        words = re.findall(r"(?<= )[a-z]+(?=[ \n\"]|$)", rest)
        for word in words[:1] if verb in ("exec", "run") else words:
            assert word in SERVICES, f"{verb}{rest}"


def test_settings_figures_files_and_addresses_exist() -> None:
    explained = set(re.findall(r"^([A-Z_]+)=", (BASE / ".env.example").read_text(), re.MULTILINE))
    elsewhere = {"TAKES_AWAY", "UPSTREAM", "CI", "PORT", "ARGS"}  # of migrations, of the front, of make
    named = set(re.findall(r"`([A-Z]{2,}_[A-Z_]+)(?:=[^`]*)?`", OPERATIONS + TEXTS["README.md"]))
    assert named - explained - elsewhere == set()
    source = (BASE / "portal" / "metrics.py").read_text()
    for figure in re.findall(r"portal_\w+", OPERATIONS + TEXTS["alarms.yml"]):
        assert f'"{re.sub("_(bucket|count)$", "", figure)}"' in source, figure
    for path in set(re.findall(r"`(/[a-z]+/(?:[a-z-]+/)*|/healthz/\w+|/metrics)`", OPERATIONS)):
        try:
            resolve(path)
        except Resolver404:
            pytest.fail(path)
    for name, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert ((BASE / "docs" if name != "README.md" else BASE) / target).exists(), f"{name}: {target}"
    for named_file in set(re.findall(r"`((?:portal/front|docs|tests|requirements|secrets)/[\w/.-]+)`", OPERATIONS)):
        written_by_hand = named_file.startswith("secrets/") or named_file == "portal/front/maintenance"
        assert written_by_hand or Path(BASE / named_file).exists(), named_file


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", TEXTS["Makefile"], re.MULTILINE))
    named = {word for text in TEXTS.values() for word in re.findall(r"`make ([a-z]+)", text)}
    assert named - targets == set()


def test_a_database_brought_back_to_a_moment_can_be_written_and_is_made_safe() -> None:
    """Without the action PostgreSQL pauses at the moment, and reads only."""
    way = OPERATIONS.partition("Back to a moment")[2].partition("\n## ")[0]
    assert "recovery_target_action = 'promote'" in way
    assert "manage.py hold_mail --restored" in way


@pytest.mark.parametrize("name", ["README.md", "operations.md"])
def test_a_command_that_reads_a_file_of_the_host_is_given_it(name: str) -> None:
    """The containers see nothing of the host, and `exec` cannot mount."""
    reads = "import_roster|import_registry|restore|compare_backup|lost_decisions"
    shown = re.findall(rf"(docker compose[^`\n]*?)?manage\.py (?:{reads})(?: \w+)? (/?[\w.]+)", TEXTS[name])
    assert shown
    for before, file in shown:
        assert "docker compose run" in before, f"{before}{file}"
        assert re.search(rf" -v \$PWD/[\w.-]+:{file}:ro ", before), f"{before}{file}"
