"""A supervised installation with small parts, run as a program: what matters is who lives.

Usage: small_desk.py FOLDER PORT WORKERS [demo] [patient] [break-desk] [break-prepare]
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import psycopg

from fanlight.app.processes.parts import AsgiApp, Parts
from fanlight.app.supervisor import Addresses, serve
from fanlight.kernel.db.pool import connect
from fanlight.kernel.db.settings import DatabaseSettings
from fanlight.kernel.settings import Settings, load

FOLDER, FLAGS = Path(sys.argv[1]), sys.argv[4:]


def note(word: str) -> None:
    with (FOLDER / "notes").open("a") as notes:
        notes.write(f"{word}\n")


def prepare(settings: Settings, demo: bool) -> None:
    if "break-prepare" in FLAGS:
        raise RuntimeError("the schema cannot be had")
    with psycopg.connect(settings[DatabaseSettings].url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visits (at timestamptz)")
    note(f"prepared {'with' if demo else 'without'} demo")


def load_rest() -> None:
    note("loaded")


def desk(settings: Settings) -> AsgiApp:
    if "break-desk" in FLAGS:
        raise RuntimeError("a door is missing")
    return small_app(settings, "desk")


def exchange(settings: Settings) -> AsgiApp:
    return small_app(settings, "exchange")


def small_app(settings: Settings, name: str) -> AsgiApp:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        if scope["path"] == "/slow":
            note("slow began")
            await asyncio.sleep(1)
        if scope["path"] == "/stuck":
            note("stuck began")
            await asyncio.sleep(600)
        async with await connect(settings[DatabaseSettings].url) as connection:
            await connection.execute("INSERT INTO visits VALUES (now())")
        body = f"{name} {os.getpid()}".encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    return app


async def lifespan(receive: Any, send: Any) -> None:
    for _ in range(2):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})


async def worker(settings: Settings, stop: asyncio.Event) -> None:
    note(f"worker {os.getpid()}")
    await stop.wait()
    async with await connect(settings[DatabaseSettings].url) as connection:  # it stops last
        await connection.execute("INSERT INTO visits VALUES (now())")
    note("worker gave back")


def ready(addresses: Addresses) -> None:
    sys.stdout.write(f"ready {addresses.desk} {addresses.exchange}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(
        serve(
            load(
                data_dir=FOLDER,
                environment={"FANLIGHT_SERVE__DRAIN_S": "120" if "patient" in FLAGS else "3"},
            ),
            port=int(sys.argv[2]),
            workers=int(sys.argv[3]),
            demo="demo" in FLAGS,
            ready=ready,
            parts=Parts(
                load=load_rest, prepare=prepare, desk=desk, worker=worker, exchange=exchange
            ),
        )
    )
