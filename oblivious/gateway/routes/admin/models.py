"""`/api/v1/models`: what is said of public models, and which of them are served."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED
from msgspec import UNSET, UnsetType

from oblivious.channels.catalogue import WantedModel, add_model, hold_models, put_model, remove_model
from oblivious.channels.tables import Model
from oblivious.gateway.routes.admin.answers import CREATES, DELETES, EDITS, LISTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.etags import ETAG, MADE, IfMatch, tagged
from oblivious.gateway.routes.admin.lists import asked_of, called, listed
from oblivious.gateway.routes.admin.model_shown import (
    MODEL,
    MODEL_LIST,
    ListedModel,
    ModelShown,
    listed_models,
    model_shown,
    read_catalogue,
)
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of, seen_row
from oblivious.gateway.routes.admin.shelf import look_through
from oblivious.identity.audit import note_change
from oblivious.infra.database.sessions import reading, writing

ModelPage = Annotated[Page[ListedModel], called("ModelPage")]


class ModelEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of what is said; see `ModelShown`."""

    aliases: list[str] | UnsetType = UNSET
    fallbacks: list[str] | UnsetType = UNSET
    context_fallbacks: list[str] | UnsetType = UNSET
    content_fallbacks: list[str] | UnsetType = UNSET
    abilities: dict[str, Any] | UnsetType = UNSET
    strategy: str | UnsetType = UNSET


class NewModel(ModelEdit, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of a public model name for the first time."""

    name: str


class Models(Controller):
    """What operators say of public models; channels serve also those of which nothing is said."""

    path = "/models"
    tags = ("models",)

    @get(summary="List models", responses=LISTS, operation_class=listed(MODEL_LIST))
    async def list_models(self, request: AdminRequest, parts: Parts) -> ModelPage:
        """Return the models of which something is said, and those that channels name."""
        asked = asked_of(request, MODEL_LIST)
        async with reading(parts.maker) as session:
            catalogue = await read_catalogue(session)
        found = await asyncio.to_thread(listed_models, catalogue)
        return look_through(MODEL_LIST, found, asked)

    @post(summary="Say something of a model", responses=CREATES, response_headers=MADE)
    async def add_model(
        self, request: AdminRequest, parts: Parts, data: JSONBody[NewModel]
    ) -> Response[ModelShown]:
        """Give a public model aliases, fallbacks, abilities or a strategy."""
        async with writing(parts.maker) as session:
            await hold_models(session)
            model = await add_model(session, data.name, _wanted(data))
            shown = model_shown(model)
            await note_change(session, request.user, "create", MODEL, model.name, after=shown)
        return tagged(shown, status=HTTP_201_CREATED, location=f"/api/v1/models/{model.id}")

    @get("/{model_id:int}", summary="Get what is said of a model", responses=READS, response_headers=ETAG)
    async def get_model(self, parts: Parts, model_id: RowId) -> Response[ModelShown]:
        """Return what is said of one model."""
        async with reading(parts.maker) as session:
            return tagged(model_shown(await row_of(session, Model, model_id)))

    @patch(
        "/{model_id:int}", summary="Change what is said of a model", responses=EDITS, response_headers=ETAG
    )
    async def change_model(
        self,
        request: AdminRequest,
        parts: Parts,
        model_id: RowId,
        data: JSONBody[ModelEdit],
        if_match: IfMatch = None,
    ) -> Response[ModelShown]:
        """Change what is given; running gateways know it within a second."""
        async with writing(parts.maker) as session:
            await hold_models(session)
            model, before = await seen_row(session, Model, model_id, if_match, model_shown)
            after = model_shown(await put_model(session, model.name, _wanted(data)))
            await note_change(session, request.user, "edit", MODEL, model.name, before=before, after=after)
        return tagged(after)

    @delete("/{model_id:int}", summary="Forget what is said of a model", responses=DELETES)
    async def delete_model(
        self, request: AdminRequest, parts: Parts, model_id: RowId, if_match: IfMatch = None
    ) -> None:
        """Forget what is said of a model; channels serve it as before."""
        async with writing(parts.maker) as session:
            model, before = await seen_row(session, Model, model_id, if_match, model_shown)
            await remove_model(session, model.name)
            await note_change(session, request.user, "delete", MODEL, before.name, before=before)


def _wanted(edit: ModelEdit) -> WantedModel:
    given = msgspec.structs.asdict(edit).items()
    return WantedModel(**{name: value for name, value in given if value is not UNSET and name != "name"})
