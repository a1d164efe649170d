"""Temporal's own client of Workflow Streams, as the tests call it: `client.py ADDRESS ID COMMAND …`."""

import asyncio
import json
import os
import sys
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.contrib.workflow_streams import WorkflowStreamClient
from temporalio.service import RPCError


async def follow(stream, offset, *topics):
    """Prints items, a line each, until the run has ended."""
    offset, lost = int(offset), 0
    cooldown = timedelta(milliseconds=20)
    while True:
        try:
            async for item in stream.subscribe(list(topics), offset, poll_cooldown=cooldown):
                data = item.data if len(str(item.data)) < 1000 else len(item.data)
                said = {"topic": item.topic, "offset": item.offset, "data": data}
                print(json.dumps(said), flush=True)
                offset, lost = item.offset + 1, 0
            return
        except RPCError as error:
            # A poll that comes just as a run goes on as the next one is not taken, and this client does not
            # know why when it looks: the next run is at work.
            lost += 1
            if lost > 5:
                raise
            print(error, file=sys.stderr)


async def publish(stream, count, size):
    """Publishes texts, and the last batch once more under its number."""
    topic = stream.topic("large", type=str)
    for _ in range(int(count)):
        topic.publish("x" * int(size))
        await stream.flush()
    stream._sequence -= 1
    topic.publish("twice")
    await stream.flush()


async def offset(stream):
    print(await stream.get_offset(), flush=True)


async def refused(stream):
    """Prints the failure type of a poll that is not taken, where the client above looks for it."""
    poll = "__temporal_workflow_stream_poll"
    try:
        await stream._handle.execute_update(poll, {"topics": [], "from_offset": 0})
    except WorkflowUpdateFailedError as error:
        print(error.cause.type, flush=True)


async def main(address, workflow_id, command, *rest):
    client = await Client.connect(address)
    stream = WorkflowStreamClient.create(client, workflow_id)
    await {"follow": follow, "publish": publish, "offset": offset, "refused": refused}[command](stream, *rest)


asyncio.run(main(*sys.argv[1:]))
# Threads of the client's library may still be at work, and abort an interpreter that is being taken down.
sys.stdout.flush()
os._exit(0)
