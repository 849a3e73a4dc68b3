/*
 * Tracing by OpenTelemetry, on where OTEL_EXPORTER_OTLP_ENDPOINT is set. Where it is not, nothing of OpenTelemetry is
 * loaded, and a span costs one comparison. The trace of a command goes with it as the field `traceparent` of its entries.
 */

/** A piece of work that is timed. */
export interface TraceSpan {
  /** W3C `traceparent`, by which other processes and spans refer to this one. */
  readonly traceparent: string;
  /** Ends it; with an error it is marked as failed. */
  end(error?: unknown): void;
}

export interface SpanOptions {
  /** `traceparent` of the span it is part of; without one it begins a trace. */
  parent?: string | undefined;
  kind?: 'server' | 'producer' | 'consumer' | 'client';
  /** Ids and sizes; never what people wrote. */
  attributes?: Record<string, string | number>;
}

/** What is behind `startSpan` while tracing is on. */
export interface Tracing {
  span(name: string, options: SpanOptions): TraceSpan;
  /** Sends what is left. */
  stop(): Promise<void>;
}

let tracing: Tracing | undefined;

/** Switches tracing on if the environment says where traces go. @returns switches it off, after the last are sent */
export async function startTracing(service: string): Promise<() => Promise<void>> {
  if (!process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) return () => Promise.resolve();
  const { openTelemetry } = await import('./open-telemetry.js');
  const started = openTelemetry(service);
  tracing = started;
  return async () => {
    tracing = undefined;
    await started.stop();
  };
}

/** Begins a span; undefined while tracing is off. */
export const startSpan = (name: string, options: SpanOptions = {}): TraceSpan | undefined => tracing?.span(name, options);

/** Begins one span for each of those that are traced, e.g. for a step that a batch goes through together. @returns ends them */
export function startSpans(
  name: string,
  traced: Iterable<{ traceparent?: string | undefined }>,
  attributes: Record<string, string | number> = {},
): (error?: unknown) => void {
  if (!tracing) return () => undefined;
  const spans: TraceSpan[] = [];
  for (const { traceparent } of traced)
    if (traceparent !== undefined) spans.push(tracing.span(name, { parent: traceparent, attributes }));
  return (error) => {
    for (const span of spans) span.end(error);
  };
}
