import { fileURLToPath } from 'node:url';
import { bundleHandler } from '@xacct/handler/bundle';

/** `pnpm turbo build`: the bundle as it is deployed, to look at and to measure. */
const folder = fileURLToPath(new URL('../dist/handler', import.meta.url));
const { outputs } = await bundleHandler(folder);
for (const { bytes } of Object.values(outputs)) {
  console.log(`dist/handler/index.js ${(bytes / 1024).toFixed(0)} KB`);
}
