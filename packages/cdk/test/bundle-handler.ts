import { fileURLToPath } from 'node:url';
import { writeBuiltHandler } from '@xacct/handler/write-built';

/** The constructs need the bundle that the build writes. */
export default async function setup(): Promise<void> {
  await writeBuiltHandler(fileURLToPath(new URL('../dist', import.meta.url)));
}
