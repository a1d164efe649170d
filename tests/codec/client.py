"""Temporal's SDK for Python with the codec of its samples, as the tests call it: `client.py ADDRESS NAMESPACE COMMAND …`."""

import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, Interceptor, OutboundInterceptor
from temporalio.common import RawValue
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

KEY_ID = "test-key-id"
KEY = b"test-key-test-key-test-key-test!"
# What nobody can read, whatever their key is.
DAMAGED = Payload(metadata={"encoding": b"binary/zlib"}, data=b"gull")


class EncryptionCodec(PayloadCodec):
    """As in samples-python, `encryption/codec.py`."""

    def __init__(self):
        self.encryptor = AESGCM(KEY)

    async def encode(self, payloads):
        return [
            Payload(
                metadata={"encoding": b"binary/encrypted", "encryption-key-id": KEY_ID.encode()},
                data=self.encrypt(p.SerializeToString()),
            )
            for p in payloads
        ]

    async def decode(self, payloads):
        decoded = []
        for p in payloads:
            if p.metadata.get("encoding", b"").decode() != "binary/encrypted":
                decoded.append(p)
                continue
            key_id = p.metadata.get("encryption-key-id", b"").decode()
            if key_id != KEY_ID:
                raise ValueError(f"Unrecognized key ID {key_id}")
            decoded.append(Payload.FromString(self.decrypt(p.data)))
        return decoded

    def encrypt(self, data):
        nonce = os.urandom(12)
        return nonce + self.encryptor.encrypt(nonce, data, None)

    def decrypt(self, data):
        return self.encryptor.decrypt(data[:12], data[12:], None)


@workflow.defn(name="PythonAsks")
class PythonAsks:
    """A workflow of Python's that has an agent of flock work."""

    @workflow.run
    async def run(self, asked):
        said = await workflow.execute_activity(
            "copies", {"text": asked["text"]}, task_queue=asked["queue"],
            start_to_close_timeout=timedelta(seconds=60),
        )
        return {"answer": said}


@workflow.defn(name="PythonGives")
class PythonGives:
    """One whose result is damaged."""

    @workflow.run
    async def run(self):
        return RawValue(DAMAGED)


async def start(client, workflow, workflow_id, queue, value):
    """Starts a flock, and prints its result."""
    result = await client.execute_workflow(
        workflow, json.loads(value), id=workflow_id, task_queue=queue
    )
    print(json.dumps(result), flush=True)


class Carries(Interceptor, OutboundInterceptor):
    """Has a run begin with a header of this name, which is damaged."""

    def __init__(self, name):
        self.name = name

    def intercept_client(self, next):
        OutboundInterceptor.__init__(self, next)
        return self

    async def start_workflow(self, input):
        input.headers = {**input.headers, self.name: DAMAGED}
        return await super().start_workflow(input)


async def damaged(client, what, workflow, workflow_id, queue, value):
    """Starts a flock of which something is damaged."""
    begin = {"arg": json.loads(value)}
    if what == "input":
        begin["arg"] = RawValue(DAMAGED)
    elif what.startswith("header "):
        client = Client(**{**client.config(), "interceptors": [Carries(what.split(" ")[1])]})
    else:
        begin["memo"] = {what.split(" ")[1]: RawValue(DAMAGED), "whole": "one"}
    await client.start_workflow(workflow, id=workflow_id, task_queue=queue, **begin)


async def tells(client, how, workflow_id, name):
    """Sends a run what is damaged, and prints why it is refused, where it is."""
    run = client.get_workflow_handle(workflow_id)
    send = {"signal": run.signal, "query": run.query, "update": run.execute_update}[how]
    try:
        await send(name, RawValue(DAMAGED))
    except Exception as error:
        print(error.__cause__ or error, flush=True)


async def answers(client, queue, how):
    """Makes one attempt of the agent `answers`, and leaves something that is damaged."""
    made = asyncio.Event()

    @activity.defn(name="answers")
    async def attempt(asked):
        made.set()
        if how == "result":
            return RawValue(DAMAGED)
        activity.heartbeat(RawValue(DAMAGED))
        raise RuntimeError("it has come so far")

    async with Worker(client, task_queue=queue, activities=[attempt]):
        await made.wait()


async def gives(client, queue, workflow_id):
    """Runs a workflow of its own to its end, and looks at no result."""
    worker = Worker(
        client, task_queue=queue, workflows=[PythonGives],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        run = await client.start_workflow("PythonGives", id=workflow_id, task_queue=queue)
        while (await run.describe()).close_time is None:
            await asyncio.sleep(0.1)


async def failure(client, workflow_id):
    try:
        await client.get_workflow_handle(workflow_id).result()
    except Exception as error:
        print(error.cause.message, flush=True)


async def signal(client, workflow_id, name, value):
    await client.get_workflow_handle(workflow_id).signal(name, json.loads(value))


async def query(client, workflow_id, name):
    print(json.dumps(await client.get_workflow_handle(workflow_id).query(name)), flush=True)


async def serve(client, queue, workflow_id, value):
    """Runs a workflow of its own once, and prints its result."""
    worker = Worker(
        client, task_queue=queue, workflows=[PythonAsks],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        await start(client, "PythonAsks", workflow_id, queue, value)


async def main(address, namespace, command, *rest):
    converter = replace(
        DataConverter.default,
        payload_codec=EncryptionCodec(),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
    client = await Client.connect(address, namespace=namespace, data_converter=converter)
    commands = [start, damaged, tells, answers, gives, failure, signal, query, serve]
    await {command.__name__: command for command in commands}[command](client, *rest)


asyncio.run(main(*sys.argv[1:]))
sys.stdout.flush()
# Threads of the client's library may still be at work, and abort an interpreter that is being taken down.
os._exit(0)
