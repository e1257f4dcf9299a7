import { describe, expect, it } from 'vitest';
import { setValue } from '../../../src/config/config-path.js';
import { maskConfig, maskProperty, maskRefused, maskSetting, maskText } from '../../../src/config/mask.js';
import { defaultConfig, listedSettings } from '../../../src/config/schema.js';

describe('maskConfig', () => {
  it('masks every secret and leaves the config as it was', () => {
    const config = defaultConfig();
    const secrets = listedSettings.filter(({ setting }) => setting.secret).map(({ path }) => path);
    for (const path of secrets) setValue(config, path, 'secret-471147');
    config.kafka.custom.consumer = {
      'sasl.password': 'secret-471147',
      'ssl.key.password': 471147,
      'ssl.keystore.password': 'secret-471147',
      'ssl.key.pem': 'secret-471147',
      'sasl.oauthbearer.client.secret': 'secret-471147',
      'sasl.oauthbearer.config': 'principal=me secret-471147',
      'sasl.oauthbearer.assertion.private.key.passphrase': 'secret-471147',
      'sasl.jaas.config': 'secret-471147',
      'sasl.oauthbearer.token.endpoint.url': 'https://me:secret-471147@a/token',
      'client.rack': 'shown',
    };
    const text = JSON.stringify(maskConfig(config));
    expect(secrets.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toContain('471147');
    expect(text).toContain('"client.rack":"shown"');
    expect(text).toContain('https://me:********@a/token');
    expect(config.kafka.auth.sasl.password).toBe('secret-471147');
  });

  it('shows that a secret is not set', () => {
    expect(maskConfig(defaultConfig())).toEqual(defaultConfig());
  });
});

describe('maskSetting', () => {
  it.each([
    ['a list', ['secret']],
    ['text', 'sasl.password=secret'],
    ['a number', 471147],
  ])('of properties shows nothing that is %s', (_, value) => {
    expect(maskSetting('kafka.custom.producer', value)).toBe('********');
  });
});

describe('maskProperty', () => {
  it.each([
    ['client.rack', null, null],
    ['client.rack', { a: 'secret' }, '********'],
    ['client.rack', 'https://me:pw@host', 'https://me:********@host'],
    ['socket.keepalive.enable', true, true],
    ['sasl.password', null, '********'],
  ])('%s: %j', (name, value, shown) => {
    expect(maskProperty(name, value)).toBe(shown);
  });
});

describe('maskRefused', () => {
  it.each([
    ['PLAIN password:pw', 'PLAIN…'],
    ['PLAIN,password:pw', 'PLAIN…'],
    ['PLAIN;password:pw', 'PLAIN…'],
    ['PLAIN\npassword:pw', 'PLAIN…'],
    ['PLAN', 'PLAN'],
  ])('beside secrets shows the first word only: %j', (text, shown) => {
    expect(maskRefused('kafka.auth.sasl.mechanism', text)).toBe(shown);
  });

  it('elsewhere shows all of it', () => {
    expect(maskRefused('log.level', 'very, very loud')).toBe('very, very loud');
  });
});

describe('maskText', () => {
  it.each([
    ['https://me:pw@host:8081/path', 'https://me:********@host:8081/path'],
    ['http://:p:w@host', 'http://:********@host'],
    ['me:pw@host:9092,you:pw@host:9092', 'me:********@host:9092,you:********@host:9092'],
    ['me:p/w@host:9092', 'me:********@host:9092'],
    ['https://me:p/w@host/path', 'https://me:********@host/path'],
    ['host:9092', 'host:9092'],
    ['https://host/me@you', 'https://host/me@you'],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});
