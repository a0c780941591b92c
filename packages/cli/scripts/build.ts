import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeBuiltHandler } from '@xacct/handler/write-built';
import { writeNotices } from '../../../scripts/write-notices.ts';
import { bundleProgram } from './build/bundle-program.ts';
import { copyFiles } from './build/copy-files.ts';
import { writeLibrary } from './build/write-library.ts';

/** `pnpm build`: `dist/`, all that the published package consists of. */
const dist = fileURLToPath(new URL('../dist', import.meta.url));
await rm(dist, { recursive: true, force: true });
const handler = await writeBuiltHandler(dist);
const program = await bundleProgram(dist);
const copied = await copyFiles(dist);
await writeLibrary(dist);
await writeNotices(dist, { metafiles: [handler, ...program], copied });
const outputs = program.flatMap((metafile) => Object.values(metafile.outputs));
const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist: ${outputs.length} files of the program, ${Math.round(bytes / 1024)} KB with source maps`);
