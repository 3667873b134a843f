"""Settings: one TOML file, each value also from the environment, nothing unknown.

Responsible for names, meaning, defaults and clear errors. Must not open anything that it names.

The environment wins: `SARBON_BROKER__URL` stands for `url` in the table `[broker]`.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from node.errors import OperatorError

SOCKET_NAME: Final = "node.sock"  # in the data folder; a running node answers there

SystemId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
AuthorityId = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{2,12}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TlsSettings(_Table):
    """TLS 1.3 towards a broker; a client certificate replaces the password."""

    ca_file: Path = Field(description="certificates of the broker's issuer, PEM")
    cert_file: Path | None = Field(default=None, description="our client certificate, PEM")
    key_file: Path | None = Field(default=None, description="its private key, PEM, mode 600")


class BrokerSettings(_Table):
    """An account at a RabbitMQ virtual host."""

    url: str = Field(
        pattern=r"^amqps?://[^@/]*@?[^/]+/.+$",
        description="amqp(s)://user@host:port/vhost; the password is not part of it",
    )
    password_file: Path | None = Field(default=None, description="file with the password, mode 600")
    tls: TlsSettings | None = None
    prefix: str = Field(
        default="", description="put before every queue and exchange, where hosts share a vhost"
    )

    @model_validator(mode="after")
    def _scheme_and_tls_agree(self) -> Self:
        if self.url.startswith("amqps://") != (self.tls is not None):
            raise ValueError("amqps:// needs a table tls with the broker's ca_file, amqp:// has none")
        if urlsplit(self.url).password is not None:
            raise ValueError("the password does not belong in the url; put it into password_file")
        return self


class KeySettings(_Table):
    """Where the private keys are, and what unlocks them."""

    folder: Path = Path("keys")
    passphrase_file: Path | None = Field(
        default=None,
        description="file with the passphrase, mode 600; "
        "without it a systemd credential `sarbon-passphrase`, or a prompt",
    )


class AttachmentSettings(_Table):
    """How much peers' files may take."""

    room_mib: int = Field(
        default=10_240, ge=0, description="peers' files together; beyond it, files are refused"
    )


class OidcSettings(_Table):
    """OpenID Connect: systems that bring a token of the authority's own identity provider."""

    issuer: str = Field(pattern=r"^https://.+$", description="as in the token's iss")
    audience: str = Field(min_length=1, description="as in the token's aud: this node")
    jwks_url: str | None = Field(
        default=None, pattern=r"^https://.+$", description="its keys; absent: by discovery at the issuer"
    )
    jwks_file: Path | None = Field(default=None, description="its keys in a file; nothing is fetched")
    ca_file: Path | None = Field(default=None, description="certificates of its issuer, PEM")
    claim: str = Field(default="client_id", description="the claim that names the national system")


class ApiSettings(_Table):
    """The REST API for national systems."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8443, ge=0, le=65_535, description="0 takes a free one")
    cert_file: Path | None = Field(
        default=None, description="TLS certificate, PEM; without it only a loopback address is allowed"
    )
    key_file: Path | None = Field(default=None, description="its private key, PEM, mode 600")
    requests_per_minute: int = Field(default=6000, ge=1, description="of one system; beyond it, 429")
    oidc: OidcSettings | None = None


class FolderSettings(_Table):
    """A folder in which one national system drops files and finds what has come for it."""

    path: Path = Field(description="holds in, work, done, failed and out")
    poll_seconds: float = Field(default=2.0, gt=0, le=3600, description="how often it is looked at")


class WebhookSettings(_Table):
    """Where webhooks may go."""

    networks: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="private networks that are allowed; public addresses are"
    )
    ports: tuple[int, ...] = Field(default=(443,), description="ports that are allowed")
    plain_http: bool = Field(default=False, description="also http://, into the networks named")
    ca_file: Path | None = Field(default=None, description="further certificates to trust, PEM")


class LogSettings(_Table):
    """What the node tells its operator; the audit log is something else."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    form: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console at a terminal, else JSON"
    )


