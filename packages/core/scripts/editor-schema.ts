import { routesSchema } from '../src/schema/routes-schema.ts';

/** The schema of routes.yaml as editors read it: plain JSON Schema, without this project's annotations. */
export function editorSchema(): unknown {
  return JSON.parse(JSON.stringify(routesSchema), (key, value: unknown) => {
    return key.startsWith('x-') ? undefined : value;
  });
}
