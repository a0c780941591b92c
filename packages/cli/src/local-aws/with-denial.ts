import { describeDenial, readDenial } from '@xacct/core';

/** The message of an error, and of a denied call who was denied what, and which statement is missing. */
export function withDenial(message: string): string {
  const denial = readDenial(message);
  return denial === undefined ? message : `${message}\n  ${describeDenial(denial)}`;
}
