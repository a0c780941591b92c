import { describe, expect, test } from 'vitest';
import { describeDenial, readDenial } from '../../src/index.ts';

const SESSION = 'arn:aws:sts::111111111111:assumed-role/xacct-forwarder-default/xacct-forwarder-default';
const FORWARDER = 'role xacct-forwarder-default of account 111111111111';
const ROLE = 'arn:aws:iam::999999999999:role/teams/xacct-route-orders';
const PARAMETER = 'arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/orders';
const QUEUE = 'arn:aws:sqs:us-west-2:999999999999:failures';

const sentenceOf = (message: string) => {
  const denial = readDenial(message);
  return denial && describeDenial(denial);
};

describe('describeDenial', () => {
  test.each([
    [
      'a permission of the role',
      `User: ${SESSION} is not authorized to perform: ssm:GetParameters on resource: ${PARAMETER} because no identity-based policy allows the ssm:GetParameters action`,
      `${FORWARDER} was denied ssm:GetParameters on ${PARAMETER}: the policies of ${FORWARDER} lack {"Effect":"Allow","Action":"ssm:GetParameters","Resource":"${PARAMETER}"}`,
    ],
    [
      'the trust of a role',
      `User: ${SESSION} is not authorized to perform: sts:AssumeRole on resource: ${ROLE} because no resource-based policy allows the sts:AssumeRole action`,
      `${FORWARDER} was denied sts:AssumeRole on ${ROLE}: the trust policy of ${ROLE} lacks {"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111111111111:role/xacct-forwarder-default"}}`,
    ],
    [
      'the policy of a queue',
      `User: arn:aws:iam::111111111111:user/ann is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no resource-based policy allows the sqs:SendMessage action`,
      `arn:aws:iam::111111111111:user/ann was denied sqs:SendMessage on ${QUEUE}: the policy of ${QUEUE} lacks {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${QUEUE}","Principal":{"AWS":"arn:aws:iam::111111111111:user/ann"}}`,
    ],
    [
      'an explicit denial',
      `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k because a resource-based policy denies it explicitly`,
      `${FORWARDER} was denied s3:PutObject on arn:aws:s3:::b/k: a statement with "Effect": "Deny" refuses it`,
    ],
    [
      'an explicit denial in words of AWS',
      `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k with an explicit deny in a service control policy`,
      `${FORWARDER} was denied s3:PutObject on arn:aws:s3:::b/k: a statement with "Effect": "Deny" refuses it`,
    ],
    [
      'no reason, as STS gives none',
      `AccessDenied: User: ${SESSION} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
      `${FORWARDER} was denied sts:AssumeRole on ${ROLE}: the policies of ${FORWARDER}, or the trust policy of ${ROLE}, lack {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"${ROLE}"}`,
    ],
    [
      'no resource, with a sentence behind it',
      `User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: *. Ask your administrator`,
      `${FORWARDER} was denied kms:Decrypt on *: the policies of ${FORWARDER} lack {"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}`,
    ],
    [
      'the trust of a function’s role',
      `The role ${ROLE} cannot be assumed by lambda.amazonaws.com.`,
      `lambda.amazonaws.com was denied sts:AssumeRole on ${ROLE}: the trust policy of ${ROLE} lacks {"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}`,
    ],
  ])('says what is missing: %s', (_, message, sentence) => {
    expect(sentenceOf(message)).toBe(sentence);
  });

  test.each(['', 'Rate exceeded', 'Function not found: arn:aws:lambda:us-west-2:999999999999:function:a'])(
    'is silent about "%s"',
    (message) => {
      expect(sentenceOf(message)).toBeUndefined();
    },
  );
});
