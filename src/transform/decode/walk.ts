import { type PoisonReason, PoisonRecord } from '../../errors.js';
import { ELEMENTS_MAX, type Limits } from './limits.js';
import type { Field, MessageSchema } from './schema.js';

/** Where a decoder stands in the request and what it has made so far: for error messages and for the limits. */
export class Walk {
  readonly limits: Limits;
  private readonly byteOffset: (position: number) => number;
  private readonly fields: Field[] = [];
  private readonly indexes: number[] = [];
  private itemCount = 0;
  private elementCount = 0;
  private nesting = 0;

  /**
   * @param byteOffset turns the positions of the decoder into offsets in bytes. Called for errors only, so it may take
   * its time.
   */
  constructor(limits: Limits, byteOffset: (position: number) => number) {
    this.limits = limits;
    this.byteOffset = byteOffset;
  }

  /**
   * Goes into a sub-message; `leave` goes out again.
   * @param index of the element in its list; ignored for a field that is not repeated.
   * @param position where the sub-message begins.
   */
  enter(field: Field, message: MessageSchema, index: number, position: number): void {
    this.fields.push(field);
    this.indexes.push(index);
    this.countElements(1, position);
    if (message.isItem && ++this.itemCount > this.limits.maxItems) {
      throw this.poison(
        'items_limit',
        `more than ${this.limits.maxItems} spans, log records or data points`,
        position,
      );
    }
    if (message.isValue && ++this.nesting > this.limits.maxNesting) {
      throw this.poison('nesting_limit', `values nested more than ${this.limits.maxNesting} deep`, position);
    }
  }

  leave(message: MessageSchema): void {
    this.fields.pop();
    this.indexes.pop();
    if (message.isValue) this.nesting--;
  }

  /** Elements of lists of numbers; `enter` counts those of messages. */
  countElements(count: number, position: number): void {
    this.elementCount += count;
    if (this.elementCount > ELEMENTS_MAX) {
      throw this.poison('items_limit', `more than ${ELEMENTS_MAX} objects and list elements`, position);
    }
  }

  /** @param field the field of the current message that is wrong; without it, the message itself is. */
  poison(
    reason: PoisonReason,
    problem: string,
    position: number,
    field?: Field,
    index?: number,
  ): PoisonRecord {
    return new PoisonRecord(reason, problem, {
      fieldPath: this.path(field, index),
      byteOffset: this.byteOffset(position),
    });
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
