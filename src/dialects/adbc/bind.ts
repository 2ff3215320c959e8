/** Loads a driver and calls its init. What it opens then is closed before the host ends. */
import { MortiseError, type Problem } from '../../errors.js';
import type { BindOptions, Validated } from '../../loader/record.js';
import type { Running } from '../../loader/running.js';
import { adbcAddon, isAdbcFailure } from '../../native/adbc.js';
import { StartedDriver } from './driver.js';
import { chosenInit, common, words } from './entry.js';
import { settingsOf } from './settings.js';
import { DriverSource } from './source.js';

/** @throws MortiseError MORTISE_ERR_LOAD_FAILED, MORTISE_ERR_ADBC_INIT, MORTISE_ERR_CONFIG_* */
export function bind(plugin: Validated, { config, load, loaded, step }: BindOptions): Running {
  const { identity, image, path } = plugin;
  const { settings, problems } = settingsOf(config, identity.name);
  const [first, ...rest] = problems;
  if (!settings) throw new MortiseError([first as Problem, ...rest]);
  const library = load();
  const entry = settings.entry ?? chosenInit(image.exports, path) ?? common;
  const address = library.address(entry);
  loaded();
  step({ name: 'init', entry });
  const { name } = identity;
  const driver = new StartedDriver({ name, path }, started(address, entry, path), settings);
  const source = new DriverSource(driver);
  let isEnding = false;
  /** A driver has no end of its own: its databases have. */
  const end = () => {
    if (!isEnding && !driver.isIdle) step({ name: 'fini', entry: words.steps.fini });
    isEnding = true;
  };
  return {
    offers: { querying: source, adbc: driver },
    warnings: [],
    // It has no services.
    retire: () => [],
    settle: () => {
      end();
      return driver.settle();
    },
    // What is still open then is left to the driver's threads.
    abandon: () => {},
    stop: () => {
      end();
      driver.settle();
      return true;
    },
  };
}

function started(address: bigint, entry: string, path: string) {
  try {
    return adbcAddon().adbcLoad(address);
  } catch (error) {
    if (!isAdbcFailure(error)) throw error;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_ADBC_INIT',
        message: error.message || `${entry} answered status ${error.status} and no text`,
        subject: path,
        where: entry,
        expected: 'the functions that every driver has, of ADBC 1.1.0 or 1.0.0',
        found: error.kind === 'contract' ? 'a table that lacks some' : `status ${error.status}`,
        remedy: 'Take another release of the driver, or ask those who make it.',
      },
      { cause: error },
    );
  }
}
