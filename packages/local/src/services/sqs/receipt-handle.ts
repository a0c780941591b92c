import { randomUUID } from 'node:crypto';
import { sqsError } from './errors.ts';

/** A handle of one receipt of a message: another receipt of it has another handle. */
export function createReceiptHandle(queueArn: string, messageId: string): string {
  return Buffer.from(`${randomUUID()} ${queueArn} ${messageId}`).toString('base64');
}

/** @throws {AwsError} ReceiptHandleIsInvalid, for one that is not of this queue */
export function messageIdOf(receiptHandle: string, queueArn: string): string {
  const [, arn, messageId] = Buffer.from(receiptHandle, 'base64').toString().split(' ');
  if (arn !== queueArn || messageId === undefined) {
    throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not valid.`);
  }
  return messageId;
}
