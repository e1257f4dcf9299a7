import type { Config } from '../schema.js';
import { type CrossCheck, when } from './check.js';

const SASL = 'kafka.auth.sasl';
const OAUTH_REQUIRED = ['token_endpoint_url', 'client_id', 'client_secret'] as const;
const OAUTH_ALL = [...OAUTH_REQUIRED, 'scope', 'extensions'] as const;

/** Credentials that are missing, or that the chosen mechanism would not use. */
export const checkLogin: CrossCheck = ({ kafka }) => {
  const { sasl } = kafka.auth;
  const given = (['username', 'password'] as const).filter(name => sasl[name] !== null);
  const absent = (['username', 'password'] as const).filter(name => sasl[name] === null);
  const oauthGiven = OAUTH_ALL.filter(name => sasl.oauthbearer[name] !== null);
  const oauthAbsent = OAUTH_REQUIRED.filter(name => sasl.oauthbearer[name] === null);
  const mechanism = `${SASL}.mechanism`;

  if (sasl.mechanism === null) {
    const unused = [
      ...given,
      ...oauthGiven.map(name => `oauthbearer.${name}`),
      ...(sasl.aws_msk.region === null ? [] : ['aws_msk.region']),
    ].map(name => `${SASL}.${name}`);
    return when(
      unused.length > 0 && !setsOwnMechanism(kafka.custom),
      [mechanism, ...unused],
      `${unused.join(', ')} ${unused.length === 1 ? 'is' : 'are'} set without ${mechanism}: nobody would log in. Set it to PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or AWS_MSK_IAM_OAUTHBEARER`,
    );
  }
  const region = `${SASL}.aws_msk.region`;
  if (sasl.mechanism === 'AWS_MSK_IAM_OAUTHBEARER') {
    const others = [...given, ...oauthGiven.map(name => `oauthbearer.${name}`)].map(
      name => `${SASL}.${name}`,
    );
    return [
      ...when(
        others.length > 0,
        [...others, mechanism],
        `${others.join(', ')} cannot be used with ${mechanism}: ${sasl.mechanism}, which logs in with the credentials of AWS`,
      ),
      ...when(
        sasl.aws_msk.region === null,
        [mechanism, region],
        `${mechanism} is ${sasl.mechanism}, which needs ${region} too`,
      ),
    ];
  }
  const ofOthers = when(
    sasl.aws_msk.region !== null,
    [region, mechanism],
    `${region} cannot be used with ${mechanism}: ${sasl.mechanism}, only with AWS_MSK_IAM_OAUTHBEARER`,
  );
  if (sasl.mechanism === 'OAUTHBEARER') {
    return [
      ...ofOthers,
      ...when(
        given.length > 0,
        [...given.map(name => `${SASL}.${name}`), mechanism],
        `${given.map(name => `${SASL}.${name}`).join(' and ')} cannot be used with ${mechanism}: OAUTHBEARER, which logs in with ${SASL}.oauthbearer.client_id and client_secret`,
      ),
      ...when(
        oauthAbsent.length > 0 && !setsOwnTokens(kafka.custom),
        [mechanism, ...oauthAbsent.map(name => `${SASL}.oauthbearer.${name}`)],
        `${mechanism} is OAUTHBEARER, which needs ${oauthAbsent.map(name => `${SASL}.oauthbearer.${name}`).join(', ')} too`,
      ),
    ];
  }
  return [
    ...ofOthers,
    ...when(
      absent.length > 0,
      [mechanism, ...absent.map(name => `${SASL}.${name}`)],
      `${mechanism} is ${sasl.mechanism}, which needs ${absent.map(name => `${SASL}.${name}`).join(' and ')} too`,
    ),
    ...when(
      oauthGiven.length > 0,
      [...oauthGiven.map(name => `${SASL}.oauthbearer.${name}`), mechanism],
      `${oauthGiven.map(name => `${SASL}.oauthbearer.${name}`).join(', ')} cannot be used with ${mechanism}: ${sasl.mechanism}, only with OAUTHBEARER`,
    ),
  ];
};

/** `sasl.mechanisms: GSSAPI` and the like, which has no setting here. */
function setsOwnMechanism(custom: Config['kafka']['custom']): boolean {
  return hasProperty(custom, /^sasl\.mechanisms?$/);
}

/** Other ways to get tokens: signed assertions, cloud metadata, unsecured tokens for trials. */
function setsOwnTokens(custom: Config['kafka']['custom']): boolean {
  return hasProperty(custom, /^(enable\.)?sasl\.oauthbearer\./);
}

function hasProperty(custom: Config['kafka']['custom'], name: RegExp): boolean {
  return [custom.consumer, custom.producer].every(side => Object.keys(side).some(key => name.test(key)));
}
