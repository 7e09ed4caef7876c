// The programs of other projects that some tests and the bench talk to. All are optional: a test that misses its peer is
// skipped with a message.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Program → the Debian package that has it. */
const PEERS = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'victoria-metrics': 'victoria-metrics',
  chromium: 'chromium',
};
const INSTALL_TIMEOUT_MS = 300_000;

/** Says which peers are missing; where it is wanted (CI or PETREL_TEST_PEERS set) and possible (root on Debian), gets them first. */
export function checkPeers() {
  let missing = missingPeers();
  if (missing.length > 0 && mayInstall()) {
    const packages = [...new Set(missing.map((program) => PEERS[program]))];
    console.log(`test: installing ${packages.join(', ')}`);
    install(packages);
    missing = missingPeers();
  }
  if (missing.length > 0) console.log(`test: not installed, their tests are skipped: ${missing.join(', ')}`);
}

function missingPeers() {
  return Object.keys(PEERS).filter((program) => !isOnPath(program));
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function mayInstall() {
  const wanted = isSet(process.env.CI) || isSet(process.env.PETREL_TEST_PEERS);
  return wanted && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

function isSet(value) {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/** A failure is no error: offline, or a Debian without the package. One by one, so that one missing name does not stop the rest. */
function install(packages) {
  const options = {
    stdio: 'ignore',
    timeout: INSTALL_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['update', '-qq'], options);
  for (const name of packages) spawnSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', name], options);
}
