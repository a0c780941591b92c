import { describe, expect, test } from 'vitest';
import { environmentCredentials } from '../../src/aws/environment-credentials.ts';

const VARIABLES = {
  AWS_ACCESS_KEY_ID: 'ASIA',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};

describe('environmentCredentials', () => {
  test('are those of the variables, and the same object each time', async () => {
    const credentials = environmentCredentials(VARIABLES);

    expect(await credentials()).toEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    expect(await credentials()).toBe(await credentials());
  });

  test.for([undefined, ''])('have no session token where that is %j', async (token) => {
    const credentials = environmentCredentials({ ...VARIABLES, AWS_SESSION_TOKEN: token });

    expect(await credentials()).toStrictEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: undefined,
    });
  });

  test.for([
    { AWS_ACCESS_KEY_ID: undefined },
    { AWS_ACCESS_KEY_ID: '' },
    { AWS_SECRET_ACCESS_KEY: undefined },
    { AWS_SECRET_ACCESS_KEY: '' },
  ])('are missing with %j, until they are there', async (missing) => {
    const variables = { ...VARIABLES, ...missing };
    const credentials = environmentCredentials(variables);

    await expect(credentials()).rejects.toThrow(
      'The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
    );
    Object.assign(variables, VARIABLES);
    expect(await credentials()).toMatchObject({ accessKeyId: 'ASIA' });
  });
});
