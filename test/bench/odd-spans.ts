import type { Resource, Span, TracesRequest } from '../../src/transform/decode/otlp.js';
import { bytesField } from '../support/protobuf.js';
import type { Build } from './build.js';

/** What a usual SDK does not send, and any sender may. */
const ODD_WAYS = ['service_name', 'attributes', 'merged'] as const;

const MANY_ATTRIBUTES = 600;
/** Tags of fields that have a length. */
const RESOURCE_SPANS = 0x0a;
const SCOPE_SPANS = 0x12;
const SPANS = 0x12;
const SPAN_ATTRIBUTES = 0x4a;
const [KEY, VALUE, STRING_VALUE] = [0x0a, 0x12, 0x0a];

/** More of a span: one attribute, whose value comes in two pieces. */
const TWO_VALUES = bytesField(
  SPAN_ATTRIBUTES,
  Buffer.concat([
    bytesField(KEY, Buffer.from('app.region')),
    ...['eu', 'eu-central-1'].map(text => bytesField(VALUE, bytesField(STRING_VALUE, Buffer.from(text)))),
  ]),
);

/**
 * A request of one span in one of the odd ways, by turns: its `service.name` is an integer, it has 600 attributes, or the
 * value of an attribute comes in two pieces that have to be merged. Requests that are put one behind the other are one request.
 */
export function oddSpanRequest(
  encodeProtobuf: Build['encodeProtobuf'],
  turn: number,
  resource: Resource,
  span: Span,
): Buffer {
  const request = (...resourceSpans: TracesRequest['resourceSpans']) =>
    encodeProtobuf('traces', { resourceSpans });
  const scopeSpans = (of: Span) => [{ spans: [of], schemaUrl: '' }];
  const { attributes } = resource;
  switch (ODD_WAYS[turn % ODD_WAYS.length]) {
    case 'service_name':
      return request({
        resource: { ...resource, attributes: attributes.map(integerServiceName) },
        scopeSpans: scopeSpans(span),
        schemaUrl: '',
      });
    case 'attributes': {
      const more = Array.from({ length: MANY_ATTRIBUTES - span.attributes.length }, (_, i) => ({
        key: `app.setting.${i}`,
        value: { intValue: BigInt(i) },
      }));
      return request({
        resource,
        scopeSpans: scopeSpans({ ...span, attributes: [...span.attributes, ...more] }),
        schemaUrl: '',
      });
    }
    default: {
      // Nothing stands before the span: neither a resource nor a scope.
      const alone = request({ scopeSpans: scopeSpans(span), schemaUrl: '' });
      const spanBytes = contentOfFirstField(contentOfFirstField(contentOfFirstField(alone)));
      const odd = bytesField(SPANS, Buffer.concat([spanBytes, TWO_VALUES]));
      const resourceBytes = contentOfFirstField(request({ resource, scopeSpans: [], schemaUrl: '' }));
      return bytesField(RESOURCE_SPANS, Buffer.concat([resourceBytes, bytesField(SCOPE_SPANS, odd)]));
    }
  }
}

function integerServiceName(attribute: Resource['attributes'][number]): typeof attribute {
  return attribute.key === 'service.name' ? { key: attribute.key, value: { intValue: 42n } } : attribute;
}

/** Without its tag and its length. */
function contentOfFirstField(message: Buffer): Buffer {
  let at = 1;
  while (message.readUInt8(at) >= 0x80) at++;
  return message.subarray(at + 1);
}
