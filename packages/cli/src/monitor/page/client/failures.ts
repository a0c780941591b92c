import { functionFromArn } from '@xacct/core/resource-arns';
import type { Failure, Status } from '../../status.ts';
import { byId, element, setText } from './dom.ts';
import { timeOfDay, whole } from './format.ts';
import { keyed, type Shown } from './keyed.ts';

/** The table of what failed besides deliveries to targets, the newest first; a deployment has none. */
export function createFailures(): (status: Status) => void {
  const section = byId('failures-section', HTMLElement);
  let names: Status['accountNames'] = {};
  const show = keyed<Failure>(byId('failures', HTMLTableSectionElement), keyOf, () =>
    createRow((failure) => placeOf(failure, names)),
  );
  return ({ failures, accountNames }) => {
    names = accountNames;
    section.hidden = failures.length === 0;
    show(failures);
  };
}

function keyOf({ route, target, functionName, reason }: Failure): string {
  return JSON.stringify([route, target, functionName, reason]);
}

function createRow(place: (failure: Failure) => string): Shown<Failure> {
  const cells = ['time', 'where', 'reason', 'number'].map((name) => element('td', { class: name }));
  return {
    node: element('tr', {}, ...cells),
    show(failure) {
      const texts = [timeOfDay(failure.at), place(failure), failure.reason, whole(failure.times)];
      for (const [column, cell] of cells.entries()) setText(cell, texts[column] ?? '');
    },
  };
}

function placeOf({ route, target, functionName }: Failure, accountNames: Status['accountNames']): string {
  const parts = [
    route === null ? [] : `route ${route}`,
    functionName === null ? [] : `function ${functionName}`,
  ];
  if (target !== null) {
    const { account, qualifiedName } = functionFromArn(target);
    parts.push(`${accountNames[account] ?? account}/${qualifiedName}`);
  }
  return parts.flat().join(', ') || 'local AWS';
}
