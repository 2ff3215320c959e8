/** Values as lines on stdout. */
import type { Sample } from '../../capabilities/collecting/sample.js';
import type { Cli } from '../cli.js';
import { sampleRecord } from '../json/sample.js';
import { renderSample } from '../render/sample.js';
import type { Sink } from './sink.js';

export class Lines implements Sink {
  readonly #cli: Cli;
  readonly #isJson: boolean;

  constructor(cli: Cli, isJson: boolean) {
    this.#cli = cli;
    this.#isJson = isJson;
  }

  async take(samples: readonly Sample[]): Promise<void> {
    const { out } = this.#cli;
    const lines = samples.map((sample) =>
      this.#isJson ? `${JSON.stringify(sampleRecord(sample))}\n` : renderSample(sample, out.colours),
    );
    await out.write(lines.join(''));
  }
}
