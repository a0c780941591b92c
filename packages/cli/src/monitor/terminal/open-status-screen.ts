import { openScreen, type Screen, type Terminal } from '../../terminal/screen.ts';
import type { Paint } from './paint.ts';
import { renderScreen, type Shown } from './render-screen.ts';

/**
 * Shows a status on a terminal, painted again each time that it is asked to.
 *
 * @param view undefined while there is none
 */
export function openStatusScreen(terminal: Terminal, paint: Paint, view: () => Shown | undefined): Screen {
  return openScreen(terminal, (size) => {
    const shown = view();
    return shown === undefined ? [] : renderScreen(shown, { ...size, paint });
  });
}
