#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { processIo } from './io.js';
import { runCli } from './program.js';

// Hundreds of files leave much behind, and V8 would rather grow than collect it. Only in a process that is mortise's own.
if (process.argv[2] === 'verify') {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}

// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await runCli(process.argv.slice(2), processIo());
