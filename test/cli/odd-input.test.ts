import { describe, expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';

const converted = (name: string, signal = 'logs') =>
  otelrows(['convert', '--signal', signal, `test/golden/odd-input/${name}`]);

describe('otelrows convert of odd input', () => {
  it.each([
    ['json-lines-three-requests.logs.json', ['line 1', 'line 2', 'line 3']],
    ['json-lines-crlf-and-blank-lines.logs.json', ['a', 'b']],
    ['null-scalars.logs.json', ['x']],
    ['bytes-base64url.logs.json', ['+/+/']],
  ])('%s has all its rows', (name, bodies) => {
    const { exitCode, stdout, stderr } = converted(name);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.split('\n').filter(Boolean);
    expect(lines.map(line => JSON.parse(JSON.parse(line).value).Body)).toEqual(bodies);
  });

  it.each([
    ['json-then-garbage', "found 'a' (byte 121)"],
    ['json-not-otlp', 'its first key is "level" (byte 1)'],
    ['json-go-field-names', 'the nearest root to "ResourceLogs" is "resourceLogs" (byte 1)'],
    ['json-lines-with-an-application-line', 'its first key is "level" (byte 119)'],
  ])('%s is refused with what is wrong where', (name, told) => {
    const { exitCode, stdout, stderr } = converted(`${name}.logs.json`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`${name}.logs.json cannot be decoded as otlp_json: `);
    expect(stderr).toContain(told);
  });
});
