"""docker-compose.yml and Dockerfile name only what exists: services, ports, volumes, variables, commands, secrets."""

import re
from typing import Any

import pytest

from tests.servers import BASE

yaml = pytest.importorskip("yaml")
READ_ELSEWHERE = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "PORTAL_HOST"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((BASE / "docker-compose.yml").read_text())


def test_every_variable_is_one_the_portal_reads(compose: Any) -> None:
    settings = (BASE / "portal" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)) | READ_ELSEWHERE
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            assert variable in read or variable.removesuffix("_FILE") in read, f"{name}: {variable}"


def test_secrets_and_volumes_are_declared_and_read_from_files(compose: Any) -> None:
    declared = set(compose["secrets"])
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= declared
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert str(value).removeprefix("/run/secrets/") in declared
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
    text = str(compose["services"])
    assert not re.search(r"(PASSWORD|SECRET_KEY|TOKEN)': '(?!/run)", text)


def test_commands_exist_and_migration_comes_first(compose: Any) -> None:
    services = compose["services"]
    command = services["migrate"]["command"]
    assert command[:2] == ["python", "manage.py"]
    assert (BASE / "portal" / "management" / "commands" / f"{command[2]}.py").exists()
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["worker"]["command"][:4] == ["celery", "-A", "portal", "worker"]
    assert "gunicorn portal.wsgi" in (BASE / "Dockerfile").read_text()


def test_everything_restarts_and_what_answers_is_asked_for_its_health(compose: Any) -> None:
    for name, service in compose["services"].items():
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
    for name in ("postgres", "valkey", "web", "worker"):
        assert "test" in compose["services"][name]["healthcheck"], name
    assert "/healthz/ready" in str(compose["services"]["web"]["healthcheck"])


def test_only_the_front_is_reachable_from_outside(compose: Any) -> None:
    assert {name for name, service in compose["services"].items() if service.get("ports")} == {"front"}
    caddyfile = compose["configs"]["caddyfile"]["content"]
    assert "reverse_proxy web:8000" in caddyfile
    assert "respond /metrics* 404" in caddyfile


def test_processes_are_not_root_and_cannot_write_their_code(compose: Any) -> None:
    for name in ("web", "worker", "beat", "migrate"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert re.search(r"^USER (?!root)", (BASE / "Dockerfile").read_text(), re.MULTILINE)
    assert "--access-logfile" not in (BASE / "Dockerfile").read_text()  # it would write the tokens of mailed links
