"""The application: every router, one gate before them, one shape for every error."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from trd_tui import __version__
from trd_tui.api import (
    campaigns,
    contacts,
    control,
    errors,
    front,
    monitoring,
    replies,
    reports,
    suppressions,
)
from trd_tui.api.examples import add_examples
from trd_tui.api.gate import Calls, Gate, Limits
from trd_tui.api.webhooks import webhook_router
from trd_tui.wiring import Product

ROUTERS: tuple[APIRouter, ...] = (
    front.router,
    campaigns.router,
    contacts.router,
    replies.router,
    suppressions.router,
    reports.router,
    control.router,
    monitoring.router,
)

_ABOUT = """Run SMS drip campaigns. Every call under `/api/` needs `Authorization: Bearer TOKEN`;
`trd token create NAME` makes a token, and its name is the actor of whatever is done with it.
Errors are `{"error": "..."}`: all that is wrong, field by field, on one line.
Instants are ISO 8601 in UTC."""

DEFAULT_LIMITS = Limits()


def create_app(product: Product, *, limits: Limits = DEFAULT_LIMITS, needs_sender: bool = False) -> FastAPI:
    """The API on an opened product.

    Args:
        product: the database, the clock and the settings; the caller closes it.
        limits: how much is taken.
        needs_sender: whether ``/readyz`` asks for a process that sends.
    """
    app = FastAPI(
        title="TRD",
        version=__version__,
        description=_ABOUT,
        # the pages of these load their scripts from elsewhere; the description itself is at /openapi.json
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    calls = Calls()
    app.state.product = product
    app.state.calls = calls
    app.state.needs_sender = needs_sender
    errors.install(app)
    routers = (*ROUTERS, webhook_router(product.settings, product.db, product.clock))
    for router in routers:
        app.include_router(router)
    app.add_middleware(
        Gate,
        db=product.db,
        clock=product.clock,
        limits=limits,
        calls=calls,
        routes=[route for router in routers for route in router.routes],
    )
    _describe_as_it_is(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0] if route.tags else 'trd'}_{route.name}".lower().replace(" ", "_")


def _describe_as_it_is(app: FastAPI) -> None:
    """FastAPI describes a 422 of its own for bad input; here that is a 400 in the shape of all errors.

    And an address or a header cannot say null: what may be left out is described by what it holds. Every
    body has a whole example beside its shape.
    """
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        found = describe()
        for operations in found["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                if "HTTPValidationError" in str(answers.get("422", "")):
                    del answers["422"]
                for parameter in operation.get("parameters", ()):
                    _without_null(parameter["schema"])
        for name in ("HTTPValidationError", "ValidationError"):
            found["components"]["schemas"].pop(name, None)
        add_examples(found)
        return found

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to change the description


def _without_null(schema: dict[str, Any]) -> None:
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])
