import type { Plugin } from 'esbuild';

interface Late {
  importer: RegExp;
  /** What the importer gets in place of Node's module, by its name. */
  modules: Readonly<Record<string, string>>;
}

const LATE: readonly Late[] = [
  {
    importer: /[\\/]commander[\\/]lib[\\/]/,
    modules: {
      // An import of the module reads every property of `process`, the three streams and all flags of Node.js included.
      'node:process': 'export default globalThis.process;',
      // For subcommands in files of their own, of which there are none. It loads Node's networking.
      'node:child_process':
        "export default { get spawn() { return process.getBuiltinModule('node:child_process').spawn; } };",
    },
  },
  {
    importer: /[\\/]core[\\/]src[\\/]/,
    modules: {
      // An import of the module loads all of Web Crypto.
      'node:crypto':
        "export const createHash = (...args) => process.getBuiltinModule('node:crypto').createHash(...args);",
    },
  },
];

/** Loads modules of Node.js late that few commands need: that is a third of the time that `xacct validate` takes. */
export function lateBuiltins(): Plugin {
  return {
    name: 'late-builtins',
    setup({ onResolve, onLoad }) {
      for (const [index, { importer, modules }] of LATE.entries()) {
        const namespace = `late-builtins-${index}`;
        const filter = new RegExp(`^(${Object.keys(modules).join('|')})$`);
        onResolve({ filter }, ({ path, importer: file }) =>
          importer.test(file) ? { path, namespace } : undefined,
        );
        onLoad({ filter, namespace }, ({ path }) => ({ contents: modules[path] ?? '', loader: 'js' }));
      }
    },
  };
}
