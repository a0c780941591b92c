import { CommandFailure } from '../terminal/command-failure.ts';

export interface ManifestParts {
  scripts: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
}

export interface AddedToManifest {
  text: string;
  /** What was added, and what was left since it is there with another value: `scripts.demo`. */
  added: string[];
  left: string[];
}

/**
 * Adds scripts and devDependencies to a package.json, and changes nothing that is there. Keeps its indentation.
 *
 * @throws {CommandFailure} when the text is no JSON object
 */
export function addToManifest(file: string, text: string, parts: ManifestParts): AddedToManifest {
  const manifest = parseObject(file, text);
  const added: string[] = [];
  const left: string[] = [];
  const others = { ...objectAt(file, manifest, 'dependencies') };
  const sections: [string, Readonly<Record<string, string>>][] = Object.entries({ ...parts });
  for (const [section, entries] of sections) {
    const present = objectAt(file, manifest, section);
    const missing: Record<string, string> = {};
    for (const [key, value] of Object.entries(entries)) {
      const existing = present?.[key] ?? (section === 'devDependencies' ? others[key] : undefined);
      if (existing === undefined) {
        missing[key] = value;
        added.push(`${section}.${key}`);
      } else if (existing !== value) {
        left.push(`${section}.${key}`);
      }
    }
    if (Object.keys(missing).length > 0) manifest[section] = { ...present, ...missing };
  }
  if (added.length === 0) return { text, added, left };
  const [, indent = '  '] = /^\s*\{\r?\n([ \t]+)"/.exec(text) ?? [];
  return { text: `${JSON.stringify(manifest, null, indent)}\n`, added, left };
}

function parseObject(file: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isObject(value)) return value;
    throw new Error('it holds no object');
  } catch (error) {
    throw new CommandFailure(`${file}: not a package.json: ${(error as Error).message}. Nothing is written`);
  }
}

function objectAt(file: string, manifest: Record<string, unknown>, section: string) {
  const value = manifest[section];
  if (value === undefined || isObject(value)) return value;
  throw new CommandFailure(`${file}: ${section} has to be an object. Nothing is written`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
