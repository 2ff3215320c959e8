/**
 * A host for go-plugin programs: Terraform's providers, Vault's engines, Grafana's data sources, and one's own. Also
 * usable by itself, as `mortise/goplugin`. Needs the packages @grpc/grpc-js and @bufbuild/protobuf when it starts one.
 */

export { MortiseError } from '../../errors.js';
export type { RestartPolicy } from '../../supervisor/policy.js';
export type { SupervisedState, SupervisorEvent } from '../../supervisor/supervisor.js';
export { type AttachOptions, attach, readReattach } from './attach.js';
export type { Broker, Dialed, Offer } from './broker.js';
export { CallError } from './call-error.js';
export type { Client, ClientCallOptions, Requests } from './client.js';
export type { Exit } from './exit.js';
export { type KeepOptions, type Kept, keep } from './keep.js';
export { launch } from './launch.js';
export type { LogLevel, LogLine } from './log.js';
export type { LaunchOptions } from './options.js';
export type { Program } from './program.js';
export { type Implementation, type Served, type ServedCall, served } from './served.js';
export { Failure, status } from './transport/transport.js';
