import { createInterface } from 'node:readline/promises';
import { CommandFailure } from '../terminal/command-failure.ts';

/** What the first route needs. */
export interface FirstRoute {
  sourceAccount: string;
  region: string;
  stream: string;
  account: string;
  function: string;
}

/** A route that runs at once on this machine; its accounts are nobody's. */
export const SAMPLE_ROUTE: FirstRoute = {
  sourceAccount: '111111111111',
  region: 'us-west-2',
  stream: 'orders',
  account: '222222222222',
  function: 'order-reader',
};

const isAccount = (answer: string) =>
  /^\d{12}$/.test(answer) ? undefined : `expected 12 digits, got "${answer}"`;
const isAnything = () => undefined;

const QUESTIONS: Record<
  keyof FirstRoute,
  { text: string; problemOf: (answer: string) => string | undefined }
> = {
  sourceAccount: { text: 'Account that owns the stream (12 digits)', problemOf: isAccount },
  region: { text: 'Region of the stream', problemOf: isAnything },
  stream: { text: 'Kinesis stream', problemOf: isAnything },
  account: { text: 'Account that owns the function (12 digits)', problemOf: isAccount },
  function: { text: 'Function to invoke', problemOf: isAnything },
};

/**
 * Asks a person for what is missing, a question per line; an empty answer takes the sample's value.
 *
 * @throws {CommandFailure} when the person leaves
 */
export async function askRoute(
  given: Partial<FirstRoute>,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<FirstRoute> {
  const terminal = createInterface({ input, output });
  let isOpen = true;
  terminal.once('close', () => {
    isOpen = false;
  });
  // Lines that are pasted at once wait here for their question.
  const lines = terminal[Symbol.asyncIterator]();
  const ask = async (key: keyof FirstRoute) => {
    const { text, problemOf } = QUESTIONS[key];
    for (;;) {
      terminal.setPrompt(`${text} [${SAMPLE_ROUTE[key]}]: `);
      if (isOpen) terminal.prompt();
      const { value, done } = await lines.next();
      if (done) throw new CommandFailure('\nInterrupted: nothing is written');
      const answer = value.trim() || SAMPLE_ROUTE[key];
      const problem = problemOf(answer);
      if (problem === undefined) return answer;
      output.write(`${problem}\n`);
    }
  };
  try {
    return {
      sourceAccount: given.sourceAccount ?? (await ask('sourceAccount')),
      region: given.region ?? (await ask('region')),
      stream: given.stream ?? (await ask('stream')),
      account: given.account ?? (await ask('account')),
      function: given.function ?? (await ask('function')),
    };
  } finally {
    terminal.close();
  }
}
