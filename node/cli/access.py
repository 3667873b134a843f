"""Commands for who may do what: systems, tokens."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.app import DEFAULT_CONFIG, ConfigOption, JsonOption, app, print_json, settings_of
from node.cli.asking import ask_node
from node.conversation.wording import moment
from node.national.scopes import Role, Scope
from node.settings import Settings

if TYPE_CHECKING:
    from node.national.token import Token
    from node.store.accounts import Accounts

systems_app = typer.Typer(
    no_args_is_help=True,
    help="The national systems that may use this node: what each may do, and what it sees.",
)
tokens_app = typer.Typer(
    no_args_is_help=True, help="The tokens that national systems show to be let in."
)
app.add_typer(systems_app, name="systems")
app.add_typer(tokens_app, name="tokens")

SystemArgument = Annotated[str, typer.Argument(metavar="SYSTEM", help="Id of the system.")]
_ALL = "separated by commas; * for all"
_TITLE = "One line for people."
_ROLE = "The most it may do."
_UNITS = f"Units it works for, {_ALL}."
_TYPES = f"Documents it deals with, {_ALL}."
_OFFICES = "Customs offices whose messages it reads, separated by commas."


@systems_app.command()
def add(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="Its id: a letter, then a-z, 0-9 and hyphen.")
    ],
    title: Annotated[str, typer.Option(help=_TITLE)],
    role: Annotated[Role, typer.Option(help=_ROLE)],
    units: Annotated[str, typer.Option(help=_UNITS)],
    types: Annotated[str, typer.Option(help=_TYPES)],
    offices: Annotated[str, typer.Option(help=_OFFICES)] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Add a national system; it is let in once it has a token, a queue or a folder."""
    members = {
        "title": title,
        "role": role.value,
        "units": _names(units),
        "types": _names(types),
        "offices": _names(offices),
    }
    answer = _ask(settings_of(config), {"act": "add", "id": system, "system": members})
    if as_json:
        print_json(answer["system"])
    else:
        print(f"{system}: added as {role.value}")
        print(f"  next  sarbon tokens issue {system}")


@systems_app.command()
def change(
    system: SystemArgument,
    title: Annotated[str | None, typer.Option(help=_TITLE)] = None,
    role: Annotated[Role | None, typer.Option(help=_ROLE)] = None,
    units: Annotated[str | None, typer.Option(help=_UNITS)] = None,
    types: Annotated[str | None, typer.Option(help=_TYPES)] = None,
    offices: Annotated[str | None, typer.Option(help=_OFFICES)] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Change what is given of a system; the rest stays. It counts from the next request on."""
    texts = {"title": title, "role": role and role.value}
    lists = {"units": units, "types": types, "offices": offices}
    changes: dict[str, Any] = {name: value for name, value in texts.items() if value is not None}
    changes |= {name: _names(value) for name, value in lists.items() if value is not None}
    answer = _ask(settings_of(config), {"act": "change", "id": system, "changes": changes})
    _show(answer["system"], as_json=as_json)


@systems_app.command("list")
def list_systems(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the national systems, disabled ones too."""
    systems = _accounts(settings_of(config)).systems()
    for one in systems:
        if as_json:
            print_json(one.value)
        else:
            state = "active" if one.is_active else "disabled"
            print(f"{one.id:<24} {one.role.value:<10} {state:<9} {one.title}")
    if not systems and not as_json:
        print("no systems: 'sarbon systems add' makes one")


@systems_app.command()
def show(
    system: SystemArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Show a system, with the digest that the log holds of it as it is now."""
    from node.daemon.access_desk import unknown_system

    found = _accounts(settings_of(config)).system(system)
    if found is None:
        raise unknown_system()
    _show({**found.value, "digest": found.digest}, as_json=as_json)


@systems_app.command()
def disable(
    system: SystemArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Shut a system out at every door, its tokens with it, until it is enabled again."""
    _set_active(settings_of(config), system, "disable", as_json=as_json)


@systems_app.command()
def enable(
    system: SystemArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Let a disabled system in again; its tokens that have not ended work again."""
    _set_active(settings_of(config), system, "enable", as_json=as_json)


@tokens_app.command()
def issue(
    system: SystemArgument,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it lives.")] = 90,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it allows; again for each. Without: all that the role allows."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Issue a token and print it, once: it is kept nowhere and cannot be shown again."""
    scopes = [one.value for one in scope or ()]
    request = {"act": "issue", "id": system, "scopes": scopes, "days": days}
    answer = _ask(settings_of(config), request)
    if as_json:
        print_json(_in_words(answer) | {"text": answer["text"]})
        return
    print(answer["text"])
    print(f"  system   {system}")
    print(f"  scopes   {', '.join(answer['scopes'])}")
    print(f"  expires  {_when(answer['expires_at'])}")
    print("  Keep it now: it will not be shown again.")


@tokens_app.command("list")
def list_tokens(
    system: Annotated[
        str | None, typer.Argument(metavar="[SYSTEM]", help="Only of this system.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List tokens, the newest first, ended ones too; without what could let anybody in."""
    from node.daemon.access_desk import told
    from node.daemon.node import wall_clock

    tokens, now = _accounts(settings_of(config)).tokens(system), wall_clock()
    for one in tokens:
        state = _state(one, now)
        if as_json:
            print_json({**_in_words(told(one)), "state": state})
        else:
            print(f"{one.id}  {one.system:<24} {state:<8} until {_when(one.expires_at)}")
    if not tokens and not as_json:
        print("no tokens: 'sarbon tokens issue' makes one")


@tokens_app.command()
def revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="Id of the token: its middle part.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """End a token now, for instance because somebody else has seen it."""
    answer = _ask(settings_of(config), {"act": "revoke", "id": token})
    if as_json:
        print_json(answer)
    else:
        print(f"{token}: {'revoked' if answer['new'] else 'had been revoked before'}")


def _ask(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    from node.daemon.access_desk import act_alone

    return ask_node(settings, {"do": "access", **request}, act_alone)


def _accounts(settings: Settings) -> "Accounts":
    from node.store.accounts import Accounts
    from node.store.database import Database

    return Accounts(Database.open(settings.data / "node.db"))


def _set_active(settings: Settings, system: str, act: str, *, as_json: bool) -> None:
    answer = _ask(settings, {"act": act, "id": system})
    if as_json:
        print_json(answer)
    else:
        print(f"{system}: {act}d" if answer["new"] else f"{system}: had been {act}d before")


def _show(system: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(system)
        return
    for name, value in system.items():
        if name == "is_active":
            print(f"{'state':<8} {'active' if value else 'disabled'}")
        else:
            text = ", ".join(value) if isinstance(value, list) else value
            print(f"{name:<8} {text}".rstrip())


def _in_words(token: dict[str, Any]) -> dict[str, Any]:
    """Give the times of a token as people and machines read them."""
    times = ("made_at", "expires_at", "revoked_at")
    return {
        name: _when(value) if name in times and value is not None else value
        for name, value in token.items()
    }


def _state(token: "Token", now: int) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if now >= token.expires_at else "living"


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _when(ms: int) -> str:
    return moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
