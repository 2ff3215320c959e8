/** A map that forgets what was added longest ago. */
export class Bounded {
  #map = new Map();

  constructor(most) {
    this.most = most;
  }

  get(key) {
    return this.#map.get(key);
  }

  /** @returns the value */
  set(key, value) {
    if (this.#map.size >= this.most) this.#map.delete(this.#map.keys().next().value);
    this.#map.set(key, value);
    return value;
  }
}
