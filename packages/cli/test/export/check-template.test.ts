import { limits } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { checkTemplate } from '../../src/export/check-template.ts';

const { resources, templateBytes, mappingAttributes } = limits.cloudFormation;

describe('checkTemplate', () => {
  const check = (template: Partial<Parameters<typeof checkTemplate>[0]>) => () =>
    checkTemplate({ text: '', resources: 1, mappedAccounts: 0, ...template }, 'group "many"');

  test('accepts what CloudFormation allows, and refuses one more', () => {
    expect(
      check({ resources, text: 'x'.repeat(templateBytes), mappedAccounts: mappingAttributes }),
    ).not.toThrow();
    expect(check({ resources: resources + 1 })).toThrow(
      `The template for group "many" would have ${resources + 1} resources, and CloudFormation allows ${resources}. Export smaller groups`,
    );
    expect(check({ text: 'x'.repeat(templateBytes + 1) })).toThrow(`${templateBytes + 1} bytes`);
    expect(check({ mappedAccounts: mappingAttributes + 1 })).toThrow(`${mappingAttributes + 1} accounts`);
  });
});
