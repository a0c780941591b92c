import type { DeployedParameter } from '../../assembly/deployed.ts';
import type { Call } from '../../endpoint/service.ts';
import type { Clock } from '../../shared/clock.ts';

type Caller = Pick<Call, 'principal' | 'region'>;

/** The parameters of all accounts. */
export interface Parameters {
  /** Epoch ms of the last deployment. */
  readonly deployedAt: number;
  /** Replaces all parameters. */
  deploy(deployed: readonly DeployedParameter[]): void;
  /** A parameter of the caller's account and region. */
  find(caller: Caller, name: string): DeployedParameter | undefined;
  /** The parameters of the caller's account and region below a path, by name. */
  below(caller: Caller, path: string, recursive: boolean): DeployedParameter[];
}

export function createParameters(clock: Clock): Parameters {
  let deployedAt = clock.now();
  let parameters = new Map<string, DeployedParameter>();
  return {
    get deployedAt() {
      return deployedAt;
    },
    deploy(deployed) {
      deployedAt = clock.now();
      parameters = new Map(deployed.map((parameter) => [keyOf(parameter), parameter]));
    },
    find: ({ principal: { account }, region }, name) => parameters.get(keyOf({ account, region, name })),
    below({ principal, region }, path, recursive) {
      const prefix = path.endsWith('/') ? path : `${path}/`;
      const isBelow = (name: string) =>
        name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/'));
      return [...parameters.values()]
        .filter(({ account, region: its }) => account === principal.account && its === region)
        .filter(({ name }) => isBelow(name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

function keyOf({ account, region, name }: Pick<DeployedParameter, 'account' | 'region' | 'name'>): string {
  return `${account} ${region} ${name}`;
}
