import { partitionName } from '../kafka/names.js';
import type { InputRecord, TopicPartition } from '../kafka/ports.js';
import { DEAD_LETTER_HEADERS as NAMES, readDeadLetterHeaders } from '../messages/dead-letter-headers.js';
import { countItems, hasItem, type ItemRange, parseItems } from '../messages/item-ranges.js';

/** What the dead letters of a record say of its items. */
export type DeadItems =
  /** Not one item of the record became a row. */
  | 'all'
  | {
      /** Those that are listed, ascending. A dead-letter record lists no more than a header can hold. */
      listed: readonly ItemRange[];
      /** How many others there are. */
      unlisted: number;
    };

/** As `DeadItems`, with the list as the dead-letter record has it: read, it would take some ten times the memory. */
interface ItemsOf {
  list: string;
  unlisted: number;
}

/** The dead letters of the records that are compared. They are kept in memory: see "Cost" in docs/verify.md. */
export interface DeadLetters {
  add(deadLetter: InputRecord): void;
  /** What is said of a record; undefined when it has none. */
  of(record: Pick<InputRecord, 'topic' | 'partition' | 'offset'>): DeadItems | undefined;
  /**
   * Dead-letter records of whole records and of items, those that say nothing new, and those that are no dead letters
   * of otelrows.
   */
  readonly counts: Readonly<{ deadLetters: number; repeated: number; foreign: number }>;
  /** Items that are dead-lettered and listed nowhere, because their dead-letter record lists only the first. */
  readonly unlistedItems: number;
}

/** @param isCompared whether a record is among those that are compared; dead-letter records of others are left aside. */
export function collectDeadLetters(
  isCompared: (partition: TopicPartition, offset: number) => boolean,
): DeadLetters {
  // Whole records may be very many, when someone wrote another signal to a topic: eight bytes each.
  const records = new Map<string, OffsetSet>();
  const items = new Map<string, Map<number, ItemsOf>>();
  const counts = { deadLetters: 0, repeated: 0, foreign: 0 };
  let unlistedItems = 0;

  return {
    counts,
    get unlistedItems() {
      return unlistedItems;
    },
    add: deadLetter => {
      const own = readDeadLetterHeaders(deadLetter.headers);
      if (own === null) {
        counts.foreign += 1;
        return;
      }
      const { texts, source } = own;
      const { topic, partition, offset } = source;
      if (!isCompared({ topic, partition }, offset)) return;
      counts.deadLetters += 1;
      const name = partitionName({ topic, partition });
      const count = texts.get(NAMES.itemCount);
      if (count === undefined) {
        entryOf(records, name, offsetSet).add(offset);
        return;
      }
      const ofPartition = entryOf(items, name, () => new Map());
      if (ofPartition.has(offset)) {
        counts.repeated += 1;
        return;
      }
      const list = texts.get(NAMES.itemIndexes) ?? '';
      const unlisted = Math.max(0, Number(count) - countItems(parseItems(list)));
      unlistedItems += unlisted;
      ofPartition.set(offset, { list, unlisted });
    },
    of: ({ topic, partition, offset }) => {
      const name = partitionName({ topic, partition });
      if (records.get(name)?.has(offset)) return 'all';
      const deadLetter = items.get(name)?.get(offset);
      return deadLetter && { listed: parseItems(deadLetter.list), unlisted: deadLetter.unlisted };
    },
  };
}

/**
 * Whether an item is dead-lettered, as far as the dead-letter record tells: of those it does not list, any after the
 * last may be.
 */
export function mayBeDead(dead: DeadItems | undefined, itemIndex: number): boolean {
  if (dead === undefined) return false;
  if (dead === 'all') return true;
  return isListed(dead, itemIndex) ? hasItem(dead.listed, itemIndex) : dead.unlisted > 0;
}

/** Whether the list says of an item what it is: it goes no further than to its last one. */
export function isListed({ listed }: DeadItems & object, itemIndex: number): boolean {
  return itemIndex <= (listed.at(-1)?.[1] ?? -1);
}

function entryOf<V>(map: Map<string, V>, name: string, make: () => V): V {
  let entry = map.get(name);
  if (entry === undefined) {
    entry = make();
    map.set(name, entry);
  }
  return entry;
}

interface OffsetSet {
  add(offset: number): void;
  has(offset: number): boolean;
}

/** Offsets that come nearly sorted and are looked up after all of them were added. */
function offsetSet(): OffsetSet {
  const offsets: number[] = [];
  let sorted = true;
  return {
    add: offset => {
      sorted &&= offsets.length === 0 || offset >= (offsets.at(-1) as number);
      offsets.push(offset);
    },
    has: offset => {
      if (!sorted) offsets.sort((a, b) => a - b);
      sorted = true;
      let [low, high] = [0, offsets.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((offsets[middle] as number) < offset) low = middle + 1;
        else high = middle;
      }
      return offsets[low] === offset;
    },
  };
}
