import { pathToFileURL } from 'node:url';
import type { loadConfig } from '../../src/config/load.js';
import type { defaultConfig } from '../../src/config/schema.js';
import type { createTransform } from '../../src/create-transform.js';
import type { startEmbeddedClickhouse } from '../../src/demo/clickhouse/embedded-clickhouse.js';
import type { encodeJson, encodeProtobuf } from '../../src/demo/telemetry/encode-otlp.js';
import type { createRandom } from '../../src/demo/telemetry/random.js';
import type { encodingsByTopic, encodingsOf } from '../../src/encodings/encodings-of.js';
import type { verify } from '../../src/verify/verify.js';

/** What the benches use of a built otelrows. */
export interface Build {
  createTransform: typeof createTransform;
  defaultConfig: typeof defaultConfig;
  createRandom: typeof createRandom;
  encodeProtobuf: typeof encodeProtobuf;
  encodeJson: typeof encodeJson;
}

/** A build that compares rows as well. */
export interface VerifyBuild extends Build {
  verify: typeof verify;
}

/** What knows of rows as they are written and read. */
export interface RowsBuild {
  loadConfig: typeof loadConfig;
  encodingsByTopic: typeof encodingsByTopic;
  encodingsOf: typeof encodingsOf;
  startEmbeddedClickhouse: typeof startEmbeddedClickhouse;
}

/**
 * Loads a build: what is measured is what is shipped, and another checkout's build can be measured beside it.
 * @param folder `dist` of a checkout.
 */
export async function loadBuild(folder: string): Promise<VerifyBuild> {
  const load = loaderOf(folder);
  return {
    ...(await load('index.js')),
    ...(await load('demo/telemetry/random.js')),
    ...(await load('demo/telemetry/encode-otlp.js')),
    ...(await load('verify/verify.js')),
  };
}

/** @param folder `dist` of a checkout. */
export async function loadRowsBuild(folder: string): Promise<RowsBuild> {
  const load = loaderOf(folder);
  return {
    ...(await load('index.js')),
    ...(await load('encodings/encodings-of.js')),
    ...(await load('demo/clickhouse/embedded-clickhouse.js')),
  };
}

function loaderOf(folder: string) {
  return (path: string) => import(new URL(path, pathToFileURL(`${folder}/`)).href);
}
