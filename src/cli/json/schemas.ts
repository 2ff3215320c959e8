/** The published JSON Schemas of what `--json` prints: schemas/cli/NAME.schema.json. */
import { z } from 'zod';
import * as shapes from './shapes.js';

/** By the command; `failure` is what each prints instead when it could not run. */
const documents: Readonly<Record<string, z.ZodType>> = {
  verify: shapes.verifyDocument,
  test: shapes.testDocument,
  inspect: z.union([shapes.inspectDocument, shapes.fatDocument, shapes.inspectedFiles]),
  list: shapes.listDocument,
  run: shapes.runDocument,
  top: shapes.topDocument,
  doctor: shapes.doctorDocument,
  lock: shapes.lockDocument,
  new: shapes.newDocument,
  add: shapes.addDocument,
  remove: shapes.removeDocument,
  'route-line': z.union([shapes.decision, shapes.explanation]),
  'collect-line': shapes.sampleLine,
  failure: shapes.failureDocument,
};

/** Fields may be added to a document of the same `schema` number, so the published ones let others in. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(documents).map(([name, document]) => [
      name,
      {
        title: name.endsWith('-line')
          ? `a line of mortise ${name.slice(0, -5)} --json`
          : name === 'failure'
            ? 'what mortise COMMAND --json prints when it could not run'
            : `mortise ${name} --json`,
        ...z.toJSONSchema(document, {
          override: ({ jsonSchema }) => {
            if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
          },
        }),
      },
    ]),
  );
}
