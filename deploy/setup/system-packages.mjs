import { run, SetupFailed, say, step, works } from './progress.mjs';

/** What each package manager calls a need, and the words that install packages. */
const MANAGERS = [
  { name: 'apt-get', install: 'apt-get install -y --no-install-recommends' },
  { name: 'dnf', install: 'dnf install -y' },
  { name: 'apk', install: 'apk add' },
  { name: 'brew', install: 'brew install' },
];

/**
 * Installs packages of the system: on Debian and Ubuntu when we may (as root or by a sudo that asks nothing).
 *
 * @param title what the packages are for, shown while they are installed
 * @param packages lists of names by package manager
 * @throws SetupFailed that ends with the command to type, when they cannot be installed by us.
 */
export async function installSystemPackages(title, packages) {
  const isRoot = process.getuid?.() === 0;
  const hasApt = await works('apt-get', ['--version']);
  if (hasApt && (isRoot || (await works('sudo', ['-n', 'true'])))) {
    const asRoot = (...command) =>
      isRoot ? run(command[0], command.slice(1), APT) : run('sudo', ['-n', ...command], APT);
    try {
      say(`    Installing by apt-get: ${packages['apt-get'].join(' ')}`);
      await step(title, async () => {
        // On a fresh machine apt knows no package before its first update.
        await asRoot('apt-get', 'update', '-q');
        await asRoot('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages['apt-get']);
      });
    } catch (error) {
      throw error instanceof SetupFailed
        ? new SetupFailed(`${error.message}\n${await howTo(packages)}`)
        : error;
    }
    return;
  }
  throw new SetupFailed(`missing: ${title}.\n${await howTo(packages)}`);
}

const APT = { env: { DEBIAN_FRONTEND: 'noninteractive' } };

/** The command for the package manager that is here, or for each when none is. */
async function howTo(packages) {
  const here = [];
  for (const manager of MANAGERS) {
    if (packages[manager.name] && (await works(manager.name, ['--version']))) here.push(manager);
  }
  const shown = here.length > 0 ? here : MANAGERS.filter(manager => packages[manager.name]);
  const sudo = manager => (manager.name === 'brew' || process.getuid?.() === 0 ? '' : 'sudo ');
  const commands = shown.map(
    manager => `    ${sudo(manager)}${manager.install} ${packages[manager.name].join(' ')}`,
  );
  return ['Install it with this command, then start again:', ...commands].join('\n');
}
