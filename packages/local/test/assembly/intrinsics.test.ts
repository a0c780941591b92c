import { describe, expect, test } from 'vitest';
import { resolveIntrinsics, type Scope } from '../../src/assembly/intrinsics.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';

const scope: Scope = {
  ref: (logicalId) => `ref-${logicalId}`,
  attribute: (logicalId, name) => `${logicalId}-${name}`,
};
const resolve = (value: unknown) => resolveIntrinsics(value, scope, 'stack a resource B');

describe('resolveIntrinsics', () => {
  test.each([
    ['text', 'text'],
    [7, 7],
    [null, null],
    [{ a: [1, { b: true }] }, { a: [1, { b: true }] }],
    [{ Ref: 'A' }, 'ref-A'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A-Arn'],
    [{ 'Fn::GetAtt': 'A.Arn' }, 'A-Arn'],
    [{ 'Fn::Join': ['', ['a', { Ref: 'B' }, '/*']] }, 'aref-B/*'],
    [{ 'Fn::Join': [':', ['a', { 'Fn::Join': ['-', ['b', 'c']] }]] }, 'a:b-c'],
    [{ x: [{ Ref: 'A' }, { y: { 'Fn::GetAtt': ['B', 'Arn'] } }] }, { x: ['ref-A', { y: 'B-Arn' }] }],
    [
      { Ref: 'A', Other: 1 },
      { Ref: 'A', Other: 1 },
    ],
  ])('makes %j %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each([
    ['the intrinsic function Fn::Sub', { 'Fn::Sub': '${A}' }],
    ['the intrinsic function Fn::If', { a: [{ 'Fn::If': ['A', 1, 2] }] }],
    ['the intrinsic function Fn::ImportValue', { 'Fn::Join': ['', [{ 'Fn::ImportValue': 'A' }]] }],
    ['Fn::Join of {"Fn::GetAZs":""}', { 'Fn::Join': ['', { 'Fn::GetAZs': '' }] }],
    ['Fn::Join of a part {"a":1}', { 'Fn::Join': ['', [{ a: 1 }]] }],
  ])('refuses %s, naming the resource', (what, value) => {
    expect(() => resolve(value)).toThrow(new NotSupportedError(what, 'stack a resource B'));
  });
});
