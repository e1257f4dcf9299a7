import { Resource, Scope } from '../item';
import { Range } from '../range';
import { define, defineMessage, Field, readWithAttributes, tableOf } from './fields';

/** Resources and instrumentation scopes. */

const RESOURCE_SPANS: u32 = 0;
const RESOURCE: u32 = 1;
const SCOPE_SPANS: u32 = 2;
const SCOPE: u32 = 3;

/** Fields of ResourceSpans, ResourceLogs and ResourceMetrics, and of their scopes: the numbers agree. */
const SUBJECT: u32 = 0x0a;
export const CHILD: u8 = 0x12;
const SCHEMA_URL: u32 = 0x1a;

const RESOURCE_TABLE = tableOf(RESOURCE_SPANS);
const SCOPE_TABLE = tableOf(SCOPE_SPANS);

/** They may come after their scopes or items, so they are read before these, in a pass of their own. */
export function readResource(resource: Resource, message: Range): void {
  resource.message = message;
  readWithAttributes(message, RESOURCE_TABLE, resource);
}

export function readScope(scope: Scope, message: Range, resource: Resource): void {
  scope.message = message;
  scope.resource = resource;
  readWithAttributes(message, SCOPE_TABLE, scope);
}

export function defineResource(): void {
  const resourceSpans = defineMessage(RESOURCE_SPANS, 3);
  define(resourceSpans, SUBJECT, Field.Nested, RESOURCE);
  define(resourceSpans, CHILD, Field.SkipBytes);
  define(resourceSpans, SCHEMA_URL, Field.Bytes, offsetof<Resource>('schemaUrl'));

  // Entity references are as unknown here as to the plain engine.
  const resource = defineMessage(RESOURCE, 2);
  define(resource, 0x0a, Field.Attribute);
  define(resource, 0x10, Field.SkipVarint); // dropped_attributes_count

  const scopeSpans = defineMessage(SCOPE_SPANS, 3);
  define(scopeSpans, SUBJECT, Field.Nested, SCOPE);
  define(scopeSpans, CHILD, Field.SkipBytes);
  define(scopeSpans, SCHEMA_URL, Field.Bytes, offsetof<Scope>('schemaUrl'));

  const scope = defineMessage(SCOPE, 4);
  define(scope, 0x0a, Field.Bytes, offsetof<Scope>('name'));
  define(scope, 0x12, Field.Bytes, offsetof<Scope>('version'));
  define(scope, 0x1a, Field.Attribute);
  define(scope, 0x20, Field.Varint, offsetof<Scope>('droppedAttributesCount'));
}
