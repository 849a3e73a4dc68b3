interface Flight<T> {
  running: Promise<T>;
  next: Promise<T> | undefined;
}

/**
 * Joins equal reads: while one runs, all who ask meanwhile share the one that follows it. A read that somebody joins
 * therefore always begins after they asked, so it shows everything that they know to have happened.
 */
export class SharedReads<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** @throws what `read` throws, to all who share it */
  read(key: string, read: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key);
    if (!flight) return this.#start(key, read);
    flight.next ??= flight.running.then(
      () => this.#start(key, read),
      () => this.#start(key, read),
    );
    return flight.next;
  }

  #start(key: string, read: () => Promise<T>): Promise<T> {
    const running = read().finally(() => {
      const flight = this.#flights.get(key);
      // With a next one waiting, that one takes the place over when it starts.
      if (flight?.running === running && !flight.next) this.#flights.delete(key);
    });
    this.#flights.set(key, { running, next: undefined });
    return running;
  }
}
