import type { SigningCredentials } from './sign-request.ts';

/**
 * The credentials that Lambda hands a function in environment variables. The same object each time, so that what is derived from it
 * may be kept with it; rejects while there are none.
 */
export function environmentCredentials(
  variables: Readonly<Record<string, string | undefined>>,
): () => Promise<SigningCredentials> {
  let known: SigningCredentials | undefined;
  return async () => {
    known ??= read(variables);
    return known;
  };
}

function read(variables: Readonly<Record<string, string | undefined>>): SigningCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error('The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
  }
  return { accessKeyId, secretAccessKey, sessionToken: variables.AWS_SESSION_TOKEN || undefined };
}
