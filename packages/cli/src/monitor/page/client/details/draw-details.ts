import { createBadges } from '../badges.ts';
import { byId, element, setAttribute, setText } from '../dom.ts';
import type { Row } from '../figures.ts';
import { keyed, type Shown } from '../keyed.ts';
import { SIGNS } from '../tone.ts';
import type { Details, Link } from './details.ts';
import { createCommand } from './draw-command.ts';

type Group = Details['groups'][number];

/** Draws details, in place: what somebody selects or is about to click stays where it is. */
export function createDetails(): (details: Details) => void {
  const panel = byId('details-panel', HTMLDivElement);
  const kind = byId('details-kind', HTMLSpanElement);
  const name = byId('details-name', HTMLSpanElement);
  const badges = createBadges();
  const sentence = element('p', { class: 'sentence' });
  const failure = createFailure();
  const alarms = createList('In ALARM', 'alarms');
  const groups = element('div', { class: 'groups' });
  const links = createLinks();
  const commands = createCommands();
  panel.append(badges.node, ...[sentence, failure.node, alarms.node, commands.node, groups, links.node]);
  const showGroups = keyed<Group>(groups, ({ title }) => title, createGroup);

  return (details) => {
    setText(kind, details.kind);
    setText(name, details.name);
    badges.show(details.states);
    setText(sentence, details.sentence);
    sentence.hidden = details.sentence === '';
    failure.show(details.failure);
    alarms.show(details.alarms);
    commands.show(details);
    showGroups(details.groups);
    links.show(details);
  };
}

function createFailure() {
  const of = element('strong');
  const when = element('span', { class: 'when' });
  const reason = element('p', { class: 'reason' });
  const node = element('div', { class: 'failure' }, element('h3', {}, 'Last failure: ', of), when, reason);
  return {
    node,
    show(failure: Details['failure']) {
      node.hidden = failure === null;
      if (failure === null) return;
      setText(of, failure.class);
      setText(when, failure.when);
      setText(reason, failure.reason);
    },
  };
}

function createList(title: string, kind: string) {
  const list = element('ul');
  const node = element('div', { class: kind }, element('h3', {}, title), list);
  const show = keyed<string>(
    list,
    (text) => text.split(',')[0] ?? text,
    () => {
      const item = element('li');
      return { node: item, show: (text) => setText(item, text) };
    },
  );
  return {
    node,
    show(texts: readonly string[]) {
      node.hidden = texts.length === 0;
      show(texts);
    },
  };
}

function createGroup({ title }: Group): Shown<Group> {
  const list = element('dl');
  const show = keyed<Row>(list, ([label]) => label, createRow);
  return { node: element('section', {}, element('h3', {}, title), list), show: ({ rows }) => show(rows) };
}

function createRow([label]: Row): Shown<Row> {
  const value = element('dd');
  return {
    node: element('div', {}, element('dt', {}, label), value),
    show: ([, text]) => setText(value, text),
  };
}

function createCommands() {
  const list = element('ul');
  const note = element('p', { class: 'note' });
  const node = element('div', { class: 'commands' }, element('h3', {}, 'Commands'), list, note);
  const show = keyed(list, ({ text }) => text, createCommand);
  return {
    node,
    show({ commands, commandsNote }: Details) {
      node.hidden = commands.length === 0;
      setText(note, commandsNote);
      show(commands);
    },
  };
}

function createLinks() {
  const title = element('h3');
  const list = element('ul', { class: 'links' });
  const node = element('div', {}, title, list);
  const show = keyed<Link>(list, ({ href }) => href, createLink);
  return {
    node,
    show({ linksTitle, links }: Details) {
      node.hidden = links.length === 0;
      setText(title, linksTitle);
      show(links);
    },
  };
}

function createLink({ href }: Link): Shown<Link> {
  const name = element('a', { href });
  const sign = element('span', { class: 'sign', 'aria-hidden': 'true' });
  const words = element('span');
  const node = element('li', {}, name, element('span', { class: 'link-note' }, sign, words));
  return {
    node,
    show(link) {
      setText(name, link.name);
      setText(words, link.note);
      setText(sign, SIGNS[link.tone]);
      setAttribute(node, 'data-tone', link.tone);
    },
  };
}
