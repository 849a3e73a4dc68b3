/** What a pino line holds that a reader wants; the rest of its fields follow as `key=value`. */
interface LogRecord {
  level: number;
  time: string | number;
  msg?: string;
  err?: { message?: string; stack?: string };
  [field: string]: unknown;
}

const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'ERROR', 60: 'FATAL' };
const ERROR_LEVEL = 50;
/** Said by the prefix already, or meant for machines. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'service', 'pid', 'hostname', 'v']);
const NAME_WIDTH = 8;
const LONGEST_VALUE = 300;

/** One line of a process for a person: `12:01:02 messages info  migration applied migration=0001`. Other text stays as it is. */
export function renderLine(process: string, line: string): string {
  const record = parseRecord(line);
  const name = process.padEnd(NAME_WIDTH);
  if (!record) return `${clock(new Date())} ${name} ${line}`;
  const level = (LEVELS[record.level] ?? String(record.level)).padEnd(5);
  const fields = Object.entries(record).filter(([key]) => !LEFT_OUT.has(key) && key !== 'err');
  const rest = fields.map(([key, value]) => renderField(key, value)).join(' ');
  const head = `${clock(new Date(record.time))} ${name} ${level} ${record.msg ?? ''} ${rest}`.trimEnd();
  return head + renderError(record);
}

/** The message of a line that a service logged as its reason to end, without `could not start: `; else `undefined`. */
export function fatalMessage(line: string): string | undefined {
  const record = parseRecord(line);
  return record?.level === 60 ? record.msg?.replace(/^could not start: /, '') : undefined;
}

function parseRecord(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line) as LogRecord;
    return typeof record.level === 'number' ? record : undefined;
  } catch {
    return undefined; // Text that happens to begin with a brace.
  }
}

function renderField(key: string, value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
  return `${key}=${/\s/.test(short) && typeof value === 'string' ? JSON.stringify(short) : short}`;
}

/** An error's message; from level `error` on its stack below the line, because somebody has to look for the place. */
function renderError({ level, err }: LogRecord): string {
  if (err?.message === undefined) return '';
  return level >= ERROR_LEVEL && err.stack ? `\n    ${err.stack.replaceAll('\n', '\n    ')}` : ` (${err.message})`;
}

const clock = (time: Date): string =>
  [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
