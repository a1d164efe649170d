// Temporal's own client of Workflow Streams for TypeScript, as the tests call it: `client.js ADDRESS ID`. Prints items, a
// line each, until the run has ended.

const { Client, Connection } = require('@temporalio/client');
const { WorkflowStreamClient } = require('@temporalio/workflow-streams/client');

async function main([address, workflowId]) {
  const connection = await Connection.connect({ address });
  const stream = WorkflowStreamClient.create(new Client({ connection }), workflowId);
  const options = { pollCooldown: '20 milliseconds', resultType: true };
  for (let offset = 0, lost = 0; ; ) {
    try {
      for await (const { topic, data, offset: at } of stream.subscribe([], offset, options)) {
        console.log(JSON.stringify({ topic, offset: at, data }));
        [offset, lost] = [at + 1, 0];
      }
      break;
    } catch (error) {
      // A poll that comes just as a run goes on as the next one may not be taken, as in Python.
      if (++lost > 300) throw error;
      console.error(error);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await connection.close();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
