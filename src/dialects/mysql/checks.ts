/** What a MySQL component must meet on top of what every library must; its services are the general check's. */
import { failed, ok } from '../../loader/checks/result.js';
import type { Check } from '../../loader/record.js';
import { readComponent } from './component.js';
import { server } from './layout.js';

export const checkIdentity: Check = ({ source, image, problems }) => {
  if (!image) return [];
  if (problems.length > 0) return problems.map((problem) => failed('identity', problem));
  const { name, metadata } = readComponent(source, image);
  const author = metadata['mysql.author'];
  return [ok('identity', author ? `${name} by ${author}` : name), ok('abi', server)];
};
