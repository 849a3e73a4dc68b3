import { MessageRate } from './message-rate.js';

/** Who is connected, as the live side of the gateway knows it. */
export interface People {
  /** Distinct people, through any gateway. */
  people: number;
  /** Admins among those of each gateway, added up. */
  agents: number;
}

/** Figures that the live side of the gateway keeps and routes read. */
export class LiveFigures {
  readonly messages = new MessageRate();
  #people: () => People = () => ({ people: 0, agents: 0 });

  /** Says where the numbers of people come from. */
  countPeople(people: () => People): void {
    this.#people = people;
  }

  people(): People {
    return this.#people();
  }
}
