import { CLIENT_FRAMES, type ClientFrame, type ClientFrameType, plainSendFrame } from '@brook/common/contracts';
import { AppError, invalid } from '@brook/common/errors';

/** What a text frame turned out to be; `id` is the client's, where it gave one. `malformed`: not a JSON object at all. */
export type ParsedFrame =
  | { kind: 'frame'; frame: ClientFrame; id: string | undefined }
  | { kind: 'invalid'; type: string | undefined; id: string | undefined; error: AppError }
  | { kind: 'malformed' };

const isKnown = (type: unknown): type is ClientFrameType => typeof type === 'string' && Object.hasOwn(CLIENT_FRAMES, type);

/** Reads one text frame, once. */
export function parseFrame(text: string): ParsedFrame {
  const value = parseObject(text);
  if (!value) return { kind: 'malformed' };
  const { type, id } = value;
  const given = typeof id === 'string' ? id : undefined;
  if (!isKnown(type)) {
    const detail = typeof type === 'string' ? 'there is no frame of this type' : 'type: must be a string';
    return { kind: 'invalid', type: undefined, id: given, error: new AppError('validation_failed', detail) };
  }
  const plain = type === 'message.send' ? plainSendFrame(value) : undefined;
  if (plain) return { kind: 'frame', frame: plain, id: given };
  const result = CLIENT_FRAMES[type].safeParse(value);
  if (result.success) return { kind: 'frame', frame: result.data, id: given };
  return { kind: 'invalid', type, id: given, error: invalid(result.error) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
