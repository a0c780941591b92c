import type { Endpoint } from './send-signed.ts';

/** Where requests to a service go. */
export interface ServiceEndpoint extends Endpoint {
  /** With the port, where it is not the usual one. */
  host: string;
  /** The path before that of each request, mostly empty. */
  path: string;
}

/** Thrown when the settings name no endpoint. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The endpoint of a service in a region: the one that the environment names, or else AWS's own. By the same variables and rules as
 * the SDK's clients.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @throws {EndpointError}
 */
export function serviceEndpoint(
  service: 'lambda' | 'ssm' | 'sts',
  region: string,
  variables: Variables = process.env,
): ServiceEndpoint {
  const own = variables[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || variables.AWS_ENDPOINT_URL;
  const fips = variables.AWS_USE_FIPS_ENDPOINT === 'true';
  const dualStack = variables.AWS_USE_DUALSTACK_ENDPOINT === 'true';
  if (own) {
    if (fips) throw new EndpointError('Invalid Configuration: FIPS and custom endpoint are not supported');
    if (dualStack)
      throw new EndpointError('Invalid Configuration: Dualstack and custom endpoint are not supported');
    return endpointAt(own);
  }
  if (!/^[a-z\d][a-z\d-]*$/i.test(region))
    throw new EndpointError(`Region not accepted: region="${region}" is not a valid hostname component.`);
  const { domain, dualStackDomain } = partitionOf(region);
  // GovCloud has no other endpoints than those that keep to FIPS, mostly without the word in their names.
  const isPlain = !fips || (region.startsWith('us-gov-') && service !== 'lambda' && !dualStack);
  const name = isPlain ? service : `${service}-fips`;
  return endpointAt(`https://${name}.${region}.${dualStack ? dualStackDomain : domain}`);
}

/** The endpoint of a URL, e.g. `http://127.0.0.1:4566`. */
export function endpointAt(url: string): ServiceEndpoint {
  const { protocol, hostname, port, host, pathname } = new URL(url);
  const path = pathname.replace(/\/$/, '');
  return { protocol, hostname, ...(port !== '' && { port: Number(port) }), host, path };
}

interface Partition {
  regions: RegExp;
  domain: string;
  dualStackDomain: string;
}

/** A region of none of the others is taken for one of these, as by the SDK. */
const COMMERCIAL: Partition = { regions: /^/, domain: 'amazonaws.com', dualStackDomain: 'api.aws' };

/** https://github.com/aws/aws-sdk-js-v3/blob/main/packages-internal/core/src/submodules/client/util-endpoints/lib/aws/partitions.ts */
const PARTITIONS: Partition[] = [
  { regions: /^cn-/, domain: 'amazonaws.com.cn', dualStackDomain: 'api.amazonwebservices.com.cn' },
  { regions: /^eusc-/, domain: 'amazonaws.eu', dualStackDomain: 'api.amazonwebservices.eu' },
  { regions: /^us-iso-/, domain: 'c2s.ic.gov', dualStackDomain: 'api.aws.ic.gov' },
  { regions: /^us-isob-/, domain: 'sc2s.sgov.gov', dualStackDomain: 'api.aws.scloud' },
  { regions: /^eu-isoe-/, domain: 'cloud.adc-e.uk', dualStackDomain: 'api.cloud-aws.adc-e.uk' },
  { regions: /^us-isof-/, domain: 'csp.hci.ic.gov', dualStackDomain: 'api.aws.hci.ic.gov' },
];

function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL;
}
