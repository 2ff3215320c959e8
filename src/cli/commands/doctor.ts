/** mortise doctor: what does this machine lack? */
import type { CheckResult } from '../../loader/record.js';
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';

/** Adds `mortise doctor`. */
export const defineDoctor: DefineCommand = (program, cli) => {
  program
    .command('doctor')
    .summary('list what is missing on this machine')
    .description(
      'Looks at what running plugins needs (failures) and at what building them needs (warnings), and says what to install.',
    )
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise doctor')
    .action(async ({ json }: { json?: true }) => doctor(cli, json));
};

async function doctor(cli: Cli, isJson: boolean | undefined): Promise<void> {
  const [{ examinations }, { renderDoctor }, { checkRecord }] = await Promise.all([
    import('../doctor/index.js'),
    import('../render/doctor.js'),
    import('../../loader/checks/plain.js'),
  ]);
  const checks: CheckResult[] = [];
  for (const examine of examinations) checks.push(...(await examine(cli.io.env)));
  const failed = checks.filter(({ status }) => status === 'fail').length;
  const warned = checks.filter(({ status }) => status === 'warn').length;
  if (failed > 0) cli.exitCode = 1;
  if (isJson)
    await cli.json({ checks: checks.map(checkRecord), summary: { checks: checks.length, warned, failed } });
  else await cli.out.write(renderDoctor(checks, cli.out.colours));
}
