/** Properties of librdkafka whose values open doors. */
const SECRET_PROPERTY = /password|passphrase|secret|jaas|key\.pem|oauthbearer\.config/i;

export function isSecretProperty(name: string): boolean {
  return SECRET_PROPERTY.test(name);
}
