/** Writes lines or, with `json`, one JSON document to standard output. */
export function print(value: unknown, lines: string[], { json = false }: { json?: boolean }): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${lines.join('\n')}\n`);
}

/** Columns under their titles, as wide as they need to be. */
export function columns(titles: string[], rows: string[][]): string[] {
  const widths = titles.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [titles, ...rows].map(line);
}
