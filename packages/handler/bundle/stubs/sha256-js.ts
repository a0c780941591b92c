/** Stands for the SHA-256 in JavaScript of a Node without OpenSSL. */
export class Sha256Js {
  constructor() {
    throw new Error('This bundle takes SHA-256 from node:crypto');
  }
}
