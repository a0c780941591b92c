import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { EndpointError, endpointAt, serviceEndpoint } from '../../src/aws/service-endpoint.ts';

const SERVICES = ['lambda', 'ssm', 'sts'] as const;
/** One or two of each partition, and some of none. */
const REGIONS = [
  'us-east-1',
  'eu-central-2',
  'ap-southeast-7',
  'mx-central-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'cn-north-1',
  'cn-northwest-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
  'xx-new-1',
  'xx-cn-north-1',
  'xx-eusc-de-east-1',
  'xx-us-iso-east-1',
  'xx-us-isob-east-1',
  'xx-us-isof-south-1',
  'xx-eu-isoe-west-1',
  'xx-us-gov-west-1',
];

const clients = {
  lambda: new LambdaClient({ region: 'us-east-1' }),
  ssm: new SSMClient({ region: 'us-east-1' }),
  sts: new STSClient({ region: 'us-east-1' }),
};

describe('serviceEndpoint', () => {
  test.for(
    REGIONS.flatMap((region) =>
      [false, true].flatMap((fips) => [false, true].map((dualStack) => ({ region, fips, dualStack }))),
    ),
  )('is that of the SDK for %j', ({ region, fips, dualStack }) => {
    const variables = {
      AWS_USE_FIPS_ENDPOINT: String(fips),
      AWS_USE_DUALSTACK_ENDPOINT: String(dualStack),
    };
    const own = SERVICES.map((service) => serviceEndpoint(service, region, variables));
    const bySdk = SERVICES.map((service) => {
      const parameters = { Region: region, UseFIPS: fips, UseDualStack: dualStack };
      return clients[service].config.endpointProvider(parameters).url.href;
    });

    expect(own.map(({ protocol, host }) => `${protocol}//${host}/`)).toEqual(bySdk);
    expect(own).toEqual(own.map(({ host }) => ({ protocol: 'https:', hostname: host, host, path: '' })));
  });

  test('uses the environment of the process', () => {
    expect(serviceEndpoint('ssm', 'eu-west-1').host).toBe('ssm.eu-west-1.amazonaws.com');
  });

  test.for([
    [{ AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1' }, '127.0.0.1:1'],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }, '127.0.0.1:2'],
    [{ AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }, '127.0.0.1:1'],
    [{ AWS_ENDPOINT_URL_SSM: '', AWS_ENDPOINT_URL: '' }, 'ssm.eu-west-1.amazonaws.com'],
    [{ AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }, 'ssm.eu-west-1.amazonaws.com'],
    [{ AWS_USE_FIPS_ENDPOINT: 'yes', AWS_USE_DUALSTACK_ENDPOINT: '1' }, 'ssm.eu-west-1.amazonaws.com'],
  ] as const)('with %j is %s', ([variables, host]) => {
    expect(serviceEndpoint('ssm', 'eu-west-1', variables).host).toBe(host);
  });

  test.for([
    ['AWS_USE_FIPS_ENDPOINT', 'Invalid Configuration: FIPS and custom endpoint are not supported'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'Invalid Configuration: Dualstack and custom endpoint are not supported'],
  ] as const)(
    'refuses %s for an endpoint that is not AWS’s own, as the SDK does',
    async ([name, message]) => {
      const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', [name]: 'true' };

      const failing = () => serviceEndpoint('ssm', 'eu-west-1', variables);
      expect(failing).toThrow(new EndpointError(message));
      expect(failing).toThrow(expect.objectContaining({ name: 'EndpointError' }));
      const { endpointProvider } = clients.ssm.config;
      const isFips = name === 'AWS_USE_FIPS_ENDPOINT';
      const parameters = { Endpoint: 'http://127.0.0.1:1', UseFIPS: isFips, UseDualStack: !isFips };
      expect(() => endpointProvider({ Region: 'eu-west-1', ...parameters })).toThrow(message);
    },
  );

  test.for(['no region', 'evil.example/', '', '-a', 'a b'])('refuses the region "%s"', (region) => {
    expect(() => serviceEndpoint('ssm', region, {})).toThrow(
      new EndpointError(`Region not accepted: region="${region}" is not a valid hostname component.`),
    );
  });
});

describe('endpointAt', () => {
  test.for([
    [
      'http://127.0.0.1:4566',
      { protocol: 'http:', hostname: '127.0.0.1', port: 4566, host: '127.0.0.1:4566', path: '' },
    ],
    [
      'https://proxy.example/aws/',
      { protocol: 'https:', hostname: 'proxy.example', host: 'proxy.example', path: '/aws' },
    ],
  ] as const)('of %s', ([url, endpoint]) => {
    expect(endpointAt(url)).toStrictEqual(endpoint);
  });
});
