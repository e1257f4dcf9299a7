import { describeFinding } from '../config/problem.js';
import { settings } from '../config/schema.js';
import { InputInvalid } from '../errors.js';

/**
 * Reads an option that takes brokers, as `kafka.brokers` does.
 * @param option or variable that they were given by.
 * @returns `host:port`, joined by commas.
 */
export function readBrokers(option: string): (text: string) => string {
  return text => {
    const setting = settings.kafka.brokers;
    const written = setting.fromText(text);
    const [finding] = setting.check(written);
    // Not by an error of commander's, which shows all of the text: somebody may have put a password in front of a host.
    if (finding) throw new InputInvalid(describeFinding(option, { path: 'kafka.brokers', setting }, finding));
    return (written as string[]).join(',');
  };
}
