import { expect, test } from 'vitest';
import { leftItemTaker, requestOfOne } from '../../../src/kernel/left-items.js';
import { bytesField, varintField } from '../transform/decode/wire.js';

const [ATTRIBUTES, SCOPE, FIRST, SECOND] = [
  bytesField(1, 'r'),
  bytesField(1, 's'),
  bytesField(2, '1'),
  bytesField(2, '2'),
];
const scopeSpans = bytesField(2, SCOPE, FIRST, SECOND);
const memory = Buffer.from([...ATTRIBUTES, ...scopeSpans]);
const scopeStart = ATTRIBUTES.length + 2;
const itemAt = (start: number) => ({ start, end: start + 1 });
const places = (itemStart: number, itemIndex: number) => ({
  itemIndex,
  resource: { start: 0, end: memory.length },
  scope: { start: scopeStart, end: memory.length },
  metric: null,
  item: itemAt(itemStart),
});

test('an item is left with what is around it, without its neighbours, which all items of one place share', () => {
  const take = leftItemTaker();
  const first = take(memory, places(scopeStart + SCOPE.length + 2, 0));
  const second = take(memory, places(scopeStart + SCOPE.length + FIRST.length + 2, 1));

  expect([...first.resource]).toEqual(ATTRIBUTES);
  expect([...first.scope]).toEqual(SCOPE);
  expect([String(first.item), String(second.item)]).toEqual(['1', '2']);
  expect(second.resource).toBe(first.resource);
  expect(second.scope).toBe(first.scope);
  expect([...requestOfOne('traces', second)]).toEqual(
    bytesField(1, ATTRIBUTES, bytesField(2, SCOPE, SECOND)),
  );
});

test('a metric is left with its kind and without its points', () => {
  const points = [bytesField(1, 'p'), bytesField(1, 'q')];
  const kind = varintField(2, 2);
  const metric = Buffer.from([...bytesField(1, 'name'), ...bytesField(7, ...points, kind)]);
  const at = metric.indexOf('q');
  const whole = { start: 0, end: metric.length };
  const nothing = { start: 0, end: 0 };
  const left = leftItemTaker()(metric, {
    itemIndex: 1,
    resource: nothing,
    scope: nothing,
    metric: whole,
    item: itemAt(at),
  });

  expect([...(left.metric ?? [])]).toEqual([...bytesField(1, 'name'), ...bytesField(7, kind)]);
  expect([...requestOfOne('metrics', left)]).toEqual(
    bytesField(
      1,
      bytesField(2, bytesField(2, bytesField(1, 'name'), bytesField(7, kind, bytesField(1, 'q')))),
    ),
  );
});
