import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, KAFKA_IMAGE, KAFKA_JARS, KAFKA_VERSION, ROOT } from './paths.mjs';
import { CommandFailed, run, SetupFailed, say, step, works } from './progress.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** Kafka 4 needs it. */
const JAVA_MIN = 17;

/**
 * Sees to it that Kafka can be run by Java, from the jars that Maven fetches.
 *
 * @throws SetupFailed when it cannot.
 */
export async function installJavaKafka() {
  if (await javaKafkaIsReady()) return;
  await installJavaAndMaven();
  await step(`Kafka ${KAFKA_VERSION} (jars, by Maven)`, fetchJars);
}

/**
 * For the demo: real Kafka by Java, which starts fastest, or as a container where a Docker engine has the image or can
 * get it. When there is no way, the demo goes on with the client's mock cluster.
 */
export async function installBestKafka() {
  if (await javaKafkaIsReady()) return;
  const docker = await works('docker', ['version', '--format', '{{.Server.Version}}']);
  if (docker && (await works('docker', ['image', 'inspect', KAFKA_IMAGE]))) return;
  if (docker && (await pullImage())) return;
  try {
    await installJavaKafka();
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    say(`No real Kafka for the demo, which will use the client's mock cluster instead: ${error.message}`);
  }
}

async function javaKafkaIsReady() {
  return existsSync(KAFKA_JARS) && ((await javaMajor()) ?? 0) >= JAVA_MIN;
}

/** @returns undefined when there is none. */
async function javaMajor() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const version = await run(java, ['--version']).catch(() => '');
  const major = /\d+/.exec(version)?.[0];
  return major === undefined ? undefined : Number(major);
}

async function pullImage() {
  return step(`Kafka ${KAFKA_VERSION} (container image)`, async () => {
    try {
      await run('docker', ['pull', KAFKA_IMAGE]);
      return true;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return false;
    }
  });
}

async function installJavaAndMaven() {
  const java = ((await javaMajor()) ?? 0) >= JAVA_MIN;
  const maven = await works('mvn', ['--version']);
  const needed = (packages, ...mavenPackage) => [...(java ? [] : packages), ...(maven ? [] : mavenPackage)];
  if (java && maven) return;
  await installSystemPackages('Java and Maven, to run Kafka', {
    'apt-get': needed([await aptJava()], 'maven'),
    dnf: needed(['java-21-openjdk-headless'], 'maven'),
    apk: needed(['openjdk17-jre-headless'], 'maven'),
    brew: needed(['openjdk'], 'maven'),
  });
}

/** Some releases have 17 beside an older default, others no 17 but a newer default. */
async function aptJava() {
  const versioned = `openjdk-${JAVA_MIN}-jre-headless`;
  return (await works('apt-cache', ['show', versioned])) ? versioned : 'default-jre-headless';
}

async function fetchJars() {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(`${KAFKA_JARS}.`);
  try {
    const pom = join(ROOT, 'deploy', 'setup', 'kafka', 'pom.xml');
    await run('mvn', ['-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
    // At once: a folder of that name is complete.
    renameSync(folder, KAFKA_JARS);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another set-up was faster.
    if (!existsSync(KAFKA_JARS)) throw error;
  }
}
