/**
 * A refusal to start that is meant for the person at the keyboard: `message` is one complete sentence (what is wrong and
 * what to do), printed without a stack trace. Nothing was changed when it is thrown.
 */
export class StartupError extends Error {
  override name = 'StartupError';
}
