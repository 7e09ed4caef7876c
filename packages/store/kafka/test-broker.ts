import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A broker of Apache Kafka, for tests. */
export interface TestBroker {
  /** host:port. */
  readonly address: string;
  stop(): Promise<void>;
}

const VERSION = '4.1.1';
const FETCH_MS = 180_000;
const START_MS = 60_000;

/** Starts a broker with Java and the libraries that Maven brings (54 MB, kept between runs); undefined where this machine has no Java or no Maven, or they do not get there. */
export async function startTestBroker(): Promise<TestBroker | undefined> {
  if (spawnSync('java', ['-version']).status !== 0) return undefined;
  const libraries = fetchLibraries();
  if (libraries === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'petrel-kafka-broker-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, propertiesOf(folder, port, controllerPort));
  const java = ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-cp', join(libraries, '*')];
  const id = 'cGV0cmVsLXRlc3QtaWQtMQ';
  execFileSync('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties], { stdio: 'ignore' });
  const child = spawn('java', [...java, 'kafka.Kafka', properties], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await answers(port, child))) {
    await stop();
    return undefined;
  }
  return { address: `127.0.0.1:${port}`, stop };
}

function fetchLibraries(): string | undefined {
  const cache = join(tmpdir(), `petrel-test-kafka-${VERSION}`);
  const libraries = join(cache, 'lib');
  if (existsSync(libraries)) return libraries;
  mkdirSync(cache, { recursive: true });
  const dependency = `<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>`;
  const project = '<groupId>petrel</groupId><artifactId>test-kafka</artifactId><version>1</version>';
  writeFileSync(
    join(cache, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>${project}<dependencies>${dependency}</dependencies></project>`,
  );
  const partial = join(cache, `lib-${process.pid}`);
  const goal = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  if (spawnSync('mvn', goal, { cwd: cache, stdio: 'ignore', timeout: FETCH_MS }).status !== 0) return undefined;
  renameSync(partial, libraries);
  return libraries;
}

function propertiesOf(folder: string, port: number, controllerPort: number): string {
  const listener = `PLAINTEXT://127.0.0.1:${port}`;
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=${listener},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=${listener}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(folder, 'data')}`,
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'offsets.topic.num.partitions=1',
    'num.partitions=2',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  for (const endMs = Date.now() + START_MS; Date.now() < endMs && child.exitCode === null; ) {
    const socket = connect(port, '127.0.0.1');
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (connected) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}
