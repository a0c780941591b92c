import { decodeRoute, parameterName, parameterPartName, type StoredRoute, streamFromArn } from '@xacct/core';
import { type Deployed, type DeployedMapping, NotSupportedError } from '@xacct/local';

/** A route as the templates deploy it: a mapping, and the parameters that its function reads. */
export interface DeployedRoute extends StoredRoute {
  /** The account that owns the stream. */
  account: string;
  /** The name of the Kinesis stream, or of the table. */
  streamName: string;
  streamArn: string;
  enabled: boolean;
  /** ARN of the function that its mapping invokes. */
  forwarderArn: string;
  /** Name of the forwarder in the routes file. */
  forwarder: string;
  /** Name of the routes file, with which the names of all resources begin. */
  systemName: string;
}

/**
 * The routes of an assembly, in the order of its stream mappings. No template deploys the target functions, since they
 * belong to the owners of the target accounts; the routes name them.
 *
 * @throws {NotSupportedError} for a mapping without a forwarder, or whose route is in no parameter
 */
export function routesOf(deployed: Deployed): DeployedRoute[] {
  return deployed.mappings.map((mapping) => {
    const stream = streamFromArn(mapping.eventSourceArn);
    if (stream === undefined)
      throw new NotSupportedError(`the event source ${mapping.eventSourceArn}`, mapping.id);
    const prefix = parameterPrefix(deployed, mapping);
    const route = decodeRoute(parameterValues(deployed, mapping, parameterName(prefix, stream)));
    const [, systemName = '', forwarder = ''] = prefix.split('/');
    const { account, enabled } = mapping;
    return {
      ...route,
      account,
      streamName: stream.name,
      streamArn: stream.arn,
      enabled,
      forwarderArn: mapping.functionArn,
      forwarder,
      systemName,
    };
  });
}

function parameterPrefix(deployed: Deployed, mapping: DeployedMapping): string {
  const prefix = deployed.functions.get(mapping.functionArn)?.environment.XACCT_PARAMETER_PREFIX;
  if (prefix === undefined) throw new NotSupportedError(`a forwarder ${mapping.functionArn}`, mapping.id);
  return prefix;
}

/** @param first the name of the first part */
function parameterValues(deployed: Deployed, mapping: DeployedMapping, first: string): string[] {
  const own = deployed.parameters.filter(
    ({ account, region }) => account === mapping.account && region === mapping.region,
  );
  const parts = new Map(own.map(({ name, value }) => [name, value]));
  const values: string[] = [];
  for (let value = parts.get(first); value !== undefined; ) {
    values.push(value);
    value = parts.get(parameterPartName(first, values.length));
  }
  if (values.length === 0) throw new NotSupportedError(`a parameter ${first}`, mapping.id);
  return values;
}
