// npm run schemas: the published JSON Schemas, from the checks that they describe. Tests keep them equal.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from '../dist/cli/json/schemas.js';
import { ownJsonSchema } from '../dist/loader/bundles/own-json.js';

const write = (name, schema) =>
  writeFileSync(`schemas/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
write('plugin', await ownJsonSchema());
mkdirSync('schemas/cli', { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) write(`cli/${name}`, schema);
