import { type EventSourceMappingConfiguration, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { namesOf, queueArn, type Route } from '@xacct/core';
import { type Examined, routesOf } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';

/** Checks for the routes of a forwarder that both of their mappings are as they should be and can read. */
export async function checkMappings(
  forwarder: string,
  { routes, chosen, clients }: Pick<Examined, 'routes' | 'chosen' | 'clients'>,
): Promise<Finding[]> {
  const { source } = routes;
  const names = namesOf(routes);
  const { function: functionName, logGroup } = names.forwarder(forwarder);
  return guard(
    {
      where: `function ${functionName}`,
      what: 'its event source mappings',
      action: 'lambda:ListEventSourceMappings',
      account: source.account,
      routes: routesOf({ chosen }, forwarder),
    },
    async () => {
      const mappings = await listMappings();
      // Without the function it has none, which the probe reports.
      if (mappings === undefined) return [];
      const bySource = new Map(mappings.map((mapping) => [sourceOf(mapping), mapping]));
      return chosen
        .filter((route) => route.forwarder === forwarder)
        .flatMap((route) => [
          ...check(route, 'stream', bySource.get(route.stream.arn), route.enabled),
          ...check(
            route,
            'retry queue',
            bySource.get(queueArn(source, names.route(route.name).retryQueue)),
            true,
          ),
        ]);
    },
  );

  async function listMappings(): Promise<EventSourceMappingConfiguration[] | undefined> {
    const mappings: EventSourceMappingConfiguration[] = [];
    let Marker: string | undefined;
    try {
      do {
        const page = await clients.lambda.send(
          new ListEventSourceMappingsCommand({ FunctionName: functionName, Marker }),
        );
        mappings.push(...(page.EventSourceMappings ?? []));
        Marker = page.NextMarker;
      } while (Marker !== undefined && Marker !== '');
      return mappings;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  function check(
    { name }: Route,
    of: 'stream' | 'retry queue',
    mapping: EventSourceMappingConfiguration | undefined,
    isEnabled: boolean,
  ): Finding[] {
    const wanted = isEnabled ? 'Enabled' : 'Disabled';
    const where = `event source mapping of the ${of} of route ${name}`;
    const causes = [
      {
        stack: names.route(name).stack,
        type: MAPPING,
        name: of === 'stream' ? 'Mapping' : 'RetryMapping',
        deploy: name,
      },
      {
        stack: names.forwarder(forwarder).stack,
        type: 'AWS::IAM::Policy',
        deploy: `--forwarder ${forwarder}`,
      },
    ];
    const finding = { check: 'mapping', where, routes: [name], causes } as const;
    if (mapping === undefined) {
      const fix = `xacct deploy ${name}`;
      return [{ ...finding, severity: 'error', found: 'it does not exist', expected: wanted, fix }];
    }
    const { UUID, State = 'unknown', StateTransitionReason: reason, LastProcessingResult = '' } = mapping;
    const place = `--region ${source.region}`;
    if (State.endsWith('ing')) {
      const fix = `wait: aws lambda get-event-source-mapping --uuid ${UUID} ${place} shows when it is done`;
      return [{ ...finding, severity: 'warning', found: `it is ${State}`, expected: wanted, fix }];
    }
    if (State !== wanted) {
      const why = reason === undefined ? '' : ` (${reason})`;
      const fix = `aws lambda update-event-source-mapping --uuid ${UUID} --${isEnabled ? '' : 'no-'}enabled ${place}`;
      return [{ ...finding, severity: 'error', found: `it is ${State}${why}`, expected: wanted, fix }];
    }
    // Free text, such as `No records processed`, `OK` or `PROBLEM: Function call failed`.
    if (!isEnabled || !/^PROBLEM/i.test(LastProcessingResult)) return [];
    return [
      {
        ...finding,
        severity: 'error',
        found: `its last result is "${LastProcessingResult}"`,
        expected: 'OK',
        fix: `aws logs tail ${logGroup} --since 1h ${place} shows why`,
      },
    ];
  }
}

/** The stream, also where it is read through a consumer. */
function sourceOf({ EventSourceArn = '' }: EventSourceMappingConfiguration): string {
  return EventSourceArn.replace(/\/consumer\/.*$/, '');
}
