import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Routes } from '../src/index.ts';
import { forwarderIn } from './factories.ts';

const FIXTURES = new URL('../../core/test/fixtures/', import.meta.url);

describe('Routes', () => {
  test('knows the account and region of the streams, and the forwarders', () => {
    const file = fileURLToPath(new URL('valid/several-forwarders.yaml', FIXTURES));
    const routes = Routes.fromFile(file);
    expect(routes.env).toEqual({ account: '111111111111', region: 'us-west-2' });
    expect(routes.forwarderNames.length).toBeGreaterThan(1);
  });

  test('reports every mistake of a file with its location and a fix', () => {
    const text =
      'source: { account: "111111111111", region: us-west-2 }\nroutes:\n  - stream: orders\n    batchSize: 0\n';
    expect(() => Routes.fromYaml(text, 'our/routes.yaml')).toThrow(
      /^our\/routes\.yaml:3:5 routes\[0\]: .*targets.*\nour\/routes\.yaml:4:16 routes\[0\]\.batchSize: expected 1–10000, got 0$/,
    );
  });

  test('names a file that is not there', () => {
    expect(() => Routes.fromFile('none.yaml')).toThrow(/none\.yaml/);
  });

  test('of another copy of the package are refused', () => {
    const other: Routes = Object.create(Routes.prototype);
    expect(() => forwarderIn({ routes: other })).toThrow(/`routes` was made by another copy of @xacct\/cdk/);
  });
});
