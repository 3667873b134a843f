"""Routes of webhooks: where a system wants events to be sent, and how that goes.

Responsible for a system's own webhooks only. Must not send events (`daemon.webhook_courier`), except the
one that tries a webhook out. A secret is shown when it begins, and never again.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.daemon.webhook_calls import make_sender, rules_of, secrets_of, try_out
from node.daemon.webhook_desk import Check, Wanted, desk_of, unknown
from node.gateway.webhook import WebhookSender
from node.gateway.webhook_target import read_target
from node.national.scopes import Scope
from node.national.system import Principal
from node.store import webhooks as stored
from node.store.feed import Feed
from node.store.positions import Positions
from node.store.webhooks import Webhooks
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery, Parameters
from node.web.replies import JSON, check_match, etag_of, reply
from node.web.times import written
from node.web.webhook_models import (
    NewWebhook,
    Replay,
    Webhook,
    WebhookAttempt,
    WebhookChange,
    WebhookProgress,
    WebhookWithSecret,
)
from node.web.world import World, world_of

router = APIRouter(tags=["webhooks"])

_PATH: Final = "/webhooks/{webhook_id}"

Manager = Annotated[Principal, Depends(Needs(Scope.WEBHOOKS_MANAGE))]


@router.post("/webhooks", status_code=201, response_model=WebhookWithSecret)
async def make_webhook(request: Request, principal: Manager, body: NewWebhook) -> Response:
    """Make a webhook; it is sent what happens from now on. Its secret is shown only here."""
    world = world_of(request)
    _check_url(world, body.url)
    made = await desk_of(world.node).make(principal.system.id, body.url, _kinds(body.kinds))
    return _with_secret(world, made, status=201)


@list_routes(router, "/webhooks", Webhook)
def list_webhooks(
    request: Request, principal: Manager, query: Annotated[Parameters, Query()]
) -> Response:
    """List the webhooks of the system that asks."""
    del query  # it has none
    found = _stored(world_of(request)).of_system(principal.system.id)
    return listed(request, [Webhook.of(one) for one in found], model=Webhook)


@router.get(_PATH, response_model=Webhook)
def get_webhook(request: Request, principal: Manager, webhook_id: str) -> Response:
    """Give one webhook."""
    return reply(request, Webhook.of(_find(world_of(request), principal, webhook_id)))


@router.patch(_PATH, response_model=Webhook)
async def change_webhook(
    request: Request, principal: Manager, webhook_id: str, body: WebhookChange
) -> Response:
    """Change, pause or resume a webhook. Nothing is lost: it goes on where it stopped."""
    world = world_of(request)
    if body.url is not None:
        _check_url(world, body.url)
    wanted = Wanted(
        url=body.url,
        kinds=None if body.kinds is None else _kinds(body.kinds),
        is_active=None if body.state is None else body.state == "active",
    )
    changed = await desk_of(world.node).change(
        principal.system.id, webhook_id, wanted, _matching(request)
    )
    return reply(request, Webhook.of(changed))


@router.delete(_PATH, status_code=204, response_class=Response)
async def delete_webhook(request: Request, principal: Manager, webhook_id: str) -> Response:
    """Delete a webhook with its delivery log."""
    desk = desk_of(world_of(request).node)
    await desk.remove(principal.system.id, webhook_id, _matching(request))
    return Response(status_code=204)


@router.post(_PATH + "/rotate", response_model=WebhookWithSecret)
async def rotate_webhook_secret(request: Request, principal: Manager, webhook_id: str) -> Response:
    """Begin a new secret. Deliveries are signed with the one before as well, until the next rotation."""
    world = world_of(request)
    changed = await desk_of(world.node).rotate(principal.system.id, webhook_id, _matching(request))
    return _with_secret(world, changed)


@router.post(_PATH + "/test", response_model=WebhookAttempt)
async def try_webhook(request: Request, principal: Manager, webhook_id: str) -> Response:
    """Send an event of the type `sarbon.webhook.test` at once, and say what came of it."""
    world = world_of(request)
    found = await world.node.in_reader(_find, world, principal, webhook_id)
    attempt = await try_out(world.node, _sender(request), world.secret, found)
    return reply(request, WebhookAttempt.of(attempt))


@router.get(_PATH + "/progress", response_model=WebhookProgress)
def get_webhook_progress(request: Request, principal: Manager, webhook_id: str) -> Response:
    """Say how far a webhook has come, and whether it is failing."""
    world = world_of(request)
    return reply(request, _progress(world, _find(world, principal, webhook_id)))


@list_routes(router, _PATH + "/attempts", WebhookAttempt)
def list_webhook_attempts(
    request: Request, principal: Manager, webhook_id: str, query: Annotated[PageQuery, Query()]
) -> Response:
    """List the tries to deliver, newest first; the newest thousand are kept."""
    world = world_of(request)
    found = _find(world, principal, webhook_id)
    before = read_cursor(request, query.cursor)
    attempts = _stored(world).attempts(found.id, limit=query.limit + 1, before=before)
    page = attempts[: query.limit]
    last = page[-1].number if len(attempts) > query.limit else None
    return listed(request, [WebhookAttempt.of(one) for one in page], model=WebhookAttempt, last=last)


@router.post(_PATH + "/replay", response_model=WebhookProgress)
async def replay_webhook(
    request: Request, principal: Manager, webhook_id: str, body: Replay
) -> Response:
    """Go back, and send again everything from an event on."""
    world = world_of(request)
    await desk_of(world.node).replay(principal.system.id, webhook_id, body.first)
    found = await world.node.in_reader(_find, world, principal, webhook_id)
    return reply(request, await world.node.in_reader(_progress, world, found))


def _stored(world: World) -> Webhooks:
    return Webhooks(world.node.database)


def _find(world: World, principal: Principal, webhook_id: str) -> stored.Webhook:
    """Find a webhook of the system that asks; another's does not exist.

    Raises:
        CallerError: `webhook.unknown`.
    """
    found = _stored(world).get(webhook_id)
    if found is None or found.system != principal.system.id:
        raise unknown()
    return found


def _progress(world: World, one: stored.Webhook) -> WebhookProgress:
    position = Positions(world.node.database).of(one.system, one.door)
    head = Feed(world.node.authority, world.node.database).head()
    here = head if position is None else position
    return WebhookProgress(
        position=here,
        behind=head - here,
        failures=one.failures,
        failing_since=None if one.failing_since is None else written(one.failing_since),
        next_try_at=None if one.again_at is None else written(one.again_at),
        reason=one.reason,
    )


def _matching(request: Request) -> Check:
    """Refuse a change of a webhook that is no longer as the caller saw it."""
    return lambda found: check_match(request, Webhook.of(found))


def _with_secret(world: World, one: stored.Webhook, *, status: int = 200) -> Response:
    """Answer with the secret in force; the ETag is that of the webhook without it."""
    shown = Webhook.of(one)
    secret = secrets_of(one, world.secret)[0]
    body = WebhookWithSecret(**shown.model_dump(), secret=secret)
    headers = {"ETag": etag_of(shown), "Location": f"/api/v1/webhooks/{one.id}"}
    return Response(body.model_dump_json(), status, headers, JSON)


def _check_url(world: World, url: str) -> None:
    """Refuse a target that may not be reached, as far as its URL says.

    Raises:
        CallerError: `webhook.…`.
    """
    read_target(url, rules_of(world.node.settings.webhooks))


def _kinds(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _sender(request: Request) -> WebhookSender:
    """Give the sender of this app; it holds the trusted certificates, so it is made once."""
    state = request.app.state
    if not hasattr(state, "webhook_sender"):
        state.webhook_sender = make_sender(world_of(request).node)
    sender: WebhookSender = state.webhook_sender
    return sender
