/** The part of the native addon that calls MySQL's components: native/node/bind_mysql.cc. */
import { addon, type NativePlugin } from './addon.js';

declare const handle: unique symbol;
/** One loaded component. Lives until the process ends. */
export type NativeComponent = { [handle]: 'mysql component' };

/** What a component said in the course of a call. */
export interface NativeComponentMessage {
  /** 1 a note, 2 a warning, 3 an error. */
  severity: number;
  text: string;
}

/** A function that a component registered. */
export interface NativeFunction {
  name: string;
  /** 0 a text, 1 a real, 2 an integer, 4 a decimal. */
  kind: number;
  isAggregate: boolean;
}

/** An argument: a Buffer is a text without a character set. */
export type NativeArgument = string | Buffer | bigint | number | null;

/** What came of a call. */
export interface NativeOutcome {
  outcome: 'done' | 'refused' | 'failed' | 'bad' | 'memory' | 'absent';
  /** Why, in the function's words. */
  message: string;
  messages: NativeComponentMessage[];
  /** A Buffer for a text or a decimal. */
  value: Buffer | number | bigint | null;
  /** Of the text; empty when the function named none. */
  charset: string;
}

export interface MysqlAddon {
  mysqlServices(): string[];
  /**
   * Calls `list_components`. Null: as many hosts of this process as can have components have some.
   * `plugin` keeps what is linked and is whose log it is; stop this component before it.
   */
  mysqlOpen(
    plugin: NativePlugin,
    list: bigint,
    settings: Readonly<Record<string, boolean | bigint | number | string | readonly string[]>>,
  ): NativeComponent | null;
  /** The services that it can't have, and those that it provides under a taken name. */
  mysqlLink(component: NativeComponent): string[];
  mysqlInit(component: NativeComponent): {
    status: number;
    messages: NativeComponentMessage[];
    /** Settings that no variable took. */
    unused: string[];
    variables: string[];
  };
  /** The plugins that use what it provides. */
  mysqlUsers(component: NativeComponent): string[];
  /** deinit of what started; safe to repeat. What it leaves behind is logged. */
  mysqlStop(component: NativeComponent): void;
  mysqlFunctions(component: NativeComponent): NativeFunction[];
  /** Rows have one length, and types by column; there is at least one. */
  mysqlCall(
    component: NativeComponent,
    name: string,
    rows: readonly (readonly NativeArgument[])[],
    attributes: readonly (readonly [string, string | null])[],
  ): NativeOutcome;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function mysqlAddon(): MysqlAddon {
  return addon() as unknown as MysqlAddon;
}
