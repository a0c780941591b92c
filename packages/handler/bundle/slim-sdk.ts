import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { keepErrors, literalKeys } from './sdk-schemas.ts';

/**
 * Leaves out of the AWS SDK what never runs in a Lambda function of ours. Each replacement must meet the module that it
 * is for: with an SDK that moved or renamed one, the build fails.
 */
export function slimSdk(): Plugin {
  return {
    name: 'slim-sdk',
    setup({ initialOptions, onLoad, onStart, onEnd }) {
      initialOptions.metafile = true;
      const met = new Set<string>();
      onStart(() => met.clear());

      for (const [module, replace] of Object.entries(REPLACEMENTS)) {
        onLoad({ filter: endOf(module) }, async ({ path }) => {
          met.add(module);
          return replace(path);
        });
      }

      onEnd(({ errors, metafile }) => {
        if (errors.length > 0) return;
        const inputs = Object.keys(metafile?.inputs ?? {});
        const uses = (module: string) => inputs.some((path) => path.includes(`/${packageOf(module)}/`));
        const missed = Object.keys(REPLACEMENTS).filter((module) => {
          return !met.has(module) && (!CLIENT.test(module) || uses(module));
        });
        return { errors: missed.map((module) => ({ text: `The AWS SDK no longer has ${module}` })) };
      });
    },
  };
}

type Replace = (
  path: string,
) => Promise<{ contents: string; loader: 'js' | 'json' | 'ts'; resolveDir?: string }>;

/** By the end of a module's path. */
const REPLACEMENTS: Record<string, Replace> = {
  // Lambda hands a function its credentials in environment variables: no profile, no single sign-on, no metadata service.
  '@aws-sdk/credential-provider-node/dist-es/index.js': stub('environment-credentials.ts'),
  // Asked for where AWS_REGION is missing and the defaults mode is `auto`; Lambda always sets the region.
  '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js':
    stub('instance-metadata.ts'),
  // Settings come only from environment variables: there is no home folder with shared config files.
  '@smithy/core/dist-es/submodules/config/node-config-provider/configLoader.js':
    stub('environment-config.ts'),
  // Each would have Node load its web streams, only to see that a body is none.
  '@smithy/core/dist-es/submodules/serde/util-stream/stream-type-check.js': stub('stream-type-check.ts'),
  '@smithy/core/dist-es/submodules/retry/middleware-retry/isStreamingPayload/isStreamingPayload.js':
    stub('is-streaming-payload.ts'),
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js': stub('sha256-js.ts'),
  // The handler has a signer of its own, which its tests compare with this one.
  '@smithy/signature-v4/dist-es/index.js': stub('signature-v4.ts'),
  // The signature for many regions at once: no operation here has it.
  '@aws-sdk/signature-v4-multi-region/dist-es/index.js': stub('signature-v4-multi-region.ts'),
  // Streams of events in requests and responses: no operation here has them.
  '@smithy/core/dist-es/submodules/event-streams/index.js': stub('event-streams.ts'),
  ...client('lambda', ['TooManyRequestsException']),
  ...client('ssm', ['ParameterNotFound']),
  ...client('sts', ['ExpiredTokenException', 'RegionDisabledException']),
};

/** A client may not be used at all. */
const CLIENT = /^@aws-sdk\/client-/;

/** What is left of a client: its version alone of its package.json, and of its schemas what its operations need. */
function client(service: string, errors: readonly string[]): Record<string, Replace> {
  return {
    [`@aws-sdk/client-${service}/package.json`]: async (path) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    },
    [`@aws-sdk/client-${service}/dist-es/schemas/schemas_0.js`]: async (path) => ({
      contents: keepErrors(literalKeys(await readFile(path, 'utf8')), errors),
      loader: 'js',
    }),
  };
}

function stub(file: string): Replace {
  const path = fileURLToPath(new URL(`stubs/${file}`, import.meta.url));
  return async () => ({ contents: await readFile(path, 'utf8'), loader: 'ts', resolveDir: dirname(path) });
}

function packageOf(module: string): string {
  return module.split('/').slice(0, 2).join('/');
}

function endOf(module: string): RegExp {
  return new RegExp(`/node_modules/${module.replaceAll('.', '\\.')}$`.replaceAll('/', '[\\\\/]'));
}
