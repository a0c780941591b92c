import { AsyncDisposableStack as Substitute } from '@whatwg-node/disposablestack';

/**
 * What sources use of Node.js 24 and version 22 has not. The build imports it where a source uses a global of the name; esbuild
 * writes newer syntax, such as `await using`, in older syntax by itself.
 */
const { AsyncDisposableStack: own } = globalThis;
export const AsyncDisposableStack = own ?? Substitute;
