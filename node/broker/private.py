"""A private RabbitMQ for the demo, the tests and the benchmark.

Responsible for starting the distribution's server as an ordinary user on loopback with random ports
and its own folder, and for killing and ending it. Never touches the system's broker.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from node.broker.connection import Tls
from node.errors import OperatorError

_SERVERS: Final = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server")
_START_SECONDS: Final = 90.0
_PLAIN: Final = "listeners.tcp.1 = 127.0.0.1:{port}\n"
_TLS: Final = """\
listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:{port}
ssl_options.cacertfile = {tls.ca_file}
ssl_options.certfile = {tls.cert_file}
ssl_options.keyfile = {tls.key_file}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
ssl_options.versions.1 = tlsv1.3
auth_mechanisms.1 = EXTERNAL
ssl_cert_login_from = common_name
"""
_CONF: Final = """\
definitions.import_backend = local_filesystem
definitions.local.path = {definitions}
definitions.skip_if_unchanged = true
vm_memory_high_watermark.absolute = 1GiB
disk_free_limit.absolute = 50MB
log.console = true
log.console.level = warning
log.file = false
"""


class PrivateBroker:
    """A RabbitMQ server of our own.

    Attributes:
        port: of AMQP, on 127.0.0.1.
    """

    def __init__(self, folder: Path, definitions: Mapping[str, Any], *, tls: Tls | None = None) -> None:
        """Prepare a server.

        Args:
            folder: everything of it is below; its path must not hold wildcards.
            definitions: virtual hosts, users and queues, as `topology.definitions` writes them.
            tls: the server's certificate; then TLS 1.3 with client certificates is all it speaks.
        """
        self.folder = folder
        self._tls = tls
        self.port = _free_port()
        self._dist_port, self._epmd_port = _free_port(), _free_port()
        self._server = find_server()
        self._process: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / "definitions.json").write_text(json.dumps(definitions))
        (folder / "env.conf").touch()
        plugins = "[rabbitmq_auth_mechanism_ssl]." if tls else "[]."
        (folder / "plugins").write_text(plugins)
        listener = _TLS if tls else _PLAIN
        conf = (listener + _CONF).format(
            port=self.port, definitions=folder / "definitions.json", tls=tls
        )
        (folder / "rabbitmq.conf").write_text(conf)

    def url(self, *, user: str, vhost: str) -> str:
        """Give the URL for a user, without a password."""
        scheme = "amqps" if self._tls else "amqp"
        return f"{scheme}://{user}@127.0.0.1:{self.port}/{vhost}"

    def start(self) -> None:
        """Start the server and wait until it listens.

        Raises:
            OperatorError: `broker.start`, with the last lines it printed.
        """
        # epmd first: otherwise the server starts one that outlives it.
        self._epmd = self._spawn(
            [self._tool("epmd"), "-port", str(self._epmd_port), "-address", "127.0.0.1"]
        )
        self._process = self._spawn([self._server])
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                lines = (self.folder / "broker.log").read_text(errors="replace").splitlines()
                raise OperatorError(
                    "broker.start",
                    "the private RabbitMQ did not start: " + " | ".join(lines[-5:]),
                    hint=f"its log is {self.folder / 'broker.log'}",
                )
            time.sleep(0.1)  # polling a port is the only sign the server gives

    @property
    def processes(self) -> list[int]:
        """Process ids of what runs, to be ended by whoever keeps it."""
        return [process.pid for process in (self._process, self._epmd) if process is not None]

    def kill(self) -> None:
        """Kill the server as a power cut would: no goodbye, no flush."""
        for process in (self._process, self._epmd):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._process = self._epmd = None

    def stop(self) -> None:
        """End the server; its folder stays. Data of a private broker needs no farewell."""
        self.kill()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            try:
                probe.connect(("127.0.0.1", self.port))
                if self._tls:
                    return True  # it speaks only to those who bring a certificate
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                return probe.recv(1) != b""
            except OSError:
                return False

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "broker.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - fixed programs, our own arguments
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _tool(self, name: str) -> str:
        return shutil.which(name) or name

    def _environment(self) -> dict[str, str]:
        """Give the server only what it needs; the system's RabbitMQ files must not be read."""
        inner = "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none"
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_NODENAME": f"sarbon{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": inner,
        }


def find_server() -> str:
    """Find the distribution's server program, the one that an ordinary user may run.

    Raises:
        OperatorError: `broker.absent`.
    """
    for path in _SERVERS:
        if Path(path).is_file():
            return path
    raise OperatorError(
        "broker.absent",
        "there is no rabbitmq-server on this machine",
        hint="'make setup' installs it, or set SARBON_AMQP_URL to a broker of yours",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
