import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As much of esbuild's metafile as it takes. */
interface Metafile {
  outputs: Readonly<Record<string, { inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

export interface Shipped {
  metafiles: readonly Metafile[];
  /** Folders of packages that files are copied from. */
  copied: readonly string[];
}

interface Notice {
  name: string;
  version: string;
  license: string;
  text: string;
}

const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/**
 * Writes `THIRD-PARTY-NOTICES`: the packages whose code is in `dist`, with their licences.
 *
 * @throws {Error} for a licence that is not permissive
 */
export async function writeNotices(dist: string, { metafiles, copied }: Shipped): Promise<void> {
  const folders = new Set([...metafiles.flatMap(bundledPackages), ...copied]);
  const notices = await Promise.all([...folders].map(readNotice));
  const wrong = notices.filter(({ license }) => !PERMISSIVE.includes(license));
  if (wrong.length > 0) {
    const found = wrong.map(({ name, version, license }) => `${name}@${version} (${license})`).join(', ');
    throw new Error(`Expected one of the licences ${PERMISSIVE.join(', ')}, got ${found}: leave it out`);
  }
  await writeFile(join(dist, 'THIRD-PARTY-NOTICES'), render(notices));
}

/** Folders of the packages with code in a bundle. */
function bundledPackages({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
}

async function readNotice(folder: string): Promise<Notice> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = await readdir(folder);
  const own = files.filter((file) => /^(licen[cs]e|copying|notice)(\.|$)/i.test(file)).toSorted();
  const texts = await Promise.all(own.map((file) => readFile(join(folder, file), 'utf8')));
  return {
    name,
    version,
    license: license?.type ?? license,
    text: texts.map((text) => text.trim()).join('\n\n'),
  };
}

/** Packages with the same text share it. */
function render(notices: readonly Notice[]): string {
  const sections = Map.groupBy(
    notices.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    ({ license, text }) =>
      `${license}\n\n${text === '' ? 'The package holds no text of its licence.' : text}`,
  );
  const rendered = Array.from(sections, ([text, group]) => {
    const names = group.map(({ name, version }) => `${name} ${version}`);
    return `${[...new Set(names)].join('\n')}\n\n${text}\n`;
  });
  return `This package holds code of the packages below.\n\n${rendered.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
