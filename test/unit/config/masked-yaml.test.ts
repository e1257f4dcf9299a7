import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { setValue } from '../../../src/config/config-path.js';
import { maskConfig } from '../../../src/config/mask.js';
import { maskedYaml } from '../../../src/config/masked-yaml.js';
import { defaultConfig, listedSettings } from '../../../src/config/schema.js';

test('shows the whole config, no secret of it, and where what was set comes from', () => {
  const config = defaultConfig();
  const secrets = listedSettings.filter(({ setting }) => setting.secret).map(({ path }) => path);
  for (const path of secrets) setValue(config, path, 'hidden-471147');
  config.kafka.brokers = ['kafka-1:9092'];
  config.kafka.custom.consumer = { 'ssl.key.pem': 'hidden-471147', 'client.rack': 'shown' };
  config.workers = 2;
  const text = maskedYaml({
    config,
    file: 'otelrows.yaml',
    origins: new Map([
      ['kafka.brokers', { kind: 'file', file: 'otelrows.yaml', line: 2, column: 12 }],
      ['kafka.auth.sasl.password', { kind: 'environment', variable: 'OTELROWS_KAFKA_AUTH_SASL_PASSWORD' }],
      ['workers', { kind: 'flag', flag: '--workers' }],
    ]),
  });
  expect(text).not.toContain('471147');
  expect(parse(text)).toEqual(maskConfig(config));
  expect(text).toContain('workers: 2 # from --workers\n');
  expect(text).toContain('password: "********" # from OTELROWS_KAFKA_AUTH_SASL_PASSWORD\n');
  expect(text).toMatch(/brokers:\n +# from otelrows\.yaml:2:12\n +- kafka-1:9092\n/);
});
