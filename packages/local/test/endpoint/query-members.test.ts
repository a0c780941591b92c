import { describe, expect, test } from 'vitest';
import { readMembers, writeMembers } from '../../src/endpoint/query-members.ts';

const TYPED = {
  numbers: new Set(['Period']),
  booleans: new Set(['ReturnData']),
  times: new Set(['StartTime']),
};

describe('readMembers', () => {
  test('reads lists, objects in lists, and lists in those, in their order', () => {
    const form = {
      StartTime: '2026-01-01T00:00:00Z',
      'AlarmNames.member.2': 'b',
      'AlarmNames.member.1': 'a',
      'Queries.member.1.Id': 'q1',
      'Queries.member.1.ReturnData': 'false',
      'Queries.member.1.MetricStat.Period': '60',
      'Queries.member.1.MetricStat.Metric.Dimensions.member.1.Name': 'Route',
      'Queries.member.1.MetricStat.Metric.Dimensions.member.1.Value': '1',
    };
    expect(readMembers(form, TYPED)).toEqual({
      StartTime: 1_767_225_600,
      AlarmNames: ['a', 'b'],
      Queries: [
        {
          Id: 'q1',
          ReturnData: false,
          MetricStat: { Period: 60, Metric: { Dimensions: [{ Name: 'Route', Value: '1' }] } },
        },
      ],
    });
  });

  test('keeps the order of more than nine', () => {
    const form = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`N.member.${index + 1}`, `${index}`]),
    );
    expect(readMembers(form, TYPED)).toEqual({ N: Array.from({ length: 12 }, (_, index) => `${index}`) });
  });
});

describe('writeMembers', () => {
  test('writes lists as members, times as text, and leaves out what is not there', () => {
    const result = {
      MetricAlarms: [{ AlarmName: 'a', StateUpdatedTimestamp: 1_767_225_600, Dimensions: [] }],
      Timestamps: [1_767_225_600],
      NextToken: undefined,
    };
    expect(writeMembers(result)).toEqual({
      MetricAlarms: {
        member: [
          { AlarmName: 'a', StateUpdatedTimestamp: '2026-01-01T00:00:00.000Z', Dimensions: { member: [] } },
        ],
      },
      Timestamps: { member: ['2026-01-01T00:00:00.000Z'] },
    });
  });
});
