/** `12.4/s`, `1,240/s`; a dash where nothing flows. */
export function rate(amount: number, unit: 's' | 'min'): string {
  if (amount === 0) return '–';
  const digits = amount < 100 ? 1 : 0;
  const text = amount.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return text === '0.0' ? `<0.1/${unit}` : `${text}/${unit}`;
}

export function whole(number: number): string {
  return number.toLocaleString('en');
}

export function counted(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `42 s`, `3 min`, `2 h 5 min`, `3 d 4 h` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** By the clock on the wall: `14:03:59`. */
export function timeOfDay(at: string | number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** A moment, exactly and by how long ago it was: `14:03:59, 2 min ago`; on another day with its date. */
export function moment(at: string, now: number): string {
  const date = new Date(at);
  const day =
    date.toDateString() === new Date(now).toDateString() ? '' : `${date.toLocaleDateString('en-CA')} `;
  return `${day}${timeOfDay(at)}, ${duration(now - date.getTime())} ago`;
}
