/** `12.4/s`, `1,240/s`; a dash where nothing flows. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '–';
  const digits = perSecond < 100 ? 1 : 0;
  return `${perSecond.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}/s`;
}

export function whole(number: number): string {
  return number.toLocaleString('en');
}

export function counted(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `42 s`, `3 min`, `2 h 5 min` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function timeOfDay(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}
