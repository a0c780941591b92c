/** Time that has passed for what was done before, and did not pass. */
export interface Elapsed {
  /** What was done until now is longer ago by these seconds. */
  add(seconds: number): void;
  /** An answer in XML whose times are earlier by that. */
  tell(answer: Buffer): Buffer;
}

/** `<Timestamp>`, `<LastUpdatedTime>` and so on. */
const TIME = /<(\w*Time(?:stamp)?)>(\d{4}-\d\d-\d\dT[^<]+)<\/\1>/g;

export function createElapsed(): Elapsed {
  const all: { until: number; ms: number }[] = [];

  function earlier(time: number): number {
    return time - all.filter(({ until }) => time <= until).reduce((sum, { ms }) => sum + ms, 0);
  }

  return {
    add: (seconds) => void all.push({ until: Date.now(), ms: seconds * 1000 }),
    tell(answer) {
      if (all.length === 0) return answer;
      const text = answer.toString().replaceAll(TIME, (_, name: string, time: string) => {
        return `<${name}>${new Date(earlier(Date.parse(time))).toISOString()}</${name}>`;
      });
      return Buffer.from(text);
    },
  };
}
