import { describe, expect, it } from 'vitest';
import { defaultConfig, listedSettings } from '../../../src/config/schema.js';

describe('the schema', () => {
  it('derives the names of variables and flags from the path', () => {
    expect(listedSettings.find(({ path }) => path === 'traces.topic.name')).toMatchObject({
      env: 'OTELROWS_TRACES_TOPIC_NAME',
      flag: '--traces-topic-name',
    });
  });

  it('gives no two settings the same variable or flag', () => {
    for (const name of ['path', 'env', 'flag'] as const)
      expect(new Set(listedSettings.map(listed => listed[name])).size).toBe(listedSettings.length);
  });

  it.each(listedSettings.map(listed => [listed.path, listed] as const))(
    'allows the default of %s',
    (_, listed) => {
      expect(listed.setting.check(listed.setting.default)).toEqual([]);
    },
  );

  it('makes a new default config at each call', () => {
    defaultConfig().kafka.brokers.push('changed:9092');
    expect(defaultConfig().kafka.brokers).toEqual(['localhost:9092']);
  });

  it('reads the text that the default is written as', () => {
    for (const { path, setting } of listedSettings) {
      const written = setting.default;
      const text = typeof written === 'string' ? written : JSON.stringify(written);
      expect(setting.fromText(text), path).toEqual(written);
    }
  });
});
