// Preloaded into an execution environment. AWS's runtime client for Node.js reaches the Runtime API through a native
// addon, `rapid-client.node`; this stands in for the addon, in JavaScript, so that the client itself stays unmodified.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

const { Agent, request } = require('node:http');
const Module = require('node:module');

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const invocation = '/2018-06-01/runtime/invocation';

/** The addon posts a result before it returns; here the next invocation is asked for only once it is posted. */
let posted = Promise.resolve();

const addon = {
  initializeClient() {},
  async next() {
    await posted;
    const { headers, body } = await send('GET', `${invocation}/next`);
    return { bodyJson: body, headers };
  },
  done(id, body) {
    posted = send('POST', `${invocation}/${id}/response`, body);
  },
  error(id, body) {
    posted = send('POST', `${invocation}/${id}/error`, body);
  },
};

function send(method, path, body = '') {
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = request({ host, port, method, path, agent, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.once('end', () =>
        resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
      response.once('error', reject);
    });
    call.once('error', reject);
    call.end(body);
  });
}

const load = Module._load;
Module._load = (name, ...rest) => (name === './rapid-client.node' ? addon : load(name, ...rest));
