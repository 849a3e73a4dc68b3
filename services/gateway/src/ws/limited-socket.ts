import { CLOSE } from '@brook/common/contracts';
import { WebSocket } from 'ws';

const MESSAGE_TOO_BIG = 1009;

/** The library's socket, which refuses a frame by its announced length before reading it, with the protocol's close code. */
export class LimitedSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === MESSAGE_TOO_BIG) super.close(CLOSE.frameTooLarge.code, CLOSE.frameTooLarge.reason);
    else super.close(code, reason);
  }
}
