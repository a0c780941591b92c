/** Lines with aligned cells, each with notes below it. */
interface Row {
  cells: readonly string[];
  notes?: readonly string[];
}

/** Names and states are aligned left, all others right. */
const LEFT = 2;

export function renderColumns(headings: readonly string[], rows: readonly Row[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < LEFT ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const lines = rows.flatMap(({ cells, notes = [] }) => [line(cells), ...notes]);
  return `${[line(headings), ...lines].join('\n')}\n`;
}
