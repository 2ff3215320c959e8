/** The table of mortise collect, and what is told on the same terminal. */
import { Readable, Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import type { Collection } from '../../src/capabilities/collecting/collection.js';
import { Cli } from '../../src/cli/cli.js';
import { Live } from '../../src/cli/collect/live.js';

/** A terminal that knows as much as the table needs: up, and erase what is below. */
class Terminal extends Writable {
  readonly isTTY = true;
  columns = 80;
  readonly rows = 24;
  #at = 0;
  #lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const [, up, erase, line] of chunk
      .toString()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what terminals are told with
      .matchAll(/\x1b\[(\d+)A|(\x1b\[0J)|([^\n\x1b]*)\n/g)) {
      if (up) this.#at -= Number(up);
      else if (erase) this.#lines.length = this.#at;
      else this.#lines[this.#at++] = line as string;
    }
    done();
  }

  get screen(): string[] {
    return [...this.#lines];
  }
}

function tableOn(terminal: Terminal) {
  const cli = new Cli({
    stdin: Readable.from([]),
    stdout: terminal,
    stderr: terminal,
    env: { NO_COLOR: '1' },
    cwd: '.',
    onStop: () => () => {},
    onSignal: () => () => {},
  });
  const live = new Live(cli);
  live.watch({ readers: [], writers: [] } as unknown as Collection);
  return { cli, live };
}

it('forgets a series that has been silent for ten intervals', async () => {
  const terminal = new Terminal();
  const { live } = tableOn(terminal);
  const sample = (id: string, interval: number) => ({
    series: { id, plugin: 'p', sources: [{ name: 'value', kind: 'gauge' }] },
    time: new Date(),
    interval,
    values: [1],
    rates: [Number.NaN],
  });
  await live.take([sample('here/p/gauge-gone', 0.1), sample('here/p/gauge-stays', 10)] as never);
  await vi.waitFor(() => expect(terminal.screen.join()).toContain('gauge-gone'), 5000);
  await vi.waitFor(() => expect(terminal.screen.join()).not.toContain('gauge-gone'), 5000);
  expect(terminal.screen.join()).toContain('gauge-stays');
  await live.end();
});

it('leaves what was told on stderr above the table', async () => {
  const terminal = new Terminal();
  const { cli, live } = tableOn(terminal);
  const table = [expect.stringMatching(/^value of/), expect.stringMatching(/^0 samples/)];
  await vi.waitFor(() => expect(terminal.screen).toEqual(table), 5000);
  await cli.err.write('The writers were flushed.\n');
  expect(terminal.screen).toEqual(['The writers were flushed.']);
  await vi.waitFor(() => expect(terminal.screen).toEqual(['The writers were flushed.', ...table]), 5000);
  await cli.err.write('Once more.\n');
  await live.end();
  await cli.err.write('The end.\n');
  expect(terminal.screen).toEqual(['The writers were flushed.', 'Once more.', ...table, 'The end.']);
});

it.each([80, 64])(
  'shows all columns and the end of a name on %i columns, numbers at the right',
  async (columns) => {
    const terminal = new Terminal();
    terminal.columns = columns;
    const { live } = tableOn(terminal);
    const sample = (name: string, value: number) => ({
      series: {
        id: `host.example.org/p/a_long_name_of_a_type-and_an_instance_${name}`,
        plugin: 'p',
        sources: [{ name: 'value', kind: 'derive' }],
      },
      time: new Date(),
      interval: 10,
      values: [value],
      rates: [1],
    });
    await live.take([sample('one', 5), sample('another', 123456789)] as never);
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(4), 5000);
    const [head, ...rows] = terminal.screen as [string, ...string[]];
    expect(head).toMatch(/^value of +value {2}per second {2}reader {2}every {3}late$/);
    expect(rows[0]).toMatch(/^….*_instance_another {2}123456789 +1 {2}p +10\.0 s {2}-$/);
    expect(rows[1]).toMatch(/^….*_instance_one +5 +1 {2}p +10\.0 s {2}-$/);
    expect(rows[1]?.indexOf('5 ')).toBe((rows[0] as string).indexOf('9 '));
    expect(rows[0]?.length).toBeLessThan(columns);
    await live.end();
  },
);
