import type { SentView } from '../page-view.ts';
import { byId, element, setAttribute, setText } from './dom.ts';
import { timeOfDay } from './format.ts';
import { keyed, type Shown } from './keyed.ts';

interface Notice {
  /** What it is about. */
  about: 'not read' | 'unread' | 'edit' | 'alarm';
  isBad: boolean;
  title: string;
  /** Below the title, as it is written; empty where the title says it all. */
  text: string;
}

/** What has to be known before the figures are looked at. A screen reader says each once: no text in it changes with the time. */
export function createNotices(): (view: SentView) => void {
  const list = byId('notices', HTMLDivElement);
  const show = keyed<Notice>(list, ({ about }) => about, createNotice);
  return (view) => show([...notReadOf(view), ...unreadOf(view), ...alarmOf(view), ...editOf(view)]);
}

function notReadOf({ notRead, status }: SentView): Notice[] {
  if (notRead === null) return [];
  const title = `The last reading, at ${timeOfDay(notRead.at)}, failed: the figures are of ${timeOfDay(status.to)}`;
  return [{ about: 'not read', isBad: true, title, text: notRead.reason }];
}

function unreadOf({ status: { unread } }: SentView): Notice[] {
  if (unread.length === 0) return [];
  return [{ about: 'unread', isBad: true, title: 'Not everything could be read', text: unread.join('\n') }];
}

function alarmOf({ status: { forwarders } }: SentView): Notice[] {
  if (forwarders.length === 0) return [];
  const lines = forwarders.flatMap(({ forwarder, alarms }) =>
    alarms.map(({ watched, since }) => {
      const time = since === null ? '' : ` since ${timeOfDay(since)}`;
      return `${forwarder}: ${watched}${time}`;
    }),
  );
  return [{ about: 'alarm', isBad: true, title: 'A forwarder is in ALARM', text: lines.join('\n') }];
}

/** The last line of an edit says what came of it. */
function editOf({ status: { edit } }: SentView): Notice[] {
  if (edit === null) return [];
  const lines = edit.text.split('\n');
  const title = `${timeOfDay(edit.at)}  ${lines.at(-1) ?? ''}`;
  return [{ about: 'edit', isBad: !edit.applied, title, text: lines.slice(0, -1).join('\n') }];
}

function createNotice(): Shown<Notice> {
  const title = element('h2');
  const text = element('pre', { tabindex: '0' });
  const node = element('section', { class: 'notice', role: 'status' }, title, text);
  return {
    node,
    show(notice) {
      setAttribute(node, 'data-bad', String(notice.isBad));
      setText(title, notice.title);
      setText(text, notice.text);
      text.hidden = notice.text === '';
    },
  };
}
