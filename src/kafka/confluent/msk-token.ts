import { createRequire } from 'node:module';
import { Fatal } from '../../errors.js';

/** AWS's own library, which brings parts of its SDK: only who logs in to Amazon MSK by IAM needs it. */
const SIGNER = 'aws-msk-iam-sasl-signer-js';

interface Signer {
  /** @returns a token, and when it ends in milliseconds since 1970. */
  generateAuthToken(options: { region: string }): Promise<{ token: string; expiryTime: number }>;
}

/** As the Kafka client takes one. */
interface Token {
  tokenValue: string;
  /** When it ends, in milliseconds since 1970. The client asks for another one after four fifths of the time. */
  lifetime: number;
}

const require = createRequire(import.meta.url);

/**
 * What makes the tokens of a client that logs in to Amazon MSK by IAM. They are signed here, by the credentials that the
 * AWS SDK finds at that time, so credentials that change are followed.
 *
 * @throws Fatal where the library is not installed.
 */
export function mskTokens(region: string): () => Promise<Token> {
  try {
    require.resolve(SIGNER);
  } catch {
    throw new Fatal(
      `kafka.auth.sasl.mechanism: AWS_MSK_IAM_OAUTHBEARER needs the package ${SIGNER}, which is not installed: ` +
        `npm install ${SIGNER} beside otelrows (with --global if otelrows was).`,
    );
  }
  return async () => {
    const { token, expiryTime } = await (require(SIGNER) as Signer).generateAuthToken({ region });
    return { tokenValue: token, lifetime: expiryTime };
  };
}
