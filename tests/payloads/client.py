"""Temporal's SDK for Python with `ExternalStorage`, as the tests call it: `client.py ADDRESS NAMESPACE STORE COMMAND …`.

STORE is `plain:FOLDER` or `sealed:FOLDER`, or a bucket as in `stores.py`.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from temporalio import workflow
from temporalio.client import Client
from temporalio.converter import DataConverter, ExternalStorage
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

# Nothing is left beside the tests' files.
sys.dont_write_bytecode = True
from stores import OwnDriver, bucket  # noqa: E402


def folder(where):
    """A folder of flock's."""

    def put(key, data):
        file = Path(where) / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    return OwnDriver("flock.folder", put, lambda key: (Path(where) / key).read_bytes())


def codec():
    """The one of the tests of encryption."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from temporalio.api.common.v1 import Payload
    from temporalio.converter import PayloadCodec

    key = AESGCM(b"test-key-test-key-test-key-test!")

    class EncryptionCodec(PayloadCodec):
        async def encode(self, payloads):
            sealed = []
            for payload in payloads:
                nonce = os.urandom(12)
                data = nonce + key.encrypt(nonce, payload.SerializeToString(), None)
                metadata = {"encoding": b"binary/encrypted", "encryption-key-id": b"test-key-id"}
                sealed.append(Payload(metadata=metadata, data=data))
            return sealed

        async def decode(self, payloads):
            opened = []
            for payload in payloads:
                if payload.metadata.get("encoding") != b"binary/encrypted":
                    opened.append(payload)
                    continue
                inner = key.decrypt(payload.data[:12], payload.data[12:], None)
                opened.append(Payload.FromString(inner))
            return opened

    return EncryptionCodec()


@workflow.defn(name="PythonAsks")
class PythonAsks:
    """A workflow of Python's that has an agent of flock work."""

    @workflow.run
    async def run(self, asked):
        return await workflow.execute_activity(
            "copies", {"text": asked["word"] * 2**19}, task_queue=asked["queue"],
            start_to_close_timeout=timedelta(seconds=60),
        )


def told(text):
    """How long it is, and a sum over all of it."""
    total = 0
    for byte in text.encode():
        total = (total * 31 + byte) % 1_000_000_007
    print(len(text), total, flush=True)


async def result(client, workflow_id):
    told(await client.get_workflow_handle(workflow_id).result())


async def start(client, workflow, workflow_id, queue, word):
    """Starts a flock with more than a server takes, and tells of its result."""
    text = f"{word} " * 2**19
    told(await client.execute_workflow(workflow, {"text": text}, id=workflow_id, task_queue=queue))


async def serve(client, queue, workflow_id, agents, word):
    """Runs a workflow of its own once."""
    worker = Worker(
        client, task_queue=queue, workflows=[PythonAsks],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        asked = {"word": f"{word} ", "queue": agents}
        await client.execute_workflow("PythonAsks", asked, id=workflow_id, task_queue=queue)


async def main(address, namespace, store, command, *rest):
    how, _, where = store.partition(":")
    async with AsyncExitStack() as stack:
        if how in ["plain", "sealed"]:
            driver = folder(where)
        else:
            driver = (await stack.enter_async_context(bucket(how, where))).driver()
        converter = replace(
            DataConverter.default,
            payload_codec=codec() if how == "sealed" else None,
            external_storage=ExternalStorage(drivers=[driver]),
        )
        client = await Client.connect(address, namespace=namespace, data_converter=converter)
        await {work.__name__: work for work in [result, start, serve]}[command](client, *rest)


asyncio.run(main(*sys.argv[1:]))
sys.stdout.flush()
# Threads of the client's library may still be at work, and abort an interpreter that is being taken down.
os._exit(0)
