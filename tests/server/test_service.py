"""The files of a service: systemd takes the units, and pages are served through nginx and Caddy with TLS."""

import configparser
import datetime
import http.client
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import Message
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.server.service import service_files
from docctl.settings import Settings
from tests.server.test_renewing import Served
from tests.server.test_serving import _free_port, _wait

PROGRAM, ETC, BACKUPS = Path("/opt/docctl/bin/docctl"), Path("/etc/docctl"), Path("/var/backups/docctl")


def written(**settings: object) -> dict[str, str]:
    """The files for some settings."""
    chosen = Settings(**({"DATA": "/srv/docctl", "BASE_URL": "https://docs.riverton.example"} | settings))  # type: ignore[arg-type]
    return service_files(chosen, PROGRAM, "docctl", ETC, BACKUPS)


def test_what_settings_say_stands_in_the_files() -> None:
    files = written(PORT=5001, UPLOAD_LIMIT_MB=50)
    assert "ExecStart=/opt/docctl/bin/docctl serve" in files["docctl.service"]
    assert "backup --keep 14 /var/backups/docctl" in files["docctl-backup.service"]
    assert "server_name docs.riverton.example;" in files["nginx.conf"]
    assert "client_max_body_size 51m;" in files["nginx.conf"]
    assert "reverse_proxy 127.0.0.1:5001" in files["Caddyfile"]
    assert not [name for name, text in files.items() if "$" in text.replace("$MAINPID", "").replace("$host", "")
                .replace("$scheme", "").replace("$remote_addr", "").replace("$request_uri", "")]  # fmt: skip
    assert "ProtectHome=yes" in files["docctl.service"]
    assert "ProtectHome=no" in written(DATA="/home/docs/library")["docctl.service"]
    assert "postgresql.service" in written(DATABASE_URL="postgresql://docctl@db/docctl")["docctl.service"]


def test_the_settings_that_are_written_are_taken(tmp_path: Path) -> None:
    config = tmp_path / "settings.py"
    config.write_text(written()["settings.py"])
    taken = Settings.read({}, {"DOCCTL_CONFIG": str(config)})
    assert (taken.BASE_URL, taken.TRUSTED_PROXIES) == ("https://docs.riverton.example", 1)


@pytest.mark.parametrize("data", ["/srv/our documents", "/srv/100$", "/srv/a\nb", '/srv/"a"'])
def test_a_path_that_units_read_otherwise_is_refused(data: str) -> None:
    with pytest.raises(InvalidInputError, match="choose a plain path"):
        written(DATA=data)


def test_each_unit_has_what_systemd_wants(tmp_path: Path) -> None:
    files = written()
    for name, text in files.items():
        (tmp_path / name).write_text(text.replace(str(PROGRAM), shutil.which("true") or ""))
        if name.endswith((".service", ".timer")):
            unit = configparser.ConfigParser(strict=False, interpolation=None)
            unit.read_string(text)
            assert ("Timer" in unit) == name.endswith(".timer")
            assert name.endswith(".service") or name.replace(".timer", ".service") in files
    if shutil.which("systemd-analyze"):
        units = [str(path) for path in tmp_path.iterdir() if path.suffix in (".service", ".timer")]
        command = ["systemd-analyze", "verify", "--man=no", *units]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        assert not [line for line in told.stderr.splitlines() if "docctl" in line], told.stderr


def test_the_command_writes_them_and_leaves_what_says_something_else(tmp_path: Path) -> None:
    def write() -> tuple[int, str]:
        told = CliRunner().invoke(main, ["--data", "/srv/docctl", "service", "write", str(tmp_path / "unit")])
        return told.exit_code, told.output

    code, output = write()
    assert code == 0
    assert "systemctl enable --now docctl.service" in output
    assert write()[0] == 0
    (tmp_path / "unit" / "nginx.conf").write_text("ours")
    code, output = write()
    assert code != 0
    assert "nginx.conf with other words already, and nothing was written" in output
    assert (tmp_path / "unit" / "nginx.conf").read_text() == "ours"


def certificate(folder: Path) -> None:
    """Write a certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip


@contextmanager
def nginx(folder: Path, conf: str, port: int) -> Iterator[None]:
    """nginx with the file that is written, on ports of its own."""
    conf = conf.replace("listen 80;", f"listen 127.0.0.1:{_free_port()};").replace("listen [::]:80;", "")
    conf = conf.replace("listen 443 ", f"listen 127.0.0.1:{port} ").replace("listen [::]:443 ssl http2;", "")
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{conf}\n}}\n"
    )
    with subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]) as process:
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def caddy(folder: Path, conf: str, port: int) -> Iterator[None]:
    """Caddy with the file that is written, on a port of its own and with our certificate."""
    tls = f"tls {folder}/tls/fullchain.pem {folder}/tls/privkey.pem"
    conf = conf.replace("localhost {", f"localhost:{port} {{\n{tls}\nbind 127.0.0.1", 1)
    (folder / "Caddyfile").write_text("{\nadmin off\nauto_https disable_redirects\n}\n" + conf)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


PROXIES = {"nginx": (nginx, "nginx.conf"), "caddy": (caddy, "Caddyfile")}
INSTALL = "nginx or Caddy is missing: apt-get install nginx-light caddy"


@pytest.mark.skipif(not all(map(shutil.which, PROXIES)), reason=INSTALL)
@pytest.mark.parametrize("proxy", PROXIES)
def test_pages_are_served_through_a_proxy_with_tls(
    founded_library: object, control: DocumentControl, tmp_path: Path, proxy: str
) -> None:
    (tmp_path / "tls").mkdir()
    certificate(tmp_path / "tls")
    port, start, name = _free_port(), *PROXIES[proxy]
    served = Served(tmp_path, control.data, BASE_URL=f"https://localhost:{port}", TRUSTED_PROXIES=1)
    chosen = Settings(DATA=str(control.data), PORT=served.port, BASE_URL="https://localhost")
    conf = service_files(chosen, PROGRAM, "docctl", tmp_path, BACKUPS)[name]
    trusted = ssl.create_default_context(cafile=str(tmp_path / "tls" / "fullchain.pem"))

    def ask(method: str, path: str, **headers: str) -> tuple[int, Message, str]:
        with closing(http.client.HTTPSConnection("localhost", port, context=trusted, timeout=60)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def answers() -> bool:
        try:
            return ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    try:
        with start(tmp_path, conf, port):
            _wait(lambda: served.answers(served.port))
            _wait(answers)
            forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example"}
            status, headers, text = ask("GET", "/sign-in", **forged)
            assert status == 200
            assert headers["Strict-Transport-Security"]
            assert "__Host-docctl" in headers["Set-Cookie"]
            assert "evil.example" not in text
            assert ask("GET", "/documents")[1]["Location"].startswith(("/sign-in", f"https://localhost:{port}/"))
            _wait(lambda: "/sign-in" in served.log.read_text())
            assert "203.0.113.9" not in served.log.read_text()
    finally:
        served.process.terminate()
        served.process.wait()
