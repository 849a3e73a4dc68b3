export { type SpanOptions, startSpan, startSpans, startTracing, type TraceSpan } from './tracing.js';
