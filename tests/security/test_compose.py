"""docker-compose.yml, Dockerfile and the front name only what exists; what compose would refuse is found here.

No engine is needed: the schema is the one of the compose specification, and what a schema cannot know (services, ports,
networks, volumes, variables, secrets, commands) is compared with the code.
"""

import ast
import html
import re
import subprocess
import sys
from pathlib import PurePosixPath
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import get_commands, load_command_class
from django.test import Client
from django.urls import resolve

from portal import limits, processes
from portal.catalogue import parse
from portal.settings import CELERY_BEAT_SCHEDULE
from tests.servers import BASE

yaml = pytest.importorskip("yaml")
DOCKERFILE = (BASE / "Dockerfile").read_text()
CADDYFILE = (BASE / "portal" / "front" / "Caddyfile").read_text()
# what the images of others read
THEIRS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
FRONT = {"PORTAL_HOST", "UPSTREAM", "FRONT", "HELP_LINE"}
OURS = ("migrate", "web", "worker", "beat")
SERVER_MB = 4096


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((BASE / "docker-compose.yml").read_text())


def dockerfile(instruction: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{instruction} +(.+)$", joined, re.MULTILINE)


def variables(compose: Any) -> set[str]:
    """What compose puts in from .env."""
    return set(re.findall(r"\$\{([A-Z_]+)", (BASE / "docker-compose.yml").read_text()))


def gunicorn(name: str) -> Any:
    for node in ast.parse((BASE / "gunicorn.conf.py").read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise AssertionError(name)


def seconds(given: str) -> int:
    found = re.fullmatch(r"(\d+)(s|m)", given)
    assert found, given
    return int(found[1]) * (60 if found[2] == "m" else 1)


def megabytes(given: str) -> int:
    return int(given[:-1]) * (1024 if given[-1] == "g" else 1)


def test_it_follows_the_compose_specification() -> None:
    pytest.importorskip("check_jsonschema")
    said = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout


def test_every_variable_is_one_the_portal_reads_and_env_example_explains(compose: Any) -> None:
    settings = (BASE / "portal" / "settings.py").read_text() + (BASE / "gunicorn.conf.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', settings))
    explained = re.findall(r"^([A-Z_]+)=", (BASE / ".env.example").read_text(), re.MULTILINE)
    assert len(explained) == len(set(explained))  # none is explained twice
    for name, service in compose["services"].items():
        known = read if name in OURS else FRONT if name == "front" else THEIRS
        for variable in service.get("environment", {}):
            assert variable in known or variable.removesuffix("_FILE") in known, f"{name}: {variable}"
    assert variables(compose) - set(explained) == set()
    only_here = {"PORT", "DATA_DIR", "TEST_DATABASE_URL", "TEST_REDIS_URL"}
    assert set(explained) - read - variables(compose) - only_here - {"PORTAL_HOST"} == set()
    taken = set(compose["services"]["web"]["environment"])
    left_out = {name for name in read if name not in taken and f"{name}_FILE" not in taken}
    assert left_out == {"STATIC_ROOT", "STATICFILES_BACKEND"}  # static files lie in the image
    hosts = compose["services"]["web"]["environment"]["ALLOWED_HOSTS"].split(",")
    assert hosts == ["${PORTAL_HOST}", "web"]  # visitors, by the front; the monitor asks web:8000
    assert "web" in compose["services"]
    pages = "".join(page.read_text() for page in (BASE / "portal" / "front").glob("*.html"))
    named = set(re.findall(r"\{\$([A-Z_]+)", CADDYFILE)) | set(re.findall(r'\{\{ env "([A-Z_]+)"', pages))
    assert named == set(compose["services"]["front"]["environment"])


def test_secrets_and_volumes_are_declared_and_read_from_files(compose: Any) -> None:
    declared, readme = set(compose["secrets"]), (BASE / "README.md").read_text()
    used, mounted = set(), set()
    for name, service in compose["services"].items():
        secrets = set(service.get("secrets", []))
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert str(value).removeprefix("/run/secrets/") in secrets, f"{name}: {variable}"
        used |= secrets
        for volume in service.get("volumes", []):
            source, target = volume.split(":")[:2]
            if source.startswith("./"):
                assert (BASE / source).exists(), source
                assert volume.endswith(":ro"), volume
            else:
                mounted.add(source)
            assert PurePosixPath(target).is_absolute()
    assert used == declared
    assert mounted == set(compose["volumes"])
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"secrets/{name}"}
        assert f"`{name}`" in readme  # and how it is made
    assert not re.search(r"(PASSWORD|SECRET_KEY|TOKEN)': '(?!/run)[^$']", str(compose["services"]))


def test_what_a_service_waits_for_can_come(compose: Any) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_completed_successfully":
                assert services[other]["restart"] == "no", f"{name} waits for the end of {other}"
            else:
                assert wait["condition"] == "service_healthy"
                assert "test" in services[other]["healthcheck"], f"{name} waits for {other}"
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "depends_on" not in services["front"]  # it says that the portal is away even when nothing else starts


def test_commands_are_those_of_make_run_and_the_portal_has_them(compose: Any) -> None:
    services = compose["services"]
    python, manage, name, *options = services["migrate"]["command"]
    assert (python, manage) == ("python", "manage.py")
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    assert parser.parse_args(options).skip_static
    assert ast.literal_eval(dockerfile("CMD")[0]) == list(processes.WEB)
    for service, command in (("worker", processes.WORKER), ("beat", processes.BEAT)):
        assert tuple(services[service]["command"][: len(command)]) == command
    assert "command" not in services["web"]
    assert CELERY_BEAT_SCHEDULE  # the only beat has something to do


def test_the_image_is_built_once_and_never_looked_for_elsewhere(compose: Any) -> None:
    ours = {name: service for name, service in compose["services"].items() if name in OURS}
    assert [name for name, service in compose["services"].items() if "build" in service] == ["migrate"]
    assert {service["image"] for service in ours.values()} == {"deklarasi-konten-asn:${VERSION:-latest}"}
    assert {service["pull_policy"] for service in ours.values()} == {"never"}


def test_valkey_answers_other_containers_whoever_packed_it(compose: Any) -> None:
    """Without a password it talks to loopback only unless protected mode is off."""
    command = compose["services"]["valkey"]["command"]
    assert command[command.index("--protected-mode") + 1] == "no"
    assert compose["services"]["valkey"]["networks"] == ["inside"]


def test_ports_agree_from_the_front_to_gunicorn(compose: Any) -> None:
    services = compose["services"]
    port = gunicorn("bind").rpartition(":")[2]
    host, _, upstream = services["front"]["environment"]["UPSTREAM"].partition(":")
    assert host == "web"
    assert {port, upstream, *dockerfile("EXPOSE")} == {port}
    assert f"127.0.0.1:{port}/healthz/ready" in str(services["web"]["healthcheck"])
    assert resolve("/healthz/ready").view_name == "ready"
    assert "reverse_proxy {$UPSTREAM}" in CADDYFILE
    assert "http://127.0.0.1:8080" in CADDYFILE
    assert "http://127.0.0.1:8080" in str(services["front"]["healthcheck"])
    assert {name for name, service in services.items() if service.get("ports")} == {"front"}
    assert all(port.startswith("0.0.0.0:") for port in services["front"]["ports"])  # who asks is lost on IPv6


def test_networks_let_through_what_is_needed_and_no_more(compose: Any) -> None:
    services, networks = compose["services"], compose["networks"]
    assert networks["inside"] == {"internal": True}
    inside = {name for name, service in services.items() if "inside" in service["networks"]}
    outside = {name for name, service in services.items() if "outside" in service["networks"]}
    assert inside | outside == set(services)
    assert inside == {"postgres", "valkey", *OURS}
    assert outside == {"web", "worker", "front"}  # pages and error reports; mail and channels; visitors
    assert {name for service in services.values() for name in service["networks"]} == set(networks)
    redis = services["web"]["environment"]["REDIS_URL"].split("/")[2].split(":")[0]
    assert redis in inside
    assert "@postgres:5432/portal" in (BASE / "README.md").read_text()


def test_each_service_restarts_is_asked_for_its_health_and_has_its_limits(compose: Any) -> None:
    together = 0
    for name, service in compose["services"].items():
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"max-size", "max-file"} <= set(service["logging"]["options"]), name
        assert seconds(service["stop_grace_period"]) >= 10
        together += 0 if name == "migrate" else megabytes(service["mem_limit"])  # it ends before the others start
        if name != "migrate":
            check = service["healthcheck"]
            assert seconds(check.get("timeout", "30s")) <= seconds(check["interval"])
    assert together < 0.9 * SERVER_MB
    assert seconds(compose["services"]["web"]["stop_grace_period"]) > gunicorn("graceful_timeout")


def test_processes_are_not_root_and_cannot_write_their_code(compose: Any) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert compose["services"]["front"]["cap_add"] == ["NET_BIND_SERVICE"]
    user = dockerfile("USER")[-1].split(":")[0]
    assert user != "0"
    assert f"user {user} " in (BASE / "README.md").read_text()  # who must be able to read the secrets
    assert "accesslog" not in (BASE / "gunicorn.conf.py").read_text()  # it would write the tokens of mailed links


def test_the_image_holds_what_runs_and_installs_from_the_lock() -> None:
    allowed = {line[1:] for line in (BASE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {source for line in dockerfile("COPY") if "--from" not in line for source in line.split()[:-1]}
    assert copied == allowed
    assert all((BASE / source).exists() for source in copied)
    assert not copied & {"tests", "docs", "secrets", "."}
    assert "--require-hashes --only-binary :all:" in DOCKERFILE
    lock = (BASE / "requirements" / "prod.txt").read_text().replace("\\\n", " ")
    pinned = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(pinned) > 30
    assert all("==" in line and "--hash=sha256:" in line for line in pinned)
    assert set(dockerfile("FROM")) == {"${PYTHON_IMAGE} AS packages", "${PYTHON_IMAGE}"}


def test_the_image_can_be_read_whatever_umask_the_code_was_checked_out_with() -> None:
    """COPY keeps the modes of the checkout; before anything is compiled they are opened for user 10001."""
    after = DOCKERFILE.rpartition("\nCOPY ")[2]
    assert 0 < after.index("find . ! -perm -a=r -exec chmod a+rX {} +") < after.index("collectstatic")


def test_the_front_lets_large_files_in_where_the_portal_takes_them() -> None:
    large = re.search(r"@large path (.+)", CADDYFILE)
    assert large
    for path in large[1].replace("registri/*", "registri/vendor/").split():
        assert resolve(path).view_name in ("rosters:list", "registries:one")
    assert resolve("/tinjau/paket-bukti/").view_name == "approvals:bundle_check"
    assert CADDYFILE.count("/tinjau/paket-bukti/") == 1
    passed = re.findall(r"import portal (\d+)MB \d+MB (\d+)", CADDYFILE)
    assert [int(exact) for _about, exact in passed] == [
        limits.most(path) for path in ("/kelola/pegawai/impor/", "/tinjau/paket-bukti/", "/deklarasi/baru/")
    ]
    assert limits.most("/kelola/registri/vendor/") == limits.IMPORT + limits.AROUND
    assert all(abs(int(exact) / 1_000_000 - int(about)) < 0.5 for about, exact in passed)


def in_words(size: int) -> str:
    return str(size // limits.MEGABYTE if size % limits.MEGABYTE == 0 else size // 1_000_000)


def test_every_sentence_names_the_sizes_of_the_code() -> None:
    said = [message for message in parse((BASE / "locale/en/LC_MESSAGES/django.po").read_text()) if " MB" in message.id]
    numbers = {number for message in said for number in re.findall(r"(\d+) MB", message.id)}
    sizes = (limits.BODY, limits.FILE, limits.OF_A_PERSON, limits.LETTER, limits.IMPORT, limits.BUNDLE)
    assert numbers == {in_words(size) for size in sizes}
    for message in said:
        assert re.findall(r"(\d+) MB", message.id) == re.findall(r"(\d+) MB", " ".join(message.texts.values())), (
            message.id
        )
    at_once = [in_words(size) for size in (limits.FILE, limits.BODY, limits.IMPORT, limits.BUNDLE)]
    page = (BASE / "portal" / "front" / "large.html").read_text()
    for language in page.split('<section class="section-s" id="english"'):
        assert re.findall(r"(\d+) MB", language) == at_once
    docs = " ".join((BASE / "docs" / name).read_text() for name in ("roster.md", "asvs.md")).replace("\n", " ")
    assert f"upload ({in_words(limits.IMPORT)} MB)" in docs
    assert f"{in_words(limits.FILE)} MB each, {in_words(limits.OF_A_PERSON)} MB a person" in docs


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
def test_without_a_front_too_large_a_file_is_refused_with_the_same_sentence(client: Client, language: str) -> None:
    client.cookies["bahasa"] = language
    page = (BASE / "portal" / "front" / "large.html").read_text()
    file = SimpleUploadedFile("foto.jpg", b"x" * limits.BODY)
    answer = client.post("/v/", {"berkas": file})
    assert answer.status_code == 413
    sentences = re.findall(r'<p class="read after">(.+?)</p>', answer.content.decode())
    assert len(sentences) == 2
    for sentence in sentences:
        assert html.unescape(sentence) in page
    for path in ("/kelola/pegawai/impor/", "/kelola/registri/vendor/", "/tinjau/paket-bukti/"):
        assert client.post(path, {"berkas": SimpleUploadedFile("a", b"x" * limits.BODY)}).status_code != 413


def test_a_form_that_takes_several_files_says_how_much_passes_the_front_at_once() -> None:
    several = [page for page in (BASE / "templates").rglob("*.html") if 'name="berkas" multiple' in page.read_text()]
    assert len(several) >= 4
    for page in several:
        assert "sekali kirim paling besar 6 MB" in page.read_text(), page.name
