/** Apache Kafka's own jars, from Maven, in the user's cache: a broker and its tools. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '3.9.1';
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'kafka');

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mortise</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    ${['kafka_2.13', 'kafka-tools']
      .map(
        (name) =>
          `<dependency><groupId>org.apache.kafka</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
      )
      .join('\n    ')}
  </dependencies>
</project>
`;

/** The folder that has them. Undefined when they can't be had here: without Java, Maven or a network. */
export function kafkaJars(): string | undefined {
  const folder = join(cache, version);
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    if (!existsSync(folder)) fetchInto(folder);
    return folder;
  } catch {
    return undefined;
  }
}

function fetchInto(folder: string): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.partial-'));
  try {
    writeFileSync(join(work, 'pom.xml'), pom);
    const jars = join(work, 'jars');
    execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], {
      cwd: work,
      stdio: 'ignore',
      timeout: 180_000,
    });
    // In one step, so that no other run sees half of it; when another was faster, its copy is as good.
    if (!existsSync(folder)) renameSync(jars, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
