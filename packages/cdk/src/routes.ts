import { readFileSync } from 'node:fs';
import { formatProblem, parseRoutes } from '@xacct/core';
import { openYaml } from '@xacct/core/yaml';
import type { Environment } from 'aws-cdk-lib';
import type { RoutesFile } from './routes-file.ts';

/** The routes of a routes file, for a `Forwarder`. */
export class Routes {
  /**
   * Reads a routes file, and reports every mistake with its location and a fix.
   *
   * @param path the path of the file, relative to the folder in which the app runs
   * @throws when the file has a mistake
   */
  static fromFile(path: string): Routes {
    return Routes.fromYaml(readFileSync(path, 'utf8'), path);
  }

  /**
   * Reads the text of a routes file, and reports every mistake with its location and a fix.
   *
   * @param content the text, in YAML
   * @param fileName the name of the file, for messages
   * @throws when the text has a mistake
   */
  static fromYaml(content: string, fileName: string = 'routes.yaml'): Routes {
    const { routes, problems } = parseRoutes(content, fileName);
    if (routes === undefined) {
      const errors = problems.filter(({ severity }) => severity === 'error');
      throw new Error(errors.map(formatProblem).join('\n'));
    }
    return new Routes(fileName, openYaml(content, fileName).yaml?.value as RoutesFile, {
      env: { account: routes.source.account, region: routes.source.region },
      forwarderNames: routes.forwarders.map(({ name }) => name),
    });
  }

  /** The account and region of the streams: what the stack of the forwarder needs as its `env`. */
  readonly env: Environment;
  /** Names of the forwarders of the routes, each once. Each needs a `Forwarder` of its own. */
  readonly forwarderNames: string[];

  private constructor(
    fileName: string,
    file: RoutesFile,
    { env, forwarderNames }: Pick<Routes, 'env' | 'forwarderNames'>,
  ) {
    this.env = env;
    this.forwarderNames = forwarderNames;
    files.set(this, { fileName, file });
  }
}

interface ReadFile {
  fileName: string;
  file: RoutesFile;
}

const files = new WeakMap<Routes, ReadFile>();

/** What was read. */
export function readFileOf(routes: Routes): ReadFile {
  const read = files.get(routes);
  if (read === undefined)
    throw new Error(
      '`routes` was made by another copy of @xacct/cdk: one that is installed twice, or both imported and required. Load it once',
    );
  return read;
}
