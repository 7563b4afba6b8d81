"""For the operator's monitor: is the process alive, can it serve, and how much does it do. No names anywhere."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from mesinfos.errors import N_, MesInfosError, NotFound
from web.deps import Here
from web.problems import status_of

router = APIRouter()


@router.get("/health/live")
def live() -> JSONResponse:
    """The process answers; nothing else is looked at."""
    return JSONResponse({"status": "alive"})


@router.get("/health/ready")
def ready(here: Here) -> JSONResponse:
    """The database answers too."""
    try:
        with here.instance.database.read() as connection:
            connection.execute(text("SELECT 1"))
    except MesInfosError as error:
        return JSONResponse({"status": "unavailable", "reason": type(error).__name__}, status_of(error))
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
def metrics(here: Here) -> Response:
    """Counts and timings for Prometheus; off unless the operator asks for it."""
    if not here.instance.settings.metrics:
        raise NotFound(N_("The operator has not switched this on."))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
