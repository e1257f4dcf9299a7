import { describe, expect, test } from 'vitest';
import { stringMembers } from '../../../../src/encodings/json/members.js';

const members = (json: string, ...names: string[]) => {
  const found = stringMembers(Buffer.from(json), new Set(names));
  return found && Object.fromEntries(found);
};

describe('the strings of a row by their names', () => {
  test.each([
    ['{"TraceId":"ab","SpanId":"cd"}', { TraceId: 'ab', SpanId: 'cd' }],
    ['{"Timestamp":17,"SpanId":"cd","TraceId":"ab","Duration":1}', { TraceId: 'ab', SpanId: 'cd' }],
    [' {\n "TraceId" : "ab" , "SpanId" :\t"cd" } \n', { TraceId: 'ab', SpanId: 'cd' }],
    ['{"Attributes":{"TraceId":"no","x":["SpanId",{"SpanId":"no"}]},"TraceId":"ab"}', { TraceId: 'ab' }],
    ['{"Body":"\\"TraceId\\":\\"no\\"","TraceId":"ab"}', { TraceId: 'ab' }],
    ['{"Name":"TraceId","Other":"SpanId"}', {}],
    ['{"TraceId":17,"Name":"x","SpanId":null}', {}],
    ['{"Name":"ends with \\\\","TraceId":"ä"}', { TraceId: 'ä' }],
    ['{}', {}],
  ])('%s', (json, expected) => {
    expect(members(json, 'TraceId', 'SpanId')).toEqual(expected);
  });

  test.each(['', 'foreign', '[]', '"TraceId"', '{"TraceId":"ab', '{"a":{}', '{"a":1} {"b":2}', 'null'])(
    'is no object: %s',
    json => expect(members(json, 'TraceId', 'SpanId')).toBeNull(),
  );
});
