// npm run schemas: the published JSON Schemas, from the checks that they describe. A test keeps them equal.
import { writeFileSync } from 'node:fs';
import { ownJsonSchema } from '../dist/loader/bundles/own-json.js';

writeFileSync('schemas/plugin.schema.json', `${JSON.stringify(await ownJsonSchema(), null, 2)}\n`);
