"""Who calls: what a route needs to ask a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from trd_tui.api.faults import Noted
from trd_tui.api.strict import note_address
from trd_tui.clock import Clock
from trd_tui.services.actor import Actor
from trd_tui.settings import Settings
from trd_tui.store.database import Database
from trd_tui.store.tokens import Token
from trd_tui.wiring import Product

_bearer = HTTPBearer(auto_error=False, description="A token that `trd token create NAME` has made.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token; the actor of what they do is the token's name.

    Attributes:
        product: what the API works on.
        token: what they have shown.
        actor: who acts.
        noted: what of the request would be lost; `StrictRoute` refuses for it.
    """

    product: Product
    token: Token
    actor: Actor
    noted: Noted

    @property
    def db(self) -> Database:
        """The database."""
        return self.product.db

    @property
    def clock(self) -> Clock:
        """Campaign time."""
        return self.product.clock

    @property
    def settings(self) -> Settings:
        """What the product was opened with."""
        return self.product.settings


async def _caller(
    request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    token: Token = request.state.token  # the gate lets nobody through without one
    return Caller(request.app.state.product, token, Actor.local(token.name), note_address(request))


By = Annotated[Caller, Depends(_caller)]