class Settings(BaseSettings):
    """Everything an authority sets. Paths are relative to the file's folder."""

    model_config = SettingsConfigDict(
        env_prefix="SARBON_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    authority: AuthorityId = Field(description="our id in the network, e.g. AZ-SCC")
    network: str = Field(pattern=r"^[a-z0-9.-]{1,64}$", description="the network's name")
    epoch: str = Field(default="1", pattern=r"^[a-z0-9-]{1,16}$", description="of our log")
    fingerprint: str = Field(
        default="",
        description="of the network's first entry, compared in person; empty before joining",
    )
    data: Path = Field(default=Path("data"), description="folder for database, head file and socket")
    directory: Path = Field(default=Path("directory.json"), description="the network's directory")
    agreements: Path = Field(default=Path("agreements"), description="folder of agreements, *.toml")
    keys: KeySettings = KeySettings()
    broker: BrokerSettings | None = Field(default=None, description="our own broker")
    peers: Mapping[AuthorityId, BrokerSettings] = Field(
        default={}, description="our account at each peer's broker"
    )
    attachments: AttachmentSettings = AttachmentSettings()
    api: ApiSettings | None = Field(default=None, description="absent: no REST API")
    national: BrokerSettings | None = Field(
        default=None, description="the virtual host of national systems; absent: none"
    )
    folders: Mapping[SystemId, FolderSettings] = Field(
        default={}, description="folders of national systems, by their ids"
    )
    webhooks: WebhookSettings = WebhookSettings()
    log: LogSettings = LogSettings()

    @property
    def origin(self) -> str:
        """The origin of our log: network, authority, epoch."""
        return f"{self.network}/{self.authority.lower()}/{self.epoch}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file; nothing else is read."""
        del dotenv_settings, file_secret_settings, settings_cls
        return env_settings, init_settings


def load_settings(path: Path) -> Settings:
    """Read settings from a file and the environment.

    Raises:
        OperatorError: `settings.missing`, `settings.malformed`, `settings.unknown` with the nearest
            known name, or `settings.invalid`.
    """
    try:
        value = tomllib.loads(path.read_text())
    except OSError as error:
        raise OperatorError(
            "settings.missing",
            f"{path}: {error.strerror}",
            hint="'sarbon init' makes one; name it with --config or SARBON_CONFIG",
        ) from error
    except ValueError as error:
        raise OperatorError(
            "settings.malformed", f"{path}: {error}", hint="it must be TOML in UTF-8"
        ) from error
    try:
        settings = Settings(**value)
    except ValidationError as error:
        raise _explained(path, error) from error
    except SettingsError as error:  # a whole table from the environment, which must be JSON
        raise OperatorError(
            "settings.invalid", f"environment: {error}", hint="SARBON_LOG__LEVEL sets level in [log]"
        ) from error
    return _anchored(settings, path.resolve().parent)


def known_names(model: type[BaseModel] = Settings, prefix: str = "") -> Iterable[str]:
    """List every setting as a dotted name; the operator's handbook is compared with this."""
    for name, field in model.model_fields.items():
        inner = [kind for kind in _models(field.annotation) if kind is not model]
        for kind in inner:
            star = ".*" if name in ("peers", "folders") else ""
            yield from known_names(kind, f"{prefix}{name}{star}.")
        if not inner:
            yield prefix + name


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found = [_models(part) for part in getattr(annotation, "__args__", ())]
    return [kind for kinds in found for kind in kinds]


def _explained(path: Path, error: ValidationError) -> OperatorError:
    faults = error.errors(include_url=False, include_input=False)
    # A misspelt name is also a missing one: say first what was written, then what was not.
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] != "extra_forbidden":
        return OperatorError(
            "settings.invalid",
            f"{path}: {where}: {first['msg']}",
            hint="docs/operators.md lists every setting",
        )
    near = _nearest(where)
    hint = f"did you mean {near}?" if near else "docs/operators.md lists every setting"
    return OperatorError("settings.unknown", f"{path}: there is no setting {where}", hint=hint)


def _nearest(where: str) -> str | None:
    """Find the setting that a name was meant to be: in the same table, or by its last part."""
    table, _, last = where.rpartition(".")
    table = re.sub(r"^(peers|folders)\.[^.]+", r"\1.*", table)
    here = {name.rpartition(".")[2]: name for name in known_names() if name.rpartition(".")[0] == table}
    anywhere = {name.rpartition(".")[2]: name for name in known_names()}
    for names in (here, anywhere):
        near = difflib.get_close_matches(last, names, n=1)
        if near:
            return names[near[0]]
    return None


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Make every path absolute, from the folder of the file that names it."""

    def anchor(value: Any) -> Any:
        if isinstance(value, Path):
            return folder / value.expanduser()
        if isinstance(value, BaseModel):
            return value.model_copy(
                update={name: anchor(getattr(value, name)) for name in type(value).model_fields}
            )
        if isinstance(value, Mapping):
            return {name: anchor(member) for name, member in value.items()}
        return value

    anchored: Settings = anchor(settings)
    return anchored


def passphrase_from_credential() -> bytes | None:
    """Give the passphrase that systemd placed for this service, if it did."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / "sarbon-passphrase" if folder else None
    return path.read_bytes().rstrip(b"\n") if path and path.is_file() else None
