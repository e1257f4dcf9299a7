// As much of a Kubernetes API server as helm's `lookup` of a Secret asks for: node cluster.mjs '{"NAME":{"KEY":"TEXT"}}'
// A process of its own, since helm is waited for without reading anything meanwhile. Prints its port.
import { createServer } from 'node:http';

const secrets = JSON.parse(process.argv[2]);
const NOT_FOUND = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
const resource = (name, kind) => ({ name, kind, namespaced: true, verbs: ['get'] });
const ANSWERS = {
  '/version': { major: '1', minor: '31', gitVersion: 'v1.31.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [resource('secrets', 'Secret'), resource('configmaps', 'ConfigMap')],
  },
};

const server = createServer(({ url }, response) => {
  const path = url.split('?')[0];
  const name = /\/secrets\/([^/]+)$/.exec(path)?.[1];
  const answer = ANSWERS[path] ?? (secrets[name] && secretOf(name)) ?? NOT_FOUND;
  response.writeHead(answer === NOT_FOUND ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

function secretOf(name) {
  const data = Object.fromEntries(
    Object.entries(secrets[name]).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data };
}
