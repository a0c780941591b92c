import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Tarball } from './pack.ts';

export interface Registry {
  url: string;
  close(): Promise<void>;
}

/** Old enough for package managers that refuse a version of the last days. */
const PUBLISHED_AT = '2020-01-01T00:00:00.000Z';

export interface RegistryOptions {
  tarballs: readonly Tarball[];
  /** URL of the registry that has everything else. */
  upstream: string;
  /**
   * A package.json with packages that its tarball brings along. Yarn 1 asks the registry for these as well, and not every mirror
   * has all of their versions: yarn gets the package without them.
   */
  bundling: { name: string; version: string; bundleDependencies: readonly string[] };
}

/**
 * A registry that has packed packages as if they were published, and sends clients to another one for everything else. So the
 * tests run the very commands that users type.
 */
export async function startRegistry({ tarballs, upstream, bundling }: RegistryOptions): Promise<Registry> {
  const forYarn = withoutBundled(upstream, bundling);
  const server = createServer(async ({ url = '/', method, headers }, response) => {
    const path = decodeURIComponent(url.split('?')[0] ?? '').slice(1);
    const own = tarballs.find(
      ({ manifest }) => path === manifest.name || path.startsWith(`${manifest.name}/-/`),
    );
    if (path === bundling.name && headers['user-agent']?.startsWith('yarn/')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(await forYarn);
    } else if (own === undefined || method !== 'GET') {
      // 307 keeps the method, for an audit.
      response.writeHead(307, { location: new URL(url.slice(1), upstream).href }).end();
    } else if (path.endsWith('.tgz')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      createReadStream(own.file).pipe(response);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(packument(own, `http://${headers.host}`)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function packument({ file, manifest, integrity, shasum }: Tarball, registry: string): object {
  const { name, version } = manifest;
  const dist = { tarball: `${registry}/${name}/-/${basename(file)}`, integrity, shasum };
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    time: { created: PUBLISHED_AT, modified: PUBLISHED_AT, [version]: PUBLISHED_AT },
  };
}

async function withoutBundled(
  upstream: string,
  { name, version, bundleDependencies }: RegistryOptions['bundling'],
): Promise<string> {
  const response = await fetch(new URL(name, upstream));
  const found: { versions: Record<string, { dependencies?: Record<string, string> }> } = JSON.parse(
    await response.text(),
  );
  for (const bundled of bundleDependencies) delete found.versions[version]?.dependencies?.[bundled];
  return JSON.stringify(found);
}
