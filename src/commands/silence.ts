import type { Outcome } from '../ssh/session.ts';

/** What a login shell that runs something else in place of the host program would keep us in for ever. */
export class Silence {
  readonly tooLong: Promise<Outcome>;
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const why = `nothing of the host program was heard within ${Math.round(ms / 1000)} s`;
    this.tooLong = promise;
    this.#timer = setTimeout(() => resolve({ kind: 'refused', why }), ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
