import type { AttributesView } from '../steps/view.js';

/**
 * Remembers of attributes that neighbours share, such as those of their resource, that there was nothing to do with them: most
 * rules have nothing to do with most resources, and looking through each once is enough.
 */
export interface NothingToDo {
  knows(attributes: AttributesView): boolean;
  note(attributes: AttributesView): void;
}

/** A rule looks at few shared lists at a time. */
const SOURCES_MAX = 8;

export function nothingToDo(): { ofRecord(record: unknown): NothingToDo } {
  let record: unknown;
  let sources: unknown[] = [];
  const remembered: NothingToDo = {
    knows: ({ source }) => sources.includes(source),
    note: ({ source }) => {
      if (sources.length === SOURCES_MAX) sources.shift();
      sources.push(source);
    },
  };
  return {
    ofRecord: current => {
      if (current !== record) {
        record = current;
        sources = [];
      }
      return remembered;
    },
  };
}
