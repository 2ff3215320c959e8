/** Keeps the process running while somebody waits for what only native threads bring. */

/** Beyond any wait; it does nothing. */
const never = 2 ** 30;

export class KeepAlive {
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  hold(): void {
    if (this.#count++ === 0) this.#timer = setInterval(() => {}, never);
  }

  release(): void {
    if (--this.#count === 0) clearInterval(this.#timer);
  }
}
