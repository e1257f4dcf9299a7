import { listedSettings } from '../schema.js';
import {
  type ForeignInput,
  type ForeignInputs,
  type ForeignKey,
  type Signal,
  untranslated,
} from './foreign-config.js';
import { holdsReference } from './translation.js';

/** What another program says of a signal that it writes or reads. */
export interface SignalKeys {
  signal: Signal;
  /** Its topic when no key names one. */
  topic: string;
  /** The key that switches it on. */
  chosenBy?: ForeignKey | undefined;
  topicKey?: ForeignKey | undefined;
  encodingKey?: ForeignKey | undefined;
}

/**
 * The inputs that the keys make together: one for each topic. Of a topic that signals share each record tells its own.
 *
 * @param encodings those that can be read, by their names in the program: what each is called here.
 */
export function inputsOf(
  signals: readonly SignalKeys[],
  encodings: Readonly<Record<string, string>>,
): ForeignInputs {
  const used = new Set<ForeignKey>();
  const refused = new Set<string>();
  const usable = (key: ForeignKey | undefined, problemOf: (value: string) => string | null) => {
    if (key === undefined) return undefined;
    const value = String(key.value);
    const problem = holdsReference(value)
      ? 'its value is filled in from elsewhere, which otelrows does not do: put it into inputs yourself'
      : problemOf(value);
    if (problem === null) used.add(key);
    else refused.add(untranslated(key, problem));
    return problem === null ? value : undefined;
  };
  const inputs = new Map<string, ForeignInput>();
  for (const { signal, topic: usual, chosenBy, topicKey, encodingKey } of signals) {
    if (chosenBy) used.add(chosenBy);
    const topic = usable(topicKey, topicProblem) ?? usual;
    const named = usable(encodingKey, name => encodingProblem(name, encodings));
    const encoding = named === undefined ? undefined : encodings[named.toLowerCase()];
    const before = inputs.get(topic);
    inputs.set(topic, {
      topic,
      signal: before === undefined ? signal : 'auto',
      ...(encoding !== undefined && (before === undefined || before.encoding === encoding)
        ? { encoding }
        : {}),
    });
  }
  const from = [...used].map(({ path, place }) => `${place}: ${path.join('.')}`).join(', ');
  return { inputs: [...inputs.values()], from: from || null, untranslated: [...refused] };
}

function encodingProblem(name: string, encodings: Readonly<Record<string, string>>): string | null {
  return encodings[name.toLowerCase()] === undefined
    ? `otelrows reads ${Object.keys(encodings).join(' and ')}; the encoding of this input is left to be told of each record`
    : null;
}

function topicProblem(topic: string): string | null {
  const inputs = listedSettings.find(({ path }) => path === 'inputs');
  const [finding] = inputs?.setting.check([{ topic, signal: 'traces' }]) ?? [];
  return finding ? `a topic of inputs ${finding.problem.replaceAll('`', '')}` : null;
}
