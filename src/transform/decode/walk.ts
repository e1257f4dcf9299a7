import { type PoisonReason, PoisonRecord } from '../../errors.js';
import { ELEMENTS_MAX, type Limits } from './limits.js';
import type { Field, MessageSchema } from './schema.js';

/** Where a decoder stands in the request and what it has made so far: for error messages and for the limits. */
export class Walk {
  readonly limits: Limits;
  private readonly fields: Field[] = [];
  private readonly indexes: number[] = [];
  private itemCount = 0;
  private elementCount = 0;
  private nesting = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /**
   * Goes into a sub-message; `leave` goes out again.
   * @param index of the element in its list; ignored for a field that is not repeated.
   * @param byteOffset where the sub-message begins.
   */
  enter(field: Field, message: MessageSchema, index: number, byteOffset: number): void {
    this.fields.push(field);
    this.indexes.push(index);
    this.countElements(1, byteOffset);
    if (message.isItem && ++this.itemCount > this.limits.maxItems) {
      throw this.poison(
        'items_limit',
        `more than ${this.limits.maxItems} spans, log records or data points`,
        byteOffset,
      );
    }
    if (message.isValue && ++this.nesting > this.limits.maxNesting) {
      throw this.poison(
        'nesting_limit',
        `values nested more than ${this.limits.maxNesting} deep`,
        byteOffset,
      );
    }
  }

  leave(message: MessageSchema): void {
    this.fields.pop();
    this.indexes.pop();
    if (message.isValue) this.nesting--;
  }

  /** Elements of lists of numbers; `enter` counts those of messages. */
  countElements(count: number, byteOffset: number): void {
    this.elementCount += count;
    if (this.elementCount > ELEMENTS_MAX) {
      throw this.poison('items_limit', `more than ${ELEMENTS_MAX} objects and list elements`, byteOffset);
    }
  }

  /** @param field the field of the current message that is wrong; without it, the message itself is. */
  poison(
    reason: PoisonReason,
    problem: string,
    byteOffset: number,
    field?: Field,
    index?: number,
  ): PoisonRecord {
    return new PoisonRecord(reason, problem, { fieldPath: this.path(field, index), byteOffset });
  }

  /** `resourceSpans[0].scopeSpans[1].spans[7].traceId` */
  private path(field?: Field, index?: number): string {
    const steps = this.fields.map((step, i) => stepText(step, this.indexes[i]));
    if (field) steps.push(stepText(field, index));
    return steps.join('.');
  }
}

function stepText(field: Field, index: number | undefined): string {
  return field.repeated && index !== undefined ? `${field.name}[${index}]` : field.name;
}
