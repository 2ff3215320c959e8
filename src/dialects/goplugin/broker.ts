/** The broker: what the host offers to a program, and what the program offers to the host, beside its own services. */
import { join } from 'node:path';
import { create, type DescService } from '@bufbuild/protobuf';
import { MortiseError } from '../../errors.js';
import { type Address, parseAddress } from './address.js';
import { type Caller, type Client, makeClient } from './client.js';
import { methodOf } from './messages.js';
import { handlersOf } from './serve.js';
import type { Served } from './served.js';
import type { Channel, Limits, Server, Stream, Tls, Transport } from './transport/transport.js';
import { type ConnInfo, ConnInfoSchema, GRPCBroker } from './wire/broker_pb.js';

/** Services that the host serves to its program, until `close`. */
export interface Offer {
  /**
   * Tells the program where the services are, under a number to hand out in a request. One number is good for one
   * connection: ask for one before each call that hands it out.
   */
  announce(): Promise<number>;
  close(): void;
}

/** Services that a program serves to its host under a number that it handed out. */
export interface Dialed {
  client<S extends DescService>(service: S): Client<S>;
  close(): void;
}

export interface BrokerOptions {
  transport: Transport;
  channel: Channel;
  /** The program, for messages. */
  subject: string;
  /** Where the host's own sockets lie; undefined: it listens on this machine's TCP. */
  directory?: string;
  tls?: Tls;
  limits: Limits;
  /** A caller like the program's own, for another connection. */
  callerFor(channel: Channel): Caller;
}

/** How long an announcement may take to come: as in go-plugin. */
const waitMs = 5000;
/** A program announces before it hands out a number, so few wait here. */
const maxWaiting = 1024;

export class Broker {
  readonly #options: BrokerOptions;
  #stream: Stream<unknown, unknown> | undefined;
  #broken: unknown;
  /** The program counts its own. */
  #next = 1;
  #sockets = 0;
  /** Undefined where it announced no address. */
  readonly #announced = new Map<number, Address | undefined>();
  readonly #waiting = new Map<
    number,
    { take(address: Address | undefined): void; fail(error: MortiseError): void }
  >();
  readonly #open = new Set<{ close(): void }>();

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  /**
   * Serves `services` to the program, on a socket of their own.
   * @throws MortiseError MORTISE_ERR_BROKER
   */
  async offer(...services: readonly Served[]): Promise<Offer> {
    const { transport, directory, tls, limits } = this.#options;
    const handlers = services.flatMap(handlersOf);
    const address: Address =
      directory === undefined
        ? { network: 'tcp', host: '127.0.0.1', port: 0 }
        : { network: 'unix', path: join(directory, `h${++this.#sockets}`) };
    let server: Server;
    try {
      server = await transport.serve(address, handlers, tls, limits);
    } catch (cause) {
      throw this.#problem(`the host cannot serve to it: ${(cause as Error).message}`, cause);
    }
    this.#open.add(server);
    return {
      announce: () => this.#announce(server.address),
      close: () => {
        this.#open.delete(server);
        server.close();
      },
    };
  }

  /**
   * Connects to what the program serves under `number`, once.
   * @throws MortiseError MORTISE_ERR_BROKER
   */
  async dial(number: number): Promise<Dialed> {
    this.#connect();
    const address = this.#announced.has(number) ? this.#announced.get(number) : await this.#wait(number);
    this.#announced.delete(number);
    if (!address) throw this.#problem(`it announced ${number} at what is no address of this machine`);
    const { transport, tls, limits, callerFor } = this.#options;
    const channel = transport.connect(address, tls, limits);
    this.#open.add(channel);
    const caller = callerFor(channel);
    return {
      client: (service) => makeClient(service, caller),
      close: () => {
        this.#open.delete(channel);
        channel.close();
      },
    };
  }

  /** Ends all that was offered and dialed. */
  close(): void {
    this.#stream?.cancel();
    for (const one of this.#open) one.close();
    this.#open.clear();
  }

  async #announce(address: Address): Promise<number> {
    const stream = this.#connect();
    const number = this.#next++;
    await stream.send(
      create(ConnInfoSchema, {
        serviceId: number,
        network: address.network,
        address: address.network === 'unix' ? address.path : `${address.host}:${address.port}`,
      }),
    );
    return number;
  }

  /** One stream for both directions, from the first use on. */
  #connect(): Stream<unknown, unknown> {
    if (this.#broken !== undefined) throw this.#gone();
    if (!this.#stream) {
      try {
        this.#stream = this.#options.channel.stream(methodOf(GRPCBroker.method.startStream), {});
      } catch (error) {
        this.#broken = error; // the program has ended
        throw this.#gone();
      }
      void this.#listen(this.#stream);
    }
    return this.#stream;
  }

  async #listen(stream: Stream<unknown, unknown>): Promise<void> {
    try {
      for await (const message of stream.responses) {
        const { serviceId, network, address: text } = message as ConnInfo;
        const address = parseAddress(network, text); // an announcement may be as large as any message
        const waiting = this.#waiting.get(serviceId);
        if (waiting) waiting.take(address);
        else if (this.#announced.size < maxWaiting) this.#announced.set(serviceId, address);
      }
      this.#broken = new Error('it ended the stream');
    } catch (error) {
      this.#broken = error;
    }
    for (const { fail } of this.#waiting.values()) fail(this.#gone());
  }

  #wait(number: number): Promise<Address | undefined> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        settle();
      };
      const late = () => reject(this.#problem(`it did not announce ${number} within ${waitMs} ms`));
      const timer = setTimeout(() => finish(late), waitMs);
      this.#waiting.set(number, {
        take: (address) => finish(() => resolve(address)),
        fail: (error) => finish(() => reject(error)),
      });
    });
  }

  #gone(): MortiseError {
    return this.#problem(`its broker is gone: ${(this.#broken as Error).message}`, this.#broken);
  }

  #problem(message: string, cause?: unknown): MortiseError {
    return new MortiseError(
      {
        code: 'MORTISE_ERR_BROKER',
        message,
        subject: this.#options.subject,
        expected: 'an announcement for each connection, over one stream',
        remedy: 'Check that the program uses go-plugin’s broker, and that each number is dialed once.',
      },
      { cause },
    );
  }
}
