import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { ConfigInvalid } from '../../../src/errors.js';
import { temporaryFiles } from '../../support/temporary-files.js';

/** What is wrong with rules is said with the rule, the key and what is allowed; everything at once. */

const write = temporaryFiles();

/** The problems of a config with these rules, in YAML, without the places. */
function problemsOf(rules: string): string[] {
  const indented = rules.replaceAll(/^/gm, '    ');
  const file = write('otelrows.yaml', `transform:\n  rules:\n${indented}\n`);
  try {
    loadConfig({ file, env: {}, flags: new Map(), filesMustExist: false });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems.map(problem => problem.replace(`${file}:`, ''));
  }
}

it('takes every form of a rule', () => {
  expect(
    problemsOf(`
- { name: a, for: [traces], when: { column: SpanName, in: [x, y] }, drop: true }
- { name: b, for: [logs], when: { all: [{ attribute: k, exists: true }, { not: { header: h, equals: 1 } }] }, keep: true, on_error: keep }
- { name: c, for: [traces, logs], sample: { rate: 0.1, by: { attribute: session.id } } }
- { name: d, redact: { keys: [password], key_prefixes: [secret.], key_patterns: [token$], patterns: ['\\\\d{16}'], keep_last: 4 } }
- { name: e, promote: { attribute: http.route, column: Route, type: low_cardinality } }
- { name: f, set: { resource: tenant, from: { header: tenant } } }
- { name: g, rename: { attribute: a, to: b } }
- { name: h, remove: { key_prefixes: [debug.] } }
- { name: i, truncate: { bytes: 1024, in: [attributes, body] } }
- { name: j, for: [logs], parse_json: {} }
- { name: k, lookup: { file: teams.csv, by: { resource: service.name }, key: service, set: { team: team } } }
- { name: l, for: [traces], route: { topic: 'rows-{kind}' } }
- { name: m, key: { resource: tenant } }
- { name: n, for: [metrics], limit: { attribute: user.id, values: 1000, per_seconds: 3600 } }`),
  ).toEqual([]);
});

describe('tells', () => {
  it.each<[string, string, RegExp]>([
    ['a rule without a name', '- drop: true', /transform\.rules\[0\]\.name must be given/],
    [
      'a rule without an action',
      '- name: a',
      /transform\.rules\[0\] .*must say what it does: one of drop, keep, sample/,
    ],
    [
      'two actions',
      '- { name: a, drop: true, keep: true }',
      /does several things: drop, keep\. Make a rule of each/,
    ],
    [
      'a mistyped key',
      '- { name: a, dropp: true }',
      /transform\.rules\[0\]\.dropp is not a known key.*Did you mean drop\?/,
    ],
    [
      'a mistyped kind',
      '- { name: a, for: [trace], drop: true }',
      /rules\[0\]\.for\[0\] is "trace".*Did you mean traces\?/,
    ],
    [
      'a mistyped test',
      '- { name: a, when: { attribute: b, equal: c }, drop: true }',
      /rules\[0\]\.when\.equal is not a known key.*equals/,
    ],
    [
      'a condition of nothing',
      '- { name: a, when: { equals: c }, drop: true }',
      /rules\[0\]\.when .*must name one of column, attribute/,
    ],
    [
      'a condition without a test',
      '- { name: a, when: { attribute: b }, drop: true }',
      /must say what holds of it/,
    ],
    [
      'all beside another key',
      '- { name: a, when: { all: [], attribute: b }, drop: true }',
      /must be all alone/,
    ],
    [
      'a pattern that is none',
      "- { name: a, redact: { patterns: ['('] } }",
      /redact\.patterns\[0\] is "\(": is no pattern that RE2 takes: .*missing closing/,
    ],
    [
      'a pattern that looks back',
      "- { name: a, redact: { patterns: ['(?<=a)b'] } }",
      /is no pattern that RE2 takes/,
    ],
    ['a hash without a key', '- { name: a, redact: { keys: [b], with: hash } }', /needs a key/],
    [
      'a bound that is no number',
      '- { name: a, when: { attribute: b, greater: many }, drop: true }',
      /greater is "many": must be a number, or a time/,
    ],
    [
      'a rate of more than 1',
      '- { name: a, for: [traces], sample: { rate: 10 } }',
      /rate is 10: must be a number from 0 to 1/,
    ],
    [
      'a name that is there twice',
      '- { name: a, drop: true }\n- { name: a, drop: true }',
      /rules\[1\] \(a\): another rule is called a/,
    ],
    [
      'a column that a kind lacks',
      '- { name: a, when: { column: SpanName, equals: b }, drop: true }',
      /logs, gauge.* have no column SpanName\. Write for: \[traces\]/,
    ],
    [
      'a column that no kind has',
      '- { name: a, when: { column: Spanname, equals: b }, drop: true }',
      /no kind of row has a column Spanname/,
    ],
    [
      'a number that a column cannot have',
      '- { name: a, for: [traces], when: { column: Duration, equals: long }, drop: true }',
      /Duration holds numbers, of which none is long/,
    ],
    ['keep without a condition', '- { name: a, keep: true }', /keep needs a condition/],
    [
      'a sample by trace id of metrics',
      '- { name: a, sample: { rate: 1 } }',
      /sample by trace_id is not for gauge/,
    ],
    [
      'a place that a kind lacks',
      '- { name: a, for: [logs], remove: { keys: [b], in: [events] } }',
      /logs have no events/,
    ],
    [
      'a column that is there',
      '- { name: a, promote: { attribute: b, column: ServiceName, type: text } }',
      /have a column ServiceName already/,
    ],
    [
      'two types of a column',
      '- { name: a, promote: { attribute: b, column: C, type: text } }\n- { name: d, promote: { attribute: e, column: C, type: float } }',
      /the column C has the type text by the rule a/,
    ],
    [
      'a topic of two kinds',
      '- { name: a, for: [traces, logs], route: { topic: t } }',
      /t would hold traces, logs.*\{kind\}/,
    ],
    [
      'a topic that is an input',
      '- { name: a, for: [traces], route: { topic: otlp_logs } }',
      /"otlp_logs", which inputs\[1\]/,
    ],
    [
      'a topic of other rows',
      '- { name: a, for: [traces], route: { topic: otel-logs } }',
      /transform\.rules\.0\.route\.topic.*otel-logs/,
    ],
    [
      'a limit of spans',
      '- { name: a, limit: { attribute: b, values: 1 } }',
      /limit is not for traces, logs/,
    ],
  ])('%s', (_, rules, problem) => {
    expect(problemsOf(rules).join('\n')).toMatch(problem);
  });
});
