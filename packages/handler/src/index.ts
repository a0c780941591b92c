import { createHandler } from './create-handler.ts';
import { readEnvironment } from './invocation/environment.ts';

/** What Lambda calls. One for each execution environment, with all that it remembers between invocations. */
export const handler = createHandler(readEnvironment(process.env));
