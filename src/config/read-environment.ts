import { readFileSync } from 'node:fs';
import { nearest } from './nearest.js';
import { describeUnknown, didYouMean } from './problem.js';
import { listedSettings } from './schema.js';

const PREFIX = 'OTELROWS_';
/** Names the config file; not a setting itself. */
export const CONFIG_FILE_VARIABLE = 'OTELROWS_CONFIG';
/** Read by the demo and the tests, not by the worker. */
const FOREIGN = /^OTELROWS_(CACHE$|TEST_)/;

export interface Environment {
  /** Text by the name of the variable, as `Layers.environment` wants it. */
  texts: Record<string, string>;
  /** Which variable set a setting, by the path of the setting. */
  variables: ReadonlyMap<string, string>;
  problems: readonly string[];
}

/**
 * Picks out the variables that are settings. One that is empty counts as not set, since compose files and manifests cannot leave one out.
 * A secret can also be in a file, which is how containers are handed secrets: the variable with `_FILE` at its end names that file.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const texts: Record<string, string> = {};
  const variables = new Map<string, string>();
  const problems: string[] = [];
  const known = new Set([CONFIG_FILE_VARIABLE]);

  for (const { path, env: name, setting } of listedSettings) {
    known.add(name);
    if (env[name] && !isServiceLink(name, env)) {
      texts[name] = env[name];
      variables.set(path, name);
    }
    if (!setting.secret) continue;
    const fileVariable = `${name}_FILE`;
    known.add(fileVariable);
    const file = env[fileVariable];
    if (!file) continue;
    if (texts[name] !== undefined) {
      problems.push(`${fileVariable}: ${name} is set too; keep one of them`);
      continue;
    }
    try {
      texts[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      variables.set(path, fileVariable);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Not its name: somebody may have put the secret itself there.
      problems.push(`${fileVariable}: the file that it names cannot be read (${code})`);
    }
  }

  for (const name of Object.keys(env)) {
    if (name.startsWith(PREFIX) && !known.has(name) && !FOREIGN.test(name) && !isServiceLink(name, env))
      problems.push(
        describeUnknown('environment', name, 'environment variable', didYouMean(nearest(name, [...known]))),
      );
  }
  return { texts, variables, problems };
}

const SERVICE_LINK =
  /^(.+?)_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/**
 * Kubernetes puts the addresses of a namespace's services into the environment of its pods. Those of a service named
 * `otelrows-http` would be settings otherwise, unknown ones for the most part, and no worker would start beside it.
 */
function isServiceLink(name: string, env: NodeJS.ProcessEnv): boolean {
  const [, service, part] = SERVICE_LINK.exec(name) ?? [];
  if (service === undefined || env[`${service}_SERVICE_HOST`] === undefined) return false;
  return part !== 'PORT' || /^(tcp|udp|sctp):/.test(env[name] ?? '');
}
