import { getValue, setValue } from '../../config/config-path.js';
import { crossCheck } from '../../config/cross-checks.js';
import { outputTopics } from '../../config/output-topics.js';
import type { Config } from '../../config/schema.js';
import { InputInvalid } from '../../errors.js';
import type { KafkaAdmin } from '../../kafka/ports.js';
import { findTopic } from '../../kafka/topics.js';

/**
 * The config with other output topics: each name, that of the dead letters too, followed by the suffix. A topic that does
 * not exist will be created with as many partitions as the one it stands for, so that keys go to the same ones.
 *
 * @throws InputInvalid when such a name cannot be, or is that of an input.
 */
export async function suffixOutputs(
  admin: Pick<KafkaAdmin, 'describeTopic'>,
  config: Config,
  suffix: string,
): Promise<Config> {
  const suffixed = structuredClone(config);
  for (const { section, namedBy, name } of outputTopics(config)) {
    const other = `${name}${suffix}`;
    if (!/^[a-zA-Z0-9._-]{1,249}$/.test(other))
      throw new InputInvalid(`--output-suffix: ${other} cannot be a topic`);
    if (section === null) {
      // A rule may name the topics of several kinds at once.
      setValue(suffixed, namedBy, `${getValue(config, namedBy)}${suffix}`);
      continue;
    }
    setValue(suffixed, namedBy, other);
    const exists = (await findTopic(admin, other)) !== null;
    setValue(suffixed, `${section}.create`, !exists);
    if (!exists) {
      const original = await findTopic(admin, name);
      if (original?.partitions.length)
        setValue(suffixed, `${section}.num_partitions`, original.partitions.length);
    }
  }
  const contradictions = crossCheck(suffixed, { origins: new Map(), filesMustExist: false });
  if (contradictions.length > 0) {
    throw new InputInvalid(`--output-suffix: ${contradictions.map(({ problem }) => problem).join('; ')}`);
  }
  return suffixed;
}
