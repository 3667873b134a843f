"""Commands for matching: what was found, why, and what officers make of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    app,
    print_json,
    settings_of,
)
from node.cli.asking import ask_node
from node.conversation.wording import moment
from node.matching.decision import Dismissal, MatchState
from node.matching.found import Grade
from node.settings import Settings

if TYPE_CHECKING:
    from node.store.database import Database
    from node.store.matches import Match

matches_app = typer.Typer(
    no_args_is_help=True,
    help="Cargo of notices that alerts or the watch list are about, and what officers make of it.",
)
app.add_typer(matches_app, name="matches")

MatchArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the match.")]
LimitOption = Annotated[int, typer.Option(min=1, help="How many at most.")]


@matches_app.command("list")
def list_matches(
    state: Annotated[
        MatchState | None, typer.Option(help="Only these; found: nobody has decided.")
    ] = None,
    grade: Annotated[Grade | None, typer.Option(help="Only these.")] = None,
    alert: Annotated[str | None, typer.Option(help="Only of the alert with this reference.")] = None,
    notice: Annotated[str | None, typer.Option(help="Only in the notice with this reference.")] = None,
    limit: LimitOption = 50,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List what was found, the newest first; without what agrees."""
    from node.store.matches import Matches, MatchFilter

    wanted = MatchFilter(state=state, grade=grade, alert=alert, notice=notice)
    found = Matches(_database(settings_of(config))).listed(None, wanted, before=None, limit=limit)
    for one in found:
        print_json(_outline(one)) if as_json else print(_line(one))
    if not found and not as_json:
        print("no matches")


@matches_app.command("show")
def show_match(
    match: MatchArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Show a match and why, line by line. It quotes identifiers and names of both documents."""
    from node.daemon.match_desk import unknown_match
    from node.store.matches import Matches

    found = Matches(_database(settings_of(config))).get(match)
    if found is None:
        raise unknown_match()
    if as_json:
        findings = found.found.model_dump(mode="json", exclude_none=True)
        print_json({**_outline(found), "findings": findings, "words": list(found.found.words)})
        return
    for line in _described(found):
        print(line)


@matches_app.command()
def confirm(
    match: MatchArgument,
    unit: Annotated[str, typer.Option(metavar="UNIT", help="Of ours, that confirms.")],
    office: Annotated[
        str | None, typer.Option(help="Where the cargo is or is expected; told in the hit.")
    ] = None,
    tell: Annotated[
        bool, typer.Option("--tell/--tell-nobody", help="Whether the alert's author is told.")
    ] = True,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Confirm a match. The author of a peer's alert is told by a hit: references, no data."""
    request = {"do": "match", "act": "confirm", "id": match, "unit": unit, "tell": tell}
    if office:
        request["office"] = office
    answer = _ask(settings_of(config), request)
    if as_json:
        print_json(answer)
    else:
        told = f"hit {answer['hit']} is on its way" if answer["hit"] else "nobody is told"
        print(f"{match}: confirmed, {told}")


@matches_app.command()
def dismiss(
    match: MatchArgument,
    reason: Annotated[Dismissal, typer.Option(help="Why; docs/matching.md says what each means.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Dismiss a match, for a reason; nobody outside is told."""
    request = {"do": "match", "act": "dismiss", "id": match, "reason": reason.value}
    answer = _ask(settings_of(config), request)
    if as_json:
        print_json(answer)
    else:
        print(f"{match}: dismissed, {reason.value}")


def _ask(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    from node.daemon.match_requests import act_alone

    return ask_node(settings, request, act_alone)


def _database(settings: Settings) -> "Database":
    from node.store.database import Database

    return Database.open(settings.data / "node.db")


def _outline(match: "Match") -> dict[str, Any]:
    found = match.found
    return {
        "id": match.id,
        "state": match.state.value,
        "grade": found.grade.value,
        "score": found.score,
        "wanted": found.wanted.model_dump(mode="json", exclude_none=True),
        "notice": found.notice.model_dump(mode="json", exclude_none=True),
        "test": match.is_test,
        "current": match.is_current,
        "found_at": _when(match.found_at),
        "decided_at": None if match.decided_at is None else _when(match.decided_at),
        "decided_by": match.decided_by,
        "reason": match.reason,
        "hit": match.hit,
    }


def _line(match: "Match") -> str:
    found = match.found
    wanted = found.wanted.reference
    pair = f"{wanted} in {found.notice.reference}"
    line = f"{match.id}  {match.state.value:<9} {found.grade.value:<8} {found.score:>3}  {pair}"
    return line if match.is_current else f"{line}  (holds no longer)"


def _described(match: "Match") -> Iterator[str]:
    found = match.found
    only = ", ".join(map(str, found.consignments))
    where = f", consignment {only}" if only else ""
    yield f"{found.grade.value}, {found.score} of 100{where}"
    yield from (f"  {line}" for line in found.words)
    by = f" by {found.wanted.authority}" if found.wanted.authority else ""
    yield f"{found.wanted.type:<12} {found.wanted.reference}, version {found.wanted.version}{by}"
    notice = found.notice
    yield f"{'notice':<12} {notice.reference}, version {notice.version} by {notice.authority}"
    yield f"{'found':<12} {_when(match.found_at)}"
    if match.decided_at is not None:
        reason = f", {match.reason}" if match.reason else ""
        yield f"{match.state.value:<12} {_when(match.decided_at)} by {match.decided_by}{reason}"
    if match.hit is not None:
        yield f"{'hit':<12} {match.hit}"
    if not match.is_current:
        yield "As they are held now, the two no longer agree in this way."


def _when(ms: int) -> str:
    return moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
