/** What the mappings report as their `LastProcessingResult`, by their IDs. */
export interface MappingResults {
  of(id: string): string;
  /** The function took a batch, or did not. */
  processed(id: string, taken: boolean): void;
  /** The source was read. */
  read(id: string): void;
  /** The source cannot be read, or the function cannot be invoked. */
  failed(id: string, reason: string): void;
}

/** AWS documents the field, not its values: these are the ones that it answers with. */
export function createMappingResults(): MappingResults {
  const results = new Map<string, string>();
  const problems = new Map<string, string>();
  return {
    of: (id) => problems.get(id) ?? results.get(id) ?? 'No records processed',
    processed: (id, taken) => {
      problems.delete(id);
      results.set(id, taken ? 'OK' : 'PROBLEM: Function call failed');
    },
    read: (id) => void problems.delete(id),
    failed: (id, reason) => void problems.set(id, `PROBLEM: ${reason}`),
  };
}
