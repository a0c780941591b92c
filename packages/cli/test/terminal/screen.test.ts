import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openScreen, type Terminal } from '../../src/terminal/screen.ts';

/** A terminal as far as a screen needs one: keeps what is on each line. */
class SmallTerminal extends EventEmitter implements Terminal {
  columns = 20;
  rows = 10;
  lines: string[] = [''];
  cursorShown = true;
  writes = 0;
  #row = 0;

  write(text: string): void {
    this.writes += 1;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves a cursor
    for (const part of text.match(/\x1b\[\??\d*[A-Za-z]|\r|\n|[^\x1b\r\n]+/g) ?? []) this.#take(part);
  }

  #take(part: string): void {
    if (part.startsWith('\x1b[') && part.endsWith('A'))
      this.#row = Math.max(0, this.#row - Number(part.slice(2, -1)));
    else if (part === '\x1b[J') this.lines = [...this.lines.slice(0, this.#row), ''];
    else if (part === '\n') this.lines[++this.#row] ??= '';
    else if (part === '\x1b[?25l' || part === '\x1b[?25h') this.cursorShown = part.endsWith('h');
    else if (!part.startsWith('\x1b') && part !== '\r') this.lines[this.#row] += part;
  }
}

describe('openScreen', () => {
  test('paints below what is printed, in place', () => {
    const terminal = new SmallTerminal();
    let painted = ['a', 'b'];
    const screen = openScreen(terminal, () => painted);
    screen.paint();
    screen.print('first');
    painted = ['c'];
    screen.paint();
    screen.print('second\nthird');
    expect(terminal.lines).toEqual(['first', 'second', 'third', 'c', '']);
    screen.close();
  });

  test('writes nothing where nothing differs', () => {
    const terminal = new SmallTerminal();
    const screen = openScreen(terminal, () => ['a']);
    screen.paint();
    const before = terminal.writes;
    screen.paint();
    expect(terminal.writes).toBe(before);
    screen.close();
  });

  test('leaves out what does not fit, and paints anew at another size', () => {
    const terminal = new SmallTerminal();
    terminal.rows = 3;
    const screen = openScreen(terminal, ({ rows }) => ['a', 'b', `rows ${rows}`]);
    screen.paint();
    expect(terminal.lines).toEqual(['a', 'b', '']);
    terminal.rows = 8;
    terminal.emit('resize');
    expect(terminal.lines).toEqual(['a', 'b', 'rows 8', '']);
    screen.close();
  });

  test('hides the cursor, gives it back, and keeps the last picture', () => {
    const terminal = new SmallTerminal();
    const exitListeners = process.listenerCount('exit');
    const screen = openScreen(terminal, () => ['a']);
    screen.paint();
    expect(terminal.cursorShown).toBe(false);
    screen.close();
    expect(terminal.cursorShown).toBe(true);
    expect(terminal.lines).toEqual(['a', '']);
    expect([terminal.listenerCount('resize'), process.listenerCount('exit')]).toEqual([0, exitListeners]);
  });
});
