import type { Path } from '../../problems/problem.ts';
import type { sharedRouteOptions } from '../../schema/route-options.ts';
import type { sharedTargetOptions } from '../../schema/target-options.ts';
import type { SoundFile } from '../resolve/sound-part.ts';

type TargetOption = keyof typeof sharedTargetOptions;

/** Where the option that holds for a target is written: beside it, on its route, or else under `defaults`. */
export function placeOfOption(file: SoundFile, target: Path, option: TargetOption): Path {
  const written = file.routes[Number(target[1])]?.targets[Number(target[3])]?.[option];
  return written === undefined ? placeOfRouteOption(file, target.slice(0, 2), option) : [...target, option];
}

/** Where the option that holds for a route is written: in its entry, or else under `defaults`. */
export function placeOfRouteOption(
  file: SoundFile,
  route: Path,
  option: TargetOption | keyof typeof sharedRouteOptions,
): Path {
  return file.routes[Number(route[1])]?.[option] === undefined ? ['defaults', option] : [...route, option];
}
