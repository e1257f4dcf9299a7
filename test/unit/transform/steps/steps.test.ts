import { describe, expect, it } from 'vitest';
import { createTransform } from '../../../../src/create-transform.js';
import type { RowKind } from '../../../../src/tables/columns.js';
import type { Step } from '../../../../src/transform/steps/step.js';
import type { ItemView } from '../../../../src/transform/steps/view.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

/** Steps in both engines; that both show and change the same is held by test/property/steps.test.ts. */

const step = <Kind extends RowKind>(kind: Kind, apply: Step<Kind>['apply']): Step =>
  ({ name: 'test', kinds: [kind], apply }) as unknown as Step;

const attribute = (key: string, value: object) => ({ key, value });
const named = (name: string) => ({ name, attributes: [attribute('a', { stringValue: '1' })] });

function traces(...spans: object[]): Buffer {
  const resource = { attributes: [attribute('service.name', { stringValue: 'shop' })] };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
}

describe.each(['auto', 'plain'] as const)('with engine: %s', engine => {
  const run = (value: Buffer, ...steps: Step[]) => {
    const settings = allKindsOn({ transform: { engine, rules: [] } });
    settings.traces.key = 'service_name';
    const made = createTransform(settings, 'lasting', steps)('traces', 'otlp_json', value);
    const rows = made.messages.map(message => JSON.parse(message.value.toString()));
    return { ...made, rows };
  };

  it('a change is in the row, and the key follows it', () => {
    const { rows, messages } = run(
      traces(named('x')),
      step('traces', span => {
        span.SpanName = `${span.SpanName}y`;
        span.ServiceName = 'other';
        span.SpanAttributes.set('a', 7n);
        span.SpanAttributes.set('b', true);
        return 'keep';
      }),
    );
    expect(rows).toMatchObject([
      { SpanName: 'xy', ServiceName: 'other', SpanAttributes: { a: '7', b: 'true' } },
    ]);
    expect(messages[0]?.key).toEqual(Buffer.from('other'));
  });

  it('a change of what items share is to one of them', () => {
    const { rows } = run(
      traces(named('x'), named('y'), named('z')),
      step('traces', span => {
        if (span.SpanName === 'y') {
          span.ResourceAttributes.set('tenant', 'acme');
          span.ScopeName = 'own';
        }
        return 'keep';
      }),
    );
    expect(rows.map(row => [row.ResourceAttributes.tenant, row.ScopeName])).toEqual([
      [undefined, ''],
      ['acme', 'own'],
      [undefined, ''],
    ]);
  });

  it('what becomes no items is dropped', () => {
    const made = run(
      traces(named('x'), named('y')),
      step('traces', span => (span.SpanName === 'y' ? { items: [] } : 'keep')),
    );
    expect(made.rows.map(row => row.SpanName)).toEqual(['x']);
    expect(made).toMatchObject({ itemCount: 2, filteredCount: 1 });
    expect(made.steps?.tallies).toMatchObject([{ matched: 2, changed: 0, dropped: 1 }]);
  });

  it.each([
    [undefined, 'no verdict'],
    [7, 'no verdict'],
    [{ reason: 7 }, 'no verdict'],
    [Promise.resolve('keep'), 'a promise'],
  ])('an item fails, and is not dropped, for which a step returns %s', (given, named) => {
    const made = run(
      traces({ name: 'x' }),
      step('traces', () => given as never),
    );
    expect(made).toMatchObject({ itemCount: 1, filteredCount: 0, rows: [] });
    expect(made.steps?.failedItems).toMatchObject([
      { itemIndex: 0, message: expect.stringContaining(`the step returned ${named}`) },
    ]);
    expect(made.steps?.tallies).toMatchObject([{ matched: 1, dropped: 0, failed: 1 }]);
  });

  it('what is dropped is filtered, and no later step sees it', () => {
    const seen: string[] = [];
    const made = run(
      traces(named('x'), named('y'), named('z')),
      step('traces', span => (span.SpanName === 'y' ? 'drop' : 'keep')),
      step('traces', span => {
        seen.push(span.SpanName);
        return 'keep';
      }),
    );
    expect(made.rows.map(row => row.SpanName)).toEqual(['x', 'z']);
    expect(made.messages.map(({ itemIndex }) => itemIndex)).toEqual([0, 2]);
    expect(made).toMatchObject({ itemCount: 3, filteredCount: 1 });
    expect(seen).toEqual(['x', 'z']);
  });

  it.each([
    ['dead_letter', ['y'], { failedItems: [{ itemIndex: 0, step: 'test', message: 'broken' }] }, 0],
    ['drop', ['y'], { failedItems: [] }, 1],
    ['keep', ['x', 'y'], { failedItems: [] }, 0],
  ] as const)('a step that throws fails for its item: %s', (onError, names, steps, filteredCount) => {
    const failing = step('traces', span => {
      if (span.SpanName === 'x') throw new Error('broken');
      return 'keep';
    });
    const made = run(traces(named('x'), named('y')), { ...failing, onError });
    expect(made.rows.map(row => row.SpanName)).toEqual(names);
    expect(made).toMatchObject({ itemCount: 2, filteredCount, steps });
    expect(made.steps?.tallies).toMatchObject([{ matched: 2, failed: 1 }]);
  });

  it('tells what each step did', () => {
    const { steps } = run(
      traces(named('x'), named('y'), named('z')),
      step('traces', span => (span.SpanName === 'x' ? 'skip' : 'change')),
      step('traces', span => (span.SpanName === 'z' ? 'drop' : 'keep')),
    );
    expect(steps?.tallies).toEqual([
      { name: 'test', matched: 2, changed: 2, dropped: 0, failed: 0 },
      { name: 'test', matched: 3, changed: 0, dropped: 1, failed: 0 },
    ]);
  });

  it('a row goes to the topic and has the key that a step asks for', () => {
    const { messages } = run(
      traces(named('x'), named('y')),
      step('traces', (span, context) => {
        if (span.SpanName !== 'x') return 'skip';
        context.route('other');
        context.key(`${context.itemIndex}/${context.record.topic}`);
        return 'change';
      }),
    );
    expect(messages.map(({ topic, key }) => [topic, key?.toString()])).toEqual([
      ['other', '0/'],
      ['otel-traces', 'shop'],
    ]);
  });

  it('items of a kind that is switched off are shown to no step', () => {
    const settings = allKindsOn({ transform: { engine, rules: [] } });
    settings.traces.enabled = false;
    const never = step('traces', () => {
      throw new Error('shown');
    });
    const made = createTransform(settings, 'lasting', [never])('traces', 'otlp_json', traces(named('x')));
    expect(made).toMatchObject({ itemCount: 1, filteredCount: 1 });
  });

  it('items of a record that is done in parts are changed, each once', () => {
    const spans = Array.from({ length: 5_000 }, (_, i) => named(String(i)));
    let shown = 0;
    const { rows } = run(
      traces(...spans),
      step('traces', span => {
        shown++;
        span.SpanAttributes.set('long', 'x'.repeat(100));
        return 'keep';
      }),
    );
    expect(shown).toBe(5_000);
    expect(rows).toHaveLength(5_000);
    expect(rows.every((row, i) => row.SpanName === String(i) && row.SpanAttributes.long.length === 100)).toBe(
      true,
    );
  });

  it('changes for which the kernel has no memory are made all the same, also when the step catches that', () => {
    const large = 'x'.repeat(3 * 2 ** 20);
    const spans = Array.from({ length: 30 }, (_, i) => named(String(i)));
    const { rows } = run(
      traces(...spans),
      step('traces', span => {
        for (let i = 0; i < 3; i++) {
          try {
            span.SpanAttributes.set('large', `${i}${large}`);
          } catch {
            // As a careless step would.
          }
        }
        if (span.SpanName !== '0') span.SpanAttributes.delete('large');
        return 'keep';
      }),
    );
    expect(rows.map(row => row.SpanAttributes.large?.length)).toEqual([
      large.length + 1,
      ...new Array(29).fill(undefined),
    ]);
  });

  it('an item that is left to the plain engine is shown, too', () => {
    // Two values of one attribute are merged, which the kernel leaves.
    const twice = Buffer.from(
      traces({ name: 'x', attributes: [attribute('a', { stringValue: '1' })] })
        .toString()
        .replace('"value":{"stringValue":"1"}', '"value":{"stringValue":"1"},"value":{"intValue":2}'),
    );
    const { rows } = run(
      twice,
      step('traces', span => {
        span.SpanName = `seen ${span.SpanAttributes.get('a')}`;
        return 'keep';
      }),
    );
    expect(rows).toMatchObject([{ SpanName: 'seen 2' }]);
  });

  it.each<[string, RegExp, (span: ItemView<'traces'>) => unknown]>([
    [
      'a number for a text',
      /SpanName is a number: must be a string/,
      span => Reflect.set(span, 'SpanName', 1),
    ],
    ['null', /SpanName is null: must be a string/, span => Reflect.set(span, 'SpanName', null)],
    [
      'a time of more than 64 bits',
      /Timestamp is .*: must be an integer of 64 bits/,
      span => (span.Timestamp = 2n ** 63n),
    ],
    [
      'a word that is none',
      /SpanKind is "Sever": must be one of Unspecified, Internal/,
      span => (span.SpanKind = 'Sever'),
    ],
    ['half an id', /TraceId is "abc": must have 32 hex digits, or none/, span => (span.TraceId = 'abc')],
    [
      'an object as an attribute',
      /the attribute "a" is an object/,
      span => span.SpanAttributes.set('a', {} as never),
    ],
    [
      'a huge integer',
      /the attribute "a" is 9223372036854775808: must be an integer of 64 bits/,
      span => span.SpanAttributes.set('a', 2n ** 63n),
    ],
    [
      'a list',
      /Cannot set property Events.Name/,
      span => Reflect.set(span, 'Events.Name', []) || Object.assign(span, { 'Events.Name': [] }),
    ],
  ])('refuses %s', (_, message, change) => {
    const refused = step('traces', span => {
      change(span);
      return 'keep';
    });
    expect(run(traces(named('x')), refused).steps?.failedItems).toMatchObject([
      { message: expect.stringMatching(message) },
    ]);
  });
});
