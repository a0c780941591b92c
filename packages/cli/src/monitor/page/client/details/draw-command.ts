import { element, setText } from '../dom.ts';
import type { Shown } from '../keyed.ts';
import type { Command } from './commands.ts';

const COPIED_MS = 2000;

/** A command, to be copied with one click. */
export function createCommand({ text, use }: Command): Shown<Command> {
  // A line breaks between words only.
  const words = text.split(' ').flatMap((word) => [element('span', {}, word), ' ']);
  const code = element('code', {}, ...words.slice(0, -1));
  const button = element('button', { type: 'button', 'aria-label': `Copy ${text}` }, 'Copy');
  const said = element('span', { class: 'hidden', role: 'status' });
  button.addEventListener('click', async () => {
    const isCopied = await copy(text, code);
    setText(button, isCopied ? 'Copied' : 'Selected');
    setText(said, isCopied ? 'Copied' : 'Selected: copy it with the keyboard');
    setTimeout(() => {
      setText(button, 'Copy');
      setText(said, '');
    }, COPIED_MS);
  });
  const node = element('li', {}, element('span', { class: 'use' }, use), code, button, said);
  return { node, show: () => {} };
}

/** Where the browser does not let the page copy, the text is selected. */
async function copy(text: string, code: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
