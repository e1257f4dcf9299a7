import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderDefaultFile, renderReference } from '../../../src/config/reference.js';
import { defaultConfig, listedSettings } from '../../../src/config/schema.js';

const committed = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  it('is what "npm run docs" writes', () => {
    expect(committed('docs/configuration.md')).toBe(renderReference());
  });

  it('names every setting with its variable and flag', () => {
    for (const { path, env, flag } of listedSettings)
      for (const name of [path, env, flag]) expect(renderReference()).toContain(`\`${name}\``);
  });
});

describe('config/default.yaml', () => {
  it('is what "npm run docs" writes', () => {
    expect(committed('config/default.yaml')).toBe(renderDefaultFile());
  });

  it('holds every key at its default', () => {
    expect(parse(renderDefaultFile())).toEqual(defaultConfig());
  });
});
