"""What a monitor asks: alive, ready, figures. It needs no token and tells no name and no number."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from trd_tui import __version__
from trd_tui.api.errors import declared
from trd_tui.api.metrics import metrics_text
from trd_tui.api.models import Answer
from trd_tui.services import health
from trd_tui.store.errors import StoreError

router = APIRouter(tags=["Monitoring"])


class Alive(Answer):
    """This process answers."""

    status: Literal["ok"]
    version: str


class Ready(Answer):
    """Whether this process can do its work, and what each look found."""

    ready: bool
    checks: dict[str, str]


@router.get("/healthz", response_model=Alive, summary="Whether this process answers")
async def healthz() -> dict[str, Any]:
    """Looks at nothing else: a database that is away is no reason to start this process again."""
    return {"status": "ok", "version": __version__}


@router.get(
    "/readyz",
    response_model=Ready,
    summary="Whether it can do its work",
    responses={503: {"model": Ready, "description": "It cannot; `checks` says why."}},
)
async def readyz(request: Request) -> Response:
    """The database answers and has this version's tables; with `--with-scheduler` somebody sends, too."""
    product = request.app.state.product
    needs_sender: bool = request.app.state.needs_sender
    checks: dict[str, str] = {}
    ready = True
    try:
        found = await health.readiness(product.db, product.clock)
    except StoreError:
        ready, checks["database"] = False, "does not answer"
    else:
        checks["database"] = "ok"
        checks["schema"] = "ok" if found.schema else "of another version; run trd init"
        checks["scheduler"] = "ok" if found.sender else "nobody sends"
        ready = found.schema and (found.sender is not None or not needs_sender)
    return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Figures for Prometheus",
    responses=declared(503),
)
async def metrics(request: Request) -> Response:
    """Kept counters only; what a scrape costs does not grow with the messages."""
    product = request.app.state.product
    gauges = await health.gauges(product.db, product.clock)
    return Response(
        metrics_text(gauges, request.app.state.calls),
        media_type="text/plain; version=0.0.4; charset=utf-8",
    )


# A load balancer may ask with HEAD; the answer is the same without its body, so it is not described twice.
for _path, _look in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
    router.add_api_route(_path, _look, methods=["HEAD"], response_model=None, include_in_schema=False)
