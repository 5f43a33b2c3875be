// Runs a notebook inside a Jupyter server as a browser does: a session over REST, the cells over a websocket. Prints, as JSON, the
// status of a request without the token and then what each code cell wrote to stdout.
// Usage: node --experimental-websocket serverClient.js <address> <token> <path of the notebook>
import { randomUUID } from 'node:crypto';

const [address, token, path] = process.argv.slice(2);

async function api(name: string, body?: object): Promise<any> {
  const headers = { Authorization: `token ${token}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${address}/api/${name}`, {
    headers,
    method: body ? 'POST' : 'GET',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return response.json();
}

function execute(socket: WebSocket, code: string): Promise<string> {
  const id = randomUUID();
  let output = '';
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.parent_header?.msg_id !== id) return;
      if (message.msg_type === 'stream') output += message.content.text;
      if (message.msg_type === 'status' && message.content.execution_state === 'idle') resolve(output);
    };
    const header = { msg_id: id, session: id, username: 'test', msg_type: 'execute_request', version: '5.3' };
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    socket.send(JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content }));
  });
}

async function main(): Promise<void> {
  const results: unknown[] = [(await fetch(`${address}/api/contents/${path}`)).status];
  const { content } = await api(`contents/${path}?content=1`);
  const specification = await api('kernelspecs');
  if (specification.default !== 'tslab')
    throw new Error(`expected the default kernel tslab, got ${specification.default}`);
  const { name } = content.metadata.kernelspec;
  const session = await api('sessions', { path, name: path, type: 'notebook', kernel: { name } });
  const socket = new WebSocket(
    `${address.replace('http', 'ws')}/api/kernels/${session.kernel.id}/channels?token=${token}`,
  );
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('the websocket did not open'));
  });
  for (const cell of content.cells) if (cell.cell_type === 'code') results.push(await execute(socket, cell.source));
  console.log(JSON.stringify(results));
  socket.close();
}

main();
