#!/usr/bin/env node
import { processIo } from './io.js';
import { runCli } from './program.js';

// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await runCli(process.argv.slice(2), processIo());
