import type { SentView } from '../page-view.ts';
import { byId, setText } from './dom.ts';
import { duration, timeOfDay } from './format.ts';

/** The head of the page: which system it is, and how old its figures are. */
export function showHeader({ status, now }: SentView): void {
  const { system, from, to, accountNames } = status;
  const isLocal = system.kind === 'local';
  const command = isLocal ? 'local' : 'status';
  const name = accountNames[system.account];
  document.title = `xacct ${command}`;
  setText(byId('mode', HTMLElement), command);
  setText(byId('account', HTMLElement), name === undefined ? system.account : `${name} (${system.account})`);
  setText(byId('region', HTMLElement), system.region);
  byId('endpoint-of', HTMLDivElement).hidden = system.endpoint === null;
  setText(byId('endpoint', HTMLElement), system.endpoint ?? '');
  setText(byId('figures-name', HTMLElement), isLocal ? 'Up' : 'Figures');
  const length = duration(Date.parse(to) - Date.parse(from));
  const age = duration(now - Date.parse(to));
  setText(
    byId('figures-of', HTMLElement),
    isLocal ? duration(now - Date.parse(from)) : `last ${length}, read ${timeOfDay(to)}, ${age} ago`,
  );
}
