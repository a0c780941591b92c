/**
 * An execution environment of a function, as far as its code sees one: loads the handler that `_HANDLER` names, and answers
 * each event that the parent process sends. Its one argument is the function's timeout in seconds.
 */
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const [file = '', name = ''] = (process.env._HANDLER ?? '').split('.');
const loaded: Record<string, Handler> = await import(pathToFileURL(`${process.cwd()}/${file}.js`).href);
const handler = loaded[name];
if (handler === undefined) throw new Error(`${file}.js has no export ${name}`);

let requests = 0;
process.on('message', async (event) => {
  const endsAt = Date.now() + Number(process.argv[2]) * 1000;
  requests += 1;
  const context = {
    awsRequestId: `request-${requests}`,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  const answer = await handler(event, context).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: String(error) }),
  );
  process.send?.(answer);
});
