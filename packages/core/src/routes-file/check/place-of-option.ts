import type { Path } from '../../problems/problem.ts';
import type { sharedTargetOptions } from '../../schema/target-options.ts';
import type { SoundFile } from '../resolve/sound-part.ts';

/** Where the option that holds for a target is written: beside it, on its route, or else under `defaults`. */
export function placeOfOption(file: SoundFile, target: Path, option: keyof typeof sharedTargetOptions): Path {
  const route = file.routes[Number(target[1])];
  if (route?.targets[Number(target[3])]?.[option] !== undefined) return [...target, option];
  return route?.[option] === undefined ? ['defaults', option] : [...target.slice(0, 2), option];
}
