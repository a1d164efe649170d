"""The same agent by pydantic-ai, as its documentation shows it on Temporal: `helper.py ADDRESS QUEUE VENDOR OUTPUT`.

It ends with its input, as the other workers of the bench do.
"""

import asyncio
import sys

from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.durable_exec.temporal import (
    PydanticAIPlugin,
    PydanticAIWorkflow,
    TemporalDurability,
)
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker


class Answer(BaseModel):
    reply: str


address, queue, vendor, output = sys.argv[1:5]

helper = Agent(
    OpenAIChatModel("small", provider=OpenAIProvider(base_url=vendor, api_key="none")),
    instructions="You help the customers of a shop. Look at the order and at its parcels before you answer.",
    output_type=NativeOutput(Answer) if output == "native" else Answer,
    name="helper",
    capabilities=[TemporalDurability()],
)


@helper.tool_plain
async def find_order(order: str) -> str:
    """Finds an order, and what is in it.

    Args:
        order: The number of the order.
    """
    return f"order {order}: {'twelve blue cups, ' * 8}paid"


@helper.tool_plain
async def track_parcel(parcel: str, days: int) -> str:
    """Tells where a parcel has been.

    Args:
        parcel: The number of the parcel.
        days: How many days to look back.
    """
    return f"parcel {parcel}: {'left the depot, ' * days}on its way"


@workflow.defn(name="help")
class Help(PydanticAIWorkflow):
    __pydantic_ai_agents__ = [helper]

    @workflow.run
    async def run(self, question: str) -> Answer:
        result = await helper.run(question)
        return result.output


async def main() -> None:
    client = await Client.connect(address, plugins=[PydanticAIPlugin()])
    async with Worker(client, task_queue=queue, workflows=[Help]):
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
