import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../shared/clock.ts';
import type { Deployed } from './deployed.ts';
import type { StackArtifact } from './read-assembly.ts';

/** A stack that runs, with its times in epoch ms. */
export interface RunningStack extends StackArtifact {
  createdAt: number;
  /** Undefined until something in it changes. */
  updatedAt: number | undefined;
}

/** What is deployed at the moment, for the services that describe it. */
export interface Inventory {
  readonly stacks: readonly RunningStack[];
  readonly deployed: Pick<Deployed, 'functions' | 'mappings' | 'queueMappings'>;
  /** Epoch ms of the last deployment. */
  readonly deployedAt: number;
  /** Replaces everything. */
  deploy(next: Pick<Inventory, 'deployed'> & { stacks: readonly StackArtifact[] }): void;
}

export function createInventory(clock: Clock): Inventory {
  let stacks: readonly RunningStack[] = [];
  let deployed: Inventory['deployed'] = { functions: new Map(), mappings: [], queueMappings: [] };
  let deployedAt = clock.now();
  const run = (next: StackArtifact): RunningStack => {
    const now = clock.now();
    const before = stacks.find(
      ({ name, account, region }) => name === next.name && account === next.account && region === next.region,
    );
    if (before === undefined) return { ...next, createdAt: now, updatedAt: undefined };
    const { createdAt, updatedAt } = before;
    return {
      ...next,
      createdAt,
      updatedAt: isDeepStrictEqual(before.template, next.template) ? updatedAt : now,
    };
  };
  return {
    get stacks() {
      return stacks;
    },
    get deployed() {
      return deployed;
    },
    get deployedAt() {
      return deployedAt;
    },
    deploy(next) {
      stacks = next.stacks.map(run);
      deployed = next.deployed;
      deployedAt = clock.now();
    },
  };
}
