import { maskRefused } from '../mask.js';
import { showValue } from '../problem.js';
import { type CrossCheck, when } from './check.js';
import { unreadable } from './unreadable.js';

const FILE_SETTINGS = ['ca_file', 'cert_file', 'key_file'] as const;

/** Certificates that would not be used, or cannot be. */
export const checkTls: CrossCheck = ({ kafka: { tls } }, { filesMustExist }) => {
  const unused = ([...FILE_SETTINGS, 'key_password', 'insecure_skip_verify'] as const).filter(
    name => tls[name] !== null && tls[name] !== false,
  );
  return [
    ...when(
      !tls.enabled && unused.length > 0,
      ['kafka.tls.enabled', ...unused.map(name => `kafka.tls.${name}`)],
      `kafka.tls.enabled is false, but ${unused.map(name => `kafka.tls.${name}`).join(', ')} ${unused.length === 1 ? 'is' : 'are'} set: connections would not be encrypted. Set kafka.tls.enabled: true`,
    ),
    ...when(
      tls.cert_file !== null && tls.key_file === null,
      ['kafka.tls.cert_file', 'kafka.tls.key_file'],
      'kafka.tls.cert_file is set without kafka.tls.key_file: a certificate is shown with the private key it belongs to',
    ),
    ...when(
      tls.key_file !== null && tls.cert_file === null,
      ['kafka.tls.key_file', 'kafka.tls.cert_file'],
      'kafka.tls.key_file is set without kafka.tls.cert_file: a private key is used with the certificate it belongs to',
    ),
    ...when(
      tls.key_password !== null && tls.key_file === null,
      ['kafka.tls.key_password', 'kafka.tls.key_file'],
      'kafka.tls.key_password is set without kafka.tls.key_file: there is no key to open',
    ),
    ...FILE_SETTINGS.flatMap(name => {
      const file = tls[name];
      const problem = file !== null && filesMustExist ? unreadable(file) : null;
      return when(
        problem !== null,
        [`kafka.tls.${name}`],
        // Not all of it: it may be the key itself, or have swallowed the line with its password.
        `kafka.tls.${name} is ${showValue(maskRefused(`kafka.tls.${name}`, file))}, which ${problem}`,
      );
    }),
  ];
};
