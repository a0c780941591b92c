import type { Routes } from '@xacct/core';
import { tagsOf } from '@xacct/infra/resources';
import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Gives everything in a scope the tags that a stack of the command gives its resources. */
export function addTags(
  scope: IConstruct,
  { name, tags }: Pick<Routes, 'name' | 'tags'>,
  belongs: { forwarder: string; route?: string },
): void {
  for (const [key, value] of Object.entries(tagsOf({ name, ...belongs }, tags)))
    Tags.of(scope).add(key, value);
}
