/** What the composer needs to know of a key event. */
export interface Key {
  key: string;
  shiftKey: boolean;
  isComposing: boolean;
  /** 229 while an input method works on the key. */
  keyCode: number;
  /** Milliseconds, as in `event.timeStamp`. */
  timeStamp: number;
}

/** `send`: send the message. `swallow`: neither send nor break the line. `leave`: let the browser do its thing. */
export type KeyVerdict = 'send' | 'swallow' | 'leave';

/** An Enter this soon after a composition ended is the one that ended it: nobody is that fast. */
const SAME_PRESS_MS = 30;

/**
 * Tells the Enter that sends from the Enter that ends a Korean, Japanese or Chinese composition. Browsers differ:
 *
 *   Chrome, Firefox   keydown (isComposing, 229), compositionend, keyup
 *   Chrome on a Mac   keydown (isComposing, 229), compositionend, and for Korean a second plain keydown, keyup
 *   Safari            compositionend, keydown (not composing, 229), keyup
 *
 * So an Enter never sends while composing, with 229, right after a composition, or before the key was let go since.
 */
export class EnterKey {
  #composing = false;
  #endedAt = Number.NEGATIVE_INFINITY;
  #held = false;

  compositionStart(): void {
    this.#composing = true;
  }

  compositionEnd(timeStamp: number): void {
    this.#composing = false;
    this.#endedAt = timeStamp;
  }

  /** With the key let go, the press that ended a composition is over. */
  keyUp(key: string): void {
    if (key !== 'Enter') return;
    this.#held = false;
    this.#endedAt = Number.NEGATIVE_INFINITY;
  }

  /** Focus has gone elsewhere; what happens there is not seen here. */
  blur(): void {
    this.#composing = false;
    this.#held = false;
  }

  keyDown(key: Key): KeyVerdict {
    if (key.key !== 'Enter') return 'leave';
    if (this.#composing || key.isComposing || key.keyCode === 229) {
      this.#held = true;
      return 'leave';
    }
    if (this.#held || key.timeStamp - this.#endedAt < SAME_PRESS_MS) return 'swallow';
    return key.shiftKey ? 'leave' : 'send';
  }
}
